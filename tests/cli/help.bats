#!/usr/bin/env bats
# The program explains itself.

load helper

@test "--help succeeds" {
    run -0 --separate-stderr brevduva --help
    [ -z "$stderr" ]
}

@test "help for a family, a command and an unknown word" {
    run -0 brevduva list --help
    says "list add"
    run -0 brevduva help
    says "send"
    run -0 brevduva help list add
    says "Usage: brevduva list add"
    run -2 --separate-stderr brevduva help sendd
    complains '"send"'
    run -2 --separate-stderr brevduva list
    complains "list what?"
}
