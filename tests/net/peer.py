"""The other end of a stream: a mail server that can be looked into.

    with Peer(tls=context, mechanisms=["PLAIN"], password="x") as peer:
        ... connect to peer.port ...
    peer.said  # what it was told, in order

Options of Peer (all optional):
  host         where to listen; default 127.0.0.1
  tls          ssl.SSLContext: offer STARTTLS; with implicit=True at once
  inject       octets in the clear behind the reply to STARTTLS
  before, after  lines of the EHLO reply before and after STARTTLS
  mechanisms   for AUTH; `password` is what they want, or the token
  replies      what to say to EHLO, STARTTLS or AUTH instead
  greeting     several lines
  slow         seconds to sleep before each 64 kB of what SUM sends

Besides SMTP it knows SUM N (reads so many octets, says their SHA-256), GIVE N
(sends so many), CLOSE (hangs up) and RESET (hangs up by RST).
"""
import base64
import hashlib
import hmac
import random
import socket
import struct
import time

from proxy_fake import Listener, Over

PATTERN = bytes((i * 31 + (i >> 8)) & 0xff for i in range(65521))


def pattern(size):
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


class Session:
    def __init__(self, peer, connection):
        self.peer = peer
        self.connection = connection
        self.buffer = b""
        self.is_tls = False

    def read(self, size):
        while len(self.buffer) < size:
            octets = self.connection.recv(65536)
            if not octets:
                raise Over
            self.buffer += octets
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def line(self):
        line = b""
        while not line.endswith(b"\n"):
            line += self.read(1)
        return line.strip().decode()

    def say(self, *lines):
        text = "\r\n".join(lines) + "\r\n"
        self.connection.sendall(text.encode())

    def start_tls(self):
        self.connection = self.peer.tls.wrap_socket(self.connection,
                                                    server_side=True)
        self.buffer = b""
        self.is_tls = True

    def ehlo(self):
        peer = self.peer
        lines = ["peer.example"]
        lines += peer.after if self.is_tls else peer.before
        if peer.tls and not self.is_tls:
            lines.append("STARTTLS")
        if peer.mechanisms:
            lines.append("AUTH " + " ".join(peer.mechanisms))
        self.say(*("250-" + line for line in lines[:-1]), "250 " + lines[-1])

    def ask(self, challenge):
        self.say("334 " + base64.b64encode(challenge).decode())
        return base64.b64decode(self.line())

    def proof(self, mechanism, first):
        """What the client has to show, and what it should be."""
        want = self.peer.password.encode()
        if mechanism == "LOGIN":
            if first is None:
                self.ask(b"Username:")
            return self.ask(b"Password:"), want
        if mechanism == "CRAM-MD5":
            challenge = b"<17.1448@peer.example>"
            digest = hmac.new(want, challenge, "md5").hexdigest()
            return self.ask(challenge).split()[1], digest.encode()
        shown = base64.b64decode(first) if first else self.ask(b"")
        if mechanism == "PLAIN":
            return shown.split(b"\0")[2], want
        token = next((part for part in shown.split(b"\1")
                      if part.startswith(b"auth=")), b"")
        return token, b"auth=Bearer " + want

    def auth(self, words):
        shown, want = self.proof(words[1].upper(),
                                 words[2] if len(words) > 2 else None)
        if shown == want:
            self.say("235 2.7.0 welcome")
            return
        if words[1].upper() in ("XOAUTH2", "OAUTHBEARER"):
            self.ask(b'{"status":"401","schemes":"bearer"}') # and an empty line
        self.say("535 5.7.8 not " + shown.decode())

    def sum(self, size):
        digest = hashlib.sha256()
        while size > 0:
            time.sleep(self.peer.slow)
            part = self.read(min(size, 65536))
            digest.update(part)
            size -= len(part)
        self.say("250 " + digest.hexdigest())

    def give(self, size):
        octets, chance = pattern(size), random.Random(size)
        while octets:
            part = chance.choice((1, 100, 5000, 16384, 40000))
            self.connection.sendall(octets[:part])
            octets = octets[part:]

    def command(self, line):
        self.peer.said.append(line)
        words = line.split()
        verb = words[0].upper()
        if verb in self.peer.replies:
            self.say(self.peer.replies[verb])
        elif verb == "EHLO":
            self.ehlo()
        elif verb == "STARTTLS":
            self.connection.sendall(b"220 go ahead\r\n" + self.peer.inject)
            if not self.peer.inject:
                self.start_tls()
        elif verb == "AUTH":
            self.auth(words)
        elif verb == "SUM":
            self.sum(int(words[1]))
        elif verb == "GIVE":
            self.give(int(words[1]))
        elif verb in ("CLOSE", "RESET"):
            if verb == "RESET":
                self.connection.setsockopt(socket.SOL_SOCKET,
                                           socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
            raise Over
        else:
            self.say("250 ok")

    def run(self):
        with self.connection if not self.peer.tls else self.closing():
            if self.peer.implicit:
                self.start_tls()
            self.say(*self.peer.greeting)
            while True:
                self.command(self.line())

    def closing(self):
        """wrap_socket() takes the first socket's place."""
        class Closing:
            def __enter__(_):
                return None

            def __exit__(_, *args):
                self.connection.close()
        return Closing()


class Peer(Listener):
    def __init__(self, host="127.0.0.1", tls=None, implicit=False, inject=b"",
                 before=("SIZE 1000",), after=("SIZE 2000",), mechanisms=(),
                 password="", replies=None, slow=0,
                 greeting=("220 peer.example ESMTP",)):
        super().__init__(host)
        self.tls, self.implicit, self.inject = tls, implicit, inject
        self.before, self.after = list(before), list(after)
        self.mechanisms, self.password = list(mechanisms), password
        self.replies, self.slow, self.greeting = replies or {}, slow, greeting
        self.said = []
        if slow: # or loopback takes megabytes ahead of the reader
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

    def handle(self, connection):
        Session(self, connection).run()
