#!/usr/bin/env bats
# A newsletter folder: made whole or not at all, and found from below.

load helper

setup() {
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here" || return 1
}

@test "init makes a folder that works at once" {
    run -0 --separate-stderr brevduva init brev --language sv --name "Byabladet"
    says "brevduva.yaml"
    [ -d brev/issues ] && [ -d brev/outbox/new ] && [ -f brev/brevduva.db ]
    [ "$(stat -c %a brev/brevduva.db)" = 600 ]
    grep -x /rehearsal/ brev/.gitignore
    run -0 brevduva -C brev status
    says "Byabladet"
    says "List nyhetsbrev: 0 active"
}

@test "init in English has the list newsletter" {
    brevduva init brev --language en >/dev/null
    run -0 brevduva -C brev list show
    says "newsletter"
}

@test "init takes an empty folder and no other" {
    mkdir empty full
    touch full/mine
    run -0 brevduva init empty/
    run -2 --separate-stderr brevduva init full
    complains "full"
    [ "$(ls -A full)" = mine ]
    run -2 --separate-stderr brevduva init empty
    complains "empty is a newsletter folder already"
    [ "$(find . -maxdepth 1 -mindepth 1 | wc -l)" = 2 ]
}

@test "init makes the database that settings lack, and no other" {
    brevduva init brev --language en --name Bladet >/dev/null
    rm -r brev/brevduva.db brev/outbox
    run -2 --separate-stderr brevduva -C brev status
    complains "there is no database here; put your backup of it there"
    complains "brevduva init $PWD/brev"
    run -0 brevduva init brev
    says "an empty brevduva.db"
    says "backup"
    run -0 brevduva -C brev status
    says "List newsletter: 0 active"
    [ -d brev/outbox/new ]
    run -2 --separate-stderr brevduva init brev
    complains "brev is a newsletter folder already"
}

@test "a failed init leaves nothing behind" {
    run -2 --separate-stderr brevduva init no/such/parent
    complains "no/such/parent"
    [ -z "$(ls -A .)" ]
}

@test "names with quotes and colons make valid settings" {
    brevduva init brev --name 'Nytt: "Bladet" & co' >/dev/null
    run -0 brevduva -C brev
    says 'Nytt: "Bladet" & co'
}

@test "commands find the folder from below, and say so when there is none" {
    make_newsletter
    mkdir -p issues/deep && cd issues/deep
    run -0 brevduva status
    cd /
    run -2 --separate-stderr brevduva status
    complains "brevduva init"
    run -2 --separate-stderr brevduva -C "$BATS_TEST_TMPDIR" status
    complains "no newsletter folder"
    run -0 brevduva
    says "brevduva init"
}

@test "--set overrides one setting for one command" {
    make_newsletter
    run -0 brevduva --set relay.url=smtp://127.0.0.1:2525 status
    says "Relay: smtp://127.0.0.1:2525"
    run -0 brevduva status
    says "Relay: maildir:outbox"
    run -2 --separate-stderr brevduva --set relay.uurl=x status
    complains "relay.url"
}

@test "brevduva alone tells the next command" {
    make_newsletter
    run -0 brevduva
    says "brevduva import"
    says "brevduva new"
    brevduva new "Höstens möten" >/dev/null
    run -0 brevduva
    says "brevduva send hostens-moten"
}

@test "everything speaks Swedish too, without any locale installed" {
    make_newsletter
    run -0 env LC_ALL=C "$BREVDUVA" --lang sv status
    says "Databas"
    run -0 env LC_ALL=sv_SE.UTF-8 LANGUAGE='' "$BREVDUVA" --help
    says "Användning"
    run -0 env LC_ALL=C.UTF-8 LANGUAGE=de:sv LANG=en_US "$BREVDUVA" --help
    says "Användning"
    run -0 env LC_ALL=C LANGUAGE=sv LANG=sv_SE "$BREVDUVA" --help
    says "Usage"
    run -2 --separate-stderr brevduva --lang fr status
    complains "sv"
}
