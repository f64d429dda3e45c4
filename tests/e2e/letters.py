"""What must hold for every copy of a letter, whoever reads it."""
import email
import email.errors
import email.policy
import html.parser
import re
import unicodedata

STRICT = email.policy.default.clone(raise_on_defect=True)
MAX_LINE, MAX_ENCODED_LINE = 998, 76
MAX_HTML = 102_400 # where Gmail clips


class Fault(Exception):
    """A copy breaks a rule."""


def require(condition, what):
    if not condition:
        raise Fault(what)


class Page(html.parser.HTMLParser):
    """Headings, links and visible text of an HTML part."""

    def __init__(self, source):
        super().__init__()
        self.headings, self.links, self.words = [], [], []
        self._heading = self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self._heading = 1
            self.headings.append("")
        elif tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag in ("style", "title"):
            self._hidden = 1

    def handle_endtag(self, tag):
        if re.fullmatch("h[1-6]", tag):
            self._heading = 0
        elif tag in ("style", "title"):
            self._hidden = 0

    def handle_data(self, data):
        if self._heading:
            self.headings[-1] += data
        if not self._hidden:
            self.words.append(data)


def plain(text):
    """Text as it is compared: one form, no case, single blanks."""
    text = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\s\u00a0\u200b-\u200f\u00ad]+", " ", text).strip()


def a_label(address):
    """An address with its domain as it travels through DNS."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}".lower()


def parse(raw, eai):
    """The message, all of it strictly: lazy headers and bodies as well.

    Python reads internationalized mail (RFC 6532) only from text, and calls
    an address with å a defect even there; no other is let pass.
    """
    message = (email.message_from_string(raw.decode(), policy=STRICT) if eai
               else email.message_from_bytes(raw, policy=STRICT))
    for part in message.walk():
        for name in part.keys():
            for value in part.get_all(name):
                faults = [d for d in value.defects if not (eai and isinstance(
                    d, email.errors.NonASCIILocalPartDefect))]
                require(not faults, f"{name}: {faults}")
        if not part.is_multipart():
            part.get_content()
    return message


def check_lines(raw, eai):
    """Standards F1, F2, F3 and P4, on the bytes as they were sent."""
    require(raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r"),
            "a bare CR or LF")
    require(b"\0" not in raw, "a NUL")
    require(eai or raw.isascii(), "8-bit without need")
    head, _, body = raw.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        require(len(line) <= MAX_LINE, "a header line too long")
        require(line.strip(), "a folded line of only blanks")
    for line in body.split(b"\r\n"):
        require(len(line) <= MAX_ENCODED_LINE, f"body line too long: {line}")
        require(line == line.rstrip(b" \t"), f"trailing blank: {line}")


def check_parts_agree(text, page):
    """Standards P9: the same headings and links in both parts. Where the
    address itself is the text, it may stand without its scheme."""
    said = plain(text)
    for heading in page.headings:
        require(plain(heading) in said, f"heading not in text: {heading}")
    squeezed = re.sub(r"\s+", "", text)
    for link in page.links:
        target = re.sub(r"\A(mailto:|https?://)", "", link)
        require(target.partition("?")[0] in squeezed or target in squeezed,
                f"link not in text: {link}")


def check_head(message, recipient, *more):
    """Standards F4, F12: each field once."""
    for name in ("From", "To", "Date", "Subject", "Message-ID",
                 "MIME-Version", *more):
        require(len(message.get_all(name, [])) == 1, f"not exactly one {name}")
    (to,) = message["To"].addresses
    require(a_label(to.addr_spec) == a_label(recipient),
            f"To is {to.addr_spec}, the envelope says {recipient}")


def check_parts(alternative):
    """Text and page, which say the same; returns both."""
    require(alternative.get_content_type() == "multipart/alternative",
            "no parts")
    text_part, html_part = alternative.iter_parts()
    require(text_part.get_content_type() == "text/plain", "text is not first")
    require(html_part.get_content_type() == "text/html", "HTML is not last")
    text, source = text_part.get_content(), html_part.get_content()
    for part in (text, source):
        require("{{" not in part and "}}" not in part, "an unfilled merge tag")
        require("\ufffd" not in part, "a broken character")
    require(len(source.encode()) < MAX_HTML, "HTML so big that Gmail clips it")
    page = Page(source)
    check_parts_agree(text, page)
    return text, page


def check(raw, recipient, as_sent=True):
    """Raise Fault unless this copy for `recipient` is a good letter."""
    eai = not recipient.rpartition("@")[0].isascii()
    if as_sent:
        check_lines(raw, eai)
    message = parse(raw, eai)
    check_head(message, recipient, "List-Id", "List-Unsubscribe",
               "List-Unsubscribe-Post")
    require(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click",
            "List-Unsubscribe-Post")
    _, page = check_parts(message)
    require(len(page.headings) > 2 and len(page.links) > 4, "hardly a letter")
    return message


def check_note(raw, recipient):
    """The same for a single mail of the program's; returns the message, its
    text and its page."""
    check_lines(raw, False)
    message = parse(raw, False)
    check_head(message, recipient, "Reply-To", "Auto-Submitted",
               "X-Auto-Response-Suppress", "Content-Language")
    require(message["Auto-Submitted"] == "auto-generated", "Auto-Submitted")
    for name in message.keys():
        require(not name.startswith("List-") and name != "Precedence",
                f"{name} in a single mail")
    body = message
    if message.get_content_type() == "multipart/mixed":
        body, file = message.iter_parts()
        require(file.get_content_disposition() == "attachment", "no file")
    text, page = check_parts(body)
    require(len(page.headings) == 1, "not one heading")
    return message, text, page
