#!/usr/bin/env bats
# The report of mailings that were really sent: sums, JSON, the page.

load helper

setup() {
    make_sample 12
}

teardown() {
    stop_relay
}

sums() {
    python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
kinds = {}
for row in rows:
    kinds.setdefault(row["kind"], []).append(row)
(report,) = kinds["report"]
states = ("queued", "handing-over", "accepted", "deferred", "refused",
          "unknown", "skipped", "bounced", "complained")
total = int(sys.argv[1])
assert report["total"] == total == sum(report[s] for s in states), report
assert sum(r["count"] for r in kinds["reason"]) == total
for state in states:
    assert report[state] == sum(r["count"] for r in kinds["reason"]
                                if r["state"] == state), state
enlisted = total - report["queued"]
assert sum(d["total"] for d in kinds.get("domain", [])) >= enlisted
for d in kinds.get("domain", []) + kinds.get("relay", []):
    assert d["total"] == sum(d[s] for s in states), d
assert sum(t["accepted"] for t in kinds.get("time", [])) == report["accepted"]
' "$1"
}

@test "outcomes and causes add up to the audience" {
    start_relay '{"replies": {"RCPT": ["550 5.1.1 no such user", "452 4.2.2 full", "554 go away"]}}'
    run brevduva send 2026-4 --yes --no-wait
    run -0 brevduva report 2026-4
    says "12 copies"
    says "no such mailbox (5.1.1)"
    says "mailbox full (4.2.2)"
    says "refused, without a reason that we know (554)"
    says "go away"
    brevduva report 2026-4 --json | sums 12
    run -0 brevduva --lang sv report 2026-4
    run -0 brevduva log 2026-4 --state deferred
    says "452 4.2.2 full; next try 20"
}

@test "a mailing that has not begun, or half of it, has a report too" {
    run brevduva send 2026-4 --yes --limit 3
    run -0 brevduva report 2026-4
    says "Paused"
    brevduva report 2026-4 --json | sums 12
}

@test "the readers whose turn has not come are told apart" {
    "$TOP/scripts/made-up-readers" 400 >more.csv
    brevduva import more.csv --consent "Signed up too" >/dev/null
    run brevduva send 2026-4 --yes --limit 3
    run -0 brevduva report 2026-4
    says "readers whose turn has not come are not in these numbers."
    says "< 1"
}

