#!/usr/bin/env bats
# Copies that may have been accepted, and those who did not get it.

load helper

# One copy is unknown: the relay took it, and hung up without a word.
setup() {
    make_sample 6
    start_relay '{"capabilities": ["SIZE 10000000"], "replies": {"DOT": ["CUT_AFTER"]}}'
    run -3 brevduva send 2026-4 --yes
    says "unknown: 1"
    says "brevduva resolve 2026-4"
    id=$(brevduva log 2026-4 --state unknown --json |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["message_id"])')
}

teardown() {
    stop_relay
}

postfix_log() {
    cat <<END
Nov 23 10:00:00 mail postfix/smtpd[7]: 4F2C61A0B3: client=brev[192.0.2.1]
Nov 23 10:00:00 mail postfix/cleanup[8]: 4F2C61A0B3: message-id=<$id>
$1
END
}

@test "resolve lists them, and says what to look for" {
    run -3 brevduva resolve 2026-4
    says "Message-ID: <$id>"
    says "--from-log /var/log/mail.log"
    says "--resend"
    run -0 brevduva report 2026-4
    says "Find out about the unknown one: brevduva resolve 2026-4"
    run -3 brevduva resolve 2026-4 --json
    [ "${#lines[@]}" = 1 ]
    says "\"message_id\":\"$id\""
    run -2 --separate-stderr brevduva resolve 2026-4 --resend --assume-sent
    complains "not both"
    run -2 --separate-stderr brevduva resolve 2026-4 --from-log none.log
    complains "none.log"
}

@test "a log that has it in the queue settles it" {
    postfix_log "Nov 23 10:00:01 mail postfix/smtp[9]: 4F2C61A0B3: to=<x@y.example>, relay=z, dsn=2.0.0, status=sent (250 Ok)" >mail.log
    run -0 brevduva resolve 2026-4 --from-log mail.log
    says "found in the relay's log as 4F2C61A0B3: status=sent (250 Ok)"
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = 6 ]
    run -0 brevduva log 2026-4 --reason found --json
    [ "${#lines[@]}" = 1 ]
    says '"reason":"found"'
    run -0 brevduva report 2026-4
    [[ $output =~ "accepted by the relay"\ +5 ]]
    [[ $output =~ "found in the relay's log"\ +1 ]]
    run -0 brevduva resolve 2026-4
    says "No copy of 2026-4"
}

@test "words of a log that would move the cursor are left out" {
    postfix_log "Nov 23 10:00:01 mail postfix/smtp[9]: 4F2C61A0B3: to=<x@y.example>, relay=z, dsn=2.0.0, status=sent (250 "$'\e[2J'")" >mail.log
    run -0 brevduva resolve 2026-4 --from-log mail.log
    says "found in the relay's log as 4F2C61A0B3"
    [[ $output != *$'\e'* ]]
}

@test "a file that is no relay's log is refused" {
    printf 'a,b\nc,d\n' >other.csv
    run -2 --separate-stderr brevduva resolve 2026-4 --from-log other.csv
    complains "other.csv is no log of Postfix or Exim: 2 lines were read"
}

@test "a log that only names it proves nothing" {
    postfix_log "" >mail.log
    run -3 brevduva resolve 2026-4 --from-log mail.log
    says "1 copy is unknown"
}

@test "Exim's log from standard input, and the rest by one's word" {
    run -0 brevduva resolve 2026-4 --from-log - <<END
2026-11-23 10:00:00 1sKabc-0000xy-2a <= a@b.example H=c P=esmtp S=2 id=$id
END
    says "found in the relay's log as 1sKabc-0000xy-2a"
}

@test "--resend sends it again with the same Message-ID" {
    run -0 brevduva resolve 2026-4 --resend
    says "brevduva send 2026-4"
    run -0 brevduva send 2026-4
    says "accepted: 6"
    [ "$(grep -c " $id\$" "$BATS_TEST_TMPDIR/relay.out")" = 2 ]
}

@test "--assume-sent counts it as sent" {
    run -0 brevduva resolve 2026-4 --assume-sent
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = 6 ]
    says "taken as sent on the word of"
    [ "$(accepted)" = 6 ]
    run -0 brevduva report 2026-4
    [[ $output =~ "accepted by the relay"\ +5 ]]
    [[ $output =~ "assumed to be sent"\ +1 ]]
    run -0 brevduva report 2026-4 --json
    says '"reason":"assumed","words":"assumed to be sent"'
    run -0 brevduva report 2026-4 --html -
    says "assumed to be sent"
    run -0 brevduva log 2026-4 --reason assumed
    [ "${#lines[@]}" = 1 ]
}

@test "of a cancelled mailing it offers what works there" {
    brevduva subscribe new@example.org --consent "at the desk"
    run -0 brevduva send 2026-4 --missing --yes --detach
    run -0 brevduva cancel 2026-4 --yes
    run -3 brevduva resolve 2026-4
    [[ $output != *"--resend"* ]]
    says "cancelled: none is sent again"
    says "--assume-sent"
    run -2 --separate-stderr brevduva resolve 2026-4 --resend
    run -0 brevduva resolve 2026-4 --assume-sent
}

@test "--missing goes to those, and only those, who did not get it" {
    run -0 brevduva send 2026-4 --missing --dry-run
    says "1 copy is unknown"
    says "brevduva resolve 2026-4"
    brevduva resolve 2026-4 --assume-sent >/dev/null
    brevduva subscribe new@example.org --consent "at the desk"
    run -0 brevduva send 2026-4 --missing --dry-run
    says "1 reader did not get it"
    [ "$(accepted)" = 6 ]
    run -2 --separate-stderr brevduva send 2026-4 --missing </dev/null
    complains "--yes"
    run -0 brevduva send 2026-4 --missing --yes
    says "1 have come to the list since"
    says "accepted: 7"
    grep "accepted new@example.org" "$BATS_TEST_TMPDIR/relay.out"
    [ "$(accepted)" = 7 ]
    run -0 brevduva send 2026-4 --missing --yes
    says "0 readers did not get it"
}

@test "what send.unknown says is done and printed" {
    printf 'send:\n  unknown: resend\n' >>brevduva.yaml
    brevduva subscribe new@example.org --consent "at the desk"
    run -0 brevduva send 2026-4 --missing --yes
    says "1 unknown copy is queued again"
    says "accepted: 7"
    [ "$(accepted)" = 8 ]
}

@test "deliver sends what it queued again in the same run" {
    stop_relay
    rm "$BATS_TEST_TMPDIR/relay.in"
    sed 's/2026-4/2026-5/' issues/2026-4.md >issues/2026-5.md
    start_relay '{"capabilities": ["SIZE 10000000"], "replies": {"DOT": ["CUT_AFTER"]}}'
    printf 'send:\n  unknown: resend\n' >>brevduva.yaml
    run -0 brevduva send 2026-5 --yes --detach
    run -0 brevduva deliver
    says "1 unknown copy is queued again"
    says "accepted 6, deferred 0, refused 0, unknown 1"
    [ "$(accepted)" = 7 ]
    run -0 brevduva deliver
    says "accepted 0"
}
