#!/usr/bin/env bats
# When and to whom: --at, --hold, --where, approve, --rehearse.

load helper

setup() {
    make_sample 12
}

copies() {
    find outbox/new -type f 2>/dev/null | wc -l
}

@test "--at schedules, and nobody is mailed before" {
    now=1796112000 # 2026-12-01 09:00 in Stockholm
    run -0 brevduva_at "$now" send 2026-4 --yes --no-wait --at "2026-12-02 08:00"
    says "begins: 2026-12-02 08:00"
    says "\"brevduva send 2026-4\" runs"
    state_is scheduled
    run -0 brevduva_at "$now" deliver
    [ "$(copies)" = 0 ]
    run -0 brevduva_at "$now" send 2026-4 --no-wait
    says "begins 2026-12-02 08:00"
    now=1796198400
    run -0 brevduva_at "$now" deliver
    says "accepted 12"
    [ "$(copies)" = 12 ]
    state_is "done"
    # the time for retries counts from when it began
    [ "$(sqlite3 brevduva.db "SELECT tried_from - started_at FROM mailing")" = 0 ]
}

@test "a scheduled one can be held, let go on, and cancelled" {
    run -0 brevduva send 2026-4 --yes --detach --at "tomorrow 08:00"
    run -0 brevduva pause 2026-4
    state_is held
    [[ $output != *finishes* ]] # nothing was begun
    run -0 brevduva deliver
    [ "$(copies)" = 0 ]
    run -0 brevduva resume 2026-4
    says "It begins 20"
    state_is scheduled
    run -0 brevduva cancel 2026-4 --yes
    says "12 copies that wait will not be sent"
    state_is cancelled
    [ "$(copies)" = 0 ]
}

@test "--at that cannot be, and options that do not go together" {
    now=1796112000
    run -2 --separate-stderr brevduva_at "$now" send 2026-4 --yes --at "2026-11-30 08:00"
    complains "--at"
    run -2 --separate-stderr brevduva_at "$now" send 2026-4 --yes --at soon
    complains "--at"
    run -2 --separate-stderr brevduva_at "$now" send 2026-4 --yes --at "9999-01-01 00:00"
    complains "--at 9999-01-01 00:00 is more than a year away"
    run -2 --separate-stderr brevduva send 2026-4 --yes --hold 53w
    complains "--hold 53w is more than a year away"
    run -0 brevduva_at "$now" send 2026-4 --dry-run --at "2027-12-01 09:00"
    run -2 --separate-stderr brevduva send 2026-4 --yes --hold never
    complains "--hold"
    run -2 --separate-stderr brevduva send 2026-4 --yes --hold 1m --at 10:00
    complains "--at and --hold"
    run -2 --separate-stderr brevduva send 2026-4 --yes --detach --no-wait
    complains "give one of them"
    run -2 --separate-stderr brevduva send 2026-4 --yes --missing
    complains "has not been sent"
    run -2 --separate-stderr brevduva send 2026-4 --yes --json
    complains "--json belongs to --rehearse"
    run -2 --separate-stderr brevduva send 2026-4 --dry-run --json
    complains "--json belongs to --rehearse"
    [ -z "$output" ]
    brevduva send 2026-4 --yes >/dev/null
    run -2 --separate-stderr brevduva send 2026-4 --yes --hold 1m
    complains "--hold comes too late"
    [ "$(copies)" = 12 ]
}

@test "--at stays until then, as --hold does, and sends" {
    minute=$(($(date +%s) / 60 * 60 + 60))
    [ $((minute - $(date +%s))) -gt 3 ] || { sleep 4; minute=$((minute + 60)); }
    # the time zone of the newsletter is not that of the machine
    at=$(TZ=Europe/Stockholm date -d "@$minute" "+%Y-%m-%d %H:%M")
    "$BREVDUVA" --lang en send 2026-4 --yes --at "$at" \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "begins $at. Until then it can be held" "$BATS_TEST_TMPDIR/sent"
    [ "$(copies)" = 0 ]
    sqlite3 brevduva.db "UPDATE mailing SET scheduled_at = scheduled_at - 60"
    wait "$sender"
    [ "$(copies)" = 12 ]
}

@test "--hold waits here, and then sends" {
    SECONDS=0
    run -0 brevduva send 2026-4 --yes --hold 2s
    says "can be held"
    [ "$SECONDS" -ge 1 ]
    [ "$(copies)" = 12 ]
}

