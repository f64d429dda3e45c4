#!/usr/bin/env bats
# What stands, who sends, and what to do next.

load helper

setup() {
    make_sample 12
}

teardown() {
    stop_relay
}

mailing() {
    brevduva status --json | python3 -c '
import json, sys
for row in map(json.loads, sys.stdin):
    if row["kind"] == "mailing":
        print(row["state"], row["next"])'
}

@test "nothing is sent, nothing waits" {
    run -0 brevduva status
    says "No process is sending."
    run -0 brevduva status --json
    says '"kind":"sender","role":"","pid":0,"letters_waiting":0'
}

@test "a mailing that is done needs nothing" {
    brevduva send 2026-4 --yes
    run -0 brevduva status
    says "12 copies: done 20"
    [[ $output != *next:* ]]
    [ "$(mailing)" = "done " ]
}

@test "a paused one says why, how far it came and what lets it go on" {
    run brevduva send 2026-4 --yes --limit 3
    run -0 brevduva status
    says "paused at 25.0%, 3 of 12; --limit: 3 copies were handed over"
    says "next: brevduva send 2026-4"
    [ "$(mailing)" = "paused brevduva send 2026-4" ]
    run -0 brevduva --lang sv status
    run -0 brevduva
    says "2026-4: paused at 25.0%, 3 of 12; --limit: 3 copies"
    says "    brevduva send 2026-4"
}

@test "a schedule says when, and whether anybody is there for it" {
    run -0 brevduva send 2026-4 --yes --detach --at "tomorrow 08:00"
    run -0 brevduva status
    says "will be sent 20"
    says "but no process is there to do it"
    says "next: brevduva deliver --watch"
    run -0 brevduva
    says "brevduva deliver --watch"
}

@test "a second person is asked for" {
    echo 'send: {approvals: 2}' >>brevduva.yaml
    run brevduva send 2026-4 --yes
    run -0 brevduva status
    says "waits for a second person to agree"
    says "next: brevduva approve 2026-4"
}

@test "copies to be tried again are told from those never tried" {
    start_relay '{"replies": {"RCPT": ["452 4.2.2 full", "452 4.2.2 full"]}}'
    run brevduva send 2026-4 --yes --no-wait
    run -0 brevduva status
    says "2 copies are to be tried again"
    says "next: brevduva send 2026-4"
}

@test "who sends now is named" {
    (
        flock 9
        printf '%s watch\n' "$BASHPID" >brevduva.db-sender
        touch held
        until [ -e over ]; do sleep 0.05; done
    ) 9>>brevduva.db-sender &
    until_true [ -e held ]
    run brevduva status
    touch over
    says "sends what is due (brevduva deliver --watch)."
    wait
}

@test "what has not begun has no deadline" {
    brevduva send 2026-4 --yes --no-wait --at "tomorrow 08:00" >/dev/null
    run -0 brevduva status --json
    says '"deadline":null'
}

@test "copies that wait for their domain's turn are told, and until when" {
    start_relay
    printf '  domains: {"byapost.example": 1/day}\n' >>brevduva.yaml
    run brevduva send 2026-4 --yes --no-wait
    run -0 brevduva status
    says "12 copies: 3 copies wait for their domain's turn, from 20"
    says "next: brevduva send 2026-4"
}

@test "a turn and a retry that are waited for are told side by side" {
    start_relay '{"replies": {"RCPT": ["452 4.2.2 full"]}}'
    printf '  domains: {"byapost.example": 1/day}\n' >>brevduva.yaml
    run brevduva send 2026-4 --yes --no-wait
    run -0 brevduva status
    says "wait for their domain's turn, 1 copy is to be tried again, from 20"
}

# As the version before left it.
make_older() {
    sqlite3 brevduva.db "ALTER TABLE mailing ADD COLUMN deadline INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailing DROP COLUMN tried_from; PRAGMA user_version = 10"
}

@test "an older database is brought up by whoever looks at it and may write it" {
    make_older
    run -0 brevduva status
    says "active"
    make_older
    brevduva log 2026-4 >/dev/null 2>&1 || true
    [ "$(sqlite3 brevduva.db "PRAGMA user_version")" = 11 ]
}

@test "not under a process of the older version" {
    "$BREVDUVA" --lang en deliver --watch >/dev/null 2>&1 3>&- &
    watch=$!
    until_true eval "brevduva status | grep 'Process $watch sends'"
    kill -STOP "$watch" # or it would meet what is not of its version, and end
    make_older
    run -4 --separate-stderr brevduva status
    complains "stop what still runs of the older brevduva"
    kill -KILL "$watch"
    wait "$watch" || true
    run -0 brevduva status
}
