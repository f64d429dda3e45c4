"""Usage: pages.py BREVDUVA FOLDER [LANGUAGE SCRIPT]...

The whole story of a reader, by browser and mailbox: sign up, confirm, get the
letter, follow each of its links, write to us, change, tip a friend who then
subscribes, leave, undo, and be erased. Real mail (Postfix, Dovecot), a real
browser, the real newsletter if it lies beside the tree; in Swedish and in
English, with and without script. In between comes what scanners of mail do:
they open every link of every letter, and nothing may change by it.

A step that fails is told, and the others go on as far as they can. Pictures of
all pages stay in FOLDER.
"""
import contextlib
import email
import email.policy
import html
import http.client
import json
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

from newsletter import Newsletter, find_issue
from servers.common import Missing, need, wait_until
from servers.dovecot import Dovecot
from servers.front import Front
from servers.postfix import Postfix

HERE = os.path.dirname(os.path.realpath(__file__))
BASE = "https://brev.hyttvik.example"
US = "hej@hyttvik.example"
NOT_TOO_FAST = 2.3  # seconds: what a form takes a person for
WAYS = [("sv", "off"), ("en", "on")]  # others by arguments
WORDS = {"sv": {"name": "Åsa Öberg", "new": "Åsa Öberg-Ek",
                "note": "Läs om vägen! https://evil.example/x",
                "message": "Hej!\n\nNär är mötet?"},
         "en": {"name": "Ann O'Hara", "new": "Ann O'Hara & Co",
                "note": "Read about the road! https://evil.example/x",
                "message": "Hello!\n\nWhen is the meeting?"}}


class Fault(Exception):
    """A step did not go as it should."""


def require(truth, what):
    if not truth:
        raise Fault(what)


