#!/bin/sh
# Usage: fuzz_one.sh FUZZER
# What crashes is kept in build/fuzz/crashes: mend it, and add the file to
# the corpus.
set -eu
name=$(basename "$1")
crashes=build/fuzz/crashes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$crashes" "$work/found"

status=0
"$1" -max_total_time="${BD_FUZZ_SECONDS:-2}" -timeout=10 -verbosity=0 \
    -print_final_stats=1 -rss_limit_mb=1024 \
    -artifact_prefix="$crashes/$name-" \
    "$work/found" "tests/fuzz/corpus/$name" >"$work/log" 2>&1 || status=$?
if [ $status = 0 ]; then
    echo "$name: $(sed -n 's/.*executed_units: *//p' "$work/log") inputs"
else
    tail -60 "$work/log"
fi
exit $status
