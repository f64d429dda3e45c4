#!/bin/sh
# Usage: golden.sh MADE FORMAT
# The report is as it stands in expected/. UPDATE=1 writes it there instead,
# to be looked at in the diff.
set -eu
made=$1 format=$2
expected=$(dirname "$0")/expected/report.$format
export COLUMNS=100

if [ "${UPDATE-}" ]; then
    "$made" "$format" en >"$expected"
else
    "$made" "$format" en | diff -u "$expected" -
fi
