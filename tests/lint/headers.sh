#!/bin/sh
# Each header compiles alone, with both compilers.
. tests/lint/lib.sh
bad=0

flags='-std=c11 -D_GNU_SOURCE -Iinclude -fsyntax-only -Wall -Wextra -Wconversion
    -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpedantic -Werror'
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    for header in $(ours 'include/*.h' 'src/*.h'); do
        # shellcheck disable=SC2086 # flags is a list
        printf '#include "%s"\n#include "%s"\nint alone;\n' \
            "$PWD/$header" "$PWD/$header" |
            $compiler $flags -I"$(dirname "$header")" -x c - || {
            echo "$header does not compile alone with $compiler" >&2
            bad=1
        }
    done
done
exit $bad
