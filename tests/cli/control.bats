#!/usr/bin/env bats
# pause, resume and cancel, Ctrl-C, and two who want to send: from a second
# terminal, while a slow relay is being fed.

load helper

setup() {
    make_sample 12
}

teardown() {
    stop_relay
}

# A copy of the issue $1 is under way.
handing_over() {
    brevduva status --json | grep "\"issue\":\"$1\"" |
        grep -q '"handing-over":1'
}

# The issue 2026-5 to a list of one reader, until that copy is under way.
send_to_small_list() {
    brevduva list add andra --title "Andra" >/dev/null
    brevduva subscribe other@example.org --list andra --consent "at the desk"
    sed -e 's/2026-4/2026-5/' -e '2i list: andra' issues/2026-4.md \
        >issues/2026-5.md
    "$BREVDUVA" --lang en send 2026-5 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 \
        3>&- 9>&- &
    sender=$!
    until_true handing_over 2026-5
}

@test "pause stops within a copy, resume and send go on, and nobody gets two" {
    send_slowly 0.06 # so that there is time to see the pause
    run -0 brevduva pause 2026-4 --reason "a link is wrong"
    had=$(accepted)
    says "paused by"
    says "a link is wrong"
    says "Process $sender finishes"
    says "brevduva resume 2026-4"
    wait "$sender" || true
    [ "$(accepted)" -le $((had + 1)) ] # the one in its body; not the announced
    state_is paused
    # as if that had never been started
    brevduva log 2026-4 --json | python3 -c 'import json, sys
rows = [json.loads(line) for line in sys.stdin]
states = {(r["state"], r["attempts"]) for r in rows}
assert states == {("accepted", 1), ("queued", 0)}, states'
    [[ $(<"$BATS_TEST_TMPDIR/sent") != *broke* ]]
    # only resume lets it go on
    run -4 --separate-stderr brevduva send 2026-4 --yes --no-wait
    complains "is paused (paused by"
    complains "a link is wrong"
    complains "brevduva resume 2026-4"
    [ "$(accepted)" -lt 12 ]
    state_is paused
    run -0 brevduva resume 2026-4
    says "brevduva send 2026-4"
    run -0 brevduva send 2026-4
    says "accepted: 12"
    [ "$(accepted)" = 12 ]
    [ "$(sort -u "$BATS_TEST_TMPDIR/relay.out" | grep -c ^accepted)" = 12 ]
}

@test "cancel asks, stops for good, and says who got it" {
    send_slowly 0.06
    run -2 --separate-stderr brevduva cancel 2026-4 </dev/null
    complains "--yes"
    run -0 brevduva cancel 2026-4 --yes
    had=$(accepted)
    says "accepted by the relay"
    says "will not be sent"
    says "brevduva log 2026-4 --state accepted"
    wait "$sender" || true
    [ "$(accepted)" -le $((had + 1)) ] # the one in its body
    run -0 --separate-stderr brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = "$(accepted)" ]
    run -0 --separate-stderr brevduva log 2026-4 --state skipped
    [ "${#lines[@]}" = $((12 - $(accepted))) ]
    run -0 "$BREVDUVA" --lang sv log 2026-4 --state skipped
    says "utskicket avbröts"
    run -2 --separate-stderr brevduva send 2026-4 --yes
    complains "was cancelled"
    run -2 --separate-stderr brevduva resume 2026-4
    run -2 --separate-stderr brevduva pause 2026-4
    complains "nothing to pause"
}

@test "cancelled with copies that nobody knows of, some may have it" {
    start_relay '{"capabilities": ["SIZE 10000000"], "replies": {"DOT": ["CUT_AFTER"]}}'
    run -4 brevduva send 2026-4 --yes --limit 1
    says "unknown: 1"
    run -0 brevduva cancel 2026-4 --yes
    says "Find out about the unknown one"
    says "brevduva log 2026-4 --state skipped"
    [[ $output != *"Who got it"* ]]
    run -2 --separate-stderr brevduva send 2026-4 --yes
    complains "was cancelled, and some may have it"
    complains "brevduva send 2026-4 --missing"
}

@test "a cancel that leaves nobody out points at nobody" {
    start_relay '{"silent": ["DOT"]}'
    send_to_small_list
    run -0 brevduva cancel 2026-5 --yes
    kill -9 "$sender"
    wait "$sender" || true
    [[ $output != *"--state skipped"* ]]
}

@test "a pause while the last copy is under way leaves nothing to resume" {
    start_relay '{"slow": 0.4}'
    send_to_small_list
    run -0 brevduva pause 2026-5
    ends_with 0 "$sender"
    [ "$(accepted)" = 1 ]
    state_is "done"
}

