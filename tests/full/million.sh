#!/bin/sh
# Usage: million.sh BUILD
# A million readers come in and go out with memory flat below 50 MB.
set -eu
brevduva=$PWD/$1/brevduva
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In kilobytes, of a command whose output does not matter.
memory() {
    /usr/bin/python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

scripts/made-up-readers 1000000 >"$work/readers.csv"
"$brevduva" init "$work/n" --language sv >/dev/null
in=$(memory "$brevduva" -C "$work/n" import "$work/readers.csv" --consent form)
out=$(memory "$brevduva" -C "$work/n" export -o "$work/out.csv")
rows=$(wc -l <"$work/out.csv")
echo "import: $in kB, export: $out kB, rows with the titles: $rows"
[ "$in" -lt 51200 ] && [ "$out" -lt 51200 ] && [ "$rows" = 1000001 ]
