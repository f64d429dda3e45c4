# How letters look: themes, settings, and an owner's own.
# shellcheck shell=bash
load helper

setup() {
    make_sample 3
}

html() {
    brevduva render 2026-4 --as html "$@"
}

@test "settings and front matter choose a theme, the latter for one issue" {
    run -0 html
    [[ $output != *'class="band"'* ]]
    run -0 html --set theme.name=partner
    says 'class="band"'
    says "<h1"
    sed -i 's/^language: sv/language: sv\ntheme: notis/' issues/2026-4.md
    run -0 html --set theme.name=partner
    says "max-width:520px"
    [[ $output != *'class="band"'* ]]
}

@test "a theme that there is not is an error that lists them, at its place" {
    sed -i 's/^language: sv/language: sv\ntheme: notes/' issues/2026-4.md
    run -2 --separate-stderr html
    complains 'issues/2026-4.md:6:8: there is no theme "notes": there are brev, partner and notis, and your own in templates/mail/'
    sed -i '/^theme:/d' issues/2026-4.md
    run -2 --separate-stderr html --set theme.name=mitt
    complains 'brevduva.yaml: theme.name: there is no theme "mitt"'
}

@test "links and parties stand in both parts, with or without addresses" {
    cat >>brevduva.yaml <<'YAML'
theme:
  name: partner
  links:
    Kalendern: https://hyttvik.example/kalender
  parties:
    - Kvarnföreningen
    - Fiskevårdsområdet & vänner
YAML
    run -0 html
    says '<a class="nav-link" href="https://hyttvik.example/kalender"'
    says "Fiskevårdsområdet &amp; vänner"
    run -0 brevduva render 2026-4 --as text
    says "Kalendern: https://hyttvik.example/kalender"
    says "Parter: Kvarnföreningen, Fiskevårdsområdet & vänner"
}

@test "texts can be read on whatever colour somebody chooses" {
    for colour in '#ffd500' '#777777' '#000000' '#ffffff' '#ff00ff'; do
        run -0 brevduva check 2026-4 --set theme.name=partner \
            --set theme.colour="$colour" --set theme.background="$colour"
        [[ $output != *colour-contrast* ]]
    done
    printf '\n```button\nKom\nhttps://hyttvik.example/\n```\n' \
        >>issues/2026-4.md
    run -0 html --set theme.colour=#ffff00
    says 'color:#14181b;text-decoration:none' # not a grey that is just readable
    run -0 html --set theme.colour=#ffffff
    says 'border:1px solid #9'
}

@test "a logo comes with the letter, and one that is none is an error" {
    cp "$TOP/tests/e2e/themes/logo.png" .
    run -0 brevduva render 2026-4 --as eml --set theme.logo=logo.png
    says "Content-Type: image/png; name=logo.png"
    run -0 html --set theme.logo=logo.png
    says 'width="200" height="'
    says 'alt="Hyttviksbladet"'
    run -0 html --set theme.logo=logo.png --set theme.name=partner
    says ' alt="" ' # the name stands below it
    run -0 html --set theme.logo=logo.png --set theme.name=partner \
        --set theme.logo_alt="Kvarnen vid ån"
    says 'alt="Kvarnen vid ån"'
    echo "<svg/>" >logo.svg
    run -2 --separate-stderr html --set theme.logo=logo.svg
    complains 'theme.logo: logo.svg: this is not a PNG, JPEG or GIF picture'
    run -2 --separate-stderr html --set theme.logo=none.png
    complains "brevduva.yaml: theme.logo: none.png"
}

@test "a theme of one's own is what differs from brev, with partials" {
    mkdir -p templates/mail/mitt
    echo 'h1 { color: #00501e }' >templates/mail/mitt/styles.css
    run -0 html --set theme.name=mitt
    says "color:#00501e"
    says "border-top:4px solid #1d5c63"
    echo '@theme { colour: #8a3b12; width: 500px; }' \
        >>templates/mail/mitt/styles.css
    run -0 html --set theme.name=mitt
    says "border-top:4px solid #8a3b12"
    says "max-width:500px"
    run -0 html --set theme.name=mitt --set 'theme.colour=#0000aa'
    says "border-top:4px solid #0000aa"
    echo '{{> hej.html}}{{{body}}}' >templates/mail/mitt/letter.html
    echo 'HEJSAN {{title}}' >templates/mail/mitt/hej.html
    run -0 --separate-stderr html --set theme.name=mitt
    says "HEJSAN Hyttviksbladet 4/2026"
    [ -z "$stderr" ]
    echo 'x' >templates/mail/mitt/leter.html
    run -0 --separate-stderr html --set theme.name=mitt
    complains "templates/mail/mitt/leter.html is not used"
    echo '@theme { colour: red; }' >templates/mail/mitt/styles.css
    run -2 --separate-stderr html --set theme.name=mitt
    complains "templates/mail/mitt/styles.css:1:10: this is no colour"
    echo 'h1 { color: {{theme.color}} }' >templates/mail/mitt/styles.css
    run -2 --separate-stderr html --set theme.name=mitt
    complains "templates/mail/mitt/styles.css:1:"
}
