"""Twenty letters of different kinds (kinds/), as one reader gets them: read
strictly by Python, again by npm's mailparser, their events by icalendar, and
smelt at by SpamAssassin.

usage: kinds.py BREVDUVA
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from glob import glob

from newsletter import TOP, Newsletter

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../spec"))
import letters  # noqa: E402

MAX_SCORE = 2.0  # of the 5 that make spam
MAX_LINE = 76    # P8; words and code that are longer stay whole
BESIDE = {
    "motet.png": os.path.join(TOP, "tests/golden/images/issue/motet.png"),
    "turned.jpg": os.path.join(TOP,
                               "tests/fuzz/corpus/fuzz_picture/turned.jpg"),
}
PDF = b"%PDF-1.4\nInget mer.\n"


def put_beside(newsletter, slug, text):
    """What the issue names: pictures of ours, and made-up attachments."""
    folder = os.path.join(newsletter.folder, "issues", slug)
    os.makedirs(folder)
    for name, path in BESIDE.items():
        if name in text:
            shutil.copy(path, os.path.join(folder, name))
    for name in re.findall(r"[^\s\[\",]+(?: [^\s\[\",]+)*\.(?:pdf|csv)", text):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(PDF if name.endswith(".pdf") else b"a;b\n1;2\n")


def check_words(name, message):
    """The plain text is wrapped, and holds no mark of what it was made from.
    How long a reader's own data are is guessed: an address may reach over."""
    text = message.get_body(("plain",)).get_content()
    for line in text.splitlines():
        if len(line) > MAX_LINE and " " in line.strip() and \
                not line.startswith("    ") and "@" not in line:
            letters.fail(name, f"line of {len(line)}: {line}")
    for mark in ("{{", "```", "](", "&amp;", "&lt;b", "<td"):
        if mark in text:
            letters.fail(name, f"{mark} in the plain text")


def check_calendars(name, message):
    try:
        import icalendar
    except ImportError:
        return
    parts = [p for p in message.walk()
             if p.get_content_type() == "text/calendar"]
    for part in parts:
        calendar = icalendar.Calendar.from_ical(
            part.get_payload(decode=True).decode())
        events = calendar.walk("VEVENT")
        if not events or str(calendar["METHOD"]) != "PUBLISH" or not all(
                e["UID"] and e["DTSTAMP"] and e["SUMMARY"] for e in events):
            letters.fail(name, "a calendar without sense")
    if bool(parts) != (name in ("03-mote", "20-allt")):
        letters.fail(name, f"{len(parts)} calendars")


def read_again(folder, messages):
    """npm's mailparser sees the same."""
    script = os.path.join(HERE, "read_mails.mjs")
    done = subprocess.run(["node", script, folder], capture_output=True,
                          text=True)
    if done.returncode:
        print("SKIPPED: mailparser:", done.stderr[-300:], file=sys.stderr)
        return
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    for mail, (name, message) in zip(seen, sorted(messages.items())):
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        # Python keeps the blank of a fold before the first word
        if mail["subject"] != message["subject"].strip():
            letters.fail(name, mail["subject"], message["subject"])
        if mail["text"].rstrip() != text.rstrip().replace("\r\n", "\n"):
            letters.fail(name, "mailparser reads another text")
        if letters.squeeze(re.sub(r'src="[^"]*"', "", mail["html"])) != \
                letters.squeeze(re.sub(r'src="[^"]*"', "", html)):
            letters.fail(name, "mailparser reads another page")
        count = sum(not p.is_multipart() for p in message.walk()) - 2
        if mail["attachments"] != count:
            letters.fail(name, f"{mail['attachments']} files, not {count}")
    if len(seen) != len(messages):
        letters.fail("mailparser", f"{len(seen)} letters")


def smell(folder):
    """SpamAssassin's local tests, one process for all letters."""
    if not shutil.which("spamassassin"):
        print("SKIPPED: SpamAssassin is not installed", file=sys.stderr)
        return
    names = sorted(os.listdir(folder))
    box = b""
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            box += b"From brev Mon Nov 23 08:46:43 2026\n" + \
                file.read().replace(b"\r\n", b"\n") + b"\n"
    with tempfile.TemporaryDirectory(prefix="brevduva-spam-") as home:
        done = subprocess.run(
            ["spamassassin", "--local", "--mbox"], input=box,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=home))
    scores = re.findall(rb"(?m)^X-Spam-Status: [^\n]*?score=([-\d.]+)"
                        rb"[^\n]*((?:\n[ \t][^\n]*)*)", done.stdout)
    if len(scores) != len(names):
        letters.fail("SpamAssassin", f"judged {len(scores)} letters")
    for name, (score, tests) in zip(names, scores):
        if float(score) > MAX_SCORE:
            letters.fail(name, f"SpamAssassin: {float(score)}",
                         tests.decode(errors="replace"))
    if scores:
        print("SpamAssassin: at most", max(float(s) for s, _ in scores))


def main():
    kinds = sorted(glob(os.path.join(HERE, "kinds/*.md")))
    with Newsletter(sys.argv[1]) as newsletter, \
            tempfile.TemporaryDirectory(prefix="brevduva-kinds-") as folder:
        reader = newsletter.add_readers(3)[0]
        messages = {}
        for path in kinds:
            name = os.path.basename(path)[:-3]
            with open(path, encoding="utf-8") as file:
                put_beside(newsletter, name, file.read())
            newsletter.add_issue(path)
            findings = newsletter.json("check", name)
            if any(f["level"] == "error" for f in findings):
                letters.fail(name, findings)
            raw = subprocess.run(
                [newsletter.program, "render", name, "--to", reader],
                cwd=newsletter.folder, check=True,
                stdout=subprocess.PIPE).stdout.decode()
            messages[name] = letters.check_letter(name, raw)
            check_words(name, messages[name])
            check_calendars(name, messages[name])
            with open(os.path.join(folder, name + ".eml"), "w",
                      newline="") as file:
                file.write(raw)
        read_again(folder, messages)
        smell(folder)
    letters.finish(len(kinds), 20)


if __name__ == "__main__":
    main()
