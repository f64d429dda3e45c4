"""An SMTP server that misbehaves as it is told.

    with Fake(replies={"RCPT": "550 5.1.1 no"}, octets=True) as fake:
        ... talk to fake.port ...
    fake.accepted  # what it took, and fake.said  # what it was told

Also a program: smtp_fake.py [TWISTS AS JSON], which prints "ready PORT",
then one line "accepted RECIPIENT MESSAGE-ID" for each message it takes.

Twists (all optional):
  greeting      instead of "220 ..."
  capabilities  lines of the EHLO reply; default PIPELINING, SIZE, SMTPUTF8
  replies       what to say to GREETING, EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT,
                DATA, DOT, RSET, QUIT: a text (its line end is added), a list
                of texts for one time after the other (then the normal ones),
                or CUT: hang up without a word; CUT_AFTER: do what was asked,
                then hang up without a word
  cut_in_data   hang up after that many octets of the message
  octets        send each reply one octet at a time
  raw           {"DOT": b"..."}: these octets instead of the reply
  tls           ssl.SSLContext: offer STARTTLS; with implicit=True at once
  inject        octets sent in the clear behind the reply to STARTTLS
  password      the only one that AUTH PLAIN and LOGIN accept
  slow          seconds to sleep before each kilobyte of the message is read
  silent        set of commands that are never answered
  hang_up_after number of messages for each session; then 421
  refuse_until  number of recipients of each session that are refused; then 421
  most_sessions at a time; who comes then is greeted with 421
"""
import base64
import json
import re
import socket
import sys
import threading
import time

CUT = object()
CUT_AFTER = object()
NAMES = {"CUT": CUT, "CUT_AFTER": CUT_AFTER}

NORMAL = {
    "GREETING": "220 fake.example ESMTP",
    "HELO": "250 fake.example",
    "STARTTLS": "220 go ahead",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 go on",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
}


class Cut(Exception):
    """The session is over."""


class Session:
    def __init__(self, fake, connection):
        self.fake = fake
        self.twists = fake.twists
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.buffer = b""
        self.messages = 0
        self.refused = 0
        self.recipients = []
        self.in_mail = False
        self.is_tls = False

    def read(self):
        octets = self.connection.recv(1024 if self.twists.get("slow")
                                      else 65536)
        if not octets:
            raise Cut
        self.buffer += octets

    def line(self):
        while b"\n" not in self.buffer:
            self.read()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def send(self, octets):
        if not self.twists.get("octets"):
            self.connection.sendall(octets)
            return
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in octets:
            self.connection.sendall(bytes([octet]))
            time.sleep(0.001)

    def answer(self, command, otherwise=None):
        """Say what the twists want for a command; returns what was said."""
        if command in self.twists.get("silent", ()):
            time.sleep(60)
        reply = self.fake.reply_for(command)
        raw = self.twists.get("raw", {}).get(command)
        if reply is CUT or reply is CUT_AFTER:
            raise Cut
        if raw is not None:
            self.send(raw)
            return raw.decode("latin-1")
        reply = reply or otherwise or NORMAL[command]
        self.send(reply.encode() + b"\r\n")
        return reply

    def start_tls(self):
        context = self.twists["tls"]
        self.connection = context.wrap_socket(self.connection,
                                              server_side=True)
        self.buffer = b""
        self.is_tls = True

    def capabilities(self):
        lines = list(self.twists.get(
            "capabilities", ["PIPELINING", "SIZE 10000000", "SMTPUTF8"]))
        if "tls" in self.twists and not self.is_tls:
            lines.append("STARTTLS")
        if "password" in self.twists:
            lines.append("AUTH PLAIN LOGIN")
        lines.insert(0, "fake.example")
        return "\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{line}"
                           for i, line in enumerate(lines))

    def auth(self, line):
        words = line.split()
        if len(words) < 3:
            self.send(b"334 \r\n")
            words.append(self.line())
        secret = base64.b64decode(words[2]).split(b"\0")
        if secret[-1].decode() == self.twists["password"]:
            self.answer("AUTH", "235 2.7.0 Welcome")
        else:
            echo = base64.b64encode(b"\0".join(secret)).decode()
            self.answer("AUTH", f"535 5.7.8 No: {secret[-1].decode()} {echo}")

    def message(self):
        limit = self.twists.get("cut_in_data")
        self.buffer = b"\r\n" + self.buffer
        end = self.buffer.find(b"\r\n.\r\n")
        while end < 0:
            if limit is not None and len(self.buffer) >= limit:
                raise Cut
            if self.twists.get("slow"):
                time.sleep(self.twists["slow"])
            seen = max(0, len(self.buffer) - 4)
            self.read()
            end = self.buffer.find(b"\r\n.\r\n", seen)
        body, self.buffer = self.buffer[2:end + 2], self.buffer[end + 5:]
        return body

    def take_message(self):
        body = self.message()
        reply = self.fake.peek_reply("DOT")
        taken = reply is None or reply is CUT_AFTER or (
            isinstance(reply, str) and reply.startswith("2"))
        if taken and self.recipients:
            number = self.fake.accept(self.recipients[0], body)
            self.answer("DOT", f"250 2.0.0 Ok: queued as F{number}")
        else:
            self.answer("DOT", "554 5.5.1 no valid recipients")
        self.messages += 1
        self.in_mail, self.recipients = False, []

    def mail(self):
        most = self.twists.get("hang_up_after")
        if most is not None and self.messages >= most:
            self.send(b"421 4.7.0 enough for one session\r\n")
            raise Cut
        if self.refused == self.twists.get("refuse_until", -1):
            self.send(b"421 4.7.0 too many errors\r\n")
            raise Cut
        if self.in_mail: # as Postfix does
            self.send(b"503 5.5.1 Error: nested MAIL command\r\n")
        elif self.answer("MAIL").startswith("2"):
            self.in_mail = True

    def rcpt(self, line):
        address = line[line.index("<") + 1:line.rindex(">")]
        if not self.in_mail:
            self.send(b"503 5.5.1 need MAIL\r\n")
        elif "refuse_until" in self.twists:
            self.refused += 1
            self.send(b"550 5.1.1 nobody here\r\n")
        elif self.answer("RCPT").startswith("2"):
            self.recipients.append(address)

    def data(self):
        if not self.recipients:
            self.send(b"554 5.5.1 no valid recipients\r\n")
        elif self.answer("DATA").startswith("3"):
            self.take_message()

    def command(self, line):
        verb = line.split(" ")[0].upper()
        self.fake.said.append(line)
        if verb == "EHLO":
            self.answer("EHLO", self.capabilities())
        elif verb == "STARTTLS":
            if self.answer("STARTTLS").startswith("2"):
                if "inject" in self.twists:
                    raise Cut
                self.start_tls()
        elif verb == "AUTH":
            self.auth(line)
        elif verb == "MAIL":
            self.mail()
        elif verb == "RCPT":
            self.rcpt(line)
        elif verb == "DATA":
            self.data()
        elif verb == "RSET":
            self.in_mail, self.recipients = False, []
            self.answer("RSET")
        elif verb in NORMAL:
            self.answer(verb)
        else:
            self.send(b"502 5.5.2 unknown command\r\n")
        if verb == "QUIT":
            raise Cut

    def run(self):
        try:
            if self.twists.get("implicit"):
                self.start_tls()
            if not self.fake.let_in(self):
                self.send(b"421 4.7.0 too many connections\r\n")
                raise Cut
            self.answer("GREETING", self.twists.get("greeting"))
            while True:
                self.command(self.line())
        except (Cut, OSError):
            pass
        finally:
            self.connection.close()
            self.fake.leave(self)


