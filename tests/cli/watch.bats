#!/usr/bin/env bats
# deliver: once, and --watch, to which others hand over.

load helper

setup() {
    make_sample 12
    watch=
}

teardown() {
    [ -z "$watch" ] || kill "$watch" 2>/dev/null || true
    stop_relay
}

start_watch() {
    "$BREVDUVA" --lang en deliver --watch >"$BATS_TEST_TMPDIR/watch" \
        2>&1 3>&- 9>&- &
    watch=$!
    until_true grep -q "watches the queue" "$BATS_TEST_TMPDIR/watch"
}

stop_watch() {
    kill -TERM "$watch"
    wait "$watch"
    watch=
}

copies() {
    find outbox/new -type f 2>/dev/null | wc -l
}

@test "send hands over to the watch and shows how it goes" {
    start_watch
    run -0 brevduva send 2026-4 --yes
    says "Process $watch (brevduva deliver --watch) sends it"
    says "accepted: 12"
    [ "$(copies)" = 12 ]
    stop_watch
    grep "2026-4 to nyhetsbrev: sending" "$BATS_TEST_TMPDIR/watch"
    grep "2026-4 to nyhetsbrev: done; accepted 12" "$BATS_TEST_TMPDIR/watch"
}

@test "a watch that is told to end says so, and not Ctrl-C" {
    start_relay '{"slow": 0.2}'
    start_watch
    run -0 brevduva send 2026-4 --yes --detach
    until_true some_accepted 1
    stop_watch
    grep "Told to end (SIGTERM)" "$BATS_TEST_TMPDIR/watch"
    run ! grep "Ctrl-C" "$BATS_TEST_TMPDIR/watch"
}

@test "--detach leaves it to the watch" {
    start_watch
    run -0 brevduva send 2026-4 --yes --detach
    says "Process $watch"
    until_true state_is "done"
    [ "$(copies)" = 12 ]
    stop_watch
}

@test "the watch begins what is scheduled" {
    start_watch
    run -0 brevduva send 2026-4 --yes --hold 3s
    says "Process $watch (brevduva deliver --watch) sends it then"
    until_true state_is "done"
    [ "$(copies)" = 12 ]
    stop_watch
}

@test "a test goes out while the watch holds the queue" {
    start_watch
    run -0 brevduva test 2026-4 me@example.org
    says "me@example.org: accepted"
    stop_watch
    [ "$(copies)" = 1 ]
}

@test "a test says at once whom it waits for" {
    sed -i '/^relay:/,/^[a-z]/ { /^relay:/d; /^ /d }' brevduva.yaml
    printf 'relay:\n  url: smtp://127.0.0.1:1\n' >>brevduva.yaml
    start_watch
    "$BREVDUVA" --lang en test 2026-4 me@example.org \
        >"$BATS_TEST_TMPDIR/tested" 2>&1 3>&- &
    tester=$!
    until_true grep -q "process $watch (brevduva deliver --watch) sends it" "$BATS_TEST_TMPDIR/tested"
    grep "Ctrl-C leaves it in the queue" "$BATS_TEST_TMPDIR/tested"
    kill -INT "$tester"
    ends_with 4 "$tester"
    grep "me@example.org: waits in the queue" "$BATS_TEST_TMPDIR/tested"
    stop_watch
}

@test "pause, resume and cancel reach the watch, and Ctrl-C leaves it running" {
    start_relay '{"slow": 0.01}'
    start_watch
    "$BREVDUVA" --lang en send 2026-4 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 \
        3>&- 9>&- &
    sender=$!
    until_true some_accepted 1
    kill -INT "$sender"
    ends_with 4 "$sender"
    grep "goes on with it" "$BATS_TEST_TMPDIR/sent"
    brevduva pause 2026-4 --reason "wrong link"
    had=$(accepted)
    until_true grep -q "paused; .*wrong link" "$BATS_TEST_TMPDIR/watch"
    sleep 1
    [ "$(accepted)" -le $((had + 2)) ]
    run -0 brevduva resume 2026-4
    says "Process $watch"
    until_true some_accepted $((had + 3))
    brevduva cancel 2026-4 --yes
    until_true grep -q "cancelled" "$BATS_TEST_TMPDIR/watch"
    stop_watch
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = "$(accepted)" ]
}

@test "a watch that ends leaves the rest to who follows it" {
    start_relay '{"slow": 0.01}'
    start_watch
    "$BREVDUVA" --lang en send 2026-4 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 \
        3>&- 9>&- &
    sender=$!
    until_true some_accepted 1
    stop_watch
    wait "$sender"
    grep "is gone. This one sends now" "$BATS_TEST_TMPDIR/sent"
    grep "accepted: 12" "$BATS_TEST_TMPDIR/sent"
    [ "$(accepted)" = 12 ]
    [ "$(sort -u "$BATS_TEST_TMPDIR/relay.out" | grep -c ^accepted)" = 12 ]
}

@test "send stays while the watch waits for retries" {
    start_relay '{"replies": {"RCPT": ["451 4.7.1 not yet"]}}'
    echo 'send: {retry_first: 10s}' >>brevduva.yaml
    start_watch
    run -0 --separate-stderr brevduva send 2026-4 --yes
    says "accepted: 12"
    complains "1 copy waits; the next try is at "
    complains "(Ctrl-C leaves it to the other process)"
    stop_watch
}

