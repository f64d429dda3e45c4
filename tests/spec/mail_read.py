"""We read what other people's mails say as Python's email package does.

usage: mail_read.py PROGRAM
"""
import email
import email.policy
import json
import random
import re
import subprocess
import sys
import tempfile
import warnings
from email.header import decode_header
from glob import glob
from pathlib import Path

FLUFL = "/usr/lib/python3/dist-packages/flufl/bounce/tests/data/*.txt"
PYTHON = "/usr/lib/python3.11/test/test_email/data/msg_*.txt"
failures = 0


def check(where, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"{where}:\n  got  {got!r}\n  want {want!r}")


def ask(files):
    run = subprocess.run([sys.argv[1]], input="\n".join(files).encode(),
                         stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def to_text(octets, charset):
    """Octets as the reader is to show them."""
    known = {"iso-8859-1": "cp1252", "gb2312": "gb18030", "": "utf-8",
             "ansi_x3.110-1983": "cp1252",
             "us-ascii": "utf-8", "iso-8859-8-i": "iso-8859-8"}
    charset = known.get(charset.lower(), charset.lower())
    try:
        text = octets.decode(charset)
    except (LookupError, UnicodeDecodeError):
        try:
            text = octets.decode()
        except UnicodeDecodeError:
            text = octets.decode("cp1252", "replace")
    return re.sub("\r\n?", "\n", text.replace("\0", ""))


def header_text(raw):
    """The value, unfolded and decoded, blanks aside."""
    octets = raw.encode("utf-8", "surrogateescape")
    try:
        raw = octets.decode()
    except UnicodeDecodeError:
        raw = octets.decode("cp1252", "replace")
    raw = raw.replace("\r", "").replace("\n", "")
    text = ""
    for part, charset in decode_header(raw):
        text += part if isinstance(part, str) else (
            to_text(part, charset) if charset else
            part.decode("raw-unicode-escape", "replace"))
    text = re.sub(r"[\0-\x08\x0b-\x1f\x7f-\x9f]", "", text)
    return re.sub(r'[\s"\\]+', "", text)


def shown(value):
    return re.sub(r'[\s"\\]+', "", value)


def leaves(message):
    if message.get_content_maintype() == "multipart" and \
            message.is_multipart():
        for part in message.get_payload():
            yield from leaves(part)
    else:
        yield message


def body_of(part):
    if part.get_content_type() == "message/delivery-status":
        return None
    if part.is_multipart():
        return None  # message/*: read into by Python only
    return part.get_payload(decode=True)


def is_text(part):
    return part["type"].startswith(("text/", "message/"))


def check_mail(file, got):
    with open(file, "rb") as f:
        message = email.message_from_binary_file(f)
    want = [(name, header_text(str(value)))
            for name, value in message.raw_items()]
    check(f"{file} header", [(n, shown(v)) for n, v in got["header"]], want)
    parts = list(leaves(message))
    check(f"{file} types", [p["type"] for p in got["parts"]],
          [p.get_content_type() if p.get_content_maintype() != "multipart"
           else "text/plain" for p in parts])
    for i, (ours, theirs) in enumerate(zip(got["parts"], parts)):
        where = f"{file} part {i}"
        body = body_of(theirs)
        check(f"{where} header", [n for n, _ in ours["header"]],
              theirs.keys())
        check(f"{where} name", ours["name"], theirs.get_filename() or "")
        if body is not None and is_text(ours):
            want = to_text(body, ours["charset"])
            got_text = ours["text"]
            if theirs.get_content_maintype() == "multipart":
                # nothing in it parts, so the last line end is unclear
                got_text, want = got_text.rstrip("\n"), want.rstrip("\n")
            check(f"{where} text", got_text, want)


def some_lines(rng):
    return "".join(rng.choice(["hej", "--", "--x", "a: b", " x", "=41", "=C3=A5",
                               "=", "\t", ""]) + "\n"
                   for _ in range(rng.randrange(5)))


def some_entity(rng, depth):
    """A mail or a part; boundaries differ only between levels, and some parts
    do not end."""
    head = rng.choice(["", "X-Words: =?utf-8?q?=C3=A5?=\n", "X:\n a\n\tb\n"])
    if depth < 5 and rng.random() < .5:
        boundary = "b" * (depth + 1) + rng.choice(["", " x", ";", "="])
        text = (f'{head}Content-Type: multipart/{rng.choice(["mixed", "digest"])}'
                f'; boundary="{boundary}"\n\n{some_lines(rng)}')
        for _ in range(rng.randrange(1, 4)):
            text += f"\n--{boundary}{rng.choice(['', ' '])}\n"
            text += some_entity(rng, depth + 1)
        return text + rng.choice([f"\n--{boundary}--\n{some_lines(rng)}", ""])
    kind = rng.choice(["text/plain", "Text/HTML; charset=utf-8", "text", "",
                       'text/x; charset="iso-8859-1"'])
    if kind:
        head += f"Content-Type: {kind}\n"
    if rng.random() < .3:
        head += "Content-Transfer-Encoding: quoted-printable\n"
    return f"{head}\n{some_lines(rng)}"


def check_made(folder):
    rng = random.Random(2046)
    made = []
    for i in range(500):
        text = "Subject: x\n" + some_entity(rng, 0)
        made.append(str(Path(folder, str(i))))
        Path(made[-1]).write_bytes(
            text.replace("\n", rng.choice(["\n", "\r\n"])).encode())
    for file, got in zip(made, ask(made)):
        with open(file, "rb") as f:
            message = email.message_from_binary_file(f)
        theirs = list(leaves(message))
        where = f"made {file}"
        if got["cut"]:
            continue
        check(f"{where} types", [p["type"] for p in got["parts"]],
              [p.get_content_type() for p in theirs])
        for i, (ours, part) in enumerate(zip(got["parts"], theirs)):
            body = body_of(part)
            if body is not None:
                # Python takes a line end from what does not end
                check(f"{where} part {i}", ours["text"].rstrip("\n"),
                      to_text(body, ours["charset"]).rstrip("\n"))


files = sorted(glob(FLUFL)) + sorted(glob(PYTHON))
if len(files) < 100:
    print("SKIPPED: python3-flufl.bounce or libpython3.11-testsuite is missing")
    sys.exit(77)
warnings.simplefilter("ignore")
for one, answer in zip(files, ask(files)):
    check_mail(one, answer)
with tempfile.TemporaryDirectory() as temporary:
    check_made(temporary)
print(f"{len(files)} mails, {failures} differences")
sys.exit(1 if failures else 0)
