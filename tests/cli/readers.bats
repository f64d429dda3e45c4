#!/usr/bin/env bats
# Lists, readers, and the ledger that keeps why.

load helper

setup() {
    make_newsletter
}

@test "a reader with stated consent is active, without it pending" {
    run -0 brevduva subscribe anna@example.org --name "Anna Ek" --consent "form"
    says "anna@example.org is on nyhetsbrev now"
    run -0 brevduva subscribe bo@example.org
    says "pending"
    run -0 brevduva subscriber list --state active
    says "anna@example.org"
    [[ $output != *bo@* ]]
    run -0 brevduva list show
    says "active 1, pending 1"
}

@test "two spellings of one address are one reader" {
    brevduva subscribe Anna@EXAMPLE.ORG --consent form
    run -0 brevduva subscribe anna@example.org --consent form
    says "already"
    brevduva subscribe info@åäö.example --consent form
    run -0 brevduva subscriber show info@xn--4cab6c.example --json
    says '"email":"info@xn--4cab6c.example"'
    run -0 brevduva subscriber list
    says "info@åäö.example"
    [ "${#lines[@]}" = 2 ]
}

@test "addresses that would break a header are refused" {
    for bad in 'a@b' 'a b@example.org' $'x@example.org\r\nBcc: y@example.org' \
        'a@example.org,b@example.org' '@example.org' \
        "$(printf 'x%.0s' {1..300})@example.org"; do
        run -2 --separate-stderr brevduva subscribe "$bad" --consent form
        complains "brevduva: "
    done
    run -0 brevduva subscriber list
    [ -z "$output" ]
}

@test "leaving and coming back are on record" {
    brevduva subscribe anna@example.org --consent "paper form 2024"
    brevduva unsubscribe anna@example.org --reason "asked by phone"
    run -0 brevduva unsubscribe anna@example.org
    says "nothing changed"
    brevduva subscribe anna@example.org --consent "web form 2026"
    run -0 brevduva why anna@example.org
    says "paper form 2024"
    says "asked by phone"
    says "web form 2026"
    says "Now: active on nyhetsbrev"
    run -0 brevduva why anna@example.org --json
    says '"kind":"consent"'
    says '"act":"left"'
}

@test "subscriber set changes what is known, and keeps who did it" {
    brevduva subscribe anna@example.org --consent form
    brevduva subscriber set anna@example.org --name "Anna Ek" \
        --language en --text-only yes --attribute ort=Kumla \
        --attribute barn=2
    brevduva subscriber set anna@example.org --attribute barn=
    run -0 brevduva subscriber show anna@example.org --json
    says '"name":"Anna Ek"'
    says '"text_only":true'
    says '"attributes":{"ort":"Kumla"}'
    brevduva subscriber set anna@example.org --email anna.ek@example.org
    run -0 brevduva why anna.ek@example.org
    says "was changed"
    says "anna@example.org -> anna.ek@example.org"
    brevduva subscribe bo@example.org --consent form
    brevduva subscriber set bo@example.org --attribute "Antal barn=3"
    run -0 brevduva subscriber show bo@example.org --json
    says '"antal_barn":"3"'
    for bad in email=x "E-post=x" "!!=x"; do
        run -2 --separate-stderr brevduva subscriber set bo@example.org \
            --attribute "$bad"
    done
    run -2 --separate-stderr brevduva subscriber set bo@example.org \
        --email anna.ek@example.org
    complains "anna.ek@example.org"
    run -2 --separate-stderr brevduva subscriber set bo@example.org
    complains "nothing to change"
}

@test "lists are added, changed and removed, never with their proof" {
    run -0 brevduva list add styrelsen --title "Till styrelsen" --language sv
    run -2 --separate-stderr brevduva list add styrelsen
    complains "styrelsen"
    for bad in "Stor Stad" "" -x; do
        run -2 --separate-stderr brevduva list add -- "$bad"
        complains "a-z"
    done
    run -2 --separate-stderr brevduva subscribe a@example.org --list ""
    complains "--list needs"
    brevduva list edit styrelsen --description "Protokoll"
    run -0 brevduva list show styrelsen
    says "Protokoll"
    brevduva subscribe anna@example.org --list styrelsen --consent form
    run -2 --separate-stderr brevduva list remove styrelsen
    brevduva list add tom
    run -0 brevduva list remove tom
    run -2 --separate-stderr brevduva list show tom
    complains "nyhetsbrev"
}

@test "a list that is not there is answered with those that are" {
    run -2 --separate-stderr brevduva subscribe a@example.org --list nyhetsbrv
    complains "nyhetsbrev"
    run -2 --separate-stderr brevduva why nobody@example.org
    complains "nobody@example.org"
}

@test "forget erases a reader, and keeps a file from bringing them back" {
    brevduva subscribe anna@example.org --name "Anna Ursprung" --consent form
    run -2 --separate-stderr brevduva forget anna@example.org </dev/null
    complains "say --yes to forget anna@example.org"
    run -2 --separate-stderr brevduva forget okand@example.org --yes
    complains "not among the readers"
    run -0 brevduva forget anna@example.org --yes
    says "Forgot anna@example.org"
    run -2 brevduva subscriber show anna@example.org
    printf 'email\nanna@example.org\n' >a.csv
    brevduva import a.csv --consent "an old file" || true
    run -2 brevduva subscriber show anna@example.org
    run -2 brevduva subscribe anna@example.org --consent "again"
    run -0 brevduva subscribe anna@example.org --consent "again" --force
    [ "$(sqlite3 brevduva.db \
        "SELECT COUNT(*) FROM subscriber WHERE name LIKE '%Ursprung%'")" = 0 ]
}

@test "subscriber export tells all, as JSON and as text" {
    brevduva subscribe anna@example.org --name "Anna Ek" --consent "paper form"
    run -0 brevduva subscriber export anna@example.org
    says '"wording":"paper form"'
    says '"name":"Anna Ek"'
    run -0 brevduva --lang sv subscriber export anna@example.org --text
    says "Namn: Anna Ek"
    says "Orden i det: paper form"
    run -2 brevduva subscriber export bo@example.org
}
