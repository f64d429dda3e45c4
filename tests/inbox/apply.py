"""What mails do that come back: checked against keys and ledger, once each.
The mailbox is a Maildir; the relay catches the newsletter's own mail.

    apply.py BREVDUVA [STORY]
"""
import email
import email.policy
import email.utils
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(__file__), folder)
                for folder in ("../e2e", "../fakes")]
from imap_fake import Imap  # noqa: E402
from newsletter import Newsletter, SAMPLE  # noqa: E402
from servers.catcher import Catcher  # noqa: E402

SETTINGS = """
inbox:
  url: maildir:{maildir}
  address: "studs+*@nyhetsbrev.example"
  forward: redaktion@nyhetsbrev.example
from:
  name: Hyttvik
  email: redaktion@nyhetsbrev.example
web:
  base_url: https://brev.example
relay:
  url: smtp://127.0.0.1:{port}
"""
ANNA, BO, EVA = (f"{name}@skogsvik.example" for name in ("anna", "bo", "eva"))
FRIEND = "klas@sjovik.example"


class Inbox(Newsletter):
    """Three readers have got the issue."""

    def __init__(self, program, send=True):
        super().__init__(program)
        self.send = send
        self.number = 0

    def __enter__(self):
        super().__enter__()
        self.maildir = os.path.join(self.temporary.name, "Maildir")
        for name in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(self.maildir, name))
        self.caught = os.path.join(self.temporary.name, "caught")
        self.relay = Catcher(self.caught).__enter__()
        path = os.path.join(self.folder, "brevduva.yaml")
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"(?m)^(relay|web|inbox|from):\n(?:[ #].*\n|\n)*", "",
                          file.read())
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + SETTINGS.format(maildir=self.maildir,
                                              port=self.relay.port))
        self.add_issue(os.path.join(SAMPLE, "issues/2026-4.md"))
        for reader in (ANNA, BO, EVA):
            self.run("subscribe", reader, "--consent", "asked in person")
        if self.send:
            self.run("send", "2026-4", "--yes")
        return self

    def __exit__(self, *error):
        self.relay.__exit__(*error)
        super().__exit__(*error)

    def outbox(self):
        new = os.path.join(self.caught, "new")
        mails = []
        for name in sorted(os.listdir(new)):
            with open(os.path.join(new, name), "rb") as file:
                mails.append(email.message_from_binary_file(
                    file, policy=email.policy.default))
        return mails

    def copy_to(self, reader):
        return next(m for m in self.outbox() if m["List-Id"] and
                    m["To"].addresses[0].addr_spec == reader)

    def letters_to(self, address, subject=""):
        """Single mails, once they have left."""
        self.run("deliver")
        return [m for m in self.outbox() if not m["List-Id"] and
                m["To"].addresses[0].addr_spec == address and
                subject in m["Subject"]]

    def return_path(self, reader):
        """Of the reader's copy, as its relay would see it."""
        return self.copy_to(reader)["Return-Path"].strip("<>")

    def mailto(self, reader):
        found = re.search(r"<mailto:([^?>]+)",
                          self.copy_to(reader)["List-Unsubscribe"])
        return found.group(1)

    def put(self, mail, name=None):
        """A mail arrives."""
        self.number += 1
        name = name or f"{self.number}.{os.getpid()}.test"
        if isinstance(mail, str):
            mail = mail.replace("\n", "\r\n").encode()
        with open(os.path.join(self.maildir, "tmp", name), "wb") as file:
            file.write(mail)
        os.rename(os.path.join(self.maildir, "tmp", name),
                  os.path.join(self.maildir, "new", name))

    def read(self, *options):
        """What became of each mail."""
        return self.json("inbox", *options)

    def outcome(self, mail):
        self.put(mail)
        done = self.read()
        assert len(done) == 1, done
        return done[0]

    def waiting(self):
        return sum(len(os.listdir(os.path.join(self.maildir, f)))
                   for f in ("new", "cur"))

    def state(self, reader):
        row = self.json("subscriber", "show", reader)[0]
        return row["lists"][0]["state"] if "lists" in row else row["state"]

    def copy_state(self, reader):
        return next(c["state"] for c in self.json("log", "2026-4")
                    if c.get("email", c.get("address")) == reader)

    def database(self):
        return sqlite3.connect(os.path.join(self.folder, "brevduva.db"))


