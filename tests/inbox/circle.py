"""The whole circle with real servers: brevduva -> Postfix -> a server that
refuses -> Postfix's own report to the return path -> Dovecot -> brevduva inbox.

    circle.py BREVDUVA
"""
import email
import email.policy
import json
import os
import re
import smtplib
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../e2e"))
from newsletter import Newsletter, SAMPLE  # noqa: E402
from servers.common import Missing, free_port, need, wait_until  # noqa: E402
from servers.dovecot import PASSWORD, Dovecot  # noqa: E402
from servers.postfix import Postfix  # noqa: E402

SETTINGS = """
inbox:
  url: imap://localhost:{port}
  username: alla
  password_file: inbox.password
  starttls: required
  ca_file: {certificate}
  address: "studs+*@nyhetsbrev.example"
  forward: redaktion@nyhetsbrev.example
"""
# Postfix tries again, and warns of delays, within seconds.
HASTY = """
delay_warning_time = 2s
queue_run_delay = 1s
minimal_backoff_time = 2s
maximal_backoff_time = 3s
"""


class Sink:
    """Postfix's smtp-sink, with options: -f refuses for good, -r for now."""

    def __init__(self, port, *options):
        self.process = subprocess.Popen(
            [need("smtp-sink"), "-u", "nobody", *options, f"127.0.0.1:{port}",
             "10"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def parse(path):
    with open(path, "rb") as file:
        return email.message_from_binary_file(file,
                                              policy=email.policy.default)


class Circle:
    def __init__(self, program):
        self.program = program
        self.come = []

    def __enter__(self):
        self.news = Newsletter(self.program).__enter__()
        root = self.news.temporary.name
        os.chmod(root, 0o755)
        self.studs = os.path.join(root, "studs")
        self.readers = os.path.join(root, "readers")
        self.refusing, self.slow = free_port(), free_port()
        self.sinks = [Sink(self.refusing, "-f", "RCPT", "-B",
                           "550 5.1.1 no such user here"),
                      Sink(self.slow, "-r", "RCPT")]
        self.dovecot = Dovecot(self.studs).__enter__()
        self.postfix = Postfix(
            self.readers, settings=HASTY,
            mailboxes=[("^studs", self.studs)],
            transports=[(r"@gone\.example$", self.refusing),
                        (r"@slow\.example$", self.slow)]).__enter__()
        self._settle()
        return self

    def __exit__(self, *error):
        self.postfix.__exit__(*error)
        self.dovecot.__exit__(*error)
        for sink in self.sinks:
            sink.stop()
        self.news.__exit__(*error)

    def _settle(self):
        settings = os.path.join(self.news.folder, "brevduva.yaml")
        with open(settings, encoding="utf-8") as file:
            text = re.sub(r"(?m)^(relay|web|inbox|from):\n(?:[ #].*\n|\n)*", "",
                          file.read())
        text += SETTINGS.format(port=self.dovecot.port,
                                certificate=self.dovecot.certificate)
        text += ("\nfrom:\n  name: Hyttvik\n"
                 "  email: redaktion@nyhetsbrev.example\n"
                 f"\nrelay:\n  url: smtp://127.0.0.1:{self.postfix.port}\n"
                 "\nweb:\n  base_url: https://brev.example\n")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(text)
        self.news.secret("inbox.password", PASSWORD + "\n")
        self.news.add_issue(os.path.join(SAMPLE, "issues/2026-4.md"))

    def subscribe(self, *addresses):
        for address in addresses:
            self.news.run("subscribe", address, "--consent", "asked in person")

    def copies(self, maildir):
        new = os.path.join(maildir, "new")
        return [parse(os.path.join(new, name)) for name in os.listdir(new)]

    def copy_to(self, address):
        return next(m for m in self.copies(self.readers)
                    if m["To"].addresses[0].addr_spec == address)

    def mail(self, message, sender, recipient):
        with smtplib.SMTP("127.0.0.1", self.postfix.port) as smtp:
            smtp.sendmail(sender, [recipient], message)

    def inbox(self):
        """Read what there is; it is kept until somebody asks for it."""
        came = self.news.json("inbox")
        self.come += came
        return came

    def until(self, kind, seconds=60):
        """Read the inbox until such a mail has come; what was done."""
        def look():
            return any(m["kind"] == kind for m in self.come)

        wait_until(f"a {kind} comes back", lambda: look() or (
            self.inbox(), look())[1], seconds)
        found = next(m for m in self.come if m["kind"] == kind)
        self.come.remove(found)
        return found

    def state(self, address):
        row = self.news.json("subscriber", "show", address)[0]
        return row["lists"][0]["state"] if "lists" in row else row["state"]


def doctor(circle):
    """Relay and mailbox let us in; with another password, the mailbox does
    not."""
    told = circle.news.run("doctor", "--connect")
    assert f"smtp://127.0.0.1:{circle.postfix.port} lets us in" in told, told
    assert f"imap://localhost:{circle.dovecot.port} lets us in" in told, told
    circle.news.secret("inbox.password", "wrong\n")
    told = circle.news.try_run("doctor", "--connect", "--json")
    circle.news.secret("inbox.password", PASSWORD + "\n")
    fault = next(json.loads(line) for line in told.splitlines()
                 if '"id":"inbox"' in line)
    assert fault["level"] == "error", fault
    assert "does not accept the password" in fault["text"], fault


def bounce(circle):
    """A refused reader is suspended by Postfix's own report."""
    came = circle.until("bounce")
    assert came["outcome"] == "suspended", came
    assert came["token_ok"] is True, came
    assert came["address"] == "eva@gone.example", came
    assert circle.state("eva@gone.example") == "bounced"
    assert circle.state("anna@skogsvik.example") == "active"
    story = circle.news.run("why", "eva@gone.example")
    assert "5.1.1" in story and "no such user here" in story, story
    report = circle.news.run("report", "2026-4")
    assert "gone.example" in report, report
    again = circle.inbox()
    assert all(m["kind"] != "bounce" for m in again), again
    handled = os.path.join(circle.studs, ".Behandlat")
    assert any(os.listdir(os.path.join(handled, part))
               for part in ("new", "cur")), "nothing was moved"


def delay(circle):
    """A delay is told of, counts for nothing, and the copy arrives later."""
    came = circle.until("delay")
    assert came["outcome"] == "noted" and came["token_ok"], came
    assert circle.state("ida@slow.example") == "active"
    circle.sinks[1].stop()
    circle.sinks[1] = Sink(circle.slow)
    wait_until("the slow server takes it", lambda: re.search(
        r"to=<ida@slow\.example>.*status=sent", circle.postfix.log()), 60)
    assert circle.state("ida@slow.example") == "active"


def arf(copy, kind="abuse"):
    """What a mail provider sends of a reader who pressed the button, with the
    reader's address taken out (RFC 6590)."""
    header = "".join(f"{name}: {value}\r\n" for name, value in copy.items()
                     if name.lower() not in ("to", "delivered-to",
                                             "x-original-to"))
    return (f"From: fbl@provider.example\r\nTo: studs@nyhetsbrev.example\r\n"
            f"Subject: complaint\r\nMessage-ID: <{time.time()}@provider.example>"
            "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
            "report-type=feedback-report; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nAn abuse report.\r\n"
            "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
            f"Feedback-Type: {kind}\r\nUser-Agent: Provider/1\r\nVersion: 1\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"{header}\r\n--b--\r\n").encode("utf-8", "replace")


def complaint(circle):
    """A complaint takes the reader off for good, though it names nobody."""
    circle.mail(arf(circle.copy_to("klas@skogsvik.example")),
                "fbl@provider.example", "studs@nyhetsbrev.example")
    came = circle.until("complaint")
    assert came["outcome"] == "complained" and came["token_ok"], came
    assert circle.state("klas@skogsvik.example") == "complained"
    back = circle.news.try_run("subscribe", "klas@skogsvik.example",
                               "--consent", "a list")
    assert circle.state("klas@skogsvik.example") == "complained", back


def mailto(copy):
    found = re.search(r"<mailto:([^?>]+)\?", copy["List-Unsubscribe"])
    assert found, copy["List-Unsubscribe"]
    return found.group(1)


def unsubscribe(circle):
    """As Gmail and Outlook write it: the address alone says enough."""
    gmail = mailto(circle.copy_to("anna@skogsvik.example"))
    outlook = mailto(circle.copy_to("bo@skogsvik.example"))
    circle.mail(
        ("From: Anna <anna@gmail.example>\r\n"
         f"To: {gmail}\r\nSubject: unsubscribe\r\n"
         "Message-ID: <gmail.1@mail.gmail.example>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=\"UTF-8\"\r\n\r\n"
         "This message was automatically generated by Gmail.\r\n").encode(),
        "anna@gmail.example", gmail)
    circle.mail(
        ("From: Bo <bo@hotmail.example>\r\n"
         f"To: \"{outlook.upper()}\" <{outlook.upper()}>\r\nSubject: \r\n"
         "Message-ID: <OUTLOOK.1@hotmail.example>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/html\r\n\r\n<html><body></body></html>\r\n")
        .encode(), "bo@hotmail.example", outlook.upper())
    done = []
    wait_until("both are read", lambda: done.extend(
        m["outcome"] for m in circle.inbox()) or
        done.count("unsubscribed") == 2, 30)
    assert circle.state("anna@skogsvik.example") == "left"
    assert circle.state("bo@skogsvik.example") == "left"
    circle.come.clear()


def person(circle):
    """A reply is sent on whole, and nothing else becomes of it."""
    copy = circle.copy_to("anna@skogsvik.example")
    text = ("From: =?utf-8?q?=C3=85sa?= <asa@skogsvik.example>\r\n"
            f"To: studs@nyhetsbrev.example\r\nSubject: Re: Brevet\r\n"
            f"In-Reply-To: {copy['Message-ID']}\r\n"
            "Message-ID: <svar.1@skogsvik.example>\r\n\r\n"
            "Hej!\r\nVi kommer alla tre.\r\n").encode()
    circle.mail(text, "asa@skogsvik.example", "studs@nyhetsbrev.example")
    came = circle.until("human")
    assert came["outcome"] == "forwarded", came
    circle.news.run("deliver")
    wait_until("it is sent on", lambda: any(
        "X-Brevduva-Forward" in m for m in circle.copies(circle.readers)), 30)
    sent_on = next(m for m in circle.copies(circle.readers)
                   if "X-Brevduva-Forward" in m)
    assert sent_on["Reply-To"].addresses[0].addr_spec == "asa@skogsvik.example"
    inner = [p for p in sent_on.walk()
             if p.get_content_type() == "message/rfc822"]
    assert inner, sent_on
    assert "Vi kommer alla tre." in inner[0].get_payload(0).get_content()


def command(sender, word):
    return (f"From: {sender}\r\nTo: studs@nyhetsbrev.example\r\n"
            f"Subject: {word}\r\nMessage-ID: <{time.time()}@skogsvik.example>"
            "\r\n\r\n").encode()


def watch(circle):
    """New mail is acted on at once, also after the server was away."""
    process = subprocess.Popen(
        [circle.news.program, "inbox", "--watch"], cwd=circle.news.folder,
        stdout=subprocess.PIPE, text=True,
        env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))
    try:
        circle.mail(command("ida@slow.example", "avsluta"), "ida@slow.example",
                    "studs@nyhetsbrev.example")
        assert "unsubscribed" in process.stdout.readline()
        assert circle.state("ida@slow.example") == "left"
        circle.dovecot.stop()
        told = process.stdout.readline()
        assert "server" in told or "connection" in told, told
        circle.dovecot.start()
        circle.mail(command("tove@skogsvik.example", "help"),
                    "tove@skogsvik.example", "studs@nyhetsbrev.example")
        assert "trouble is over" in process.stdout.readline()
        assert "answered" in process.stdout.readline()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0, process.returncode


def main(program):
    try:
        with Circle(program) as circle:
            circle.subscribe("eva@gone.example", "ida@slow.example",
                             "klas@skogsvik.example", "anna@skogsvik.example",
                             "bo@skogsvik.example")
            circle.news.run("send", "2026-4", "--yes")
            circle.postfix.wait_for(3)
            for story in (doctor, bounce, delay, complaint, unsubscribe,
                          person, watch):
                story(circle)
                print(f"ok - {story.__doc__}")
    except Missing as why:
        print(f"SKIPPED: {why}", file=sys.stderr)
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
