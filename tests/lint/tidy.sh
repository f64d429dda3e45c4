#!/bin/sh
# Usage: tidy.sh BUILD   (a folder with compile_commands.json of clang)
. tests/lint/lib.sh
ours 'src/*.c' | xargs -P "$(nproc)" -n 2 clang-tidy -p "$1" --quiet 2>&1 |
    grep -vE '^([0-9]+ warnings? generated|Suppressed |Use -header-filter)' |
    complain "clang-tidy:"
