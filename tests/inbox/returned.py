"""A newsletter with a mailbox (a Maildir) that mail comes back to, and the
mails that do; the relay catches the newsletter's own."""
import email
import email.policy
import json
import os
import re
import sqlite3
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(__file__), folder)
                for folder in ("../e2e", "../fakes")]
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


def pipe(inbox, mail, *options):
    """One mail on standard input, as Postfix gives it; what became of it."""
    done = subprocess.run([inbox.program, *options, "inbox", "--stdin",
                           "--json"], cwd=inbox.folder, input=mail,
                          capture_output=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    assert done.returncode == 0, done
    return json.loads(done.stdout)["outcome"]


def main(stories, not_sent=()):
    """All stories, or those named. For some the issue is not sent before."""
    program, names = sys.argv[1], sys.argv[2:]
    for story in stories:
        if names and story.__name__ not in names:
            continue
        with Inbox(program, send=story not in not_sent) as inbox:
            story(inbox)
        print(f"ok - {story.__doc__}", flush=True)