def report(to, about, status="5.1.1", action="failed", reply="550 5.1.1 no such "
           "user", message_id=None, returned=""):
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{message_id or time.monotonic_ns()}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {reply}
--b
Content-Type: text/rfc822-headers

{returned}
--b--
"""


def plain(sender, to, subject, text="", more=""):
    return f"""Return-Path: <{sender}>
From: <{sender}>
To: {to}
Subject: {subject}
Message-ID: <{time.monotonic_ns()}@skogsvik.example>
{more}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""


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


def feedback(to, about, letter, more=""):
    """An abuse report (ARF)."""
    return report(to, about).replace(
        "report-type=delivery-status", "report-type=feedback-report").replace(
        "message/delivery-status", "message/feedback-report").replace(
        "Reporting-MTA: dns; mx.example\n\n",
        "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n"
        f"{more}Original-Rcpt-To: {about}\n").replace(
        "text/rfc822-headers\n\n", f"text/rfc822-headers\n\n{letter}")


def forwarded(copy):
    """The header of a copy, as a friend has it whom it was sent on to."""
    header = str(copy).split("\n\n")[0]
    return re.sub(r"(?m)^(Return-Path|Received|Delivered-To|X-[A-Za-z-]*):"
                  r".*\n(?:[ \t].*\n)*", "", header) + "\n"


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


def leave_by_mail(inbox):
    """The address with the token leaves whoever writes; a bare command
    leaves and tells the mailbox."""
    done = inbox.outcome(plain("other@gmail.example", inbox.mailto(ANNA), ""))
    assert done["outcome"] == "unsubscribed" and done["token_ok"], done
    assert inbox.state(ANNA) == "left"
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Avsluta"))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left"
    letters = inbox.letters_to(BO)
    assert len(letters) == 1, letters
    assert letters[0]["Auto-Submitted"] == "auto-replied", letters[0]
    assert letters[0]["In-Reply-To"], letters[0]
    assert letters[0]["Return-Path"] == "<<>>", letters[0]


def leave_with_words(inbox):
    """Who leaves and writes why has left, and is read by a person."""
    why = "Det har varit ett fint brev, men jag flyttar till Norge i vår. " * 3
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Avsluta", why))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left"
    sent_on = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(sent_on) == 1 and "Avsluta" in sent_on[0]["Subject"], sent_on


def words_to_token(inbox):
    """What people write to the address that a reader leaves by is read by a
    person; only who asks to leave has left."""
    def passed_on():
        return len(inbox.letters_to("redaktion@nyhetsbrev.example"))

    for number, mail in enumerate((
            plain(ANNA, inbox.mailto(ANNA), "Question",
                  "When is the next meeting?"),
            plain(ANNA, "klas@sjovik.example", "Newsletter",
                  "fyi: I forward this newsletter",
                  f"Cc: {inbox.mailto(ANNA)}\n"),
            plain(ANNA, inbox.mailto(ANNA), "Is there a meeting?"),
            plain(ANNA, inbox.mailto(ANNA), "Vb: Mötet i vår"))):
        done = inbox.outcome(mail)
        assert done["outcome"] == "forwarded", (number, done)
        assert inbox.state(ANNA) == "active", (number, done)
        assert passed_on() == number + 1
    why = "You printed lies about me. Call me on 070-123 45 67, it is urgent. "
    done = inbox.outcome(plain(ANNA, inbox.mailto(ANNA), "unsubscribe", why))
    assert done["outcome"] == "unsubscribed" and done["token_ok"], done
    assert inbox.state(ANNA) == "left" and passed_on() == 5
    done = inbox.outcome(plain(BO, inbox.mailto(BO), "Nog med brev nu"))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(BO) == "left" and passed_on() == 6
    done = inbox.outcome(plain(EVA, inbox.mailto(EVA), "unsubscribe",
                               "Thanks."))
    assert done["outcome"] == "unsubscribed", done
    assert inbox.state(EVA) == "left" and passed_on() == 6


