"""What the operator sees and sets: TLS, /healthz, /metrics, the log, proxies.

Usage: operate.py BREVDUVA [STORY...]
"""
import os
import re
import socket
import sqlite3
import ssl
import subprocess
import urllib.parse
import warnings

import raw
from served import BASE, Served, main

ANNA = "anna@skogsvik.example"
STYLE = "/style.css"


def make_certificate(site, name):
    path = os.path.join(site.folder, name)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path + ".key",
         "-out", path + ".crt", "-days", "2", "-subj", "/CN=brev.example",
         "-addext", "subjectAltName=DNS:brev.example"],
        check=True, capture_output=True)
    return path + ".crt"


def secure_get(site, path, context):
    with socket.create_connection(("127.0.0.1", site.port), 30) as plain:
        with context.wrap_socket(plain, server_hostname="brev.example") as tls:
            tls.sendall(raw.request("GET", path))
            parts = []
            while part := tls.recv(65536):
                parts.append(part)
            return raw.Answer(b"".join(parts)), tls.version()


def serves_https_itself(program):
    with Served(program) as site:
        site.stop()
        trusted = make_certificate(site, "web")
        site.start(settings=("web.tls_cert=web.crt", "web.tls_key=web.key"))
        context = ssl.create_default_context(cafile=trusted)
        answer, version = secure_get(site, STYLE, context)
        assert answer.status == 200 and version == "TLSv1.3", version
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        assert secure_get(site, STYLE, context)[1] == "TLSv1.2"
        with warnings.catch_warnings():  # Python warns of the old ones too
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        try:
            secure_get(site, STYLE, context)
            raise AssertionError("TLS 1.1 is spoken")
        except (ssl.SSLError, ConnectionError):
            pass
        # whoever speaks no TLS, or only begins to, harms nobody
        raw.ask(site.port, raw.request("GET", STYLE))
        idle = raw.connect(site.port)
        context = ssl.create_default_context(cafile=trusted)
        assert secure_get(site, STYLE, context)[0].status == 200
        idle.close()


def says_what_is_wrong_with_certificates(program):
    with Served(program) as site:
        site.stop()
        make_certificate(site, "web")
        make_certificate(site, "other")
        for name, text in (("empty", ""), ("binary", "\x30\x82"),
                           ("damaged", "-----BEGIN CERTIFICATE-----\nAA\n")):
            with open(os.path.join(site.folder, name), "w") as file:
                file.write(text)

        def complaint(cert, key):
            return site.try_run(
                "--lang", "en", "--set", f"web.tls_cert={cert}", "--set",
                f"web.tls_key={key}", "serve", "--listen", "127.0.0.1:0")
        for cert, key, words in [
                ("gone.crt", "web.key", ("web.tls_cert: ", "gone.crt")),
                ("web.crt", "gone.key", ("web.tls_key: ", "gone.key")),
                ("empty", "web.key", ("web.tls_cert: ", "PEM")),
                ("web.crt", "binary", ("web.tls_key: ", "PEM")),
                ("damaged", "web.key", ("damaged",)),
                ("web.crt", "other.key", ("do not belong together",)),
                ("web.crt", "", ("web.tls_cert", "web.tls_key"))]:
            said = complaint(cert, key)
            for word in words:
                assert word in said, (cert, key, said)
        if os.getuid() != 0:
            os.chmod(os.path.join(site.folder, "web.key"), 0)
            assert "web.tls_key: " in complaint("web.crt", "web.key")


def says_why_it_cannot_listen(program):
    with Served(program) as site:
        for where, words in [
                (f"127.0.0.1:{site.port}", "another program does"),
                ("192.0.2.1:8080", "no such address"),
                ("localhost:8080", "127.0.0.1:8080 or [::1]:8080")]:
            said = site.try_run("--lang", "en", "serve", "--listen", where)
            assert words in said, said


def listens_on_ipv6(program):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        print("SKIPPED: this machine has no IPv6", flush=True)
        return
    with Served(program) as site:
        site.stop()
        site.start("--listen", "[::1]:0")
        with socket.create_connection(("::1", site.port)) as connection:
            raw.send(connection, raw.request("GET", STYLE))
            assert raw.Answer(raw.read_all(connection)).status == 200


def tells_its_health(program):
    with Served(program) as site:
        page = site.get("/healthz")
        assert (page.status, page.body) == (200, "ok\n")
        assert site.request("HEAD", "/healthz").status == 200
        assert site.request("POST", "/healthz").status == 404
        path = os.path.join(site.folder, "brevduva.db")
        database = sqlite3.connect(path)
        database.execute("INSERT INTO setting VALUES ('of a test', x'00')")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        with open(path, "r+b") as file:  # the disk's fault
            file.write(b"\0" * os.path.getsize(path))
        page = site.get("/healthz")
        assert page.status == 503, page.body
        assert site.get("/metrics").status == 200


