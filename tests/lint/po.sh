#!/bin/sh
# Every text of the program stands translated in po/sv.po.
. tests/lint/lib.sh
[ -f po/sv.po ] || skip "there is no po/sv.po yet"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

ours 'src/*.c' 'src/*.h' 'include/*.h' | LC_ALL=C sort | xgettext -f - \
    --from-code=UTF-8 --language=C --keyword --keyword=_ --keyword=N_ \
    --keyword=P_:1,2 --keyword=L_:2 --keyword=CP_:1c,2,3 \
    --omit-header -o "$work/all.pot" 2>"$work/warnings" || { # it warns of every msgid that is not ASCII
    cat "$work/warnings" >&2
    exit 1
}
{
    printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    [ ! -f "$work/all.pot" ] || cat "$work/all.pot"
} >"$work/brevduva.pot"

list() {
    msgattrib "$@" --no-obsolete --no-wrap --no-location |
        grep -E '^(msgid|msgid_plural) "' | grep -vx 'msgid ""'
}
msgmerge --quiet --no-fuzzy-matching -o "$work/sv.po" po/sv.po \
    "$work/brevduva.pot"
list --untranslated "$work/sv.po" | complain "Not translated in po/sv.po:" ||
    bad=1
list --only-fuzzy po/sv.po | complain "Marked fuzzy in po/sv.po:" || bad=1
msgattrib --only-obsolete --no-wrap "$work/sv.po" | grep '^#~ msgid "' |
    complain "In po/sv.po, but no longer in the program:" || bad=1
msgfmt --check --output-file=/dev/null po/sv.po || bad=1
exit $bad