@test "a relay is called by the name that the settings give it" {
    start_relay
    printf '  name: Föreningens server\n' >>brevduva.yaml
    brevduva send 2026-4 --yes
    run -0 brevduva report 2026-4
    says "Föreningens server"
    [[ $output != *smtp://* ]]
    run -0 brevduva report 2026-4 --html -
    says "Föreningens server"
    [[ $output != *smtp://* ]]
    run -0 brevduva report 2026-4 --json
    says '"relay":"smtp://127.0.0.1:'
    says '"relay_name":"Föreningens server"'
    run -0 brevduva report 2026-4 --set relay.name=
    says "smtp://127.0.0.1:"
}

@test "copies given up when their time was over are told apart, with the last answer" {
    start_relay "$(python3 -c 'import json
print(json.dumps({"replies": {"RCPT": ["450 4.2.2 full"] * 3 + ["550 5.1.1 no"]
                              + ["250 ok"] * 8 + ["450 4.2.2 still full"] * 3}}))')"
    run brevduva_at 1795000000 send 2026-4 --yes --no-wait
    run brevduva_at 1796000000 send 2026-4 --yes --no-wait
    run -0 brevduva report 2026-4
    says "time over; last answer: mailbox full (4.2.2)"
    says "still full"
    [[ $output != *"last answer: still full"* ]]
    says "no such mailbox (5.1.1)"
    brevduva report 2026-4 --json | sums 12
    run -0 brevduva report 2026-4 --json
    says '"state":"refused","reply_code":450,"enhanced":"4.2.2","reason":"deadline","words":"time over; last answer: mailbox full"'
    run -0 brevduva report 2026-4 --html -
    says "time over; last answer: mailbox full"
    run -0 brevduva log 2026-4 --reason deadline
    [ "${#lines[@]}" = 3 ]
    says 'the time to try it was over; the last answer: "450 4.2.2 still full"'
    run -0 brevduva log 2026-4 --reason deadline --json
    says '"reply_text":"still full"'
}

@test "a copy given up is told in the language of who asks" {
    start_relay '{"replies": {"RCPT": "451 4.7.1 try later"}}'
    run brevduva_at 1795000000 send 2026-4 --lang sv --yes --no-wait
    run brevduva_at 1796000000 send 2026-4 --lang sv --yes --no-wait
    run -0 brevduva log 2026-4 --reason deadline --limit 1 --json
    says '"reply_text":"try later"'
    email=$(python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])' <<<"$output")
    run -0 brevduva why "$email"
    says 'the time to try it was over; the last answer: "451 4.7.1 try later"'
    says "the time to try it was over; the last answer (451 4.7.1)"
    [[ $output != *"rules"* && $output != *"refused while"* ]]
}

@test "a copy given up after a refusal that may be ours is told apart, too" {
    start_relay '{"replies": {"RCPT": "550 5.7.1 not from you"}}'
    sqlite3 brevduva.db "UPDATE subscription SET state = 'left' WHERE subscriber_id > 1"
    run brevduva_at 1795000000 send 2026-4 --yes --no-wait
    run brevduva_at 1795000001 resume 2026-4
    run brevduva_at 1796000000 send 2026-4 --yes --no-wait
    run -0 brevduva log 2026-4
    says 'the time to try it was over; the last answer: "550 5.7.1 not from you"'
    run -0 brevduva report 2026-4
    says "time over; last answer: refused by the"
}

@test "a try within the hour is told to the second, a later one is not" {
    start_relay '{"replies": {"RCPT": "450 4.2.2 later"}}'
    run brevduva_at 1795000000 send 2026-4 --yes --no-wait
    run -0 brevduva_at 1795000000 log 2026-4 --limit 1
    [[ $output =~ "next try 2026-11-18 12:"[0-9][0-9]:[0-9][0-9]$ ]]
    run -0 brevduva_at 1794990000 log 2026-4 --limit 1
    [[ $output =~ "next try 2026-11-18 12:"[0-9][0-9]$ ]]
}

@test "a copy given up after a lost session says what happened the last time" {
    start_relay '{"replies": {"RCPT": "CUT"}}'
    run brevduva_at 1795000000 send 2026-4 --yes --no-wait
    run brevduva_at 1796000000 send 2026-4 --yes --no-wait
    run brevduva_at 1797000000 send 2026-4 --yes --no-wait
    run -0 brevduva log 2026-4 --reason deadline
    says "the time to try it was over; the last time: the server closed the connection"
    run -0 brevduva report 2026-4
    says "time over; no answer came"
}

@test "what happened is told where no reply came" {
    start_relay '{"replies": {"DATA": "CUT"}}'
    run brevduva send 2026-4 --yes --no-wait
    run -0 brevduva report 2026-4
    says "no reply: the connection was closed or failed"
    says "the server closed the connection"
    run -0 brevduva report 2026-4 --html -
    says "the server closed the connection"
    run -0 brevduva report 2026-4 --html - --no-addresses
    [[ $output != *"the server closed"* ]]
    run -0 brevduva report 2026-4 --json
    says '"words":"no reply: the connection was closed or failed","example":"the server closed the connection'
    brevduva report 2026-4 --json | sums 12
}

@test "the page is one file, and has addresses only where it may" {
    brevduva send 2026-4 --yes
    run -0 --separate-stderr brevduva report 2026-4 --html ../report.html
    complains "Wrote"
    [ "$(stat -c %a ../report.html)" = 600 ]
    grep -q "default-src 'none'" ../report.html
    run ! grep -qE '<script|src=|href=|url\(' ../report.html
    brevduva report 2026-4 --html - --no-addresses >../plain.html
    run ! grep -qE '[^ >]@[a-z]' ../plain.html
    run -0 brevduva --lang sv report 2026-4 --html -
    says '<html lang="sv"'
}

@test "no other file is lost by a slip of the finger" {
    brevduva send 2026-4 --yes
    for name in notes.txt brevduva.db issues/2026-4.md issues/x.html x.htm; do
        run -2 --separate-stderr brevduva report 2026-4 --html "$name"
    done
    mkdir folder.html
    run -2 --separate-stderr brevduva report 2026-4 --html folder.html
    run -1 --separate-stderr brevduva report 2026-4 --html nowhere/x.html
    complains "nowhere/x.html"
}

@test "a template of one's own is used, and a wrong name in it told" {
    brevduva send 2026-4 --yes
    mkdir -p templates/report
    echo '<p>{{title}}: {{audience}}</p>' >templates/report/report.html
    run -0 brevduva report 2026-4 --html -
    [ "$output" = "<p>Hyttviksbladet 4/2026: 12</p>" ]
    echo '{{titel}}' >templates/report/report.html
    run -2 --separate-stderr brevduva report 2026-4 --html -
    complains "templates/report/report.html:1:1"
}

@test "an issue that was never sent has none" {
    run -2 --separate-stderr brevduva report 2026-4
    complains "2026-4"
}

@test "--missing begins the waits between tries anew" {
    start_relay '{"replies": {"RCPT": "450 4.2.2 full"}}'
    now=$(date +%s)
    run -4 brevduva_at "$now" send 2026-4 --yes --no-wait
    for later in 2000 6000 14000 30000 62000 126000 300000; do
        run brevduva_at $((now + later)) deliver
    done
    run -3 brevduva_at $((now + 300001)) send 2026-4
    says "refused: 12"
    run -4 brevduva_at $((now + 300002)) send 2026-4 --missing --yes --no-wait
    says "deferred: 12"
    latest=$(sqlite3 brevduva.db "SELECT max(next_try_at) FROM delivery")
    [ "$latest" -gt $((now + 300002)) ]
    [ "$latest" -le $((now + 300002 + 1200)) ]
}
