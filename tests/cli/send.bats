#!/usr/bin/env bats
# Sending to the Maildir: the whole way without a network.

load helper

setup() {
    make_sample 12
}

copies() {
    find outbox/new -type f | wc -l
}

@test "each active reader gets one copy, once" {
    run -0 brevduva send 2026-4 --yes
    says "accepted: 12"
    [ "$(copies)" = 12 ]
    run -0 brevduva send 2026-4 --yes
    [ "$(copies)" = 12 ]
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = 12 ]
}

@test "nothing is sent without being asked twice" {
    run -2 --separate-stderr brevduva send 2026-4 </dev/null
    complains "--yes"
    run -0 brevduva send 2026-4 --dry-run
    says "12 readers"
    [ "$(copies)" = 0 ]
    run -0 brevduva status --json
    [[ $output != *'"kind":"mailing"'* ]]
}

@test "who left, is pending or suppressed gets none, and the sums add up" {
    first=$(brevduva subscriber list --json | head -1 |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    brevduva unsubscribe "$first"
    brevduva subscribe wait@example.org
    run -0 brevduva send 2026-4 --yes
    says "not mailed: 1 left"
    says "not mailed: 1 pending"
    [ "$(copies)" = 11 ]
    run ! grep -rq "^To:.*$first" outbox/new
    brevduva status --json | python3 -c '
import json, sys
for m in map(json.loads, sys.stdin):
    if m["kind"] == "mailing":
        states = ("queued", "handing-over", "accepted", "deferred", "refused",
                  "unknown", "skipped", "bounced", "complained")
        assert m["total"] == sum(m[s] for s in states) == 11'
}

@test "an issue changed after sending began is not sent again" {
    brevduva send 2026-4 --yes
    echo "Mer text." >>issues/2026-4.md
    run -0 --separate-stderr brevduva send 2026-4 --yes
    complains "was changed after sending began"
    [ "$(copies)" = 12 ]
}

@test "errors in the issue stop it before anyone is mailed" {
    sed -i 's/{{first_name|granne}}!/{{frst_name}}!/' issues/2026-4.md
    run -2 --separate-stderr brevduva send 2026-4 --yes
    complains "issues/2026-4.md:9:5"
    complains "first_name"
    [ "$(copies)" = 0 ]
}

@test "check --json has an object for each finding and for what is worse" {
    echo '[här](http://hyttvik.example/x)' >>issues/2026-4.md
    run -0 --separate-stderr brevduva check 2026-4 --json
    says '"id":"link-text-vague"'
    says '"id":"link-http"'
    echo '{{nonsense}}' >>issues/2026-4.md
    run -2 --separate-stderr brevduva check 2026-4 --json
    says '"file":"issues/2026-4.md","line":56,"column":1,"level":"error","id":"issue"'
}

@test "test mails go out and stand in no log" {
    run -0 brevduva test 2026-4 me@example.org you@example.org
    says "me@example.org: accepted"
    [ "$(copies)" = 2 ]
    run -2 --separate-stderr brevduva log 2026-4
    complains "2026-4"
}

@test "why tells the whole story" {
    brevduva send 2026-4 --yes
    email=$(brevduva log 2026-4 --json | head -1 |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    run -0 brevduva why "$email"
    says "was imported"
    says "issue 2026-4"
    says "accepted"
}

@test "render shows the letter as mail, HTML and text" {
    run -0 brevduva render 2026-4
    says "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    run -0 brevduva render 2026-4 --as html
    says "<!DOCTYPE html>"
    run -0 brevduva render 2026-4 --as text --to nobody@example.org
    says "Hej granne!"
    run -2 --separate-stderr brevduva render 2026-4 --as pdf
    complains "eml"
    run -2 --separate-stderr brevduva render 2026-9
    complains "brevduva new"
}

@test "new makes a draft that must be written over, and never writes over one" {
    run -0 brevduva new "Vårens första: \"nytt\""
    says "issues/varens-forsta-nytt.md"
    run -2 --separate-stderr brevduva new "Vårens första nytt"
    complains "is there already"
    run -3 brevduva check varens-forsta-nytt
    says "draft-untouched"
    run -2 brevduva send varens-forsta-nytt --yes
    says "draft-untouched"
    run -2 --separate-stderr brevduva new "  "
    run -2 --separate-stderr brevduva new "!!!"
}

@test "two issues never share a slug" {
    brevduva send 2026-4 --yes
    sed 's/4.2026/5\/2026/' issues/2026-4.md >issues/2026-5.md
    run -2 --separate-stderr brevduva send 2026-5 --yes
    complains 'issues/2026-5.md: its slug is "2026-4"'
    sed -i '/^slug:/d' issues/2026-5.md
    run -0 brevduva send 2026-5.md --yes
    says "accepted: 12"
    [ "$(copies)" = 24 ]
}

@test "a template of one's own that cannot be used is no secret" {
    mkdir -p templates/mail/brev
    ln -s nowhere templates/mail/brev/letter.html
    run -2 --separate-stderr brevduva check 2026-4
    complains "templates/mail/brev/letter.html"
    mv templates/mail/brev/letter.html templates/mail/brev/leter.html
    run -0 --separate-stderr brevduva check 2026-4
    complains "templates/mail/brev/leter.html is not used"
}

@test "the letter bears the newsletter's name of today" {
    sed -i 's/^name:.*/name: Nya bladet/' brevduva.yaml
    run -0 brevduva render 2026-4 --as text
    says "Nya bladet"
    [[ $output != *nyhetsbrev,* ]]
    run -0 brevduva render 2026-4
    says "List-Id: Nya bladet <nyhetsbrev.hyttvik.example>"
}

@test "a field behind attribute: is not said to be meant" {
    run -2 --separate-stderr brevduva send 2026-4 --dry-run --where "attribute:name = x"
    complains "no attribute \"name\""
    # shellcheck disable=SC2154 # set by run
    [[ $stderr != *"did you mean"* ]]
}

@test "a time that the clock shows twice is the first of them" {
    run -0 --separate-stderr brevduva send 2026-4 --yes --no-wait --at "2027-10-31 02:30"
    complains "the first of them is meant"
}

@test "too many refusals pause it: the sums, why, and what to do" {
    "$TOP/scripts/made-up-readers" 100 >more.csv
    brevduva import more.csv --consent "Meeting" >/dev/null
    start_relay "{\"slow\": 0.01, \"replies\": {\"RCPT\": [$(printf '"550 5.1.1 no",%.0s' {1..29})\"550 5.1.1 no\"]}}"
    run -3 --separate-stderr brevduva send 2026-4 --yes
    says "paused"
    says "refused: 30"
    says "brevduva resume 2026-4"
    says "brevduva report 2026-4"
    says "is told by mail"
    complains "were refused or are unknown"
    grep "accepted hej@hyttvik.example notice" "$BATS_TEST_TMPDIR/relay.out"
    stop_relay
}

@test "the day's limit: the sums, and from when on it goes on" {
    start_relay
    echo "  rate: 5/day" >>brevduva.yaml
    run -4 --separate-stderr brevduva send 2026-4 --yes --no-wait
    says "accepted: 5"
    says "after midnight: brevduva send 2026-4"
    complains "more goes after midnight"
    run -0 brevduva status
    says "had all that it may get today; more goes after midnight"
    run -4 --separate-stderr brevduva test 2026-4 me@example.org
    says "until a relay takes it"
    complains "more goes after midnight"
    # without --no-wait it stays until then
    "$BREVDUVA" --lang en send 2026-4 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 \
        3>&- 9>&- &
    sender=$!
    until_true grep -q "more goes after midnight" "$BATS_TEST_TMPDIR/sent"
    kill -INT "$sender"
    ends_with 4 "$sender"
    grep "Stopped" "$BATS_TEST_TMPDIR/sent"
    grep "after midnight: brevduva send 2026-4" "$BATS_TEST_TMPDIR/sent"
    # the next day nothing is full
    run -0 brevduva_at $(($(date +%s) + 86400)) status
    [[ $output != *midnight* ]]
    stop_relay
}

@test "status says why a send stopped, until another is at work" {
    start_relay
    url=$(sed -n 's/.*url: //p' brevduva.yaml | tail -1)
    sed -i 's|  url: smtp.*|  url: smtp://127.0.0.1:1|' brevduva.yaml
    run -4 --separate-stderr brevduva send 2026-4 --yes --no-wait
    run -0 brevduva status
    says "stopped 2"
    says "smtp://127.0.0.1:1: "
    says "next: brevduva send 2026-4"
    run -0 brevduva status --json
    says '"stopped":"smtp://127.0.0.1:1: '
    sed -i "s|  url: smtp.*|  url: $url|" brevduva.yaml
    run -0 brevduva send 2026-4 --yes
    run -0 brevduva status
    [[ $output != *"stopped 2"* ]]
    stop_relay
}

@test "status says from when on copies are tried again" {
    start_relay '{"replies": {"RCPT": ["451 4.7.1 not yet"]}}'
    run -4 brevduva send 2026-4 --yes --no-wait
    run -0 brevduva status
    says "1 copy is to be tried again, from 2"
    stop_relay
}

@test "check counts the readers whom a merge tag is empty for, and names some" {
    printf 'email,name,ort\na@kumla.example,Anna,Kumla\nb@kumla.example,Bo,\n' >ort.csv
    brevduva import ort.csv --consent "Signed up at the meeting"
    echo 'Vi ses i {{ort}}!' >>issues/2026-4.md
    run -0 brevduva check 2026-4
    says "issues/2026-4.md:55:10: warning: {{ort}} is empty for 1 of 14 readers (b@kumla.example)"
    sed -i 's/{{ort}}/{{ort|byn}}/' issues/2026-4.md
    run -0 brevduva check 2026-4
    [[ $output != *merge-empty* ]]
}

@test "check knows the calendar and the issues that were sent" {
    brevduva send 2026-4 --yes
    printf -- '---\ntitle: Hyttviksbladet 4/2026\n---\nVi ses tisdag 10 maj.\n' >issues/2026-5.md
    run -0 brevduva_at 1795737600 check 2026-5
    says "issues/2026-5.md:2:8: warning: the issue 2026-4 has the same title"
    says "issues/2026-5.md:4:8: warning: \"tisdag 10 maj\": in 2027 that day is a Monday"
    run -0 brevduva_at 1795737600 check 2026-5 --json
    says '"line":4,"column":8,"level":"warning","id":"date-weekday"'
}

@test "check --list has all checks, and each can be silenced by its name" {
    run -0 brevduva check --list
    says "link-shortener (warning): a link goes by a shortener"
    run -0 brevduva check --list --json
    says '{"id":"date-past","level":"hint","help":"a date in a list'
    run -2 --separate-stderr brevduva check
    complains "check what?"
    echo '[här](https://hyttvik.example/x)' >>issues/2026-4.md
    sed -i '2i silence: [link-text-vague, date-past]' issues/2026-4.md
    # before the first of its dates
    run -0 brevduva_at 1793000000 check 2026-4
    [[ $output != *link-text-vague* ]]
    says "issues/2026-4.md:2:28: hint: the check date-past finds nothing here"
    sed -i 's/date-past/date-pats/' issues/2026-4.md
    run -2 --separate-stderr brevduva check 2026-4
    complains 'issues/2026-4.md:2:28: no check is called "date-pats"; did you mean "date-past"?'
}

@test "send --despite lets the errors of one check pass" {
    echo '[Kartan](karta.pdf)' >>issues/2026-4.md
    run -2 --separate-stderr brevduva send 2026-4 --yes
    says "[link-relative]"
    complains "--despite"
    run -2 --separate-stderr brevduva send 2026-4 --yes --despite link-relatives
    complains "brevduva check --list"
    run -2 brevduva send 2026-4 --yes --despite body-empty
    [ "$(copies)" = 0 ]
    run -0 brevduva send 2026-4 --yes --despite body-empty --despite link-relative
    says "[link-relative]"
    [ "$(copies)" = 12 ]
}

@test "a template of one's own must say who sends it and how to leave" {
    mkdir -p templates/mail/brev
    echo '<h1>{{title}}</h1>{{{body}}}' >templates/mail/brev/letter.html
    run -3 brevduva check 2026-4
    says "templates/mail/brev/letter.html: error: nothing leads to unsubscribing"
    says "templates/mail/brev/letter.html: warning: the postal address is not shown"
}

@test "a password that cannot be had is told before anything is frozen" {
    run -2 --separate-stderr brevduva send 2026-4 --yes \
        --set relay.url=smtp://127.0.0.1:9 --set relay.username=eva \
        --set relay.password_file=nowhere
    complains "nowhere"
    run -0 brevduva status --json
    [[ $output != *'"kind":"mailing"'* ]]
}

@test "send --yes looks at the first of very many readers, check at all" {
    python3 - >many.csv <<'PY'
print("email,language,ort")
for i in range(10001):
    print(f"r{i:05}@many.example,sv,{'Kumla' if 5 <= i < 10000 else ''}")
PY
    brevduva list add many --title Many >/dev/null
    brevduva import many.csv --list many --consent form >/dev/null
    echo 'Vi ses i {{ort}}!' >>issues/2026-4.md
    sed -i '2i list: many' issues/2026-4.md
    run -0 brevduva check 2026-4
    says "{{ort}} is empty for 6 of 10001 readers"
    run -0 brevduva send 2026-4 --yes --dry-run
    says "{{ort}} is empty for 5 of the first 10000 readers"
}