class Browser:
    """pages.mjs, as an object."""

    def __init__(self, port, folder):
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "pages.mjs"), BASE, str(port), folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.faults = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def do(self, verb, **values):
        try:
            self.process.stdin.write(json.dumps({"do": verb, **values}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            if self.process.wait(10) == 77:
                raise Missing("the browser")
            raise RuntimeError("the browser ended")
        answer = json.loads(line)
        self.faults += answer["faults"]
        if "error" in answer:
            raise Fault(f"{verb} {values}: {answer['error']}")
        return answer


class Mail:
    def __init__(self, raw):
        self.message = email.message_from_bytes(raw,
                                                policy=email.policy.default)
        self.to = str(self.message["Delivered-To"])
        self.subject = str(self.message["Subject"])
        text = self.message.get_body(("plain",))
        body = self.message.get_body(("html",))
        self.text = text.get_content() if text else ""
        self.html = body.get_content() if body else ""

    def links(self):
        """All links to our pages: of the text, the HTML and the headers."""
        found = re.findall(re.escape(BASE) + r"[^\s<>\"]*", "\n".join(
            [self.text, html.unescape(self.html),
             str(self.message["List-Unsubscribe"] or "")]))
        return sorted(set(found))

    def link(self, path):
        for link in self.links():
            if link.startswith(BASE + path):
                return link
        raise Fault(f"\"{self.subject}\" has no link to {path}: {self.links()}")


class Mailbox:
    """What Postfix put there, as Dovecot gives it out."""

    def __init__(self, dovecot):
        self.dovecot = dovecot

    def to(self, address):
        mails = [Mail(raw) for raw in self.dovecot.fetch_all()]
        return [mail for mail in mails if mail.to == address]

    def newest(self, address, count, what):
        """The newest of `count` mails to an address, when it has come."""
        def come():
            return len(self.to(address)) >= count
        try:
            wait_until(f"{what} has come", come, 15)
        except TimeoutError:
            raise Fault(f"{what} to {address} did not come: has "
                        f"{[m.subject for m in self.to(address)]}") from None
        return self.to(address)[-1]


class Site(Newsletter):
    """A newsletter whose pages are served, and whose mail goes to Postfix."""

    def __init__(self, program, relay, front):
        super().__init__(program)
        self.relay, self.front = relay, front
        self.server = None

    def __enter__(self):
        super().__enter__()
        settings = os.path.join(self.folder, "brevduva.yaml")
        with open(settings, encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"(?m)^(relay|web):\n(?:[ #].*\n|\n)*", "", text)
        with open(settings, "w", encoding="utf-8") as file:
            file.write(text + f"\nrelay:\n  url: smtp://127.0.0.1:"
                       f"{self.relay.port}\nweb:\n  base_url: {BASE}\n")
        self.server = subprocess.Popen(
            [self.program, "-C", self.folder, "serve", "--listen",
             "127.0.0.1:0"], stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))
        line = self.server.stdout.readline()
        self.front.behind = int(re.search(r"port (\d+)", line).group(1))
        return self

    def __exit__(self, *error):
        self.server.send_signal(signal.SIGTERM)
        self.server.communicate(timeout=60)
        code = self.server.returncode
        super().__exit__(*error)
        if not error[0]:
            require(code == 0, f"serve ended with {code}")

    def rows(self, sql, *values):
        with contextlib.closing(sqlite3.connect(
                os.path.join(self.folder, "brevduva.db"))) as database:
            with database:
                return database.execute(sql, values).fetchall()

    def dump(self):
        with contextlib.closing(sqlite3.connect(
                os.path.join(self.folder, "brevduva.db"))) as database:
            return list(database.iterdump())

    def state(self, address):
        """Of the subscription to the first list; None: there is no reader."""
        found = self.rows("SELECT s.state FROM subscriber r JOIN subscription "
                          "s ON s.subscriber_id = r.id WHERE r.email = ?",
                          address)
        return found[0][0] if found else None

    def publish(self, slug):
        """Sending does that where the archive is built in."""
        self.rows("INSERT OR IGNORE INTO page (slug, list_id, title, language, "
                  "description, body, words, visibility, published_at, "
                  "changed_at) SELECT slug, 1, title, 'sv', '', '', '', "
                  "'public', 1, 1 FROM issue WHERE slug = ? LIMIT 1", slug)


class Story:
    """One reader's, in one language, with script or without."""

    def __init__(self, site, browser, mailbox, lang, script):
        self.site, self.browser, self.mailbox = site, browser, mailbox
        self.lang, self.script = lang, script
        self.way = f"{lang}-{'script' if script else 'plain'}"
        self.reader = f"reader-{self.way}@lasare.example"
        self.friend = f"friend-{self.way}@viken.example"
        self.words = WORDS[lang]
        self.faults, self.links = [], {}
        self.counts = {}
        browser.do("reader", locale={"sv": "sv-SE", "en": "en-GB"}[lang],
                   script=script)

    @contextlib.contextmanager
    def step(self, what):
        began = len(self.faults)
        try:
            yield
        except Fault as fault:
            self.faults.append(f"{self.way}: {what}: {fault}")
        self.faults += [f"{self.way}: {what}: {fault}"
                        for fault in self.browser.faults]
        self.browser.faults.clear()
        print(f"  {'FAILED' if len(self.faults) > began else 'ok'}: {what}",
              flush=True)

    # -- what a step is made of --

    def see(self, page, name, status=200):
        """The page is there, in the reader's language, and fit to be read."""
        require(page["status"] == status,
                f"{page['url']}: {page['status']}, \"{page['title']}\"")
        require(page["cookies"] == 0, f"{page['url']} sets a cookie")
        require(f'<html lang="{self.lang}"' in page["html"],
                f"{page['url']} is not in {self.lang}")
        self.browser.do("look", name=f"{self.way}-{name}")
        return page

    def open(self, url, name, status=200):
        return self.see(self.browser.do("open", url=url), name, status)

    def press(self, name, button=None, status=200):
        return self.see(self.browser.do("press", button=button), name, status)

    def fill(self, **fields):
        for name, value in fields.items():
            self.browser.do("fill", name=name, value=value)

    def mail(self, address, what):
        """The next mail to an address; its links are remembered."""
        self.site.run("deliver")
        count = self.counts[address] = self.counts.get(address, 0) + 1
        mail = self.mailbox.newest(address, count, what)
        for link in mail.links():
            self.links[link] = what
        return mail

    # -- the story --

    def sign_up(self, address, name, what):
        self.open("/subscribe", f"{what}-form")
        self.fill(email=address, name=name)
        self.browser.do("tick", name="list")
        time.sleep(NOT_TOO_FAST)
        self.press(f"{what}-asked")
        require(self.site.state(address) in (None, "pending"),
                "on the list without a confirmation")
        mail = self.mail(address, f"{what}: confirmation")
        self.open(mail.link("/c/"), f"{what}-confirm")
        require(self.site.state(address) in (None, "pending"),
                "on the list by looking")
        self.press(f"{what}-confirmed")
        require(self.site.state(address) == "active", "not on the list")
        # A welcome, where the settings ask for one, is no matter of this.
        self.site.run("deliver")
        self.counts[address] = len(self.mailbox.to(address))

    def get_letter(self, slug):
        self.site.run("send", slug, "--yes")
        self.site.publish(slug)
        return self.mail(self.reader, "the letter")

    def follow(self, letter):
        """Every link that a reader sees in the letter."""
        links = [link for link in letter.links() if
                 not link.startswith(BASE + "/1/")]
        kinds = {urllib.parse.urlsplit(link).path.split("/")[1]: link
                 for link in links}
        require(f'href="mailto:{US}"' in letter.html or "contact" in kinds,
                "the letter has no way to write to us")
        for kind in ("archive", "t", "s", "u"):
            require(kind in kinds, f"the letter has no link to /{kind}: "
                    f"{links}")
        faults = []
        for kind, link in sorted(kinds.items()):
            try:
                if kind == "archive":  # the issue's own language
                    page = self.browser.do("open", url=link)
                    require(page["status"] == 200, f"{link}: {page['status']}")
                    self.browser.do("look", name=f"{self.way}-link-{kind}")
                else:
                    page = self.open(link, f"link-{kind}")
                require(self.reader not in page["html"],
                        f"{link} shows the address")
                require(self.words["name"].split()[-1] not in page["html"],
                        f"{link} shows the name")
            except Fault as fault:
                faults.append(str(fault))
        require(not faults, "; ".join(faults))

    def scan(self):
        """What scanners do with all links of all letters so far."""
        before = self.site.dump()
        self.browser.do("scan", urls=list(self.links))
        for link in self.links:
            for method in ("GET", "HEAD", "OPTIONS"):
                self.request(method, link)
        now = self.site.dump()
        changed = sorted(set(now) ^ set(before))[:4]
        require(not changed, f"looking changed {changed}")

    def request(self, method, url):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.site.front.port, timeout=20, context=context)
        parts = urllib.parse.urlsplit(url)
        try:
            connection.request(method, parts.path + (
                "?" + parts.query if parts.query else ""), headers={
                    "Host": urllib.parse.urlsplit(BASE).netloc,
                    "User-Agent": "SafeLinks/1.0"})
            response = connection.getresponse()
            response.read()
            require(response.status < 500, f"{method} {url}: "
                    f"{response.status}")
        finally:
            connection.close()

    def write_to_us(self):
        self.open("/contact", "contact")
        self.fill(name=self.words["name"], email=self.reader,
                  message=self.words["message"])
        time.sleep(NOT_TOO_FAST)
        count = len(self.mailbox.to(US))
        self.press("contact-sent")
        self.site.run("deliver")
        mail = self.mailbox.newest(US, count + 1, "the message")
        require(str(mail.message["Reply-To"]) == self.reader,
                f"Reply-To: {mail.message['Reply-To']}")
        require(self.words["message"].splitlines()[-1] in mail.text,
                "the message is not in it")

    def manage(self, letter):
        """The reader's own page, by a mailed link."""
        self.open(letter.link("/s/"), "subscription")
        self.press("subscription-asked")
        mail = self.mail(self.reader, "the link")
        return mail.link("/m/")

    def change(self, letter):
        own = self.manage(letter)
        page = self.open(own, "manage")
        require(self.reader in page["text"], "the page is not the reader's")
        self.fill(name=self.words["new"])
        self.press("manage-saved", "main button[value=save]")
        require(self.site.rows("SELECT 1 FROM subscriber WHERE email = ? AND "
                               "name = ?", self.reader, self.words["new"]),
                "the name was not changed")

    def tip(self, letter):
        self.open(letter.link("/t/"), "tip")
        self.fill(to=self.friend, name=self.words["name"],
                  note=self.words["note"])
        page = self.press("tip-preview")
        require("evil.example" not in page["text"], "the link is whole")
        require(not self.mailbox.to(self.friend), "sent too early")
        self.press("tip-sent", "main button[value=send]")
        mail = self.mail(self.friend, "the tip")
        require(self.words["name"].split()[0] in mail.text, "who tips?")
        require(not re.search(f"{BASE}/[u1stm]/", mail.text + mail.html),
                "a reader's link is in the tip")
        require(self.reader not in mail.message.as_string(),
                "the reader's address is in the tip")
        require(not self.site.rows("SELECT 1 FROM delivery WHERE email = ?",
                                   self.friend), "the address is kept")
        page = self.browser.do("open", url=mail.link("/archive/"))
        require(page["status"] == 200, f"the issue: {page['status']}")
        self.browser.do("look", name=f"{self.way}-tip-issue")

    def leave_and_come_back(self, letter):
        self.open(letter.link("/u/"), "unsubscribe")
        require(self.site.state(self.reader) == "active", "left by looking")
        self.press("unsubscribed")
        require(self.site.state(self.reader) == "left", "has not left")
        self.press("unsubscribe-undone", "main button[name=undo]")
        require(self.site.state(self.reader) == "active", "did not come back")

    def erase(self, letter):
        self.site.run("deliver")  # a farewell, where there is one
        self.counts[self.reader] = len(self.mailbox.to(self.reader))
        self.open(self.manage(letter), "manage-again")
        self.press("erase-asked", "main button[value=erase]")
        mail = self.mail(self.reader, "the erasure")
        self.open(mail.link("/c/"), "erase-confirm")
        require(self.site.state(self.reader) == "active", "erased by looking")
        self.press("erased")
        self.site.run("deliver")
        require(not self.site.rows("SELECT 1 FROM subscriber WHERE email = ?",
                                   self.reader), "the reader is still there")
        left = [row for row in self.site.dump() if self.reader in row]
        require(not left, f"the address is still in {left[:3]}")

    def tell(self, slug):
        letter = None
        with self.step("sign up and confirm"):
            self.sign_up(self.reader, self.words["name"], "signup")
        if self.site.state(self.reader) != "active":
            self.site.run("subscribe", self.reader, "--consent", "by the test",
                          "--name", self.words["name"], "--language", self.lang)
        with self.step("get the letter"):
            letter = self.get_letter(slug)
        if not letter:
            return
        with self.step("follow each of its links"):
            self.follow(letter)
        with self.step("scanners look at all links"):
            self.scan()
        with self.step("write to us"):
            self.write_to_us()
        with self.step("change"):
            self.change(letter)
        with self.step("tip a friend"):
            self.tip(letter)
        with self.step("the friend subscribes"):
            self.sign_up(self.friend, "", "friend")
        with self.step("scanners look at all links again"):
            self.scan()
        with self.step("leave, and undo it"):
            self.leave_and_come_back(letter)
        with self.step("be erased"):
            self.erase(letter)
        with self.step("scanners look at what is over"):
            self.scan()


def tell_all(program, folder, ways):
    path, slug = find_issue()
    faults = []
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        os.chmod(home, 0o755)
        maildir = os.path.join(home, "mail")
        mailbox = Mailbox(stack.enter_context(Dovecot(maildir)))
        relay = stack.enter_context(Postfix(maildir))
        front = stack.enter_context(Front(home, "brev.hyttvik.example"))
        browser = stack.enter_context(Browser(front.port, folder))
        for lang, script in ways:
            print(f"{lang}, script {script}", flush=True)
            with Site(program, relay, front) as site:
                site.add_issue(path)
                story = Story(site, browser, mailbox, lang, script == "on")
                story.tell(slug)
                faults += story.faults
    return faults


def main():
    program, folder, *rest = sys.argv[1:]
    ways = list(zip(rest[::2], rest[1::2])) or WAYS
    try:
        need("openssl")
        faults = tell_all(program, folder, ways)
    except Missing as missing:
        print(f"SKIPPED: {missing}", file=sys.stderr)
        sys.exit(77)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"pictures: {folder}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
