"""A newsletter whose reader pages are served, and whose mail lies in outbox/.

    with Served(program) as site:
        site.subscribe("anna@skogsvik.example")
        site.send()
        letter = site.mail_to("anna@skogsvik.example")[-1]
        page = site.get(letter.link("/u/"))
"""
import base64
import contextlib
import email
import email.policy
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../e2e"))
from newsletter import Newsletter, SAMPLE, TOP  # noqa: E402, F401

BASE = "https://brev.example"
PERSON_SECONDS = 2.1  # who is faster than two seconds is taken for a robot
TOP_TESTS = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
E2E = os.path.join(TOP_TESTS, "e2e")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhg"
    "GAWjR9awAAAABJRU5ErkJggg==")


class Page:
    """An answer: status, headers, body; and what was asked for."""

    def __init__(self, response, path=""):
        self.path = path
        self.status = response.status
        self.headers = response.headers
        self.bytes = response.read()
        self.body = self.bytes.decode("utf-8", "replace")

    def has(self, *words):
        for word in words:
            assert word in self.body, f"{word!r} is not in:\n{self.body}"
        return self

    def lacks(self, *words):
        for word in words:
            assert word not in self.body, f"{word!r} is in:\n{self.body}"
        return self

    def action(self, containing=""):
        """Where the (first such) form on the page goes; its own address: ''."""
        forms = re.findall(r"<form[^>]*>", self.body)
        for form in forms:
            found = re.search(r'action="([^"]*)"', form)
            action = found.group(1) if found else ""
            if containing in action:
                return action.replace("&amp;", "&")
        raise AssertionError(f"no form for {containing!r} in:\n{self.body}")

    def hidden(self):
        """Names and values of hidden fields."""
        return dict(re.findall(
            r'<input type="hidden" name="([^"]*)" value="([^"]*)"', self.body))

    def mark(self):
        """What a form of ours carries: when it was made."""
        return self.hidden()["mark"]


class Mail:
    def __init__(self, raw):
        self.message = email.message_from_bytes(raw,
                                                policy=email.policy.default)
        assert not self.message.defects, self.message.defects
        self.subject = str(self.message["Subject"])
        self.to = str(self.message["To"])
        part = self.message.get_body(("plain",))
        self.text = part.get_content()
        html = self.message.get_body(("html",))
        self.html = html.get_content() if html else ""

    def link(self, path):
        """The first link to such a page: path and query of it."""
        found = re.search(re.escape(BASE) + f"({re.escape(path)}[^\\s>\"]*)",
                          self.text)
        assert found, f"no link to {path} in:\n{self.text}"
        return found.group(1)

    def one_click(self):
        found = re.search(r"<" + re.escape(BASE) + r"(/1/[^>]*)>",
                          self.message["List-Unsubscribe"])
        return found.group(1)