@test "trouble is over when it is, not when it is looked at again" {
    start_relay '{"replies": {"GREETING": ["CUT", "CUT", "CUT"]}}'
    start_watch
    brevduva send 2026-4 --yes --detach
    until_true some_accepted 12
    until_true grep -q "trouble is over" "$BATS_TEST_TMPDIR/watch"
    stop_watch
    [ "$(grep -c "trouble is over" "$BATS_TEST_TMPDIR/watch")" = 1 ]
    [ "$(grep -c "smtp://127" "$BATS_TEST_TMPDIR/watch")" = 1 ]
}

@test "a second watch says who is first" {
    start_watch
    run -4 --separate-stderr brevduva deliver --watch
    complains "process $watch"
    run -4 --separate-stderr brevduva deliver
    complains "nothing to do"
    stop_watch
}

@test "what refuses us pauses the mailing, and the coordinator is told" {
    start_relay '{"replies": {"RCPT": ["550 5.7.1 blocked",
        "550 5.7.1 blocked", "550 5.7.1 blocked"]}}'
    # the letter is gone from there once it was sent
    sqlite3 brevduva.db "CREATE TABLE kept (message); CREATE TRIGGER keep
        AFTER INSERT ON letter BEGIN INSERT INTO kept VALUES (NEW.message); END"
    run -1 --separate-stderr brevduva send 2026-4 --yes
    complains "5.7.1"
    says "brevduva resume 2026-4"
    says "brevduva report 2026-4"
    says "hej@hyttvik.example is told by mail"
    state_is paused
    had=$(accepted)
    run -0 brevduva deliver
    grep "accepted hej@hyttvik.example notice" "$BATS_TEST_TMPDIR/relay.out"
    [ "$(accepted)" = "$had" ] # the notice went with that send
    sqlite3 brevduva.db "SELECT message FROM kept" |
        python3 -c 'import quopri, sys; print(quopri.decodestring(sys.stdin.buffer.read()).decode())' |
        tr '\r\n' '  ' >notice
    grep "5.7.1 blocked" notice
    grep -E "$(TZ=Europe/Stockholm date +%Y)-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}" notice # when
    # those that met the cause are tried at once, whoever looked at it
    run -0 brevduva pause 2026-4 --reason "I ask the host"
    says "I ask the host (the program had paused it before)"
    run -0 brevduva resume 2026-4
    says "3 copies that were put off are tried at once"
    run -0 brevduva send 2026-4 --no-wait
    says "accepted: 12"
    [ "$(accepted)" = 13 ] # and the notice
}

@test "after a pause of somebody, what was put off waits its time" {
    start_relay '{"replies": {"RCPT": ["451 4.7.1 not yet"]}}'
    run -4 brevduva send 2026-4 --yes --no-wait
    run -0 brevduva pause 2026-4
    run -0 brevduva resume 2026-4
    run -4 brevduva send 2026-4 --no-wait
    says "deferred: 1"
}

@test "run is the watch" {
    "$BREVDUVA" --lang en run >"$BATS_TEST_TMPDIR/watch" 2>&1 3>&- 9>&- &
    watch=$!
    until_true grep -q "watches the queue" "$BATS_TEST_TMPDIR/watch"
    run -0 brevduva send 2026-4 --yes
    stop_watch
}

@test "status and who handed over say that the relay is away, and since when" {
    sed -i '/^relay:/,/^[a-z]/ { /^relay:/d; /^ /d }' brevduva.yaml
    printf 'relay:\n  url: smtp://127.0.0.1:1\n' >>brevduva.yaml
    start_watch
    "$BREVDUVA" --lang en send 2026-4 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    away() { brevduva status | grep -q "trouble since .*127.0.0.1"; }
    until_true away
    run -0 brevduva status --json
    says '"trouble":"smtp://127.0.0.1:1'
    until_true grep -q "brevduva: smtp://127.0.0.1:1" "$BATS_TEST_TMPDIR/sent"
    kill -INT "$sender"
    wait "$sender" || true
    stop_watch
    run -0 brevduva status
    [[ $output != *"trouble since"* ]]
}

@test "a deliver that ends in trouble tells it once, and status tells it then" {
    sed -i '/^relay:/,/^[a-z]/ { /^relay:/d; /^ /d }' brevduva.yaml
    printf 'relay:\n  url: smtp://127.0.0.1:1\n' >>brevduva.yaml
    run brevduva send 2026-4 --yes --no-wait
    sqlite3 brevduva.db "DELETE FROM setting WHERE name LIKE 'stopped%'"
    run -4 --separate-stderr brevduva deliver
    [[ $output != *"127.0.0.1"* ]]
    # shellcheck disable=SC2154 # set by run
    [ "$(grep -c "127.0.0.1" <<<"$stderr")" = 1 ]
    run -0 brevduva status
    says "; stopped 20"
    says ": smtp://127.0.0.1:1: no mail server answers there"
    run -0 brevduva --set relay.url=maildir:outbox deliver
    run -0 brevduva status
    [[ $output != *"stopped"* ]]
}

@test "trouble with one of several relays names its own setting" {
    sed -i '/^relay:/,/^[a-z]/ { /^relay:/d; /^ /d }' brevduva.yaml
    printf 'relays:\n  - url: smtp://127.0.0.1:1\n  - url: smtp://127.0.0.1:2\n' >>brevduva.yaml
    run -4 --separate-stderr brevduva send 2026-4 --yes --no-wait
    complains "check host and port in relays.1.url"
    run -4 --separate-stderr brevduva --set relay.url=smtp://127.0.0.1:1 send 2026-4 --yes --no-wait
    complains "check host and port in relay.url"
}

@test "run looks at --listen also where it serves no pages" {
    run -2 --separate-stderr timeout -k 5 20 "$BREVDUVA" --lang en --set web.base_url= run --listen nonsense
    complains "nonsense is no address with a port"
}
