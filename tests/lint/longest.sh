#!/bin/sh
# Show the ten longest functions; stop what no one can read at a glance.
. tests/lint/lib.sh
bad=0

functions=$(ours 'src/*.[ch]' 'tests/*.[ch]' |
    xargs ctags -f - --kinds-C=f -x --fields=+e \
        --_xformat='%{end} %n %N %F' | awk '{ print $1 - $2 + 1, $3, $4 }' |
    sort -rn)
echo "Longest functions (aim 60, never over 100):"
echo "$functions" | head -10 | sed 's/^/  /'
echo "$functions" | awk '$1 > 100' | complain "Functions too long:" || bad=1

echo "Longest files (aim 400, never over 600):"
lengths=$(ours 'src/*.[ch]' 'include/*.[ch]' 'tests/*.[ch]' | xargs wc -l |
    grep -v ' total$' | sort -rn)
echo "$lengths" | head -5
echo "$lengths" | awk '$1 > 600' | complain "Files too long:" || bad=1
exit $bad
