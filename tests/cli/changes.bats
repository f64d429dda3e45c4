# What `send` says of an issue that its editor has or has not seen as a mail.
load helper

setup() {
    make_sample 3
    export TZ=Europe/Stockholm
    cat >issues/a.md <<'ISSUE'
---
title: Höstens möten
---
Hej {{first_name|du}}!

Vi ses tisdag den 10 maj i Karlskoga, och alla är välkomna dit med sina barn.

Andra stycket.

Sista stycket.
ISSUE
    noon=1795780800 # 2026-11-27 13:00
}

dry() {
    run -0 brevduva send a --dry-run
}

@test "never tested is said" {
    dry
    says 'Never tested: "brevduva test a EMAIL" mails it to you first.'
}

@test "nothing changed is said, whoever is the reader and whenever it is" {
    brevduva_at "$noon" test a me@example.org
    dry
    says 'Nothing has changed since the test of 2026-11-27 13:00.'
    [[ $output != *'Not tested'* && $output != *'Never tested'* ]]
}

@test "the words that changed are shown, with their lines" {
    brevduva_at "$noon" test a me@example.org
    sed -i 's/tisdag den 10/onsdag den 11/; s/^Sista/Allra sista/; /^Andra/d' \
        issues/a.md
    echo "Ett nytt stycke." >>issues/a.md
    dry
    says 'Since the test of 2026-11-27 13:00 4 lines have changed:'
    says '6 - Vi ses tisdag den 10 maj i Karlskoga, …'
    says '+ Vi ses onsdag den 11 maj i Karlskoga, …'
    says '8 - Andra stycket.'
    says '+ Allra sista stycket.'
    says '10 + Ett nytt stycke.'
    says 'Not tested since: "brevduva test a EMAIL" mails it as it is now.'
    [[ $output != *'around the text'* ]]
}

@test "a great many changes are counted" {
    brevduva test a me@example.org
    for i in $(seq 40); do printf 'Rad %s\n\n' "$i"; done >>issues/a.md
    dry
    says '40 lines have changed'
    says '(and 16 more)'
}

@test "settings, templates and pictures count, with or without the text" {
    brevduva_at "$noon" test a me@example.org
    sed -i 's/^name: .*/name: Nytt namn/' brevduva.yaml
    dry
    says 'The letter around the text has changed since the test of 2026-11-27'
    says 'Not tested since'
    [[ $output != *'lines have changed'* ]]
    echo "Mer." >>issues/a.md
    dry
    says 'The letter around the text has changed'
    says '11 + Mer.'
    brevduva test a me@example.org
    dry
    says 'Nothing has changed'
}

@test "a test that the relay refused is none" {
    start_relay '{"replies": {"DATA": "550 5.7.1 no"}}'
    run brevduva test a me@example.org
    dry
    says 'Never tested'
    stop_relay
}
