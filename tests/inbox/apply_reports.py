"""What reports do that come back: checked against keys and ledger, once each.

    apply_reports.py BREVDUVA [STORY]
"""
import os
import re
import signal
import subprocess
import time

from returned import (main, ANNA, BO, EVA, FRIEND, report, plain, feedback,
                      forwarded)


def signed_bounce(inbox):
    """A report to the return path suspends, and the story tells of it."""
    done = inbox.outcome(report(inbox.return_path(EVA), "someone@else.example"))
    assert done["outcome"] == "suspended" and done["token_ok"], done
    assert done["address"] == EVA, done
    assert inbox.state(EVA) == "bounced"
    assert inbox.copy_state(EVA) == "bounced"
    assert inbox.state(ANNA) == "active"
    story = inbox.run("why", EVA)
    assert "5.1.1" in story and "no such user" in story, story


def folded_case(inbox):
    """A server that writes the token in capitals changes nothing."""
    done = inbox.outcome(report(inbox.return_path(EVA).upper(), EVA))
    assert done["outcome"] == "suspended", done


def forged_token(inbox):
    """Whoever makes a token up is not believed on anything."""
    path = inbox.return_path(EVA)
    token = re.search(r"\+([^@]+)@", path).group(1)
    other = ("a" if token[20] != "a" else "b").join((token[:20], token[21:]))
    copy = inbox.copy_to(EVA)
    done = inbox.outcome(report(path.replace(token, other), EVA, returned=str(
        copy).split("\n\n")[0]))
    assert done["outcome"] == "noted" and not done["token_ok"], done
    assert inbox.state(EVA) == "active"
    assert inbox.copy_state(EVA) == "accepted"


def address_alone(inbox):
    """An address in a report proves nothing."""
    done = inbox.outcome(report("studs@nyhetsbrev.example", EVA))
    assert done["outcome"] == "noted", done
    assert inbox.state(EVA) == "active"


def message_id_alone(inbox):
    """A Message-ID and the address: it counts, and one is not enough. Somebody
    else's address beside it: nothing."""
    returned = f"Message-ID: {inbox.copy_to(EVA)['Message-ID']}"
    done = inbox.outcome(report("studs@nyhetsbrev.example", ANNA,
                                returned=returned))
    assert done["outcome"] == "noted", done
    done = inbox.outcome(report("studs@nyhetsbrev.example", EVA,
                                returned=returned))
    assert done["outcome"] == "counted", done
    assert inbox.state(EVA) == "active"


def forged_complaint(inbox):
    """The Message-ID of another's copy can be guessed: a complaint by it is for
    a person to judge."""
    done = inbox.outcome(feedback(
        "studs@nyhetsbrev.example", EVA,
        f"Message-ID: {inbox.copy_to(EVA)['Message-ID']}\n"))
    assert done["kind"] == "complaint", done
    assert done["outcome"] == "forwarded", done
    assert inbox.state(EVA) == "active"
    assert inbox.copy_state(EVA) == "accepted"


def complaint_by_link(inbox):
    """The link for leaving goes with a forwarded letter: a complaint that shows
    nothing else does what the link does, and not more."""
    letter = forwarded(inbox.copy_to(EVA))
    assert "List-Unsubscribe:" in letter and "Return-Path" not in letter
    for address in ("studs@nyhetsbrev.example", inbox.mailto(EVA)):
        done = inbox.outcome(feedback(address, EVA, letter))
        assert done["kind"] == "complaint" and done["token_ok"], done
        assert done["outcome"] == "unsubscribed", done
        assert inbox.state(EVA) == "left"
        assert inbox.copy_state(EVA) == "accepted"
        assert inbox.letters_to(EVA) == [], "who complains gets no farewell"
        story = inbox.run("why", EVA)
        assert "the link for leaving" in story, story
        assert "never mailed again" not in story, story
        inbox.run("subscribe", EVA, "--consent", "asked in person")
        assert inbox.state(EVA) == "active"
    assert inbox.letters_to("redaktion@nyhetsbrev.example") == []


def signed_complaint(inbox):
    """The return path is nobody's but the mail systems': a complaint that shows
    it is for good."""
    rows = [(EVA, lambda p: (p, "", "")),
            (BO, lambda p: ("studs@nyhetsbrev.example", "",
                            f"Return-Path: <{p}>\n")),
            (ANNA, lambda p: ("studs@nyhetsbrev.example",
                              f"Original-Mail-From: <{p}>\n", ""))]
    for reader, shown in rows:
        to, more, returned = shown(inbox.return_path(reader))
        done = inbox.outcome(feedback(
            to, reader, returned + forwarded(inbox.copy_to(reader)), more))
        assert done["outcome"] == "complained", (reader, done)
        assert inbox.state(reader) == "complained"
        assert inbox.copy_state(reader) == "complained"


def bounce_by_link(inbox):
    """Nor does the link for leaving prove that a copy bounced, wherever it
    stands."""
    letter = forwarded(inbox.copy_to(EVA))
    links = "".join(re.findall(r"(?m)^List-Unsubscribe:.*\n(?:[ \t].*\n)*",
                               letter))
    for to, returned, want in (
            (inbox.mailto(EVA), "", "noted"),
            ("studs@nyhetsbrev.example", links, "noted"),
            (inbox.mailto(EVA), letter, "counted")):
        done = inbox.outcome(report(to, EVA, returned=returned))
        assert done["kind"] == "bounce", done
        assert done["outcome"] == want and not done["token_ok"], (want, done)
        assert inbox.state(EVA) == "active"


