#!/usr/bin/env bats
# send.deadline: how long a copy is tried that its relay puts off.

load helper

setup() {
    make_sample 1
    start_relay '{"replies": {"RCPT": ["450 4.2.1 later", "450 4.2.1 later",
        "450 4.2.1 later", "450 4.2.1 later"]}}'
    now=$(date +%s)
}

teardown() {
    stop_relay
}

# deadline_is TIME, of the settings from now on
deadline_is() {
    sed -i '/^send:/d' brevduva.yaml
    echo "send: {retry_first: 1m, deadline: $1}" >>brevduva.yaml
}

# put_off_at SECONDS MIN: tried so long after the start, and then so long waited
put_off_at() {
    local at=$((now + $1))
    run -4 brevduva_at "$at" send 2026-4 --yes --no-wait
    says "deferred: 1"
    local wait=$(($(sqlite3 brevduva.db "SELECT next_try_at FROM delivery") - at))
    echo "waits $wait seconds"
    [ "$wait" -ge "$2" ]
    [ "$wait" -le $(($2 + $2 / 4)) ]
}

given_up_at() {
    run -3 brevduva_at $((now + $1)) send 2026-4 --yes --no-wait
    says "refused: 1"
}

pause_until() {
    brevduva_at "$now" pause 2026-4
    brevduva_at $((now + $1)) resume 2026-4
}

@test "the waits double, and end with the deadline" {
    deadline_is 10m
    put_off_at 0 60
    put_off_at 75 135
    given_up_at 600
}

@test "after a pause a copy has all its time again, and the waits are short" {
    deadline_is 10m
    put_off_at 0 60
    pause_until 3600
    put_off_at 3600 60
    put_off_at 3690 150
    given_up_at 4200
}

@test "so it has where the time is long" {
    deadline_is 5d
    put_off_at 0 60
    pause_until 345600
    put_off_at 345600 60
    pause_until 345600
    put_off_at 432000 21600
    given_up_at 777600
}

@test "a shorter deadline counts at once" {
    deadline_is 2d
    put_off_at 0 60
    deadline_is 4h
    put_off_at 7200 7200
    given_up_at 14400
}
