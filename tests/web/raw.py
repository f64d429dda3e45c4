"""Bytes to the server as no well-behaved client sends them."""
import re
import socket


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.raw = raw
        self.head = head.decode("latin-1")
        found = re.match(r"HTTP/1\.[01] (\d+)", self.head)
        self.status = int(found.group(1)) if found else None

    def header(self, name):
        found = re.search(rf"(?mi)^{name}: (.*?)\r?$", self.head)
        return found.group(1) if found else None


def connect(port, timeout=30):
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


def read_all(connection):
    """Until the server closes, or resets."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return b"".join(parts)


def send(connection, data):
    try:
        connection.sendall(data)
    except (ConnectionResetError, BrokenPipeError):
        pass


def ask(port, data, half_close=False):
    """Send bytes, read until the end; ask for Connection: close in them."""
    with connect(port) as connection:
        send(connection, data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return Answer(read_all(connection))


def request(method, target, *headers, body=b"", version="HTTP/1.1"):
    lines = [f"{method} {target} {version}", "Host: brev.example",
             "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def form(target, body, *headers):
    return request("POST", target,
                   "Content-Type: application/x-www-form-urlencoded",
                   f"Content-Length: {len(body)}", *headers, body=body)
