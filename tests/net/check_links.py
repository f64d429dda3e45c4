"""Usage: check_links.py BREVDUVA
`check --links` against servers on loopback that answer in all the ways servers
do: what it says of each link, and how it asks."""
import http.server
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from fakes.certificate import certificate  # noqa: E402

PROGRAM = sys.argv[1]
NAME = "127.0.0.1"
seen = []        # (method, path, headers)
busy = 0         # questions under way at the one server
most = 0
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def status(self, code, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self):
        """What the first part of the path says."""
        global busy, most
        # who writes without end hears late that nobody listens any more
        counts = self.path not in ("/endless", "/headers")
        with lock:
            busy += counts
            most = max(most, busy)
            seen.append((self.command, self.path, dict(self.headers)))
        try:
            time.sleep(0.01)
            what = self.path[1:].split("?")[0].split("/")[0]
            getattr(self, "on_" + what)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with lock:
                busy -= counts

    do_HEAD = do_GET = answer

    def on_ok(self):
        self.status(200)

    def on_gone(self):
        self.status(410)

    def on_missing(self):
        self.status(404)

    def on_headless(self):
        self.status(405 if self.command == "HEAD" else 200)

    def on_forgetful(self):
        self.status(404 if self.command == "HEAD" else 200)

    def on_hangs_up(self):
        if self.command == "GET":
            self.status(200)
        else:
            self.close_connection = True

    def on_login(self):
        self.status(401)

    def on_forbidden(self):
        self.status(403)

    def on_broken(self):
        self.status(503)

    def on_many(self):
        self.status(429)

    def on_moved(self):
        self.status(301, Location="/ok?there")

    def on_for_good(self):
        self.status(308, Location="/moved")

    def on_today(self):
        self.status(302, Location="/ok?today")

    def on_partly(self):
        self.status(301, Location="/today")

    def on_lost(self):
        self.status(301, Location="/missing?after")

    def on_circle(self):
        self.status(302, Location="/circle")

    def on_longer(self):
        self.status(302, Location=self.path + "/x")

    def on_file(self):
        self.status(301, Location="file:///etc/passwd")

    def on_mail(self):
        self.status(301, Location="mailto:a@brev.example")

    def on_nowhere(self):
        self.status(301)

    def on_endless(self):
        """A body that never ends, for who asks by GET."""
        if self.command == "HEAD":
            self.status(501)
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")

    def on_headers(self):
        self.send_response(200)
        self.flush_headers()
        while True:
            self.wfile.write(b"X-A: " + b"x" * 4000 + b"\r\n")


