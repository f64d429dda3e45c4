#!/bin/sh
# Usage: tidy.sh BUILD [--checks=...]   (a folder with clang's
# compile_commands.json)
. tests/lint/lib.sh
build=$1
shift
ours 'src/*.c' | xargs -P "$(nproc)" -n 2 clang-tidy -p "$build" --quiet "$@" 2>&1 |
    grep -vE '^([0-9]* ?warnings? generated|Suppressed |Use -header-filter)' |
    complain "clang-tidy:"
