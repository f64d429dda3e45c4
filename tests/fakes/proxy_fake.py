"""Proxies on the way to a server, and what listens in general.

    with Socks(server.port) as proxy:
        ... connect through socks5h://127.0.0.1:{proxy.port} ...
    proxy.asked  # where to
"""
import base64
import socket
import threading


class Over(Exception):
    """The session is over."""


def serve(listener, handle):
    """One thread for each connection, until the listener is shut down."""
    def one(connection):
        with connection:
            try:
                handle(connection)
            except (OSError, Over):
                pass

    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=one, args=(connection,), daemon=True).start()


class Listener:
    def __init__(self, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=serve, daemon=True,
                                       args=(self.listener, self.handle))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


class Proxy(Listener):
    """Leads every connection to one port here, whatever was asked for, and
    remembers that in `asked`. `login` is (user, password); `refuse` a code."""

    def __init__(self, port, login=None, refuse=0):
        super().__init__()
        self.target, self.login, self.refuse = port, login, refuse
        self.asked = []

    @staticmethod
    def read(connection, size):
        octets = b""
        while len(octets) < size:
            part = connection.recv(size - len(octets))
            if not part:
                raise Over
            octets += part
        return octets

    def connect(self, one):
        with socket.create_connection(("127.0.0.1", self.target)) as two:
            back = threading.Thread(target=self.pump, args=(two, one))
            back.start()
            self.pump(one, two)
            back.join()

    @staticmethod
    def pump(one, two):
        try:
            while octets := one.recv(65536):
                two.sendall(octets)
            two.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Socks(Proxy):
    """SOCKS 5 (RFC 1928, RFC 1929)."""

    def log_in(self, connection):
        methods = self.read(connection, self.read(connection, 2)[1])
        want = 2 if self.login else 0
        if want not in methods:
            connection.sendall(b"\5\xff")
            raise Over
        connection.sendall(bytes((5, want)))
        if self.login:
            user = self.read(connection, self.read(connection, 2)[1])
            password = self.read(connection, self.read(connection, 1)[0])
            right = (user.decode(), password.decode()) == self.login
            connection.sendall(b"\1\0" if right else b"\1\1")
            if not right:
                raise Over

    def handle(self, connection):
        self.log_in(connection)
        kind = self.read(connection, 4)[3]
        size = {1: 4, 4: 16}.get(kind) or self.read(connection, 1)[0]
        host = self.read(connection, size)
        port = int.from_bytes(self.read(connection, 2), "big")
        self.asked.append((host.decode() if kind == 3 else host, port))
        connection.sendall(bytes((5, self.refuse, 0, 1)) + bytes(6))
        if not self.refuse:
            self.connect(connection)


class Http(Proxy):
    """HTTP CONNECT (RFC 9110 9.3.6)."""

    def handle(self, connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(connection, 1)
        self.asked.append(head.split()[1].decode())
        code = self.refuse or 200
        if self.login:
            secret = base64.b64encode(":".join(self.login).encode())
            if b"Basic " + secret not in head:
                code = 407
        connection.sendall(f"HTTP/1.1 {code} so\r\n".encode() +
                           (b"Proxy-Authenticate: Basic realm=x\r\n"
                            if code == 407 else b"") + b"\r\n")
        if code == 200:
            self.connect(connection)
