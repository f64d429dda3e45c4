#!/usr/bin/env bats
# A mailing that was cancelled: sent anew with a mended text while nobody can
# have it, and never with another text than somebody has.

load helper

setup() {
    make_sample 12
}

teardown() {
    stop_relay
}

copies() {
    find outbox/new -type f 2>/dev/null | wc -l
}

with_text() {
    grep -rl "$1" outbox/new 2>/dev/null | wc -l
}

# Sent with a mistake in it to nobody, and cancelled; then mended.
cancel_and_mend() {
    echo "Det gamla felet." >>issues/2026-4.md
    run -0 brevduva send 2026-4 --yes --detach
    run -0 brevduva cancel 2026-4 --yes
    says "Nobody was mailed. Mend it and send it anew: brevduva send 2026-4"
    sed -i 's/Det gamla felet/Den nya texten/' issues/2026-4.md
}

@test "what was cancelled before anyone was mailed is sent anew, as it is now" {
    cancel_and_mend
    run -0 brevduva status
    says "before anyone was mailed"
    says "2026-4 is written but not sent"
    run -2 --separate-stderr brevduva send 2026-4 --missing --yes
    complains "has not been sent"
    run -0 --separate-stderr brevduva send 2026-4 --yes
    says "accepted: 12"
    # shellcheck disable=SC2154 # set by run
    [[ $stderr != *"was changed"* ]]
    [ "$(copies)" = 12 ]
    [ "$(with_text "Den nya texten")" = 12 ]
    # the one before stays on record
    [ "$(brevduva status --json | grep -c '"kind":"mailing"')" = 2 ]
    email=$(brevduva log 2026-4 --json | head -1 |
        python3 -c 'import json; print(json.loads(input())["email"])')
    run -0 brevduva why "$email"
    says "before anyone was mailed"
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = 12 ]
    run -0 brevduva send 2026-4 --yes
    [ "$(copies)" = 12 ]
}

@test "the archive shows it as it was sent, from then on" {
    archived() {
        sqlite3 brevduva.db "SELECT body LIKE '%$1%' FROM page WHERE slug = '2026-4'"
    }
    sed -i '0,/^---$/!{0,/^---$/s//archive: public\n---/}' issues/2026-4.md
    cancel_and_mend
    [ "$(sqlite3 brevduva.db "SELECT COUNT(*) FROM mailing WHERE started_at IS NOT NULL")" = 0 ]
    run -0 brevduva send 2026-4 --yes --detach --at "tomorrow 08:00"
    [ "$(archived "Den nya texten")" = 1 ]
    [ "$(archived "Det gamla felet")" = 0 ]
}

@test "where two must agree they agree to the new text" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    echo "Det gamla felet." >>issues/2026-4.md
    run -4 brevduva send 2026-4 --yes
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna'"
    sed -i 's/Det gamla felet/Den nya texten/' issues/2026-4.md
    run -2 --separate-stderr brevduva approve 2026-4 --yes
    complains "\"brevduva cancel 2026-4\" and \"brevduva send 2026-4\" again"
    run -0 brevduva cancel 2026-4 --yes
    run -4 brevduva send 2026-4 --yes
    says "brevduva approve 2026-4"
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna' WHERE id = 2"
    run -0 brevduva approve 2026-4 --yes
    run -0 brevduva deliver
    [ "$(with_text "Den nya texten")" = 12 ]
    [ "$(copies)" = 12 ]
}

@test "where somebody has it, no other text goes out under its name" {
    run -4 brevduva send 2026-4 --yes --limit 5
    run -0 brevduva cancel 2026-4 --yes
    [[ $output != *"Nobody was mailed"* ]]
    echo "Den nya texten." >>issues/2026-4.md
    run -2 --separate-stderr brevduva send 2026-4 --yes
    complains "was cancelled after some had it"
    complains "\"brevduva send 2026-4 --missing\" sends that same text"
    complains "copy the file to a new name"
    [ "$(copies)" = 5 ]
    run -0 brevduva send 2026-4 --yes --missing
    [ "$(copies)" = 12 ]
    [ "$(with_text "Den nya texten")" = 0 ]
}

@test "a copy that may have arrived is one that somebody has" {
    start_relay '{"replies": {"DOT": ["CUT_AFTER"]}}'
    run brevduva send 2026-4 --yes --limit 1
    run -0 brevduva cancel 2026-4 --yes
    run -0 --separate-stderr brevduva log 2026-4 --state unknown
    [ "${#lines[@]}" = 1 ]
    run -2 --separate-stderr brevduva send 2026-4 --yes
    complains "was cancelled, and some may have it"
}

@test "too large a mail is cancelled, made smaller and sent anew" {
    start_relay '{"capabilities": ["PIPELINING", "SIZE 2000"]}'
    run -1 --separate-stderr brevduva send 2026-4 --yes
    says "brevduva cancel 2026-4"
    complains "takes at most 2000"
    echo "Den nya texten." >>issues/2026-4.md
    run -4 --separate-stderr brevduva send 2026-4 --yes
    complains "as it is now: brevduva cancel 2026-4, then brevduva send 2026-4"
    run -0 brevduva cancel 2026-4 --yes
    says "Nobody was mailed"
    stop_relay
    run -0 brevduva send 2026-4 --yes --set relay.url=maildir:outbox
    [ "$(with_text "Den nya texten")" = 12 ]
}

@test "each cancelled mailing of an issue has its own time" {
    now=1796112000 # 2026-12-01 09:00 in Stockholm
    run -0 brevduva_at "$now" send 2026-4 --yes --detach
    run -0 brevduva_at "$((now + 60))" cancel 2026-4 --yes
    run -0 brevduva_at "$((now + 120))" send 2026-4 --yes --detach
    email=$(brevduva log 2026-4 --json | head -1 |
        python3 -c 'import json; print(json.loads(input())["email"])')
    run -0 brevduva_at "$((now + 180))" cancel 2026-4 --yes
    run -0 brevduva why "$email"
    grep -q "09:01  issue 2026-4 to $email: skipped" <<<"$output"
    grep -q "09:03  issue 2026-4 to $email: skipped" <<<"$output"
    [ "$(grep -c "cancelled by .* before anyone was mailed" <<<"$output")" = 2 ]
}
