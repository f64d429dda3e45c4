#!/usr/bin/env bats
# The program explains itself.

load helper

@test "--help succeeds" {
    run -0 --separate-stderr brevduva --help
    [ -z "$stderr" ]
}
