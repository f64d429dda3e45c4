#!/usr/bin/env bats
# Readers whose mail does not arrive: suspended, listed with the reason, and
# let back in.

load helper

setup() {
    make_newsletter
    sed -i 's/^\( *email: \).*@.*/\1blad@hyttvik.example/' brevduva.yaml
    cp "$TOP/docs/samples/hyttvik/issues/"*.md issues/
    for name in anna bo cia; do
        brevduva subscribe $name@x.example --name "$name" --consent form
    done
}

teardown() {
    stop_relay
}

# Anna has no mailbox, Bo's is full, Cia's server does not like us.
send_to_a_picky_one() {
    start_relay '{"replies": {"RCPT": ["550 5.1.1 User unknown",
        "552 5.2.2 Over quota", "550 Rejected as spam, blocked"]}}'
    run -3 brevduva send 2026-4 --yes
}

@test "only who has no mailbox is suspended, with the server's words on record" {
    send_to_a_picky_one
    run -0 brevduva subscriber list --state bounced
    [ "${#lines[@]}" = 1 ]
    says "anna@x.example"
    says "no such mailbox (5.1.1)"
    run -0 brevduva subscriber list --state bounced --json
    says '"state":"bounced","since":"20'
    says '"reason":"no-mailbox","status":"5.1.1","evidence":"User unknown"'
    run -0 brevduva subscriber show anna@x.example
    says "bounced since 20"
    says "no such mailbox (5.1.1)"
    run -0 brevduva subscriber list --state active
    [ "${#lines[@]}" = 2 ]
    [[ $output != *"no such"* ]]
}

@test "why tells each report, its verdict and what it led to, in order" {
    send_to_a_picky_one
    run -0 brevduva why anna@x.example
    says "issue 2026-4: refused while sending: no such mailbox (550 5.1.1)"
    says "the address is dead; said to us by the relay; suspended for it"
    says "was suspended: mail came back: nyhetsbrev, no-mailbox, 5.1.1"
    [[ $output == *"refused by smtp"*"refused while sending"*"was suspended"* ]]
    run -0 brevduva why bo@x.example
    says "the mailbox is full; said to us by the relay; it counts"
    says "Now: active on nyhetsbrev"
    run -0 brevduva why cia@x.example --json
    says '"kind":"report"'
    says '"report":"refused","issue":"2026-4","list":"nyhetsbrev"'
    says '"verdict":"policy"'
    says '"proof":"session","effect":"noted"'
}

@test "status tells of the suspended, and advises how to see them" {
    run -0 brevduva status
    [[ $output != *suspended* ]]
    send_to_a_picky_one
    run -0 brevduva status
    says "1 reader was suspended in the last 7 days"
    says "1 bounced"
    run -0 brevduva status --json
    says '{"kind":"suspended","days":7,"readers":1}'
    says '"came_back":0,"policy":0,"complaints":0,"warnings":[]'
    run -0 brevduva_at "$(date -d '+8 days' +%s)" status
    [[ $output != *"was suspended"* ]]
}

@test "restore lets mail go there again, once, and says why in the ledger" {
    send_to_a_picky_one
    run -0 brevduva subscriber restore anna@x.example --reason "a new phone"
    says "anna@x.example gets mail of 1 list again"
    run -0 brevduva subscriber list --state bounced
    [ -z "$output" ]
    run -0 brevduva why anna@x.example
    says "no longer suspended: a new phone"
    says "Now: active on nyhetsbrev"
    run -0 brevduva subscriber restore anna@x.example
    says "is not suspended; nothing changed"
    run -2 --separate-stderr brevduva subscriber restore nobody@x.example
    complains "nobody@x.example"
    run -2 --separate-stderr brevduva subscriber restore anna
    run -0 brevduva status
    says "Database: sound"
}

@test "all readers of a provider come back at once" {
    send_to_a_picky_one
    run -2 --separate-stderr brevduva subscriber restore
    complains "give an address, or --domain and --since"
    run -0 brevduva subscriber restore --domain other.example --since 1h
    says "0 suspended readers"
    run -2 --separate-stderr brevduva subscriber restore --domain X.example
    complains "say --yes to restore 1 suspended reader"
    run -0 brevduva subscriber restore --domain X.example --since 1h --yes
    says "1 suspended reader"
    says "They get mail again."
    run -0 brevduva subscriber list --state bounced
    [ -z "$output" ]
}

@test "the next issue goes round the suspended" {
    send_to_a_picky_one
    stop_relay
    rm "$BATS_TEST_TMPDIR"/relay.*
    start_relay
    sed s/2026-4/2026-5/ issues/2026-4.md >issues/2026-5.md
    run -0 brevduva send 2026-5 --yes
    says "done, 2 copies"
    run -3 brevduva send 2026-4 --missing --yes # anna stays refused
    run -0 brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = 2 ]
}

@test "the reader is told of it who asks, and forgotten who wants that" {
    send_to_a_picky_one
    run -0 brevduva subscriber export anna@x.example
    says '"reports":[{"at":"20'
    says '"report":"refused","email":"anna@x.example","verdict":"dead"'
    run -0 brevduva subscriber export anna@x.example --text
    says "What came back from your address"
    says "What it led to: no letters for now"
    brevduva forget anna@x.example --yes
    brevduva unsubscribe bo@x.example
    run -0 brevduva report 2026-4
    says "no such mailbox"
    run grep -a anna@x.example brevduva.db
    [ "$status" -eq 1 ]
    run -0 brevduva status
    says "Database: sound"
}

@test "rules of the settings: two reports, when they say so" {
    echo 'inbox: {dead_after: 2}' >>brevduva.yaml
    send_to_a_picky_one
    run -0 brevduva subscriber list --state bounced
    [ -z "$output" ]
    run -0 brevduva why anna@x.example
    says "it counts, and more of the kind would suspend"
    stop_relay
    rm "$BATS_TEST_TMPDIR"/relay.*
    start_relay '{"replies": {"RCPT": "550 5.1.1 User unknown"}}'
    sed s/2026-4/2026-5/ issues/2026-4.md >issues/2026-5.md
    run -3 brevduva --set send.max_refused=100 send 2026-5 --yes
    run -0 brevduva subscriber list --state bounced
    [ "${#lines[@]}" = 1 ]
    says "anna@x.example"
}