@test "those who waited when it was cancelled are called so by --missing" {
    run -4 brevduva send 2026-4 --yes --limit 5
    brevduva cancel 2026-4 --yes
    run -0 brevduva send 2026-4 --missing --dry-run
    says "7 were waiting when it was cancelled"
    [[ $output != *"were left out"* ]]
}

@test "a name that is none is told with those that there are" {
    run -2 --separate-stderr brevduva pause 2026-5
    complains "there is no mailing of \"2026-5\": nothing was sent yet"
    run -4 brevduva send 2026-4 --yes --limit 5
    for command in pause resume cancel resolve report log; do
        run -2 --separate-stderr brevduva "$command" 2026-5
        complains "there is no mailing of \"2026-5\""
        complains "was sent: 2026-4"
    done
    printf -- '---\ntitle: Nytt\nslug: 2026-5\n---\n\nHej\n' >issues/2026-5.md
    run -2 --separate-stderr brevduva pause 2026-5
    complains "\"2026-5\" has not been sent; \"brevduva send 2026-5\" sends it"
}

@test "Ctrl-C finishes what is under way and says how to go on" {
    send_slowly
    kill -INT "$sender"
    ends_with 4 "$sender"
    grep "Stopped" "$BATS_TEST_TMPDIR/sent"
    grep "brevduva send 2026-4" "$BATS_TEST_TMPDIR/sent"
    run -0 --separate-stderr brevduva log 2026-4 --state accepted
    [ "${#lines[@]}" = "$(accepted)" ]
    run -0 --separate-stderr brevduva log 2026-4 --state unknown
    [ -z "$output" ]
    run -0 brevduva send 2026-4
    [ "$(accepted)" = 12 ]
}

@test "Ctrl-C is answered at once, and the second one says how to go on" {
    send_slowly 0.2
    kill -INT "$sender"
    until_true grep -q "Ctrl-C again ends at once" "$BATS_TEST_TMPDIR/sent"
    kill -INT "$sender"
    ends_with 130 "$sender"
    grep "ended at once" "$BATS_TEST_TMPDIR/sent"
    grep "brevduva resolve 2026-4" "$BATS_TEST_TMPDIR/sent"
}

@test "the second who sends is told who is first" {
    send_slowly
    run -4 --separate-stderr brevduva send 2026-4 --yes
    complains "process $sender is sending already"
    complains "brevduva send 2026-4"
    wait "$sender"
    [ "$(accepted)" = 12 ]
}

@test "--detach leaves it, and says that nobody sends" {
    run -0 brevduva send 2026-4 --yes --detach
    says "deliver --watch"
    run -0 --separate-stderr brevduva log 2026-4 --state queued
    [ "${#lines[@]}" = 12 ]
    run -0 brevduva send 2026-4
    says "accepted: 12"
}

@test "the first mail is shown before it is asked" {
    run -0 brevduva send 2026-4 --dry-run
    says "To: "
    says "Subject: "
    says "  | "
}

twice_not_yet='{"replies": {"RCPT": ["451 4.7.1 not yet", "451 4.7.1 not yet"]}}'

@test "send stays through the retries, and says so once" {
    start_relay "$twice_not_yet"
    run -0 --separate-stderr brevduva --set send.retry_first=10s send 2026-4 --yes
    says "accepted: 12"
    [ "$(accepted)" = 12 ]
    complains "2 copies wait; the next try is at "
    complains "(Ctrl-C leaves them to \"brevduva deliver\")"
    # once more where a full minute comes between
    # shellcheck disable=SC2154 # set by run
    [ "$(grep -c "wait; the next try" <<<"$stderr")" -le 2 ]
}

@test "--no-wait ends when only retries are left, and says from when on" {
    start_relay "$twice_not_yet"
    run -4 --separate-stderr brevduva send 2026-4 --yes --no-wait
    says "deferred: 2"
    says "Try the rest again, from 2"
    says ": brevduva send 2026-4"
    [[ $stderr != *"the next try"* ]]
}

@test "Ctrl-C while only retries wait leaves them to deliver" {
    start_relay "$twice_not_yet"
    "$BREVDUVA" --lang en send 2026-4 --yes \
        >"$BATS_TEST_TMPDIR/sent" 2>&1 3>&- 9>&- &
    sender=$!
    until_true grep -q "2 copies wait; the next try is at" "$BATS_TEST_TMPDIR/sent"
    kill -TERM "$sender"
    ends_with 4 "$sender"
    grep "Stopped" "$BATS_TEST_TMPDIR/sent"
    grep "deferred: 2" "$BATS_TEST_TMPDIR/sent"
    grep "Try the rest again, from .*: brevduva send 2026-4" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva_at $(($(date +%s) + 1800)) deliver
    [ "$(accepted)" = 12 ]
}

