#!/bin/sh
# .clang-format decides the layout. Mend: clang-format -i FILE
. tests/lint/lib.sh
ours '*.c' '*.h' | xargs clang-format --dry-run -Werror
