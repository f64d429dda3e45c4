# Files beside the issue, and what a reader who wants text only is given.
load helper

setup() {
    make_sample 3
    mkdir issues/a
    cat >issues/a.md <<'ISSUE'
---
title: Höstens möten
attachments: [bilaga.txt]
---
Hej {{first_name|du}}!

```events
2027-05-10 13:00 | Årsmöte
```
ISSUE
}

@test "a link that leads out of the issue's folder is not followed" {
    echo secret >"$BATS_TEST_TMPDIR/secret.txt"
    ln -s "$BATS_TEST_TMPDIR/secret.txt" issues/a/bilaga.txt
    run -2 --separate-stderr brevduva render a
    complains "issues/a.md:3:15: bilaga.txt: only files in the issue's own folder"
    ln -sf /etc issues/a/etc
    sed -i 's,bilaga.txt,etc/hostname,' issues/a.md
    run -2 --separate-stderr brevduva render a
    complains "only files in the issue's own folder can be used"
    echo innanför >issues/a/riktig.txt
    ln -sf riktig.txt issues/a/bilaga.txt
    sed -i 's,etc/hostname,bilaga.txt,' issues/a.md
    run -0 brevduva render a
}

@test "render and test give a text-only reader what send gives" {
    echo hej >issues/a/bilaga.txt
    brevduva subscriber set arvid.engdahl@byapost.example --text-only yes
    run -0 brevduva render a --to arvid.engdahl@byapost.example
    [[ $output != *text/html* && $output == *text/plain* ]]
    [[ $output == *'filename=a.ics'* && $output == *bilaga.txt* ]]
    run -0 brevduva render a --to goran.ahlberg@norrtorp.example
    [[ $output == *text/html* ]]
}