class Served(Newsletter):
    """`options` are --set arguments of the server."""

    def __init__(self, program, *options):
        super().__init__(program)
        self.options = [word for o in options for word in ("--set", o)]
        self.server = None

    def __enter__(self):
        super().__enter__()
        settings = os.path.join(self.folder, "brevduva.yaml")
        with open(settings, encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"(?m)^(relay|web):\n(?:[ #].*\n|\n)*", "", text)
        with open(settings, "w", encoding="utf-8") as file:
            file.write(text + f"\nweb:\n  base_url: {BASE}\n")
        self.add_issue(os.path.join(SAMPLE, "issues/2026-4.md"))
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()
        os.environ.pop("BREVDUVA_NOW", None)
        super().__exit__(*error)

    def start(self, *arguments, settings=(), environment=None):
        """The server on some free port; what it prints goes to self.lines."""
        environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="",
                           **(environment or {}))
        more = [word for o in settings for word in ("--set", o)]
        self.server = subprocess.Popen(
            [self.program, "-C", self.folder, *self.options, *more, "serve",
             "--listen", "127.0.0.1:0", *arguments], stdout=subprocess.PIPE,
            text=True, env=environment)
        line = self.server.stdout.readline()
        self.port = int(re.search(r"port (\d+)", line).group(1))
        self.lines = []
        self.reader = threading.Thread(target=self._read_lines,
                                       args=(self.server.stdout,))
        self.reader.start()

    def _read_lines(self, stream):
        for line in stream:
            self.lines.append(line.rstrip("\n"))
        stream.close()

    def stop(self):
        """It must end well; how many seconds that took."""
        if not self.server:
            return None
        self.server.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        """The same of one that was told to stop before."""
        began = time.monotonic()
        code = self.server.wait(timeout=60)
        took = time.monotonic() - began
        self.server = None
        self.reader.join()
        said = "\n".join(self.lines[-20:])
        assert code == 0, f"serve: exit {code}\n{said}"
        return took

    def kill(self):
        self.server.kill()
        self.server.wait()
        self.server = None
        self.reader.join()

    # -- trouble --

    @contextlib.contextmanager
    def locked(self):
        """Another process keeps the database locked, as a long import does."""
        self.lock = sqlite3.connect(os.path.join(self.folder, "brevduva.db"),
                                    isolation_level=None)
        self.lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.unlock()

    def unlock(self):
        if self.lock:
            self.lock.rollback()
            self.lock.close()
        self.lock = None

    def metric(self, name):
        found = re.search(rf"(?m)^{re.escape(name)} (\d+)$",
                          self.get("/metrics").body)
        return int(found.group(1)) if found else None

    def waits_for_post(self):
        for _ in range(500):  # it is refused after ten seconds
            if self.metric("brevduva_http_posts_waiting"):
                return
            time.sleep(0.02)

    def restart(self, later):
        """Serve again so many seconds from now; from then on the clock stands,
        for commands too."""
        self.stop()
        os.environ["BREVDUVA_NOW"] = str(int(time.time()) + later)
        self.start()

    # -- as a browser --

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            return Page(connection.getresponse(), path)
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, None,
                            {k.replace("_", "-"): v
                             for k, v in headers.items()})

    def post(self, path, fields=(), **headers):
        """A form, to a path; follows a redirect after it."""
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        sent.update({k.replace("_", "-"): v for k, v in headers.items()})
        page = self.request("POST", path,
                            urllib.parse.urlencode(list(dict(fields).items())),
                            sent)
        if page.status == 303:
            return self.get(page.headers["Location"])
        return page

    def sign_up(self, address, query="", **fields):
        """Fill in the form on /subscribe as a person does."""
        mark = self.get("/subscribe" + query).mark()
        time.sleep(PERSON_SECONDS)
        return self.post("/subscribe" + query,
                         {"email": address, "mark": mark, **fields})

    # -- as the newsletter --

    def subscribe(self, address, *more):
        self.run("subscribe", address, "--consent", "Signed up at the meeting",
                 *more)

    def send(self, slug="2026-4"):
        self.run("send", slug, "--yes")

    def deliver(self):
        self.run("deliver")

    def dump(self):
        """All that the database holds."""
        path = os.path.join(self.folder, "brevduva.db")
        with contextlib.closing(sqlite3.connect(path)) as database:
            return list(database.iterdump())

    def query(self, sql, *values):
        path = os.path.join(self.folder, "brevduva.db")
        with contextlib.closing(sqlite3.connect(path)) as database:
            return database.execute(sql, values).fetchall()

    def change(self, *statements):
        """What no command does, straight in the database."""
        path = os.path.join(self.folder, "brevduva.db")
        with contextlib.closing(sqlite3.connect(path)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    def mails(self):
        """All that lie in outbox/, oldest first."""
        folder = os.path.join(self.folder, "outbox/new")
        paths = [os.path.join(folder, name) for name in os.listdir(folder)]
        for path in sorted(paths, key=os.path.getmtime):
            with open(path, "rb") as file:
                yield Mail(file.read())

    def mail_to(self, address):
        return [m for m in self.mails() if address in m.to]

    def write(self, sql, *values):
        path = os.path.join(self.folder, "brevduva.db")
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute(sql, values)
            database.commit()

    def wait_for(self, sql, value):
        """Until a query gives it: what the server does by itself."""
        end = time.monotonic() + 30
        while self.query(sql) != [(value,)]:
            assert time.monotonic() < end, f"{sql}: {self.query(sql)}"
            time.sleep(0.1)

    def state(self, address):
        """Of the subscription to the first list; None: no such reader."""
        done = self._run(("subscriber", "show", address, "--json"), None)
        found = re.search(r'"state":"([a-z]*)"', done.stdout)
        return found.group(1) if found else None


TO_CHECK = []


def checked(pages):
    """The W3C's checker and html-validate have nothing to say of them: asked
    when all stories are told, for to start them takes seconds."""
    TO_CHECK.extend(pages)


def check_pages():
    with tempfile.TemporaryDirectory(prefix="brevduva-html-") as folder:
        paths = []
        for number, page in enumerate(TO_CHECK):
            paths.append(os.path.join(folder, f"{number}.html"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.write(page)
        done = subprocess.run(["sh", os.path.join(E2E, "check_html.sh"),
                               *paths], capture_output=True, text=True)
        if done.returncode == 77 or "SKIPPED" in done.stderr:
            print(done.stderr, file=sys.stderr)
        assert done.returncode in (0, 77), done.stdout + done.stderr


def looked_at(path):
    """Chromium and axe have nothing to say of the file."""
    with tempfile.TemporaryDirectory(prefix="brevduva-look-") as folder:
        done = subprocess.run(["node", os.path.join(E2E, "look.mjs"), folder,
                               path], capture_output=True, text=True)
        if done.returncode == 77:
            print(done.stderr, file=sys.stderr)
        assert done.returncode in (0, 77), done.stdout + done.stderr


def looked_at_served(site, path):
    """The same of a page with its style sheet."""
    body = site.get(path).body
    style = re.search(r'href="(/style\.css[^"]*)"', body).group(1)
    with tempfile.TemporaryDirectory(prefix="brevduva-page-") as folder:
        with open(os.path.join(folder, "style.css"), "wb") as file:
            file.write(site.get(style).bytes)
        page = os.path.join(folder, "page.html")
        with open(page, "w", encoding="utf-8") as file:
            file.write(body.replace(style, "style.css"))
        looked_at(page)


def write_issue(site, slug, body, pictures=(), **front):
    folder = os.path.join(site.folder, "issues")
    front = {"title": f"Numret {slug}", **front}
    with open(os.path.join(folder, slug + ".md"), "w",
              encoding="utf-8") as file:
        file.write("---\n")
        for key, value in front.items():
            file.write(f"{key}: {json.dumps(value, ensure_ascii=False)}\n")
        file.write("---\n" + body)
    for name in pictures:
        os.makedirs(os.path.join(folder, slug), exist_ok=True)
        with open(os.path.join(folder, slug, name), "wb") as file:
            file.write(PNG)


def main(*stories):
    """Each story is given the program; all of them, or those named."""
    program, names = sys.argv[1], sys.argv[2:]
    for story in stories:
        if not names or story.__name__ in names:
            print(story.__name__, flush=True)
            story(program)
    if TO_CHECK:
        check_pages()
