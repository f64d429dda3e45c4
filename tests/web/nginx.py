"""The configuration of docs/web.md, with a real nginx on loopback.

Usage: nginx.py BREVDUVA [STORY...]
"""
import contextlib
import http.client
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time

from served import Page, Served, main

ANNA = "anna@skogsvik.example"
VISITOR = "127.9.8.7"  # also this machine, and no proxy
TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))


def documented():
    with open(os.path.join(TOP, "docs/web.md"), encoding="utf-8") as file:
        return re.search(r"(?s)```nginx\n(.*?)```", file.read()).group(1)


def replaced(text, pattern, words):
    done, count = re.subn(pattern, words, text)
    assert count > 0, f"docs/web.md has no {pattern}"
    return done


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def configuration(folder, port, server, location="/"):
    block = documented()
    block = replaced(block, r"(?m)^ *listen \[::\].*\n", "")
    block = replaced(block, r"listen 443", f"listen 127.0.0.1:{port}")
    block = replaced(block, r"/etc/letsencrypt\S*fullchain.pem",
                     f"{folder}/web.crt")
    block = replaced(block, r"/etc/letsencrypt\S*privkey.pem",
                     f"{folder}/web.key")
    block = replaced(block, r"127\.0\.0\.1:8080", f"127.0.0.1:{server}")
    block = replaced(block, r"location / ", f"location {location} ")
    temporary = "\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.getuid() == 0 else ""
    return (f"{user}pid {folder}/pid;\nerror_log {folder}/error.log;\n"
            f"daemon off;\nevents {{}}\nhttp {{\n{temporary}\n{block}}}\n")


@contextlib.contextmanager
def behind_nginx(site, location="/"):
    folder = site.temporary.name
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "web.key",
         "-out", "web.crt", "-days", "2", "-subj", "/CN=brev.forening.example",
         "-addext", "subjectAltName=DNS:brev.forening.example"],
        check=True, capture_output=True, cwd=folder)
    site.front = free_port()
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration(folder, site.front, site.port, location))
    process = subprocess.Popen(["nginx", "-p", folder, "-c", path, "-e",
                                os.path.join(folder, "error.log")])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", site.front)).close()
                break
            except OSError:
                assert process.poll() is None, "nginx refuses to start"
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


class Secure(http.client.HTTPSConnection):
    """To nginx, as the visitor of another address."""

    def __init__(self, site):
        context = ssl.create_default_context(
            cafile=os.path.join(site.temporary.name, "web.crt"))
        super().__init__("brev.forening.example", site.front, timeout=30,
                         context=context)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 30,
                                         source_address=(VISITOR, 0))
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def ask(site, method, path, body=None, headers=None):
    connection = Secure(site)
    try:
        connection.request(method, path, body, headers or {})
        return Page(connection.getresponse())
    finally:
        connection.close()


def networks(site):
    database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    rows = database.execute("SELECT network FROM consent WHERE act = 'left'")
    found = [row[0] for row in rows]
    database.close()
    return found


def leaves_through_nginx(program):
    with Served(program, "web.proxies=127.0.0.1, ::1") as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].link("/u/")
        with behind_nginx(site):
            page = ask(site, "GET", link)
            assert page.status == 200
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Strict-Transport-Security"]
            assert ask(site, "HEAD", "/style.css").status == 200
            page = ask(site, "POST", link, "", {
                "X-Forwarded-For": "203.0.113.9",  # it may say what it likes
                "Content-Type": "application/x-www-form-urlencoded"})
            assert page.status == 200, page.body
            assert site.state(ANNA) == "left"
            assert networks(site) == ["127.9.8.0/24"], networks(site)
            assert ask(site, "GET", "/metrics").status == 404
            assert ask(site, "GET", "/healthz").status == 200
            assert ask(site, "POST", link, b"a=" + b"b" * 100_000).status == 413
            for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                         "/nowhere"):
                assert ask(site, "GET", path).status in (400, 404), path


def below_a_path(program):
    base = "https://forening.example/brev"
    with Served(program, "web.proxies=127.0.0.1",
                f"web.base_url={base}") as site:
        with behind_nginx(site, "/brev/"):
            assert ask(site, "GET", "/brev/style.css").status == 200
            page = ask(site, "GET", "/brev/nowhere")
            assert page.status == 404 and "/brev/style.css" in page.body
            assert b"nginx" in ask(site, "GET", "/style.css").bytes


if not shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"):
    print("SKIPPED: there is no nginx (package nginx-light)", flush=True)
    sys.exit(77)
os.environ["PATH"] += ":/usr/sbin"
main(leaves_through_nginx, below_a_path)
