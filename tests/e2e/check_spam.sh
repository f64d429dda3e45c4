#!/bin/sh
# Usage: check_spam.sh LETTER.eml
# What SpamAssassin says of a letter, by its local tests alone: at most 2.0
# of the 5 that make spam.
set -eu
command -v spamassassin >/dev/null || {
    echo "SKIPPED: SpamAssassin is not installed" >&2
    exit 77
}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

HOME=$home spamassassin --local --test-mode <"$1" 2>/dev/null >"$home/report"
sed -n '/^Content analysis details:/,$p' "$home/report"
score=$(sed -n 's/^X-Spam-Status: .*score=\([-0-9.]*\).*/\1/p' "$home/report")
echo "score: $score"
awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 2.0) }'