def tells_figures(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].link("/u/")
        site.get(link)
        site.post(link)
        site.get("/nowhere")
        site.get("/u/forged")
        page = site.get("/metrics")
        assert page.headers["Content-Type"].startswith("text/plain; version=")
        page.has(
            'brevduva_http_requests_total{route="/u/:token",status="2xx"} 2',
            'brevduva_http_requests_total{route="/u/:token",status="4xx"} 1',
            'brevduva_http_requests_total{route="none",status="4xx"} 1',
            'brevduva_http_request_duration_seconds_bucket{le="+Inf"} 4',
            "brevduva_http_request_duration_seconds_count 4",
            "brevduva_http_posts_waiting 0", "brevduva_letters_waiting 0",
            'brevduva_copies{state="accepted"} 1')
        page.lacks(ANNA, "anna", link, link[3:])
        assert site.metric("brevduva_http_connections_open") >= 1
        for line in page.body.splitlines():
            assert line.startswith("# ") or re.fullmatch(
                r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+',
                line), line


def figures_are_not_for_all(program):
    with Served(program) as site:
        # a proxy of which we were not told, one that names the visitor
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
            page = site.request("GET", "/metrics", headers={header: "x"})
            assert page.status == 404, header
        site.stop()
        site.start(settings=("web.proxies=127.0.0.1",))
        for address, status in (("203.0.113.9", 404), ("127.0.0.1", 200)):
            page = site.get("/metrics", X_Forwarded_For=address)
            assert page.status == status, address
        assert site.get("/metrics").status == 404  # for whom does it ask?
        site.stop()
        site.start(settings=("web.proxies=127.0.0.1",
                             "web.metrics=203.0.113.0/24"))
        assert site.get("/metrics",
                        X_Forwarded_For="203.0.113.9").status == 200
        assert site.get("/metrics",
                        X_Forwarded_For="198.51.100.9, 127.0.0.1").status == 404


def consent_network(site):
    database = sqlite3.connect(os.path.join(site.folder, "brevduva.db"))
    rows = database.execute("SELECT network FROM consent WHERE act = 'left' "
                            "ORDER BY id").fetchall()
    database.close()
    return [row[0] for row in rows]


def believes_only_its_proxies(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].link("/u/")
        site.post(link, X_Forwarded_For="203.0.113.9")
        assert consent_network(site) == ["127.0.0.0/24"]
        site.stop()
        site.run("subscribe", ANNA, "--consent", "Came back", "--force")
        site.start(settings=("web.proxies=127.0.0.1",))
        site.post(link, X_Forwarded_For="198.51.100.7, 203.0.113.9")
        assert consent_network(site)[1:] == ["203.0.113.0/24"]


def logs_without_readers(program):
    with Served(program) as site:
        site.subscribe(ANNA)
        site.send()
        link = site.mail_to(ANNA)[0].link("/u/")
        site.get(link + "?lang=sv")
        site.post(link, {"email": ANNA}, X_Forwarded_For="203.0.113.9")
        site.get("/" + urllib.parse.quote(ANNA))
        site.request("HEAD", STYLE)
        raw.ask(site.port, raw.request("BREW", "/x\x1b[31m"))
        site.stop()
        lines = site.lines
        shapes = [r"GET /u/:token 200 \d+ \d+ms", r"POST /u/:token 200 \d+ \d+ms",
                  r"GET - 404 \d+ \d+ms", r"HEAD /style.css 200 0 \d+ms",
                  r"- - 501 \d+ \d+ms"]
        assert len(lines) == len(shapes), lines
        for line, shape in zip(lines, shapes):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ " + shape,
                                line), line
        text = "\n".join(lines)
        for word in ("anna", "skogsvik", link[3:], "127.0.0", "203.0"):
            assert word not in text, word
        site.start("--quiet")
        site.get(link)
        site.stop()
        assert site.lines == []


def serves_on_when_nobody_reads_the_log(program):
    with Served(program) as site:
        site.stop()
        server = subprocess.Popen(
            [program, "-C", site.folder, "serve", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        site.port = int(server.stdout.readline().split()[-1].rstrip("."))
        keep = b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n"
        for _ in range(30):
            with raw.connect(site.port) as connection:
                raw.send(connection, keep * 99 + raw.request("GET", STYLE))
                assert raw.read_all(connection).count(b"HTTP/1.1 200") == 100
        server.terminate()
        said = server.communicate(timeout=60)[0]
        assert server.returncode == 0
        assert said.count("GET /style.css") < 3000


def prefix_of_the_base_url(program):
    with Served(program) as site:
        site.stop()
        site.start(settings=(f"web.base_url={BASE}/brev",))
        for path in ("/brev/style.css", STYLE, "/brev/healthz", "/healthz"):
            assert site.get(path).status == 200, path
        assert "/brev/style.css" in site.get("/brev/nowhere").body
        for path in ("/brevx/style.css", "/brev", "/bre/style.css"):
            assert site.get(path).status == 404, path
        site.stop()
        site.start(settings=("web.base_url=http://brev.example",))
        assert site.get(STYLE).headers["Strict-Transport-Security"] is None


main(serves_https_itself, says_what_is_wrong_with_certificates,
     says_why_it_cannot_listen, listens_on_ipv6, tells_its_health,
     tells_figures, figures_are_not_for_all, believes_only_its_proxies,
     logs_without_readers, serves_on_when_nobody_reads_the_log,
     prefix_of_the_base_url)
