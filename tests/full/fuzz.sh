#!/bin/sh
# Fuzz each parser for BD_FUZZ_SECONDS (2), from its corpus on: with the build
# of full.clang.
set -eu
find build/fuzz/tests/fuzz -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x |
    sort | xargs -r -P "$(nproc)" -n 1 tests/full/fuzz_one.sh