class Fake:
    def __init__(self, **twists):
        if "inject" in twists:
            twists.setdefault("raw", {})["STARTTLS"] = (
                b"220 go ahead\r\n" + twists["inject"])
        self.twists = twists
        self.accepted = []  # (recipient, message octets)
        self.said = []
        self.sessions = 0
        self.inside = set()
        self.turned_away = 0
        self.on_accept = None
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        if twists.get("slow"):
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop_listening()
        self.listener.close()
        self.thread.join()

    def stop_listening(self):
        """Sessions that are open go on."""
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has been said before

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.sessions += 1
            threading.Thread(target=Session(self, connection).run,
                             daemon=True).start()

    def let_in(self, session):
        with self.lock:
            full = len(self.inside) >= self.twists.get("most_sessions", 1e9)
            if full:
                self.turned_away += 1
            else:
                self.inside.add(session)
            return not full

    def leave(self, session):
        with self.lock:
            self.inside.discard(session)

    def peek_reply(self, command):
        reply = self.twists.get("replies", {}).get(command)
        if isinstance(reply, list):
            return reply[0] if reply else None
        return reply

    def reply_for(self, command):
        with self.lock:
            reply = self.peek_reply(command)
            replies = self.twists.get("replies", {}).get(command)
            if isinstance(replies, list) and replies:
                replies.pop(0)
            return reply

    def accept(self, recipient, body):
        with self.lock:
            self.accepted.append((recipient, body))
            if self.on_accept:
                self.on_accept(recipient, body)
            return len(self.accepted)


def named(value):
    if isinstance(value, str):
        return NAMES.get(value, value)
    if isinstance(value, list):
        return [named(item) for item in value]
    if isinstance(value, dict):
        return {key: named(item) for key, item in value.items()}
    return value


def tell(recipient, body):
    found = re.search(rb"(?im)^message-id:\s*<([^>]*)>", body)
    print("accepted", recipient, found.group(1).decode() if found else "-",
          flush=True)


def main():
    twists = named(json.loads(sys.argv[1])) if len(sys.argv) > 1 else {}
    fake = Fake(**twists)
    fake.on_accept = tell
    print("ready", fake.port, flush=True)
    with fake:
        sys.stdin.read() # until whoever started us goes away


if __name__ == "__main__":
    main()