def soft_and_policy(inbox):
    """Full mailboxes count, refusals of us do not, delays never."""
    rows = [("5.2.2", "failed", "552 5.2.2 mailbox full", "counted"),
            ("5.7.1", "failed", "550 5.7.1 blocked by policy", "noted"),
            ("4.4.1", "delayed", "421 4.4.1 try later", "noted")]
    for reader, (status, action, reply, want) in zip((ANNA, BO, EVA), rows):
        done = inbox.outcome(report(inbox.return_path(reader), reader, status,
                                    action, reply))
        assert done["outcome"] == want, (status, done)
        assert inbox.state(reader) == "active"


def twice(inbox):
    """The same mail by two ways has its effect once, and is put away twice."""
    mail = report(inbox.return_path(EVA), EVA, message_id="same")
    inbox.put(mail)
    inbox.put("Received: from elsewhere\n" + mail)
    outcomes = sorted(m["outcome"] for m in inbox.read())
    assert outcomes == ["seen", "suspended"], outcomes
    assert inbox.waiting() == 0
    with inbox.database() as db:
        count, = db.execute("SELECT COUNT(*) FROM bounce").fetchone()
    assert count == 1, count


def killed(inbox):
    """Killed at any moment, no mail is lost and none counts twice."""
    readers = [f"reader{i}@skogsvik.example" for i in range(40)]
    with open(os.path.join(inbox.folder, "r.csv"), "w") as file:
        file.write("email\n" + "\n".join(readers) + "\n")
    inbox.run("import", "r.csv", "--consent", "asked")
    inbox.run("send", "2026-4", "--yes")
    paths = {m["To"].addresses[0].addr_spec: m["Return-Path"].strip("<>")
             for m in inbox.outbox() if m["List-Id"]}
    for reader in readers:
        inbox.put(report(paths[reader], reader))
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    for attempt in range(60):
        process = subprocess.Popen(
            [inbox.program, "inbox"], cwd=inbox.folder, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.02 + attempt * 0.01)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
    inbox.read()
    assert inbox.waiting() == 0
    with inbox.database() as db:
        rows = dict(db.execute("SELECT email, COUNT(*) FROM bounce "
                               "WHERE effect = 'suspended' GROUP BY email"))
    assert rows == {reader: 1 for reader in readers}, rows


def unknown_is_settled(inbox):
    """An automatic reply to a copy that nobody knew the fate of."""
    with inbox.database() as db:
        db.execute("UPDATE delivery SET state = 'unknown' WHERE email = ?",
                   (ANNA,))
        db.execute("UPDATE mailing_count SET copies = copies - 1 "
                   "WHERE state = 'accepted'")
        db.execute("INSERT INTO mailing_count SELECT id, 'unknown', 1 "
                   "FROM mailing")
    mail = plain(ANNA, inbox.return_path(ANNA), "Autosvar: semester",
                 "Jag är tillbaka i augusti.", "Auto-Submitted: auto-replied\n")
    done = inbox.outcome(mail)
    assert done["kind"] == "auto-reply" and done["outcome"] == "noted", done
    assert inbox.copy_state(ANNA) == "accepted"
    assert "Database" not in inbox.try_run("doctor")


def in_words(inbox):
    """What is told of a reader has no words of ours in it, and a report of a
    mail passed on is none of its arrival."""
    with inbox.database() as db:
        db.execute("UPDATE delivery SET state = 'unknown'")
        db.execute("UPDATE mailing_count SET copies = copies - 3 "
                   "WHERE state = 'accepted'")
        db.execute("INSERT INTO mailing_count SELECT id, 'unknown', 3 "
                   "FROM mailing")
    inbox.outcome(report(inbox.return_path(EVA), EVA, "2.5.0", "relayed",
                         "250 2.5.0 ok"))
    inbox.outcome(plain(ANNA, inbox.return_path(ANNA), "Tack", "Fint brev!"))
    inbox.outcome(plain(BO, inbox.return_path(BO), "Autosvar", "Borta",
                        "Auto-Submitted: auto-replied\n"))
    for reader, told in ((EVA, "passed on"), (ANNA, "the reader answered it"),
                         (BO, "a machine answered it")):
        story = inbox.run("why", reader)
        assert told in story, story
        assert inbox.copy_state(reader) == "accepted"
        for word in ("arrived", "relayed", ": human", "auto-submitted",
                     "came back", ": delivered", "auto-reply"):
            assert word not in story, (word, story)


def rotated_keys(inbox):
    """Return paths of letters sent before the key was changed still count."""
    path = inbox.return_path(EVA)
    inbox.run("doctor", "--rotate-key")
    assert inbox.outcome(report(path, EVA))["outcome"] == "suspended"
    path = inbox.return_path(BO)
    inbox.run("doctor", "--rotate-key", "--keep", "0s")
    assert inbox.outcome(report(path, BO))["outcome"] == "noted"


def limit_and_letter(inbox):
    """Letters that wait are none of the copies that --limit counts."""
    inbox.outcome(plain(FRIEND, "studs@nyhetsbrev.example", "help"))
    done = inbox._run(("send", "2026-4", "--yes", "--limit", "2"), None)
    assert done.returncode == 4, done
    row = next(o for o in inbox.json("status") if o["kind"] == "mailing")
    assert row["accepted"] == 2 and row["queued"] == 1, row


main((signed_bounce, folded_case, forged_token, address_alone,
      message_id_alone, forged_complaint, complaint_by_link,
      signed_complaint, bounce_by_link, soft_and_policy, twice, killed,
      unknown_is_settled, in_words, rotated_keys, limit_and_letter),
     not_sent=(killed, limit_and_letter))