def old_mailbox(inbox):
    """In a mailbox that was in use before, old mail is neither obeyed nor
    forwarded; what came since, however late it is read, is."""
    bo, anna, eva = inbox.mailto(BO), inbox.mailto(ANNA), inbox.return_path(EVA)
    old = "Date: Tue, 05 Mar 2019 10:00:00 +0100\n"
    to = "studs@nyhetsbrev.example"
    for mail in (plain(BO, to, "unsubscribe", more=old),
                 plain(FRIEND, to, "subscribe", more=old),
                 plain(FRIEND, to, "Fråga", "Hej", more=old),
                 plain(BO, bo, "unsubscribe", more=old)):
        done = inbox.outcome(mail)
        assert done["outcome"] == "old", done
    assert inbox.state(BO) == "active"
    assert inbox.letters_to(FRIEND) == []
    assert inbox.letters_to("redaktion@nyhetsbrev.example") == []
    inbox.put(plain(FRIEND, to, "Fråga", "Hej", more=old))
    told = inbox.run("inbox")
    assert "too old to act on 1" in told and "Too old:" in told, told
    status = next(o for o in inbox.json("status") if o["kind"] == "inbox")
    assert status["old"] == 5, status
    assert "too old to act on: 5" in inbox.run("status")
    # a clock that is wrong, and a report, whenever it was written
    done = inbox.outcome(
        "Received: from a by b; " + email.utils.formatdate() + "\n" +
        plain(FRIEND, to, "Fråga", "Hej", more=old))
    assert done["outcome"] == "forwarded", done
    done = inbox.outcome(old + report(eva, EVA))
    assert done["outcome"] == "suspended", done
    # a month without anybody who reads it
    with inbox.database() as db:
        db.execute("UPDATE setting "
                   "SET value = CAST(value - 40 * 86400 AS BLOB) "
                   "WHERE name LIKE 'inbox since %'")
    month = email.utils.formatdate(time.time() - 30 * 86400)
    done = inbox.outcome(plain(FRIEND, to, "Fråga", "Hej igen",
                               more=f"Date: {month}\n"))
    assert done["outcome"] == "forwarded", done
    # who has joined since then has not left by it; who was there has
    done = inbox.outcome(plain(BO, to, "unsubscribe", more=f"Date: {month}\n"))
    assert done["outcome"] == "old" and inbox.state(BO) == "active", done
    with inbox.database() as db:
        db.execute("UPDATE consent SET at = at - 60 * 86400")
    done = inbox.outcome(plain(ANNA, anna, "unsubscribe",
                               more=f"Date: {month}\n"))
    assert done["outcome"] == "unsubscribed", done


def unknown_list(inbox):
    """A list that there is not: nothing but help; another's address: a
    person's mail."""
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example",
                               "unsubscribe othr"))
    assert done["outcome"] == "answered" and inbox.state(BO) == "active", done
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example",
                               f"unsubscribe {ANNA}"))
    assert done["outcome"] == "forwarded", done
    assert inbox.state(BO) == inbox.state(ANNA) == "active"


def stranger_subscribes(inbox):
    """A mailed subscribe starts the double opt-in, no more."""
    done = inbox.outcome(plain(FRIEND, "studs@nyhetsbrev.example",
                               "prenumerera"))
    assert done["outcome"] == "answered", done
    letters = inbox.letters_to(FRIEND)
    assert len(letters) == 1 and "/c/" in letters[0].as_string(), letters
    with inbox.database() as db:
        readers, = db.execute("SELECT COUNT(*) FROM subscriber "
                              "WHERE email = ?", (FRIEND,)).fetchone()
    assert readers == 0


