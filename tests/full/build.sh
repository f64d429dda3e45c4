#!/bin/sh
# Usage: build.sh PRESET [-DOPTION=...]
# Build all with a preset, warnings being errors, and run its unit tests.
set -eu
preset=$1
shift
cmake --preset "$preset" -DBD_WERROR=ON -DBD_TESTS=ON "$@"
cmake --build --preset "$preset" -j "$(nproc)"
ctest --preset "$preset" --no-tests=ignore --tests-regex '^(unit|fuzz)\.'
