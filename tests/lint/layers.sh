#!/bin/sh
# src/LAYERS is the law: who may include whom, and where each foreign library
# lives.
. tests/lint/lib.sh
bad=0

ours 'src/*.[ch]' 'include/*.[ch]' | xargs grep -HoE \
    '^# *include "(brevduva/[a-z]+/|\.\.)' |
    sed -nE 's#^(src|include/brevduva)/([a-z]+)/.*"(brevduva/)?([a-z.]+)/?$#\2 \4#p' |
    sort -u | awk '
        NR == FNR {
            layer = $1
            sub(":", "", layer)
            known[layer] = allowed[layer, layer] = 1
            for (i = 2; i <= NF; i++) {
                allowed[layer, $i] = 1
                if (!($i in known))
                    print layer " names " $i ", which is not above it"
            }
            next
        }
        !(($1, $2) in allowed) { print $1 " must not include " $2 }
    ' src/LAYERS - | complain "Layers (src/LAYERS):" || bad=1

ours 'src/*.[ch]' 'include/*.[ch]' 'tests/*.[ch]' |
    xargs grep -nE '^# *include "\.\./' |
    complain 'Includes by "../":' || bad=1

# x_private.h: inside its folder, and for the tests of its layer.
ours 'src/*.[ch]' 'include/*.[ch]' 'tests/*.[ch]' |
    xargs grep -HoE '^# *include "[^"]*_private\.h"' |
    while IFS= read -r line; do
        file=${line%%:*}
        header=${line#*\"}
        header=${header%\"}
        layer=$(echo "$file" | sed -nE 's#^(src|tests/unit)/([a-z]+)/.*#\2#p')
        case $file in
        tests/fuzz/fuzz_*) # the layer stands in the first line
            layer=$(sed -nE '1s#.*layer: ([a-z]+).*#\1#p' "$file") ;;
        tests/fuzz/*)
            layer=web ;; # site.h
        esac
        [ -f "src/$layer/$header" ] || echo "$file: $header is not its own"
    done | complain "Private headers:" || bad=1

# header (a prefix), where it may be included (a pattern of the whole path)
homes='
yaml.h      src/base/yaml\.c
jansson.h   src/base/json\.c
csv.h       src/base/csv_read\.c
openssl/    src/(base|mail)/.*\.c
sqlite3.h   src/store/.*
idn2.h      src/mail/.*\.c
curl/       src/net/curl_private\.h
cmark.h     src/compose/.*
jpeglib.h   src/picture/jpeg\.c
png.h       src/picture/png(_write)?\.c
lcms2.h     src/picture/colour\.c
modest/     src/compose/css_tree\.c
myhtml/     src/compose/css_tree\.c
mycss/      src/compose/css_tree\.c
microhttpd.h src/web/(server|local)_private\.h
libetpan/   src/(mail/mime_read_text\.c|inbox/server_private\.h)
seccomp.h   src/inbox/(reader_child|fetcher_cage)\.c
libintl.h   nowhere
'
ours 'src/*.[ch]' 'include/*.[ch]' |
    xargs grep -HoE '^# *include <[^>]+>' | sed 's/:# *include </ /; s/>$//' |
    while read -r file header; do
        echo "$homes" | while read -r prefix home; do
            case $header in
            "${prefix:-none}"*)
                echo "$file" | grep -qxE "$home" ||
                    echo "$file: <$header> lives in $home"
                ;;
            esac
        done
    done | complain "Foreign headers away from home:" || bad=1

exit $bad