def bombs(inbox):
    """A hundred commands in a stranger's name are one answer."""
    for number in range(100):
        inbox.put(plain(FRIEND, "studs@nyhetsbrev.example",
                        ("help", "subscribe", "my subscription")[number % 3]))
    outcomes = [m["outcome"] for m in inbox.read()]
    assert len(outcomes) == 100, outcomes
    assert len(inbox.letters_to(FRIEND)) == 1, outcomes


def never_answered(inbox):
    """Lists, machines and the null sender get no answer, and unsubscribe
    nobody."""
    for more in ("List-Id: <x.example>\n", "Precedence: bulk\n",
                 "Auto-Submitted: auto-generated\n"):
        done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "help",
                                   more=more))
        assert done["outcome"] in ("noted", "forwarded", "silent"), done
    mail = plain(BO, "studs@nyhetsbrev.example", "avsluta").replace(
        f"Return-Path: <{BO}>", "Return-Path: <>")
    inbox.outcome(mail)
    assert inbox.letters_to(BO) == []
    assert inbox.state(BO) == "active"


def people(inbox):
    """What a person writes is sent on whole, also what is odd in it."""
    odd = plain(ANNA, "studs@nyhetsbrev.example", "Fråga om mötet",
                ".punkt först\nå ä ö").replace("\n", "\r\n")
    odd = odd.encode("latin-1")
    inbox.put(odd)
    done = inbox.read()
    assert done[0]["outcome"] == "forwarded", done
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(letters) == 1, letters
    attachments = [part for part in letters[0].walk()
                   if part.get_content_type() == "application/octet-stream"]
    assert attachments[0].get_content() == odd
    assert letters[0]["Reply-To"].addresses[0].addr_spec == ANNA


def answers_elsewhere(inbox):
    """Where answers are to go is where the coordinator's answer goes."""
    inbox.outcome(plain(ANNA, "studs@nyhetsbrev.example", "Fråga", "Hej",
                        f"Reply-To: {FRIEND}\n"))
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert letters[0]["Reply-To"].addresses[0].addr_spec == FRIEND


def own_letter(inbox):
    """Our letter to a coordinator who reads mail in this very mailbox stays
    where it is; a header that says so is not enough."""
    done = inbox.outcome(plain(BO, "studs@nyhetsbrev.example", "Fråga", "Hej",
                               "X-Brevduva-Forward: 1\n"))
    assert done["outcome"] == "forwarded", done
    letter, = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert inbox.outcome(letter.as_string())["outcome"] == "left"
    assert inbox.waiting() == 1


def strangers(inbox):
    """Addresses of people who are no readers are not kept."""
    inbox.outcome(report("studs@nyhetsbrev.example", FRIEND))
    inbox.outcome(plain(FRIEND, "studs@nyhetsbrev.example", "Autosvar", "Borta",
                        "Auto-Submitted: auto-replied\n"))
    others = [f"x{n}@sjovik.example" for n in range(4)]
    for word, other in zip(("help", "unsubscribe", "my subscription", "tip"),
                           others):
        done = inbox.outcome(plain(other, "studs@nyhetsbrev.example", word))
        assert done["outcome"] == "answered", (word, done)
        assert len(inbox.letters_to(other)) == 1, word
    done = inbox.outcome(plain(ANNA, "studs@nyhetsbrev.example", "help"))
    assert len(inbox.letters_to(ANNA)) == 1, done
    with inbox.database() as db:
        dump = "\n".join(db.iterdump())
        kept, = db.execute("SELECT COUNT(*) FROM delivery "
                           "WHERE mailing_id IS NULL AND email = ?",
                           (ANNA,)).fetchone()
    assert FRIEND not in dump, "kept"
    for other in others:
        assert other not in dump, other
    assert kept == 1, kept


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