@test "Ctrl-C while it is held mails nobody" {
    "$BREVDUVA" --lang en send 2026-4 --yes --hold 10m \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "can be held" "$BATS_TEST_TMPDIR/sent"
    sleep 0.2
    kill -INT "$sender"
    ends_with 4 "$sender"
    grep "nobody was mailed" "$BATS_TEST_TMPDIR/sent"
    state_is held
    [ "$(copies)" = 0 ]
}

@test "status says who waits to begin it, and a second send does not" {
    "$BREVDUVA" --lang en send 2026-4 --yes --hold 10m \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "can be held" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva status
    says "process $sender waits to do it"
    run -4 --separate-stderr brevduva send 2026-4 --yes
    complains "process $sender waits to send it"
    kill -KILL "$sender"
    wait "$sender" || true
    run -0 brevduva status
    says "no process is there to do it"
    "$BREVDUVA" --lang en send 2026-4 >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "can be held" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva pause 2026-4
    wait "$sender" || true
    grep "brevduva resume 2026-4" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva cancel 2026-4 --yes
}

@test "a hold takes no --limit away, nor does who begins it without one" {
    "$BREVDUVA" --lang en send 2026-4 --yes --limit 3 --at "tomorrow 08:00" \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "can be held" "$BATS_TEST_TMPDIR/sent"
    kill -INT "$sender"
    wait "$sender" || true
    run -0 brevduva resume 2026-4
    now=$(($(date +%s) + 200000))
    run brevduva_at "$now" deliver
    says "--limit: 3 copies were handed over"
    [ "$(copies)" = 3 ]
    run -0 brevduva_at "$now" send 2026-4 --yes
    [ "$(copies)" = 12 ]
}

@test "a --limit is kept whose send was killed" {
    "$BREVDUVA" --lang en send 2026-4 --yes --limit 3 --at "tomorrow 08:00" \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- &
    sender=$!
    until_true grep -q "can be held" "$BATS_TEST_TMPDIR/sent"
    kill -KILL "$sender"
    wait "$sender" || true
    run -0 brevduva status
    says "at most: 3 copies more (--limit)"
    says "next: brevduva deliver --watch"
    run -4 brevduva_at $(($(date +%s) + 200000)) send 2026-4
    says "--limit: 3 copies were handed over"
    [ "$(copies)" = 3 ]
}

@test "--limit is kept until two have agreed" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes --limit 3
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -4 brevduva send 2026-4 --yes
    run -0 brevduva approve 2026-4 --yes
    run -4 brevduva send 2026-4 --yes
    [ "$(copies)" = 3 ]
}

@test "who is to agree is told when it begins, and of the limit" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes --limit 3 --at "tomorrow 08:00"
    says "at most: 3 copies (--limit)"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva status
    says "  begins: $(TZ=Europe/Stockholm date -d tomorrow +%F) 08:00"
    says "  at most: 3 copies more (--limit)"
    run -0 brevduva status --json
    says '"limit":3'
    run -0 brevduva approve 2026-4 --yes
    says "  begins: $(TZ=Europe/Stockholm date -d tomorrow +%F) 08:00"
    says "  at most: 3 copies (--limit)"
    run -0 brevduva status
    says "  at most: 3 copies more (--limit)"
}

@test "what somebody paused stays held when another agrees" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes
    run -0 brevduva pause 2026-4 --reason "wrong date"
    run -0 brevduva status
    says "wrong date"
    says "waits for a second person"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva approve 2026-4 --yes
    says "wrong date"
    says "brevduva resume 2026-4"
    state_is held
    run -0 brevduva deliver
    [ "$(copies)" = 0 ]
    run -0 brevduva resume 2026-4
    run -0 brevduva deliver
    [ "$(copies)" = 12 ]
}

@test "so it does where no reason was given" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes
    run -0 brevduva pause 2026-4
    says "paused by"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva approve 2026-4 --yes
    says "brevduva resume 2026-4"
    state_is held
    run -4 --separate-stderr brevduva send 2026-4
    complains "is held (paused by"
    [ "$(copies)" = 0 ]
}

@test "resume before anyone agreed takes back the pause alone" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -4 brevduva send 2026-4 --yes
    run -0 brevduva pause 2026-4 --reason "wrong date"
    run -4 brevduva resume 2026-4
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva approve 2026-4 --yes
    run -0 brevduva deliver
    [ "$(copies)" = 12 ]
}

