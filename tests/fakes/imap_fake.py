"""An IMAP server that behaves as badly as it is told.

    with Imap([b"From: ...", ...], password="x") as server:
        ... connect to server.port ...
    server.said    # the commands, without their tags
    server.boxes   # name -> list of Mail

Options (all optional):
  tls            ssl.SSLContext: offer STARTTLS; with implicit=True at once
  inject         octets in the clear behind the reply to STARTTLS
  capabilities   words besides IMAP4rev1; default: IDLE MOVE UIDPLUS NAMESPACE
  mechanisms     ways to log in: default PLAIN and XOAUTH2
  password       for LOGIN and PLAIN; the token for XOAUTH2
  permanent      the PERMANENTFLAGS of SELECT, as octets
  slow           send one octet at a time
  greeting       another one
  prefix, delimiter  of the personal namespace
  on             command -> a function (session, tag, words) that answers in
                 the place of ours; returns True when it did
"""
import base64
import re

from proxy_fake import Listener, Over

MANY = ("IDLE", "MOVE", "UIDPLUS", "NAMESPACE")


class Mail:
    def __init__(self, uid, octets):
        self.uid, self.octets, self.flags = uid, octets, set()


class Session:
    def __init__(self, server, connection):
        self.server, self.connection = server, connection
        self.buffer, self.is_tls, self.box = b"", server.implicit, None
        self.known = 0

    def send(self, octets):
        if self.server.slow:
            for i in range(len(octets)):
                self.connection.sendall(octets[i:i + 1])
        else:
            self.connection.sendall(octets)

    def say(self, *lines):
        self.send(b"".join(line.encode() + b"\r\n" for line in lines))

    def line(self):
        while b"\n" not in self.buffer:
            part = self.connection.recv(65536)
            if not part:
                raise Over
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.strip().decode()

    def start_tls(self):
        self.connection = self.server.tls.wrap_socket(self.connection,
                                                      server_side=True)
        self.is_tls = True

    def capability(self):
        words = ["IMAP4rev1", *(f"AUTH={m}" for m in self.server.mechanisms),
                 *self.server.capabilities]
        if self.server.tls and not self.is_tls:
            words.append("STARTTLS")
        return " ".join(words)

    def authenticate(self, tag, words):
        first = words[2] if len(words) > 2 else None
        if first is None:
            self.say("+ ")
            first = self.line()
        shown = base64.b64decode(first)
        good = {"PLAIN": shown.split(b"\0")[-1],
                "XOAUTH2": shown.partition(b"Bearer ")[2].strip(b"\1")}
        if good.get(words[1].upper()) == self.server.password.encode():
            self.say(f"{tag} OK in")
            return
        if words[1].upper() == "XOAUTH2":
            self.say("+ " + base64.b64encode(b'{"status":"401"}').decode())
            self.line()
        self.say(f"{tag} NO [AUTHENTICATIONFAILED] not {shown!r}")

    def select(self, tag, name):
        server = self.server
        if name not in server.boxes:
            self.say(f"{tag} NO [NONEXISTENT] no such folder")
            return
        self.box = server.boxes[name]
        self.known = len(self.box)
        self.send(b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen)\r\n"
                  b"* OK [PERMANENTFLAGS (" + server.permanent + b")] kept\r\n")
        self.say(f"* {len(self.box)} EXISTS", "* 0 RECENT",
                 f"* OK [UIDVALIDITY {server.validity}] ids",
                 f"* OK [UIDNEXT {server.uid_next}] next",
                 f"{tag} OK [READ-WRITE] open")

    def wanted(self, text):
        uids = set()
        for part in text.split(","):
            first, _, last = part.partition(":")
            uids.update(range(int(first), int(last or first) + 1))
        return [m for m in self.box if m.uid in uids]

    def search(self, tag, words):
        text = " ".join(words).upper()
        found = [m for m in self.box
                 if not ("UNDELETED" in text and "\\Deleted" in m.flags) and
                 not ("UNKEYWORD BREVDUVADONE" in text and "BrevduvaDone" in m.flags)]
        self.say("* SEARCH" + "".join(f" {m.uid}" for m in found),
                 f"{tag} OK found")

    def fetch(self, tag, words):
        what = " ".join(words[3:])
        part = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", what)
        for mail in self.wanted(words[2]):
            number = self.box.index(mail) + 1
            if part:
                start, size = int(part[1]), int(part[2])
                octets = mail.octets[start:start + size]
                self.send(f"* {number} FETCH (UID {mail.uid} BODY[]<{start}> "
                          f"{{{len(octets)}}}\r\n".encode() + octets +
                          b")\r\n")
            else:
                self.say(f"* {number} FETCH (UID {mail.uid} RFC822.SIZE "
                         f"{len(mail.octets)})")
        self.say(f"{tag} OK fetched")

    def take_out(self, mails):
        for mail in mails:
            self.say(f"* {self.box.index(mail) + 1} EXPUNGE")
            self.box.remove(mail)
        self.known = len(self.box)

    def put(self, tag, words):
        name, verb = words[3].strip('"'), words[1].upper()
        if name not in self.server.boxes:
            self.say(f"{tag} NO [TRYCREATE] no such folder")
            return
        mails = self.wanted(words[2])
        self.server.boxes[name] += [Mail(m.uid, m.octets) for m in mails]
        if verb == "MOVE":
            self.take_out(mails)
        self.say(f"{tag} OK done")

    def uid(self, tag, words):
        verb = words[1].upper()
        if verb == "SEARCH":
            self.search(tag, words)
        elif verb == "FETCH":
            self.fetch(tag, words)
        elif verb in ("COPY", "MOVE"):
            self.put(tag, words)
        elif verb == "STORE":
            flags = words[4].strip("()").split()
            for mail in self.wanted(words[2]):
                mail.flags.update(flags)
            self.say(f"{tag} OK stored")
        elif verb == "EXPUNGE":
            self.take_out([m for m in self.wanted(words[2])
                           if "\\Deleted" in m.flags])
            self.say(f"{tag} OK expunged")
        else:
            self.say(f"{tag} BAD what")

    def idle(self, tag):
        self.say("+ idling")
        self.connection.settimeout(0.1)
        while True:
            try:
                self.line()
                break
            except TimeoutError:
                if len(self.box) > self.known:
                    self.known = len(self.box)
                    self.say(f"* {self.known} EXISTS")
        self.connection.settimeout(None)
        self.say(f"{tag} OK idled")

    def command(self, line):
        server = self.server
        words = line.split()
        tag, verb = words[0], words[1].upper()
        server.said.append(" ".join(words[1:]))
        name = " ".join(w.upper() for w in words[1:3]) if verb == "UID" else verb
        if name in server.on and server.on[name](self, tag, words[1:]):
            return
        if verb == "CAPABILITY":
            self.say("* CAPABILITY " + self.capability(), f"{tag} OK done")
        elif verb == "STARTTLS":
            self.send(f"{tag} OK go\r\n".encode() + server.inject)
            if not server.inject:
                self.start_tls()
        elif verb == "AUTHENTICATE":
            self.authenticate(tag, words[1:])
        elif verb == "LIST":
            self.say(f'* LIST (\\Noselect) "{server.delimiter}" ""',
                     f"{tag} OK done")
        elif verb == "NAMESPACE":
            self.say(f'* NAMESPACE (("{server.prefix}" "{server.delimiter}")) '
                     "NIL NIL", f"{tag} OK done")
        elif verb == "SELECT":
            self.select(tag, words[2].strip('"'))
        elif verb == "CREATE":
            server.boxes.setdefault(words[2].strip('"'), [])
            self.say(f"{tag} OK made")
        elif verb == "UID":
            self.uid(tag, words[1:])
        elif verb == "IDLE" and "IDLE" in server.capabilities:
            self.idle(tag)
        elif verb == "LOGOUT":
            self.say("* BYE", f"{tag} OK done")
            raise Over
        elif verb in ("NOOP", "SUBSCRIBE"):
            self.say(f"{tag} OK done")
        else:
            self.say(f"{tag} BAD what")

    def run(self):
        if self.server.implicit:
            self.start_tls()
        try:
            self.send(self.server.greeting)
            while True:
                self.command(self.line())
        finally:
            self.connection.close()


class Imap(Listener):
    def __init__(self, mails=(), tls=None, implicit=False, inject=b"",
                 capabilities=MANY, password="", permanent=b"\\*", slow=False,
                 greeting=b"* OK ready\r\n", prefix="", delimiter="/",
                 on=None, mechanisms=("PLAIN", "XOAUTH2")):
        super().__init__()
        self.tls, self.implicit, self.inject = tls, implicit, inject
        self.capabilities, self.password = capabilities, password
        self.permanent, self.slow, self.greeting = permanent, slow, greeting
        self.prefix, self.delimiter, self.on = prefix, delimiter, on or {}
        self.mechanisms = mechanisms
        self.validity, self.uid_next = 4711, 1
        self.boxes, self.said = {"INBOX": []}, []
        for octets in mails:
            self.add(octets)

    def add(self, octets):
        self.boxes["INBOX"].append(Mail(self.uid_next, octets))
        self.uid_next += 1

    def handle(self, connection):
        Session(self, connection).run()