def unreadable(inbox):
    """What nobody can read is put aside, and the next one is read."""
    inbox.put(bytes(range(256)) * 40)
    inbox.put(plain(BO, "studs@nyhetsbrev.example", "avsluta"))
    outcomes = sorted(m["outcome"] for m in inbox.read())
    assert outcomes == ["aside", "unsubscribed"], outcomes
    status = next(o for o in inbox.json("status") if o["kind"] == "inbox")
    assert (status["mails"], status["unreadable"]) == (2, 1), status
    assert "2 mails came in" in inbox.run("status")


def two_at_once(inbox):
    """A second process says who reads, and that it may be tried again."""
    watching = subprocess.Popen([inbox.program, "inbox", "--watch"],
                                cwd=inbox.folder, stdout=subprocess.PIPE,
                                text=True,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
    try:
        inbox.put(plain(BO, "studs@nyhetsbrev.example", "avsluta"))
        watching.stdout.readline()
        second = inbox._run(("inbox",), None)
        assert second.returncode == 4, second
        assert str(watching.pid) in second.stderr, second.stderr
    finally:
        watching.terminate()
        watching.communicate(timeout=20)
    assert watching.returncode == 0, watching.returncode


def pipe(inbox, mail, *options):
    """One mail on standard input, as Postfix gives it; what became of it."""
    done = subprocess.run([inbox.program, *options, "inbox", "--stdin",
                           "--json"], cwd=inbox.folder, input=mail,
                          capture_output=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    assert done.returncode == 0, done
    return json.loads(done.stdout)["outcome"]


def by_pipe(inbox):
    """A report by a pipe."""
    assert pipe(inbox, report(inbox.return_path(EVA),
                              EVA).encode()) == "suspended"


def empty_pipe(inbox):
    """No octets are no mail: something is broken, and the mail may come yet."""
    for closed in ("</dev/null", "<&-"):
        done = subprocess.run(
            ["sh", "-c", f'"$0" inbox --stdin {closed}', inbox.program],
            cwd=inbox.folder, capture_output=True, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8"))
        assert done.returncode == 75 and not done.stdout, done
        assert "no mail came on standard input" in done.stderr, done.stderr


def same_number(inbox):
    """Mailers that give all their mails one Message-ID, and no date: what
    differs in the text only is another mail, whichever way it comes."""
    def mail(text, more=""):
        return (f"{more}From: form@shop.example\nSubject: Order\n"
                f"Message-ID: <same@shop.example>\n\n{text}\n")
    assert inbox.outcome(mail("A first"))["outcome"] == "forwarded"
    assert inbox.outcome(mail("A second"))["outcome"] == "forwarded"
    assert pipe(inbox, mail("A third").encode()) == "forwarded"
    seen = mail("A third", "Received: from elsewhere\n") + "\n"
    assert pipe(inbox, seen.replace("\n", "\r\n").encode()) == "seen"
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    assert len(letters) == 3, letters
    assert not os.path.exists(os.path.join(inbox.folder, "inbox"))


def same_beginning(inbox):
    """Two large mails may differ where nobody looks: a pipe keeps both."""
    head = (b"From: form@shop.example\nSubject: Order\n"
            b"Message-ID: <same@shop.example>\n\n" + b"x" * 300000)
    assert pipe(inbox, head + b"1") == "forwarded"
    assert pipe(inbox, head + b"2") == "seen"
    left = os.path.join(inbox.folder, "inbox/left")
    with open(os.path.join(left, *os.listdir(left)), "rb") as file:
        assert file.read() == head + b"2"


def pipe_keeps(inbox):
    """What a pipe cannot leave in a mailbox becomes a file."""
    def give(mail, *options):
        pipe(inbox, mail, *options)

    def kept(part):
        folder = os.path.join(inbox.folder, "inbox", part)
        found = []
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                found.append(file.read())
        return found

    mail = plain(ANNA, "studs@nyhetsbrev.example", "Fråga", "Hej").encode()
    give(mail, "--set", "inbox.forward=off")
    large = plain(BO, "studs@nyhetsbrev.example", "Stort", "x" * 9000000)
    give(large.encode())
    assert sorted(kept("left"), key=len) == [mail, large.encode()]
    give(b"nonsense")
    assert kept("unreadable") == [b"nonsense"]
    assert "2 mails wait in inbox/left" in inbox.run("status")


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


def odd_name(inbox):
    """What a file is called reaches neither the terminal nor a letter as it
    is."""
    name = "a\033[31m\n\u202eå\x85b"
    for number in range(2):
        inbox.put(plain(BO, "studs@nyhetsbrev.example", "Fråga", "x" * 9000000),
                  f"{number}{name}")
    told = inbox.read()
    assert [m["mail"] for m in told] == [f"new/{n}a?[31m??å?b" for n in (0, 1)]
    letters = inbox.letters_to("redaktion@nyhetsbrev.example")
    text = letters[0].get_body().get_content()
    assert "a?[31m??å?b" in text, text


def withheld(inbox):
    """A server that names a mail and does not hand it out: that is told."""
    def nothing(session, tag, words):
        session.say(f"{tag} OK done")
        return True

    with Imap([b"Subject: hej\r\n\r\nhej\r\n"], password="x",
              on={"UID FETCH": nothing}) as server:
        done = subprocess.run(
            [inbox.program, "--set", f"inbox.url=imap://127.0.0.1:{server.port}",
             "--set", "inbox.starttls=off", "--set", "inbox.username=studs",
             "--set", "inbox.password_env=SECRET", "inbox"],
            cwd=inbox.folder, capture_output=True, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8", SECRET="x"))
    assert done.returncode == 4, done
    assert "was not read: INBOX/1" in done.stderr, done
    assert "No new mail" not in done.stdout, done


def large(inbox):
    """A mail of 100 MB and one of 10,000 parts are read in a moment."""
    head = report(inbox.return_path(EVA), EVA).replace("\n", "\r\n").encode()
    inbox.put(head + b"x" * (100 * 1024 * 1024))
    parts = "".join(f"--b\nContent-Type: text/plain\n\n{i}\n"
                    for i in range(10000))
    inbox.put(plain(ANNA, "studs@nyhetsbrev.example", "Många delar").replace(
        "text/plain; charset=utf-8", "multipart/mixed; boundary=b") + parts)
    outcomes = sorted(m["outcome"] for m in inbox.read())
    assert outcomes == ["forwarded", "suspended"], outcomes


def classify_large(inbox):
    """Of a mail of any size only its beginning is read."""
    path = os.path.join(inbox.folder, "large.eml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(report("studs@nyhetsbrev.example", EVA))
        file.truncate(400 * 1024 * 1024) # with a hole
    process = subprocess.Popen([inbox.program, "inbox", "--classify", path],
                               cwd=inbox.folder, stdout=subprocess.PIPE)
    told = json.loads(process.stdout.read())
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and told["address"] == EVA, told
    assert usage.ru_maxrss < 200 * 1024, usage.ru_maxrss # kB


STORIES = (signed_bounce, folded_case, forged_token, address_alone,
           message_id_alone, forged_complaint, complaint_by_link,
           signed_complaint, bounce_by_link, soft_and_policy, twice, killed,
           leave_by_mail, leave_with_words, words_to_token, old_mailbox,
           unknown_list, stranger_subscribes, bombs, never_answered, people,
           answers_elsewhere, own_letter, strangers, unknown_is_settled,
           in_words, unreadable, two_at_once, by_pipe, empty_pipe, same_number,
           same_beginning, pipe_keeps, rotated_keys, limit_and_letter,
           odd_name, withheld, classify_large, # before our memory is large
           large)


def main(program, *names):
    for story in STORIES:
        if names and story.__name__ not in names:
            continue
        with Inbox(program, send=story not in (killed, limit_and_letter)) as inbox:
            story(inbox)
        print(f"ok - {story.__doc__}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
