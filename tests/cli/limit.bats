#!/usr/bin/env bats
# --limit, which is the mailing's: whoever sends it keeps to it.
# shellcheck disable=SC2154 # sender is set by send_slowly

load helper

setup() {
    make_sample 12
}

teardown() {
    stop_relay
}

# How many copies were begun in all: unknown ones among them.
begun() {
    sqlite3 brevduva.db "SELECT count(*) FROM delivery WHERE state <> 'queued'"
}

@test "--limit pauses after so many, and the next send goes on" {
    run -4 brevduva send 2026-4 --yes --limit 5
    says "--limit: 5 copies"
    says "accepted: 5"
    state_is paused
    run -2 --separate-stderr brevduva send 2026-4 --missing --yes
    complains "first finish it: brevduva send 2026-4"
    run -0 brevduva send 2026-4
    says "accepted: 12"
    run -2 --separate-stderr brevduva send 2026-4 --limit 0
    complains "--limit"
}

@test "--limit counts from where it is said, and ends with the last" {
    run -4 brevduva send 2026-4 --yes --limit 5
    run -4 brevduva send 2026-4 --yes --limit 4
    says "--limit: 4 copies"
    says "accepted: 9"
    run -0 brevduva send 2026-4 --yes --limit 3
    says "accepted: 12"
    state_is "done"
}

@test "a watch keeps to --limit" {
    "$BREVDUVA" --lang en deliver --watch >/dev/null 2>&1 3>&- 9>&- &
    watch=$!
    until_true eval "brevduva status | grep 'Process $watch sends'"
    run -4 brevduva send 2026-4 --yes --limit 5
    says "--limit: 5 copies were handed over"
    run -0 brevduva send 2026-4 --yes --limit 3 --detach
    until_true eval "brevduva status | grep 'limit: 3 copies were handed over'"
    kill -TERM "$watch"
    wait "$watch" || true
    [ "$(begun)" = 8 ]
}

@test "days of --limit leave time for retries" {
    start_relay '{"replies": {"RCPT": ["250 ok", "250 ok", "451 4.3.0 later"]}}'
    now=$(date +%s)
    run -4 brevduva_at "$now" send 2026-4 --yes --limit 2
    later=$((now + 4 * 86400))
    run -4 brevduva_at "$later" send 2026-4 --yes --no-wait
    says "deferred: 1"
    run -0 brevduva_at $((later + 3600)) send 2026-4 --yes
    says "accepted: 12"
}

@test "who goes on after a stop keeps to --limit" {
    send_slowly 0.01 --limit 10
    kill -TERM "$sender"
    wait "$sender" || true
    grep "Go on with the rest: brevduva send 2026-4" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva status
    says " more (--limit)"
    run -4 brevduva send 2026-4
    says " more, as its --limit says"
    state_is paused
    [ "$(accepted)" = 10 ]
    run -0 brevduva status
    [[ $output != *"more (--limit)"* ]]
    run -0 brevduva send 2026-4
    [ "$(accepted)" = 12 ]
}

@test "who goes on after a kill does not send more than --limit said" {
    send_slowly 0.01 --limit 10
    kill -KILL "$sender"
    wait "$sender" || true
    run -0 brevduva deliver
    says "--limit: 10 copies were handed over"
    [[ $output != *mended* ]] # and no letter says so
    state_is paused
    [ "$(begun)" = 10 ]
    run ! grep -q "accepted .* notice" "$BATS_TEST_TMPDIR/relay.out"
    run brevduva send 2026-4
    [ "$(accepted)" -ge 10 ]
    run -0 --separate-stderr brevduva log 2026-4 --state queued
    [ -z "$output" ]
}

@test "who is refused while another keeps to a --limit does not lift it" {
    send_slowly 0.1 --limit 10
    run -4 brevduva send 2026-4 --yes
    kill -KILL "$sender"
    wait "$sender" || true
    run -0 brevduva deliver
    state_is paused
    [ "$(begun)" = 10 ]
}

@test "somebody's pause keeps --limit, and so does resume" {
    send_slowly 0.01 --limit 10
    brevduva pause 2026-4
    wait "$sender" || true
    run -0 brevduva resume 2026-4
    says "Its --limit holds: at most "
    run -0 brevduva deliver
    [ "$(begun)" = 10 ]
    run brevduva send 2026-4
    [ "$(begun)" = 12 ]
}

@test "a --limit that is refused changes none" {
    send_slowly 0.1 --limit 4
    run -4 brevduva send 2026-4 --yes --limit 20
    run -0 brevduva send 2026-4 --yes --detach
    says "Process $sender is sending already"
    wait "$sender" || true
    [ "$(begun)" = 4 ]
}

@test "who pauses what --limit stopped need not say why" {
    run -4 brevduva send 2026-4 --yes --limit 5
    run -0 brevduva pause 2026-4
    says "paused by"
    run -4 --separate-stderr brevduva send 2026-4
    complains "is paused (paused by"
    state_is paused
    # the pause ends, and what stopped it before stops it still
    run -0 brevduva resume 2026-4
    says "--limit: 5 copies were handed over"
    says "Go on with the rest: brevduva send 2026-4"
    state_is paused
    run -0 brevduva deliver
    [ "$(begun)" = 5 ]
    run -0 brevduva send 2026-4
    says "accepted: 12"
}

@test "what a second person agreed to is not passed, nor changed before" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes --limit 4
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva approve 2026-4 --yes
    run -4 brevduva send 2026-4
    run -0 brevduva cancel 2026-4 --yes
    run -4 brevduva send 2026-4 --missing --yes --limit 2
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -4 brevduva send 2026-4
    run -2 --separate-stderr brevduva send 2026-4 --limit 9
    complains "--limit comes too late"
    run -0 brevduva status
    says "at most: 2 copies more (--limit)"
    run -0 brevduva approve 2026-4 --yes
    says "at most: 2 copies (--limit)"
    run -4 brevduva send 2026-4
    says "accepted: 6"
}

@test "copies that --limit holds back are not said to be tried" {
    start_relay '{"replies": {"RCPT": ["450 4.2.1 full"]}}'
    run -4 --separate-stderr brevduva send 2026-4 --yes --limit 3
    says "--limit: 3 copies"
    [[ $stderr != *"next try"* ]]
}

@test "a cause that is mended on top of a reached --limit lets all be tried at once" {
    start_relay '{"replies": {"RCPT": ["550 5.7.1 p", "550 5.7.1 p", "550 5.7.1 p"]}}'
    run brevduva send 2026-4 --yes --limit 3 --no-wait
    state_is paused
    run -0 brevduva resume 2026-4
    says "--limit: 3 copies were handed over"
    says "3 copies that were put off are tried at once"
    run -0 brevduva send 2026-4 --no-wait
    says "accepted: 12"
}
