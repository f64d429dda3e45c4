#!/usr/bin/env bats
# One issue to two lists: each command that the program recommends is about the
# mailing that it was said of.

load helper

# The list `andra` has one reader, and whether he has it nobody knows; of the
# list that comes first some have it.
setup() {
    make_sample 12
    brevduva list add andra --title "Andra" >/dev/null
    brevduva subscribe other@example.org --list andra --consent "at the desk"
    sed 's/2026-4/2026-3/' issues/2026-4.md >issues/2026-3.md
    start_relay '{"capabilities": ["SIZE 10000000"], "replies": {"DOT": ["CUT_AFTER"]}}'
    run -3 brevduva send 2026-4 --yes --list andra --no-wait
    first=$output
    run -4 brevduva send 2026-4 --yes --limit 5
}

teardown() {
    stop_relay
}

@test "where an issue went to two lists, commands say which is meant" {
    says "brevduva log 2026-4 --list nyhetsbrev"
    run -0 brevduva status
    says "next: brevduva resolve 2026-4 --list andra"
    says "next: brevduva send 2026-4 --list nyhetsbrev"
    run -0 brevduva
    says "    brevduva resolve 2026-4 --list andra"
    run -3 brevduva resolve 2026-4 --list andra
    says "brevduva resolve 2026-4 --list andra --from-log /var/log/mail.log"
    says "brevduva resolve 2026-4 --list andra --resend"
    run -0 brevduva report 2026-4 --list andra
    says "brevduva resolve 2026-4 --list andra"
    run -0 brevduva resolve 2026-4 --list andra --resend
    says "Send it: brevduva send 2026-4 --list andra"
    run -0 brevduva send 2026-4 --list andra --yes
    says "brevduva log 2026-4 --list andra"
    run -0 brevduva pause 2026-4 --list nyhetsbrev
    says "brevduva resume 2026-4 --list nyhetsbrev"
    run -4 --separate-stderr brevduva send 2026-4 --list nyhetsbrev
    complains "brevduva resume 2026-4 --list nyhetsbrev"
    run -0 brevduva resume 2026-4 --list nyhetsbrev
    says "Go on with the rest: brevduva send 2026-4 --list nyhetsbrev"
    run -0 brevduva cancel 2026-4 --list nyhetsbrev --yes
    says "brevduva log 2026-4 --list nyhetsbrev --state accepted"
    run -2 --separate-stderr brevduva send 2026-4 --list nyhetsbrev --yes
    complains "brevduva send 2026-4 --list nyhetsbrev --missing"
    run -2 --separate-stderr brevduva resume 2026-4 --list nyhetsbrev
    complains "brevduva send 2026-4 --list nyhetsbrev --missing"
}

@test "the list is named too where send would take another by itself" {
    [[ $first == *"brevduva resolve 2026-4 --list andra"* ]]
    [[ $first == *"brevduva log 2026-4 --list andra"* ]]
    run -4 brevduva send 2026-3 --yes --limit 2
    says "brevduva send 2026-3"
    [[ $output != *"--list"* ]]
}

@test "an issue that names its list needs no other word" {
    sed -e 's/2026-4/2026-5/' -e '2i list: andra' issues/2026-4.md >issues/2026-5.md
    run -0 brevduva send 2026-5 --yes
    says "brevduva log 2026-5"
    [[ $output != *"--list"* ]]
    run -0 brevduva send 2026-5 --yes --list nyhetsbrev --at "tomorrow 08:00" --detach
    says "brevduva pause 2026-5 --list nyhetsbrev"
    says "brevduva cancel 2026-5 --list nyhetsbrev"
}

@test "a second person approves the list that was asked for" {
    echo 'send: {approvals: 2}' >>brevduva.yaml
    run -4 brevduva send 2026-3 --yes --list andra
    says "brevduva approve 2026-3 --list andra"
    run -0 brevduva status
    says "next: brevduva approve 2026-3 --list andra"
}

@test "the reason of a pause names the report of that list" {
    stop_relay
    rm "$BATS_TEST_TMPDIR/relay.in"
    "$TOP/scripts/made-up-readers" 100 >readers.csv
    brevduva import readers.csv --list andra --consent "At the meeting"
    many=$(python3 -c 'import json
print(json.dumps({"capabilities": ["SIZE 10000000"], "slow": 0.01,
                  "replies": {"RCPT": ["550 5.1.1 no"] * 20}}))')
    start_relay "$many"
    run -3 brevduva send 2026-3 --yes --list andra
    says "look at \"brevduva report 2026-3 --list andra\""
    says "Paused; when that is mended: brevduva resume 2026-3 --list andra"
}

@test "without --list a command means the one mailing that it can be about" {
    run -0 brevduva pause 2026-4
    says "Let it go on: brevduva resume 2026-4 --list nyhetsbrev"
    run -3 brevduva resolve 2026-4
    says "brevduva resolve 2026-4 --list andra --resend"
    run -0 brevduva resolve 2026-4 --resend
    run -2 --separate-stderr brevduva cancel 2026-4 --yes
    complains "2026-4 goes to several lists: say which, with --list nyhetsbrev or --list andra"
    run -0 brevduva why other@example.org
    says "issue 2026-4 to other@example.org, list andra: "
}

@test "who is on both lists is counted before it is sent, and log says which" {
    run -0 brevduva send 2026-3 --yes
    [[ $output != *"by another list"* ]]
    sqlite3 brevduva.db "INSERT INTO subscription (list_id, subscriber_id, state, since) SELECT 2, id, 'active', 1 FROM subscriber LIMIT 3"
    run -0 brevduva send 2026-3 --list andra --dry-run
    says "3 readers of the list have it by another list already"
    sed 's/2026-3/2026-2/' issues/2026-3.md >issues/2026-2.md
    run -0 brevduva send 2026-2 --yes --at "tomorrow 08:00" --detach
    run -0 brevduva send 2026-2 --list andra --dry-run
    says "3 readers of the list are on another to which it is still to go"
    [[ $output != *"already"* ]]
    run -0 --separate-stderr brevduva log 2026-4 --list andra
    complains "2026-4 to andra"
}