@test "--limit holds for whoever begins it" {
    run brevduva send 2026-4 --yes --limit 3 --at "tomorrow 08:00" --no-wait
    says "at most: 3 copies (--limit)"
    run -0 brevduva pause 2026-4
    run -0 brevduva resume 2026-4
    run -0 brevduva_at $(($(date +%s) + 200000)) deliver
    says "--limit: 3 copies were handed over"
    [ "$(copies)" = 3 ]
}

@test "--where chooses readers, by a condition that is checked first" {
    brevduva subscriber list --json | head -1 >first
    first=$(python3 -c 'import json; print(json.load(open("first"))["email"])')
    run -2 --separate-stderr brevduva send 2026-4 --yes --where "emial = x"
    complains "brevduva: --where, column 1: there is no attribute"
    run -2 --separate-stderr brevduva send 2026-4 --yes --where "email = no@where.example"
    complains "no reader"
    run -0 brevduva send 2026-4 --yes --where "email = $first"
    says "1 reader"
    says "only where: email = $first"
    says "not mailed: 11 left out by --where"
    [ "$(copies)" = 1 ]
    grep -rqi "^To:.*$first" outbox/new
}

@test "--rehearse and --limit do not go together" {
    run -2 --separate-stderr brevduva send 2026-4 --rehearse --limit 2
    complains "--rehearse and --limit do not go together"
}

@test "with two approvals someone else must look and agree" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    run -2 --separate-stderr brevduva send 2026-4 --yes --set send.approvals=1
    complains "can only be changed in brevduva.yaml"
    [ "$(copies)" = 0 ]
    run -4 brevduva send 2026-4 --yes
    says "brevduva approve 2026-4"
    state_is held
    run -4 brevduva send 2026-4 --yes
    run -4 brevduva resume 2026-4
    run -0 brevduva deliver
    [ "$(copies)" = 0 ]
    run -2 --separate-stderr brevduva approve 2026-4 --yes
    complains "someone else"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -2 --separate-stderr brevduva approve 2026-4 </dev/null
    complains "--yes"
    echo "Mer text." >>issues/2026-4.md
    run -2 --separate-stderr brevduva approve 2026-4 --yes
    complains "were changed after anna asked"
    sed -i '$d' issues/2026-4.md
    run -0 brevduva approve 2026-4 --yes
    says "anna asks to send"
    says "12 readers"
    says "Subject: "
    [ "$(copies)" = 0 ]
    run -2 --separate-stderr brevduva approve 2026-4 --yes
    run -0 brevduva deliver
    [ "$(copies)" = 12 ]
    # and once more to those who come later
    run -0 brevduva subscribe new@late.example --consent "said yes"
    run -4 brevduva send 2026-4 --missing --yes
    state_is held
    run -2 --separate-stderr brevduva approve 2026-4 --yes
    complains "someone else"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    run -0 brevduva approve 2026-4 --yes
    run -0 brevduva deliver
    [ "$(copies)" = 13 ]
    run -0 brevduva status --json
}

@test "--rehearse makes every mail and sends none" {
    brevduva subscribe noname@example.org --consent "at the desk"
    run -0 brevduva send 2026-4 --rehearse
    says "Rehearsed: 13 mails"
    says "{{first_name}} is empty for 1 reader"
    says "noname@example.org"
    says "the same address twice: 0"
    says "delete it when you have looked"
    [ "$(find rehearsal/*/new -type f | wc -l)" = 13 ]
    [ "$(copies)" = 0 ]
    run -0 brevduva status --json
    [[ $output != *'"kind":"mailing"'* ]]
    sed -i 's/{{first_name|granne}}/{{first_name}}/' issues/2026-4.md
    run -3 brevduva send 2026-4 --rehearse --json
    [ "$(printf '%s\n' "$output" | grep -c '"kind":"rehearsal"')" = 1 ]
    says '"name":"first_name","empty":1,"default":false,"examples":["noname@example.org"]'
    run ! grep -rq "forhandsvisning" rehearsal
    brevduva send 2026-4 --rehearse --json 2>/dev/null >lines || true
    brevduva send 2026-4 --rehearse --json --where "email = no@where.example" 2>/dev/null >>lines || true
    python3 -c 'import json; [json.loads(line) for line in open("lines")]'
}
