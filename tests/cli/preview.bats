# What is asked of `preview` wrongly, and its one file. In the browser:
# tests/e2e/preview.mjs.
load helper

setup() {
    make_sample 3
}

@test "an issue that is not there is told, and nothing is served" {
    run -2 --separate-stderr brevduva preview nonsense --no-open
    complains 'there is no issue "nonsense"'
    [ -z "$output" ]
}

@test "--once writes one page that needs nothing else" {
    brevduva preview 2026-4 --once letter.html --lang sv
    [ "$(stat -c %a letter.html)" = 600 ]
    grep -q '<html lang="sv"' letter.html
    [ "$(grep -c '<iframe' letter.html)" = 4 ]
    run ! grep -qE '<script|<link|src="(view|https?:)' letter.html
    run -0 --separate-stderr brevduva preview 2026-4 --once
    says 'Pictures off'
    run -0 --separate-stderr brevduva preview 2026-4 --once -
    says 'Pictures off'
}

@test "--once for a reader" {
    brevduva subscribe ylva@skogsvik.example --name "Ylva Strand" \
        --consent "at the fair" >/dev/null
    sed -i 's/^---$/&/; $a Hej {{first_name|du}}, till dig' issues/2026-4.md
    run -0 --separate-stderr brevduva preview 2026-4 --once \
        --as ylva@skogsvik.example
    says 'Hej Ylva, till dig'
    says 'ylva@skogsvik.example'
    [ -z "$stderr" ]
    run -0 --separate-stderr brevduva preview 2026-4 --once \
        --as ylwa@skogsvik.example
    complains 'brevduva: ylwa@skogsvik.example is no reader'
    says 'ylwa@skogsvik.example, who is no reader'
    run -0 --separate-stderr brevduva render 2026-4 --to ylwa@skogsvik.example
    complains 'brevduva: ylwa@skogsvik.example is no reader'
    run -0 --separate-stderr brevduva render 2026-4 --to ylva@skogsvik.example
    [ -z "$stderr" ]
    run -2 --separate-stderr brevduva preview 2026-4 --once --as ylva
    complains 'ylva'
}

@test "--once tells faults as check does" {
    echo '{{nam}}' >>issues/2026-4.md
    run -2 --separate-stderr brevduva preview 2026-4 --once letter.html
    complains 'no reader has a field called "nam"'
    [ ! -e letter.html ]
}

@test "only a page's name is written to" {
    before=$(cat issues/2026-4.md)
    run -2 --separate-stderr brevduva preview 2026-4 --once issues/2026-4.md
    complains 'give a name that ends with .html'
    run -2 --separate-stderr brevduva preview 2026-4 --once letter.htm
    complains 'give a name that ends with .html'
    [ ! -e letter.htm ]
    run -2 --separate-stderr brevduva preview 2026-4 letter.html
    complains 'a file is written with --once only'
    [ "$before" = "$(cat issues/2026-4.md)" ]
}

@test "the browser gets an address that works once" {
    mkdir bin
    printf '#!/bin/sh\necho "$1" >%s/opened.part\nmv %s/opened.part %s/opened\n' \
        "$PWD" "$PWD" "$PWD" >bin/xdg-open
    chmod +x bin/xdg-open
    PATH=$PWD/bin:$PATH DISPLAY=:77 LC_ALL=C.UTF-8 "$BREVDUVA" preview 2026-4 \
        >said 3>&- &
    preview=$!
    until_true test -s opened
    ticket=$(cat opened)
    lasting=$(grep -o 'http://[^ ]*' said)
    [ "$ticket" != "$lasting" ]
    [ "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$ticket")" = \
        "303 $lasting" ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$ticket")" = 404 ]
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$lasting")" = 200 ]
    kill -TERM "$preview"
    wait "$preview"
}
