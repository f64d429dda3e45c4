#!/usr/bin/env bats
# What became of every copy, asked for in many ways; and one reader's story.

load helper

setup() {
    make_sample 12
    brevduva subscribe anna@gmail.example --consent form >/dev/null
    brevduva send 2026-4 --yes >/dev/null
}

teardown() {
    stop_relay
}

@test "log shows the copies that are asked for" {
    run -0 --separate-stderr brevduva log 2026-4
    [ "${#lines[@]}" = 13 ]
    run -0 --separate-stderr brevduva log 2026-4 --domain GMAIL.example
    [ "${#lines[@]}" = 1 ]
    says "anna@gmail.example"
    run -0 --separate-stderr brevduva log 2026-4 --domain @gmail.example --state refused
    [ -z "$output" ]
    run -0 --separate-stderr brevduva log 2026-4 --email anna@
    says "anna@gmail.example"
    run -0 --separate-stderr brevduva log 2026-4 --limit 5
    [ "${#lines[@]}" = 5 ]
    run -0 --separate-stderr brevduva log 2026-4 --relay maildir --limit 2 --json
    [ "${#lines[@]}" = 2 ]
    run -0 --separate-stderr brevduva log 2026-4 --code 5xx
    [ -z "$output" ]
    run -0 --separate-stderr brevduva log 2026-4 --reason "no such words"
    [ -z "$output" ]
}

@test "log takes a domain as people write it, and says that nothing is found" {
    brevduva subscribe eva@åäö.example --consent form >/dev/null
    brevduva send 2026-4 --missing --yes >/dev/null
    run -0 brevduva log 2026-4 --domain åäö.example
    [ "${#lines[@]}" = 1 ]
    says "eva@åäö.example"
    for email in eva@åäö.example EVA@ÅÄÖ.example eva@xn--4cab6c.example @åäö. åäö; do
        run -0 brevduva log 2026-4 --email "$email"
        [ "${#lines[@]}" = 1 ]
        run -0 brevduva subscriber list "$email"
        [ "${#lines[@]}" = 1 ]
        says "eva@åäö.example"
    done
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    run -0 brevduva send 2026-5 --dry-run --where "domain = åäö.example"
    says "1 reader"
    sqlite3 brevduva.db "UPDATE subscription SET state = 'bounced' WHERE subscriber_id =
        (SELECT id FROM subscriber WHERE email LIKE 'eva@xn--%')"
    run -0 brevduva subscriber restore --domain åäö.example --yes
    says "1 suspended reader"
    run -0 brevduva why eva@åäö.example
    says "to eva@åäö.example: accepted"
    run -0 --separate-stderr brevduva log 2026-4 --domain nowhere.example
    [ -z "$output" ]
    complains "No copy of 2026-4"
    run -0 brevduva log 2026-4 --domain nowhere.example --json
    [ -z "$output" ]
}

@test "log knows a relay by its name, its URL and its host" {
    start_relay
    printf '  name: Föreningens server\n' >>brevduva.yaml
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    brevduva send 2026-5 --yes >/dev/null
    url=$(sed -n 's/^  url: //p' brevduva.yaml)
    for relay in "Föreningens server" föreningens "$url" 127.0.0.1 smtp://; do
        run -0 --separate-stderr brevduva log 2026-5 --relay "$relay"
        [ "${#lines[@]}" = 13 ]
    done
    # of the mailing before, which another one took
    run -0 --separate-stderr brevduva log 2026-4 --relay "Föreningens server"
    [ -z "$output" ]
    complains "No copy of 2026-4"
    run -0 --separate-stderr brevduva log 2026-4 --relay maildir
    [ "${#lines[@]}" = 13 ]
    run -2 --separate-stderr brevduva log 2026-5 --relay smtps://
    complains "there is no relay \"smtps://\"; there are: "
    complains "Föreningens server ($url)"
    complains "maildir:outbox"
}

@test "log knows times as days, minutes and how long ago" {
    run -0 --separate-stderr brevduva log 2026-4 --since 1h
    [ "${#lines[@]}" = 13 ]
    today=$(TZ=Europe/Stockholm date +%Y-%m-%d) # the newsletter's time zone
    run -0 --separate-stderr brevduva log 2026-4 --since "$today" --until "$today"
    [ "${#lines[@]}" = 13 ]
    run -0 --separate-stderr brevduva log 2026-4 --until "2020-01-01 08:00"
    [ -z "$output" ]
    run -0 --separate-stderr brevduva log 2026-4 --since 2999-01-01
    [ -z "$output" ]
}

@test "log says what is wrong with a question" {
    for wrong in "--state gone" "--code 99" "--code 6xx" "--code 5.1" \
        "--since yesterday" "--until 2026-02-30" "--limit 0" "--limit many"; do
        # shellcheck disable=SC2086 # option and value
        run -2 --separate-stderr brevduva log 2026-4 $wrong
        complains "brevduva: ${wrong%% *} ${wrong#* }: "
    done
    run -2 --separate-stderr brevduva log 2026-4 --since "2026-01-01 25:00"
    complains "2026-11-23"
}

