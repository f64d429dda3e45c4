#!/bin/sh
# The sanitizers are awake: a leak must end a program with an error.
. tests/lint/lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/leak.c" <<'C'
#include <stdlib.h>
int main(void)
{
    char *volatile lost = malloc(7);
    lost = 0;
    return lost != 0;
}
C
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    $compiler -fsanitize=address -o "$work/leak" "$work/leak.c"
    if "$work/leak" 2>"$work/out"; then
        echo "$compiler: LeakSanitizer saw no leak" >&2
        exit 1
    fi
    grep -q 'LeakSanitizer: detected memory leaks' "$work/out" || {
        cat "$work/out" >&2
        exit 1
    }
done
