#!/bin/sh
# Usage: build.sh PRESET
# Build all with a preset, warnings being errors, and run its unit tests.
set -eu
cmake --preset "$1" -DBD_WERROR=ON -DBD_TESTS=ON
cmake --build --preset "$1"
ctest --preset "$1" --no-tests=ignore --tests-regex '^(unit|fuzz)\.'
