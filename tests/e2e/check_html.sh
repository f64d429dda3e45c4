#!/bin/sh
# Usage: check_html.sh LETTER.html...
# What the W3C's checker and html-validate say of letters and pages. Let pass:
# what mail programs still need (presentational attributes of tables, the
# supported-color-schemes meta), and telephone numbers with ordinary blanks,
# which can be copied.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
modules=$top/tests/node_modules
bad=0 tried=0

if [ -f "$modules/vnu-jar/build/dist/vnu.jar" ] && command -v java >/dev/null; then
    tried=1
    # compiling Java well takes four times as long as a few pages do
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss4m \
        -jar "$modules/vnu-jar/build/dist/vnu.jar" --errors-only \
        --filterpattern '.*(attribute on the .table|attribute on the .t[dhr]|supported-color-schemes).*' \
        "$@" || bad=1
else
    echo "SKIPPED: vnu-jar or Java is not installed" >&2
fi
if [ -f "$modules/html-validate/bin/html-validate.mjs" ]; then
    tried=1
    node "$modules/html-validate/bin/html-validate.mjs" \
        --config "$top/tests/e2e/html-validate.json" "$@" || bad=1
else
    echo "SKIPPED: html-validate is not installed" >&2
fi
[ $tried = 1 ] || exit 77
exit $bad
