# What the lints share; they are run from the top of the tree.
# shellcheck shell=sh
set -eu
export LC_ALL=C.UTF-8

# Our files of these patterns, also new ones that git does not know yet.
ours() {
    git -c safe.directory='*' ls-files -co --exclude-standard -- "$@" |
        while read -r file; do
            [ ! -f "$file" ] || echo "$file"
        done
}

# Print the complaints on standard input under a headline, fail if any.
complain() {
    complaints=$(cat)
    [ -n "$complaints" ] || return 0
    printf '%s\n%s\n' "$1" "$complaints" >&2
    return 1
}

skip() {
    echo "SKIPPED: $1" >&2
    exit 77
}