@test "why tells that a pause made a copy wait" {
    cp issues/2026-4.md issues/2026-5.md
    sed -i 's/^slug: .*/slug: 2026-5/' issues/2026-5.md
    BREVDUVA_NOW=1795000000 run brevduva send 2026-5 --yes --limit 1
    email=$(brevduva log 2026-5 --state queued --limit 1 --json |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    run -0 brevduva why "$email"
    says "sending was paused"
    BREVDUVA_NOW=1795000600 brevduva send 2026-5 --yes
    run -0 brevduva why "$email" --json
    says '"kind":"act"'
    says '"act":"paused"'
    says '"act":"sending"'
    [[ $output == *'"act":"paused"'*'"act":"sending"'*'"issue":"2026-5"'*'"accepted"'* ]]
    first=$(brevduva log 2026-5 --state accepted --limit 1 --json |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    run -0 brevduva why "$first"
    [[ $output != *"sending was paused"* ]]
}

@test "why tells the tries, the pause and the cancel that left a copy unsent" {
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    start_relay '{"replies": {"RCPT": ["450 4.2.2 mailbox busy"]}}'
    brevduva_at 1795000000 send 2026-5 --yes --no-wait || true
    brevduva_at 1795000060 pause 2026-5 --reason "a link is wrong"
    brevduva_at 1795000120 resume 2026-5
    brevduva_at 1795000180 cancel 2026-5 --yes
    stop_relay
    email=$(brevduva log 2026-5 --state skipped --json |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    run -0 brevduva why "$email" --json
    python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
told = [(r["at"][11:16], r.get("act") or r["state"], r.get("relay", ""))
        for r in rows if r.get("issue") == "2026-5"]
relay = told[0][2]
assert relay.startswith("smtp:"), told
assert told == [("11:06", "deferred", relay), ("11:07", "paused", ""),
                ("11:08", "sending", ""), ("11:09", "cancelled", ""),
                ("11:09", "skipped", "")], told' <<<"$output"
    run -0 brevduva why "$email"
    says "deferred by smtp://127.0.0.1:"
    says "450 4.2.2 mailbox busy"
    says "skipped: the mailing was cancelled"
    [[ $output != *"skipped by"* ]]
    run -0 brevduva log 2026-5 --state skipped
    says "the mailing was cancelled; the last answer, of 2026-11-18 12:06: 450 4.2.2 mailbox busy"
    brevduva report 2026-5 --json | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
times = [r for r in rows if r["kind"] == "time"]
assert sum(r["accepted"] for r in times) == 12, times
assert sum(r["deferred"] for r in times) == 1, times'
}

@test "why tells who asked, in whatever second it began, and a cancel once" {
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    sed 's/^slug:.*/slug: 2026-6/' issues/2026-4.md >issues/2026-6.md
    brevduva_at 1795000000 send 2026-5 --yes --at "2026-11-19 08:00" --no-wait
    brevduva_at 1795100000 deliver
    sqlite3 brevduva.db "UPDATE audit SET at = 1795100000 WHERE object LIKE '2026-5%';
        UPDATE mailing SET created_at = 1795100000 WHERE scheduled_at IS NOT NULL"
    run -0 brevduva why anna@gmail.example
    says "issue 2026-5 to nyhetsbrev: somebody asked to send it"
    brevduva_at 1795000000 send 2026-6 --yes --at "2026-11-19 08:00" --no-wait
    brevduva_at 1795000100 cancel 2026-6 --yes
    run -0 brevduva why anna@gmail.example
    says "issue 2026-6 to nyhetsbrev: cancelled by"
    says "before anyone was mailed"
    [[ $output != *"sending was cancelled: cancelled"* ]]
}

@test "why tells who asked for what another approved" {
    printf 'send:\n  approvals: 2\n' >>brevduva.yaml
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    run brevduva send 2026-5 --yes
    sqlite3 brevduva.db "UPDATE mailing SET asked_by = 'anna' WHERE approvals = 2;
        UPDATE audit SET actor = 'anna' WHERE object LIKE '2026-5%'"
    run -0 brevduva approve 2026-5 --yes
    brevduva send 2026-5 --yes >/dev/null
    run -0 brevduva why anna@gmail.example
    says "issue 2026-5 to nyhetsbrev: somebody asked to send it (cli, anna)"
    says "sending was approved"
}

@test "what waits for its slowed domain keeps what the server said" {
    for i in {1..6}; do echo "r$i@slow.example"; done >slow.csv
    sed -i 1iemail slow.csv
    brevduva import slow.csv --consent form >/dev/null
    start_relay "$(python3 -c 'import json
print(json.dumps({"replies": {"RCPT": ["450 4.7.1 slow down"] * 30}}))')"
    printf 'send:\n  retry_first: 1h\n' >>brevduva.yaml
    sed 's/^slug:.*/slug: 2026-5/' issues/2026-4.md >issues/2026-5.md
    for at in 0000 0600 9000; do # the last time all are due again
        run brevduva_at 179500$at send 2026-5 --yes --no-wait
    done
    stop_relay
    run -0 brevduva log 2026-5 --domain slow.example --state deferred --json
    [[ $output != *'"reply_code":0'* ]]
    run -0 brevduva report 2026-5
    says "told to come back later (greylisting) (4.7.1)"
    [[ $output != *"no reply"* ]]
}

@test "no words of others turn the direction of a line" {
    brevduva subscribe bo@gmail.example --consent form --name $'Bo \u202egro' >/dev/null
    sqlite3 brevduva.db "UPDATE delivery SET reply_text = 'a ' || char(8238) || 'b' WHERE email = 'anna@gmail.example'"
    run -0 brevduva log 2026-4 --email anna@
    says "a ?b"
    run -0 brevduva why anna@gmail.example
    says "a ?b"
    run -0 brevduva log 2026-4 --email anna@ --json
    says '"reply_text":"a \u202eb"'
    run -0 brevduva subscriber show bo@gmail.example
    says "Bo ?gro"
    run -0 brevduva subscriber list bo@
    says "Bo ?gro"
}