@test "a pause ends who waits for retries" {
    start_relay "$twice_not_yet"
    "$BREVDUVA" --lang en send 2026-4 --yes >"$BATS_TEST_TMPDIR/sent" 2>&1 \
        3>&- 9>&- &
    sender=$!
    until_true grep -q "2 copies wait" "$BATS_TEST_TMPDIR/sent"
    run -0 brevduva pause 2026-4
    ends_with 4 "$sender"
    grep "brevduva resume 2026-4" "$BATS_TEST_TMPDIR/sent"
}

@test "a second pause gives it another reason" {
    run -4 brevduva send 2026-4 --yes --limit 5
    run -0 brevduva pause 2026-4 --reason "a link is wrong"
    run -0 brevduva pause 2026-4
    says "a link is wrong" # no reason is no other one
    run -0 brevduva pause 2026-4 --reason "the date is wrong"
    says "paused by"
    says "the date is wrong"
    run -0 brevduva status
    says "the date is wrong"
    email=$(brevduva log 2026-4 --state queued --limit 1 --json |
        python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["email"])')
    run -0 brevduva why "$email"
    says "the date is wrong"
    brevduva cancel 2026-4 --yes
    run -2 --separate-stderr brevduva pause 2026-4 --reason "too late"
}

# The folder is given to a user without a name; `nameless` runs as that one.
give_to_nameless() {
    [ "$(id -u)" = 0 ] || skip "only root can be somebody else"
    ! getent passwd 54321 || skip "54321 has a name"
    local parent=$PWD
    until [ "$parent" = "$BATS_RUN_TMPDIR" ]; do
        parent=$(dirname "$parent")
        chmod o+x "$parent"
    done
    chown -R 54321 .
}

nameless() {
    setpriv --reuid 54321 --regid 54321 --clear-groups "$BREVDUVA" \
        --lang en "$@"
}

@test "who has no name on this system is told by number" {
    give_to_nameless
    run -4 nameless send 2026-4 --yes --limit 5
    run -0 nameless pause 2026-4 --reason "a link is wrong"
    says "paused by uid 54321: a link is wrong"
    run -0 nameless unsubscribe ahmed.jansson@byapost.example
    run -0 brevduva why ahmed.jansson@byapost.example
    says "(cli, uid 54321)"
}

@test "whose lock file keeps a service out is told, and what to do" {
    give_to_nameless
    rm -f brevduva.db-sender
    run -0 brevduva deliver
    [ "$(stat -c %u brevduva.db-sender)" = 0 ]
    run -1 --separate-stderr nameless deliver
    complains "brevduva.db-sender belongs to root, so uid 54321 cannot lock it"
    complains "when no process sends, remove it"
    chown 54321 brevduva.db-sender
    run -0 nameless deliver
}

@test "what is held by a person begins only when somebody says resume" {
    start_relay
    run -0 brevduva send 2026-4 --yes --at "tomorrow 08:00" --detach
    run -0 brevduva pause 2026-4 --reason "not yet"
    run -4 --separate-stderr brevduva send 2026-4 --yes
    complains "is held (paused by"
    complains "not yet"
    state_is held
    run -0 brevduva resume 2026-4
    state_is scheduled
    [ "$(accepted)" = 0 ]
}

@test "what paused itself is not sent on by who says send again" {
    start_relay '{"replies": {"MAIL": "550 5.7.1 sender not welcome"}}'
    run brevduva send 2026-4 --yes
    state_is paused
    run -4 --separate-stderr brevduva send 2026-4 --yes
    complains "sender not welcome"
    complains "brevduva resume 2026-4"
    # to each in their own language
    run -0 "$BREVDUVA" --lang sv status
    says "avvisar nyhetsbrevet"
    run -0 brevduva status
    says "refuses the newsletter"
    reader=$(brevduva subscriber list --json | head -1 |
        python3 -c 'import json; print(json.loads(input())["email"])')
    run -0 "$BREVDUVA" --lang sv why "$reader"
    says "avvisar nyhetsbrevet"
}

@test "a mailing whose last copies were refused is done, and not paused" {
    "$TOP/scripts/made-up-readers" 60 >readers.csv
    brevduva import readers.csv --consent "Signed up at the meeting" >/dev/null
    last=$(python3 -c 'import json
print(json.dumps({"capabilities": ["SIZE 10000000"],
                  "replies": {"RCPT": ["250 ok"] * 53 + ["550 5.1.1 no"] * 7}}))')
    start_relay "$last"
    run -3 --separate-stderr brevduva send 2026-4 --yes
    says "2026-4 to nyhetsbrev: done, 60 copies"
    says "refused: 7"
    complains "7 of 60 copies were refused or are unknown: more than 10 %"
    [[ $output != *"resume"* ]]
    state_is "done"
}
