#!/bin/sh
# Functions that are too easily used wrong, SQL outside the store, and notes
# to self.
. tests/lint/lib.sh
bad=0

# Comments are taken out first; strings stay. A line each, behind its file.
code() {
    perl -0777 -ne '
        s{/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\])*"|\x27(?:\\.|[^\x27\\])*\x27)}
         {defined $1 ? $1 : " "}gse;
        print "$ARGV: $_\n" for grep { /\S/ } split /\n/' "$@"
}

banned='strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|gmtime|'
banned=$banned'localtime|ctime|asctime|system|popen|rand|srand|mktemp|tmpnam'
# shellcheck disable=SC2046 # our names have no spaces
code $(ours 'src/*.[ch]' 'include/*.[ch]' 'tests/*.[ch]') |
    sed 's/"\([^"\\]\|\\.\)*"/""/g' | grep -E "\\b($banned) *\\(" |
    complain "Banned functions (see docs/architecture.md):" || bad=1

# shellcheck disable=SC2046
code $(ours 'src/*.[ch]' 'include/*.[ch]' ':!src/store/') |
    grep -E '"(SELECT |INSERT INTO |UPDATE [a-z]+ SET|DELETE FROM |CREATE |PRAGMA |BEGIN IMM)' |
    complain "SQL outside src/store:" || bad=1

ours 'src' 'include' 'tests' 'scripts' 'docs' 'cmake' 'migrations' \
    'templates' ':!tests/lint/banned.sh' ':!tests/fuzz/corpus' |
    xargs grep -nE '\b(TODO|FIXME|XXX)\b' |
    complain "Notes to self (do it, or open an issue):" || bad=1

exit $bad
