#!/bin/sh
# Each header compiles alone.
. tests/lint/lib.sh
bad=0

flags='-std=c11 -D_GNU_SOURCE -Iinclude -fsyntax-only -Wall -Wextra -Wconversion
    -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpedantic -Werror'
for header in $(ours 'include/*.h' 'src/*.h'); do
    # shellcheck disable=SC2086 # flags is a list
    printf '#include "%s"\n#include "%s"\nint alone;\n' \
        "$PWD/$header" "$PWD/$header" |
        gcc $flags -I"$(dirname "$header")" -x c - || {
        echo "$header does not compile alone" >&2
        bad=1
    }
done
exit $bad
