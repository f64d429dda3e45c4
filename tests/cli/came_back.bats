#!/usr/bin/env bats
# What came back of a mailing, as log, report, status and the reader's own story
# show it, and whom it alarms.

load helper

setup() {
    make_newsletter
    sed -i 's/^\( *email: \).*@.*/\1blad@hyttvik.example/' brevduva.yaml
    printf 'inbox:\n  address: "studs+*@hyttvik.example"\n' >>brevduva.yaml
    cp "$TOP/docs/samples/hyttvik/issues/"*.md issues/
    for name in anna bo cia dan; do
        brevduva subscribe $name@x.example --consent form
    done
    brevduva subscribe eli@åäö.example --consent form
    send_it
}

# Through a server that keeps the envelopes, where the return paths stand.
send_it() {
    "$TOP/scripts/smtp-catcher" caught >catcher.out 3>&- &
    local catcher=$!
    until_true grep -q ready catcher.out
    brevduva --set relay.url="smtp://127.0.0.1:$(sed -n 's/ready //p' \
        catcher.out)" send 2026-4 --yes
    kill $catcher
    wait $catcher
}

message_id() {
    brevduva log 2026-4 --email "$1" --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["message_id"])'
}

# The return path of the copy to $1; with PLAIN an address without a token.
signed() {
    if [ -n "${PLAIN-}" ]; then
        echo blad@hyttvik.example
        return
    fi
    cat caught/new/* | tr -d '\r' | grep -B1 "^Delivered-To: $1\$" |
        sed -n 's/^Return-Path: <\(.*\)>$/\1/p'
}

# A mail system's report on the copy of $1: status $2, words $3.
bounce() {
    brevduva inbox --stdin <<MAIL
From: MAILER-DAEMON@mx.x.example
To: $(signed "$1")
Subject: Undelivered Mail Returned to Sender
Message-ID: <$RANDOM.$RANDOM@mx.x.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.example

Final-Recipient: rfc822; $1
Action: failed
Status: $2
Diagnostic-Code: smtp; $3

--b
Content-Type: text/rfc822-headers

From: blad@hyttvik.example
To: $1
Message-ID: <$(message_id "$1")>

--b--
MAIL
}

complaint() {
    brevduva inbox --stdin <<MAIL
From: fbl@x.example
To: $(signed "$1")
Subject: Abuse report
Message-ID: <$RANDOM.$RANDOM@x.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

A reader pressed a button.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1
Version: 1
Original-Rcpt-To: $1

--b
Content-Type: message/rfc822

From: blad@hyttvik.example
To: $1
Message-ID: <$(message_id "$1")>

The letter.
--b--
MAIL
}

all_of_them() {
    bounce anna@x.example 5.1.1 "550 5.1.1 No such user here"
    bounce bo@x.example 5.2.2 "552 5.2.2 Over quota"
    bounce cia@x.example 5.7.1 "550 5.7.1 Blocked by our rules"
    complaint dan@x.example
}

@test "log has the words of the report, and finds them" {
    all_of_them
    run -0 brevduva log 2026-4 --state bounced
    [ "${#lines[@]}" = 3 ]
    says "no such mailbox (5.1.1): "
    says "No such user here"
    [[ $output != *"250 "* ]]
    run -0 brevduva log 2026-4 --code 5.2.2
    [ "${#lines[@]}" = 1 ]
    says "bo@x.example"
    run -0 brevduva log 2026-4 --reason "over QUOTA" --json
    [ "${#lines[@]}" = 1 ]
    says '"back_reason":"full","back_status":"5.2.2"'
    run -0 brevduva log 2026-4 --state complained
    says "dan@x.example"
    says "reported as spam"
    run -0 brevduva log 2026-4 --state accepted --json
    [ "${#lines[@]}" = 1 ]
    [[ $output != *back_* ]]
}

@test "report tells it by reason and by domain" {
    all_of_them
    bounce eli@xn--4cab6c.example 5.1.2 "550 5.1.2 Host unknown"
    run -0 brevduva report 2026-4
    says "no such mailbox (5.1.1)"
    says "What came back, by mail domain"
    says "åäö.example"
    run -0 brevduva report 2026-4 --json
    says '{"kind":"back","domain":"x.example","reason":"full","words":"mailbox full","count":1}'
    says '{"kind":"back","domain":"xn--4cab6c.example","reason":"no-domain"'
    says '"state":"bounced","reply_code":550,"enhanced":"5.1.1","reason":"no-mailbox"'
    run -0 brevduva report 2026-4 --html - --no-addresses
    says "What came back, by mail domain"
    says "mailbox full 1"
    [[ $output != *anna@x.example* && $output != *"Over quota"* ]]
}

@test "why tells how sure it is, and what it led to" {
    PLAIN=1 bounce anna@x.example 5.1.1 "550 5.1.1 No such user here"
    PLAIN=1 bounce cia@x.example 5.7.1 "550 5.7.1 Blocked by our rules"
    complaint dan@x.example
    run -0 brevduva why anna@x.example
    says "issue 2026-4: came back: no such mailbox"
    says "the address is dead; known by the mail's number; it counts"
    says "Now: active"
    run -0 brevduva why cia@x.example
    says "against us, not against the address; known by the mail's number; noted only"
    run -0 brevduva why dan@x.example
    says "feedback from the mail provider: reported as spam"
    says "off all lists for it, and never mailed again"
    says "Suppressed since"
    says "Now: complained on nyhetsbrev"
    run -0 brevduva why dan@x.example --json
    says '"report":"complaint"'
    says '"proof":"token","effect":"left"'
    run -2 brevduva subscriber restore nobody@x.example
    run -2 --separate-stderr brevduva subscriber restore dan@x.example
    complains "dan@x.example has reported us as spam"
    complains "subscribe dan@x.example --force"
}

@test "status warns of a mailing of which too much came back, and says what to do" {
    run -0 brevduva status
    [[ $output != *warning* ]]
    all_of_them
    run -0 brevduva status
    [[ $output != *warning* ]] # of a small list one or two are no trend
    bounce eli@xn--4cab6c.example 5.1.2 "550 5.1.2 Host unknown"
    complaint cia@x.example
    run -0 brevduva status
    says "warning: 3 of 5 copies came back (60.0%), more than 5.0%"
    says "warning: 2 of 5 readers reported it as spam (40.0%), more than 0.3%"
    says "refused by rules, for you to mend: 1"
    says "from whom, and why: brevduva report 2026-4"
    run -0 brevduva status --json
    says '"came_back":3,"policy":1,"complaints":2,"warnings":["3 of 5 copies'
    run -0 brevduva --set inbox.max_bounced=0 --set inbox.max_complained=0 status
    [[ $output != *warning* ]]
}

@test "the coordinator is told once of each threshold" {
    bounce anna@x.example 5.1.1 "550 5.1.1 No such user here"
    bounce bo@x.example 5.2.2 "552 5.2.2 Over quota"
    bounce cia@x.example 5.2.2 "552 5.2.2 Over quota"
    run -0 brevduva status
    says "1 letter waits"
    bounce eli@xn--4cab6c.example 5.1.2 "550 5.1.2 Host unknown"
    run -0 brevduva status
    says "1 letter waits"
    complaint dan@x.example
    complaint cia@x.example
    run -0 brevduva status
    says "2 letters wait"
    brevduva deliver
    run grep -rl "Mycket av 2026-4 kom tillbaka" outbox
    [ "${#lines[@]}" = 2 ]
}

@test "a reader who is forgotten leaves only numbers" {
    all_of_them
    brevduva forget anna@x.example --yes
    run -0 brevduva report 2026-4 --json
    says '"bounced":3'
    run -0 brevduva status
    says "Database: sound"
    run grep -a "No such user here" brevduva.db
    [ "$status" -eq 1 ]
}
