#!/bin/sh
# Run shellcheck over every script, found by its first line.
. tests/lint/lib.sh
ours scripts .ci tests |
    while read -r file; do
        head -1 "$file" | grep -qaE '^#!.*(sh|bats)$|^# shellcheck shell' &&
            echo "$file"
    done | xargs shellcheck -x
