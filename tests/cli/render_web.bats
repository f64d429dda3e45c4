# The page of the archive, as `render --as web` writes it.
load helper

setup() {
    make_sample 3
    mkdir -p issues/a
    base64 -d >issues/a/dot.png <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6
kgAAAABJRU5ErkJggg==
PNG
    cat >issues/a.md <<'ISSUE'
---
title: Höstens "möten" & mer
preheader: Datum, platser och hur du anmäler dig
---
Hej {{first_name|läsare}}!

![En röd prick](dot.png)
ISSUE
}

web() {
    brevduva render a --as web >page.html
}

@test "its head says what it is, to whoever links to it" {
    web
    for part in '<!DOCTYPE html>' '<html lang="sv"' \
        '<title>Höstens &quot;möten&quot; &amp; mer' \
        '<meta name="description" content="Datum, platser och hur du' \
        '<link rel="canonical" href="https://brev.hyttvik.example/archive/a">' \
        '<meta property="og:url" content="https://brev.hyttvik.example/archive/a">' \
        '<meta property="og:title" content="Höstens &quot;möten&quot; &amp; mer">' \
        '<meta property="og:description" content="Datum' \
        '<meta property="og:type" content="article">' \
        '<meta property="og:image" content="https://brev.hyttvik.example/archive/a/files/'; do
        grep -qF "$part" page.html || { echo "no $part"; cat page.html; false; }
    done
}

@test "nothing of a reader's is in it, and nothing beside it is needed" {
    web
    grep -q 'Hej läsare!' page.html
    run ! grep -qiE 'anna|@skogsvik|forhandsvisning|unsubscribe|/[us1]/' page.html
    grep -q 'src="data:image/png;base64,' page.html
    grep -q '<style>' page.html
    run ! grep -qE '<link rel="stylesheet"|src="(files|https?:)|<script' page.html
}

@test "without an address on the web it has no canonical one" {
    sed -i '/base_url/d' brevduva.yaml
    web
    run ! grep -qE 'canonical|og:url|og:image' page.html
    grep -q 'og:title' page.html
}

@test "it is the page that the archive then has" {
    brevduva_at 1795780800 send a --yes >/dev/null
    brevduva archive export out >/dev/null
    web
    # all but the style and the picture, which stand beside that one
    strip() {
        sed -E 's|archive/a/"|archive/a"|; s/ src="[^"]*"//; s/<link rel="stylesheet"[^>]*>//; /<style>/,/<\/style>/d' "$1"
    }
    diff <(strip page.html | tr -d '\n') <(strip out/a/index.html | tr -d '\n')
}

@test "one that is not for everybody says so" {
    sed -i 's/^title:/archive: unlisted\n&/' issues/a.md
    web
    grep -q '<meta name="robots" content="noindex">' page.html
}