def serve(context=None):
    server = http.server.ThreadingHTTPServer((NAME, 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def raw(words):
    """A server that says this to whoever comes, and nothing more."""
    listener = socket.create_server((NAME, 0))

    def loop():
        held = []
        while True:
            peer, _ = listener.accept()
            held.append(peer)
            if words:
                peer.recv(4096)
                peer.sendall(words)
                peer.close()
    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def newsletter(folder, text):
    subprocess.run([PROGRAM, "init", folder], check=True,
                   stdout=subprocess.DEVNULL)
    (folder / "issues" / "a.md").write_text(
        "---\ntitle: Links\n---\n" + text, encoding="utf-8")


def check(folder, *more):
    run = subprocess.run(
        [PROGRAM, "-C", folder, "check", "a", "--json", *more],
        capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""})
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return run, [row for row in rows if row["id"] in (
        "link-dead", "link-moved", "link-unclear", "link-certificate")]


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="bd-links-"))
    web = serve()
    context, _ = certificate(work, "cert", f"IP:{NAME}")
    secure = serve(context)
    with socket.create_server((NAME, 0)) as closed:
        nobody = closed.getsockname()[1]
    base = f"http://{NAME}:{web.server_port}"
    nonsense = raw(b"SSH-2.0-OpenSSH\r\n")
    want = {  # path -> (id, words)
        "/ok": None, "/headless": None, "/forgetful": None,
        "/hangs_up": None, "/today": None, "/partly": None,
        "/endless": None,
        "/missing": ("link-dead", "says 404"),
        "/gone": ("link-dead", "says 410"),
        "/lost": ("link-dead", "it leads to"),
        "/circle": ("link-dead", "circles"),
        "/longer": ("link-dead", "circles"),
        "/file": ("link-dead", "no page on the web"),
        "/mail": ("link-dead", "no page on the web"),
        "/nowhere": ("link-dead", "no page on the web"),
        "/moved": ("link-moved", f"write {base}/ok?there"),
        "/for_good": ("link-moved", f"write {base}/ok?there"),
        "/login": ("link-unclear", "says 401"),
        "/forbidden": ("link-unclear", "says 403"),
        "/broken": ("link-unclear", "says 503"),
        "/many": ("link-unclear", "says 429"),
        "/headers": ("link-unclear", "no web server"),
        f"https://{NAME}:{secure.server_port}/ok":
            ("link-certificate", "certificate"),
        f"http://{NAME}:{nobody}/x": ("link-unclear", "cannot be reached"),
        f"http://{NAME}:{nonsense}/x": ("link-unclear", "no web server"),
    }
    lines = []
    for path in want:
        url = path if path.startswith("http") else base + path
        lines.append(f"- [About {len(lines)}]({url})")
    lines += [f"- ![A dot]({base}/missing?dot) [The same]({base}/ok#part)",
              f"- [Yours]({base}/ok?{{{{email}}}}) [You](mailto:a@b.example)",
              f"- [Moved]({base}/moved#part)",
              f"- [Secret](http://me:secret@{NAME}:{web.server_port}/login2)"]
    folder = work / "n"
    newsletter(folder, "\n".join(lines) + "\n")

    _, rows = check(folder)
    assert not seen and not rows, "it asks without being told to"
    run, rows = check(folder, "--links")
    assert run.returncode == 3, (run.returncode, run.stderr)
    by_line = {row["line"]: row for row in rows}
    for number, (path, expected) in enumerate(want.items(), 4):
        row = by_line.pop(number, None)
        if expected is None:
            assert row is None, (path, row)
            continue
        assert row and row["id"] == expected[0] and \
            expected[1] in row["text"], (path, row)
        assert row["column"] == 3, row
    assert {row["id"] for row in by_line.values()} == \
        {"link-dead", "link-moved"}, by_line
    assert any("/ok?there#part" in row["text"] for row in by_line.values())

    asked = [(method, path) for method, path, _ in seen]
    for path in ("/ok", "/login", "/lost"):
        assert asked.count(("HEAD", path)) == 1, (path, asked)
    assert ("GET", "/ok") not in asked and ("GET", "/headless") in asked
    assert not any("email" in path or "login2" in path for _, path in asked)
    for _, path, headers in seen:
        assert headers["User-Agent"].startswith("brevduva/"), headers
        assert not set(headers) & {"Cookie", "Authorization", "Referer",
                                   "From"}, (path, headers)
    assert most == 1, f"{most} questions at a time to one server"

    # One who never answers does not hold the others up, and is left in peace.
    silent = raw(b"")
    links = [f"- [S {i}](http://{NAME}:{silent}/{i})" for i in range(6)]
    newsletter(work / "s", "\n".join(links + [f"- [M]({base}/missing)"]))
    if "slow" in sys.argv:
        run, rows = check(work / "s", "--links")
        words = [row["text"] for row in rows]
        assert len([w for w in words if "in 20 seconds" in w]) == 2, words
        assert len([w for w in words if "other pages" in w]) == 4, words
        assert "says 404" in words[-1], words

    # No name is asked for that does not exist; offline, nobody can tell.
    newsletter(work / "d", "[No such](http://no-such.invalid/)\n")
    _, rows = check(work / "d", "--links")
    assert len(rows) == 1 and rows[0]["id"] in ("link-dead", "link-unclear")

    # Silenced, and not taken for unneeded when nobody asked.
    text = (folder / "issues/a.md").read_text(encoding="utf-8")
    (folder / "issues/a.md").write_text(
        text.replace("title: Links\n", "title: Links\nsilence: [link-dead, "
                     "link-unclear, link-moved, link-certificate]\n"),
        encoding="utf-8")
    run, rows = check(folder, "--links")
    assert not rows, rows
    run, _ = check(folder)
    assert "silence-unneeded" not in run.stdout, run.stdout


main()
