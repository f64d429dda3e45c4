#!/bin/sh
# Usage: docs.sh BREVDUVA
# The command table, --help and docs/commands/ say the same: "list add" is
# told of in docs/commands/list.md.
. tests/lint/lib.sh
brevduva=$1
folder=docs/commands
bad=0

commands=$(sed -nE 's/^ *\{ "([a-z ]+)", cmd_.*/\1/p' src/cli/commands.c \
    2>/dev/null) || skip "there is no src/cli/commands.c yet"
[ -n "$(ls $folder)" ] || skip "there is no $folder yet"
[ -n "$commands" ] || echo "none found" |
    complain "Commands in src/cli/commands.c:" || bad=1

echo "$commands" | while read -r command; do
    file=$folder/${command%% *}.md
    grep -qs "brevduva $command" "$file" || echo "$command: not in $file"
    sed 's/\\f[A-Z]//g' docs/brevduva.1 | grep -qE "(^| )$command\\b" ||
        echo "$command: not in docs/brevduva.1"
done | complain "Commands without docs:" || bad=1

for file in "$folder"/*.md; do
    name=$(basename "$file" .md)
    [ "$name" = exit-codes ] || echo "$commands" | grep -qE "^$name( |$)" ||
        echo "$file"
done | complain "Docs without a command:" || bad=1

echo "$commands" | while read -r command; do
    # shellcheck disable=SC2086 # one or two words
    "$brevduva" --lang en $command --help 2>&1 |
        grep -q "brevduva $command" || echo "brevduva $command --help"
done | complain "Help that does not help:" || bad=1
exit $bad
