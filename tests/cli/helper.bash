# What the tests of the command line share; `load helper` in each file.
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# The program, in English wherever the test runs.
brevduva() {
    LC_ALL=C.UTF-8 LANGUAGE='' "$BREVDUVA" "$@"
}

# The same while the clock stands still at $1, seconds since 1970.
brevduva_at() {
    BREVDUVA_NOW=$1 brevduva "${@:2}"
}

# A fresh newsletter folder, of this test alone, and into it.
make_newsletter() {
    brevduva init "$BATS_TEST_TMPDIR/nyhetsbrev" --language sv >/dev/null
    cd "$BATS_TEST_TMPDIR/nyhetsbrev" || return 1
}

# The village's newsletter of docs/samples, with so many readers.
make_sample() {
    make_newsletter
    cp "$TOP/docs/samples/hyttvik/brevduva.yaml" .
    cp "$TOP/docs/samples/hyttvik/issues/"*.md issues/
    "$TOP/scripts/made-up-readers" "${1:-10}" >readers.csv
    brevduva import readers.csv --consent "Signed up at the meeting" >/dev/null
}

# After `run -STATUS --separate-stderr brevduva …`: look at the words.
says() {
    # shellcheck disable=SC2154 # set by run
    [[ $output == *"$1"* ]] || {
        printf 'standard output lacks: %s\nit says: %s\n' "$1" "$output"
        return 1
    }
}

complains() {
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"$1"* ]] || {
        printf 'standard error lacks: %s\nit says: %s\n' "$1" "$stderr"
        return 1
    }
}

# A mail server of its own for this test, with the twists of
# tests/fakes/smtp_fake.py as JSON, and one session to it; `accepted` counts
# what it took.
start_relay() {
    mkfifo "$BATS_TEST_TMPDIR/relay.in"
    /usr/bin/python3 "$TOP/tests/fakes/smtp_fake.py" "${1:-{\}}" \
        <"$BATS_TEST_TMPDIR/relay.in" >"$BATS_TEST_TMPDIR/relay.out" 3>&- &
    exec 9>"$BATS_TEST_TMPDIR/relay.in"
    until_true grep -q ready "$BATS_TEST_TMPDIR/relay.out"
    sed -i '/^relay:/,/^[a-z]/ { /^relay:/d; /^ /d }' brevduva.yaml
    printf 'relay:\n  url: smtp://127.0.0.1:%s\n  sessions: 1\n' \
        "$(sed -n 's/ready //p' "$BATS_TEST_TMPDIR/relay.out")" >>brevduva.yaml
}

stop_relay() {
    exec 9>&-
}

accepted() {
    grep -c '^accepted' "$BATS_TEST_TMPDIR/relay.out" || true
}

# The process $2 of ours in the background ends with the exit code $1.
ends_with() {
    local code=0
    wait "$2" || code=$?
    [ "$code" = "$1" ]
}

# Wait, ten seconds at most, until a command succeeds.
until_true() {
    local i
    for ((i = 0; i < 200; i++)); do
        if "$@"; then return 0; fi
        sleep 0.05
    done
    echo "never came true: $*"
    return 1
}

some_accepted() {
    [ "$(accepted)" -ge "$1" ]
}

# In the background; its pid is $sender, its output in the file `sent`. Each
# kilobyte takes so many seconds, a copy about nine times that; then options.
send_slowly() {
    start_relay "{\"slow\": ${1:-0.01}}"
    "$BREVDUVA" --lang en send 2026-4 --yes "${@:2}" \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- 9>&- &
    sender=$!
    until_true some_accepted 2
}

# state_is paused
state_is() {
    brevduva status --json | grep '"kind":"mailing"' | grep -q "\"state\":\"$1\""
}
