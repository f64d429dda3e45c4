"""What the scripts about letters share: a strict look at a copy."""
import email
import email.headerregistry
import email.policy
import functools
import json
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

VOID = {"meta", "br", "col", "hr", "img"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Most fields are the same in all letters, and each look at one parses it.
POLICY = email.policy.default.clone(header_factory=functools.lru_cache(4096)(
    email.headerregistry.HeaderRegistry()))
failures = []


def fail(where, *what):
    failures.append(where)
    print(f"{where}:", *what)


def finish(count, least):
    """End the test: so many letters were looked at."""
    print(f"{count} letters, {len(failures)} faults")
    sys.exit(1 if failures or count < least else 0)


def ask(program, jobs):
    """One answer of the program for each job."""
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    run = subprocess.run([program], input=lines.encode(), check=True,
                         stdout=subprocess.PIPE)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(jobs), "answers are missing"
    return answers


class Page(HTMLParser):
    """Links, headings and text of a letter; every tag must be closed."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.links, self.headings = [], [], []
        self.sources, self.problems, self.words = [], [], []
        self.feed(html)
        self.close()
        if self.open:
            self.problems.append(f"never closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "iframe", "object", "form", "link"):
            self.problems.append(f"<{tag}>")
        if any(name.startswith("on") for name in attributes):
            self.problems.append(f"event attribute in {attributes}")
        if tag == "a":
            self.links.append(attributes.get("href"))
        if tag == "img":
            self.sources.append(attributes.get("src"))
            self.words.append(attributes["alt"])
        if tag in HEADINGS:
            self.headings.append([int(tag[1]), ""])

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if "style" in self.open or "title" in self.open:
            return
        self.words.append(data)
        if any(tag in HEADINGS for tag in self.open):
            self.headings[-1][1] += data


def squeeze(text):
    """Letters and digits only: what wrapping and marks do not change."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if c.isalnum())


def check_raw(where, raw):
    """F1-F3, P4: the bytes as they go to the server."""
    head = raw.split("\r\n\r\n")[0]
    if re.search(r"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", raw):
        fail(where, "bare CR or LF, or a control character")
    if not raw.isascii():
        fail(where, "not ASCII")
    for line in raw[len(head):].split("\r\n"):
        if len(line) > 76:
            fail(where, f"line of {len(line)}: {line!r}")
        if line.startswith((".", "From ")):
            fail(where, f"not safe at the start of a line: {line!r}")
    for line in head.split("\r\n"):
        if len(line) > 998 or not line.strip():
            fail(where, f"header line {line!r}")
    names = re.findall(r"(?m)^([^ \t:]+):", head)
    if sorted(set(map(str.lower, names))) != sorted(map(str.lower, names)):
        fail(where, f"a field stands twice: {names}")
    if {"bcc", "cc", "sender", "return-path"} & set(map(str.lower, names)):
        fail(where, f"a field that is not ours: {names}")


def parse(where, raw):
    message = email.message_from_bytes(raw.encode(), policy=POLICY)
    for part in message.walk():
        faults = list(part.defects)
        for name, value in part.items():
            faults += getattr(value, "defects", ())
        if faults:
            fail(where, part.get_content_type(), faults)
    return message


def shown(url):
    """How the plain text may show a link."""
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", url)
    forms = [url, bare, unquote(bare), bare.rstrip("/")]
    host = re.match(r"(https?://|mailto:)([^/?#]*)", url)
    if host and "xn--" in host[2]:
        forms.append(unquote(bare).replace(
            host[2], host[2].encode().decode("idna")))
    return forms


def check_same(where, page, text):
    """P9, H9: both parts say the same."""
    if page.problems:
        fail(where, page.problems)
    flat = re.sub(r"\n(> )*|^(> )+", " ", text)
    for url in page.links:
        if url and url.startswith("#"):  # a place in the letter
            continue
        if url and url.startswith("tel:") and \
                squeeze(url[4:]) in squeeze(flat):
            continue
        if url and not any(form in flat for form in shown(url)):
            fail(where, f"link {url} is not in the text")
    before = 0
    for level, heading in page.headings:
        if level > before + 1:
            fail(where, f"h{level} after h{before}")
        before = level
        # links in headings have their numbers in the text
        plain = re.sub(r"\[\d+\]", "", text)
        if squeeze(heading) not in squeeze(plain):
            fail(where, f"heading {heading!r} is not in the text")
    if [level for level, _ in page.headings].count(1) != 1:
        fail(where, "not one h1")


def check_letter(where, raw):
    """All of it; returns the message."""
    check_raw(where, raw)
    message = parse(where, raw)
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    page = Page(html)
    check_same(where, page, plain)
    cids = {s[4:] for s in page.sources if s and s.startswith("cid:")}
    parts = {p["content-id"].strip("<>") for p in message.walk()
             if p["content-id"]}
    if cids != parts:
        fail(where, f"pictures: {cids} and {parts}")
    if "\ufffd" in plain + html and not re.search("&#0;|ufffd", where):
        fail(where, "U+FFFD")
    return message
