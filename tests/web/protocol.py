"""HTTP as it is in the wild: methods, targets, bodies and nonsense.

Usage: protocol.py BREVDUVA [STORY...]
"""
import socket

import raw
from served import Served, main

ANNA = "anna@skogsvik.example"
STYLE = "/style.css"


def letter(site, address=ANNA):
    site.subscribe(address)
    site.send()
    return site.mail_to(address)[0]


def alive(site):
    assert site.get(STYLE).status == 200


def methods(program):
    with Served(program) as site:
        mail = letter(site)
        leave = mail.link("/u/")
        both = "GET, HEAD, POST, OPTIONS"
        reading = "GET, HEAD, OPTIONS"
        for method, path, status, allow in [
                ("OPTIONS", leave, 204, both),
                ("OPTIONS", STYLE, 204, reading),
                ("OPTIONS", "*", 204, both),
                ("OPTIONS", "/nowhere", 404, None),
                ("TRACE", leave, 405, both),
                ("PUT", leave, 405, both),
                ("DELETE", STYLE, 405, reading),
                ("PATCH", STYLE, 405, reading),
                ("POST", STYLE, 405, reading),
                ("POST", "/nowhere", 404, None),
                ("BREW", leave, 501, None),
                ("get", leave, 501, None)]:
            answer = raw.ask(site.port, raw.request(method, path))
            assert answer.status == status, (method, path, answer.raw)
            assert answer.header("Allow") == allow, (method, path, answer.head)
        assert site.state(ANNA) == "active"


def head_is_get_without_the_body(program):
    with Served(program) as site:
        leave = letter(site).link("/u/")
        for path in (leave, STYLE, "/nowhere", "/u/forged"):
            get = raw.ask(site.port, raw.request("GET", path))
            head = raw.ask(site.port, raw.request("HEAD", path))
            assert head.status == get.status and head.body == b""
            assert head.header("Content-Length") == str(len(get.body))
            for name in ("Content-Type", "Cache-Control",
                         "Content-Security-Policy", "Referrer-Policy"):
                assert head.header(name) == get.header(name) is not None
        assert site.state(ANNA) == "active"


def targets(program):
    with Served(program) as site:
        leave = letter(site).link("/u/")
        for target, status in [
                (leave, 200),
                (leave + "?lang=en", 200),
                ("http://brev.example" + leave, 200),
                ("https://other.example:8443" + leave, 200),
                (leave.replace("/u/", "/%75/"), 200),
                ("/../../etc/passwd", 404),
                ("/%2e%2e/%2e%2e/etc/passwd", 404),
                ("/..%2f..%2fetc%2fpasswd", 404),
                ("/u/..%2fstyle.css", 404),
                ("/u/..", 410),
                ("/u/%00", 404),
                ("/%ff%fe", 404),
                ("/u/\xe5\xe4\xf6", 404),
                ("//style.css", 404),
                ("/style.css/", 404),
                ("/" + "a" * 4000, 404),
                ("/u/" + "/" * 4000, 404),
                ("/style.css?" + "a=b&" * 200, 200),
                (leave + "?lang=%00", 200),
                (leave + "?lang=" + "sv" * 1000, 200)]:
            answer = raw.ask(site.port, raw.request("GET", target))
            assert answer.status == status, (target[:60], answer.raw[:300])
            assert b"root:" not in answer.body


def versions_and_hosts(program):
    with Served(program) as site:
        for data, status in [
                (b"GET /style.css HTTP/1.0\r\n\r\n", 200),
                (b"GET /style.css HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
                (b"GET /style.css HTTP/1.1\r\nHost: a.example\r\n"
                 b"Host: b.example\r\n\r\n", 400),
                (b"GET /style.css HTTP/1.1\r\nHost: a.example\r\n"
                 b"Connection: close\r\n\r\n", 200)]:
            answer = raw.ask(site.port, data, half_close=True)
            assert answer.status == status, (data, answer.raw[:300])
        nonsense = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n",
                    b"\0" * 100, b"GET\r\n\r\n", b"SSH-2.0-x\r\n",
                    b"GET /style.css HTTP/9.9\r\nHost: x\r\n\r\n",
                    b"GET /style.css\r\n\r\n",
                    raw.request("GET", STYLE + "?" + "a=b&" * 2000)]
        open_ones = [raw.connect(site.port) for _ in nonsense]
        for connection, data in zip(open_ones, nonsense):
            raw.send(connection, data)
            connection.shutdown(socket.SHUT_WR)
            alive(site)
        for connection in open_ones:  # all are ended, some when time is over
            raw.read_all(connection)
            connection.close()
        alive(site)


def large_headers(program):
    with Served(program) as site:
        for answer in (
                raw.ask(site.port, raw.request("GET", STYLE, "X: " + "a" * 40000)),
                raw.ask(site.port, raw.request(
                    "GET", STYLE, *[f"X-{i}: {'a' * 30}" for i in range(2000)])),
                raw.ask(site.port, raw.request("GET", "/" + "a" * 40000))):
            assert answer.status in (413, 414, 431), answer.raw[:200]
        alive(site)


def large_bodies(program):
    with Served(program) as site:
        link = letter(site).link("/u/")
        size = 10_000_000
        refused = raw.ask(site.port, raw.request(
            "POST", link, f"Content-Length: {size}", body=b"a=" + b"b" * size))
        assert refused.status in (413, None)  # None: still sending, it is told
        asked = raw.ask(site.port, raw.request(
            "POST", link, f"Content-Length: {size}", "Expect: 100-continue"))
        assert asked.status == 413, asked.raw

        def chunked(count):
            return (b"fff\r\n" + b"a" * 4095 + b"\r\n") * count + b"0\r\n\r\n"
        for count, wanted in ((20, {413}), (200, {413}), (3000, {413, None})):
            answer = raw.ask(site.port, raw.request(
                "POST", link, "Transfer-Encoding: chunked",
                "Content-Type: application/x-www-form-urlencoded",
                body=chunked(count)))
            assert answer.status in wanted, (count, answer.raw[:200])
        assert site.state(ANNA) == "active"
        alive(site)


def bodies_in_parts(program):
    with Served(program) as site:
        link = letter(site).one_click()
        answer = raw.ask(site.port, raw.request(
            "POST", link, "Transfer-Encoding: chunked",
            "Content-Type: application/x-www-form-urlencoded",
            body=b"5\r\nList-\r\n15\r\nUnsubscribe=One-Click\r\n0\r\n\r\n"))
        assert answer.status == 200, answer.raw
        assert site.state(ANNA) == "left"


def expect_continue(program):
    with Served(program) as site:
        link = letter(site).one_click()
        body = b"List-Unsubscribe=One-Click"
        with raw.connect(site.port) as connection:
            raw.send(connection, raw.form(link, body,
                                          "Expect: 100-continue")[:-len(body)])
            assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
            raw.send(connection, body)
            assert raw.Answer(raw.read_all(connection)).status == 200
        assert site.state(ANNA) == "left"


def bad_framing(program):
    """Two opinions on where a body ends are one too many."""
    with Served(program) as site:
        link = letter(site).link("/u/")
        body = b"0\r\n\r\nGET /style.css HTTP/1.1\r\nHost: x\r\n\r\n"
        for headers in (["Content-Length: 5", "Transfer-Encoding: chunked"],
                        ["Content-Length: 5", "Content-Length: 40"],
                        ["Content-Length: -1"], ["Content-Length: 1e3"],
                        ["Content-Length: 99999999999999999999999"]):
            answer = raw.ask(site.port,
                             raw.request("POST", link, *headers, body=body),
                             half_close=True)
            assert answer.status in (400, 413, None), (headers, answer.raw)
            assert b"HTTP/1.1 2" not in answer.raw, answer.raw
        for body in (b"zz\r\n", b"-5\r\nabc\r\n", b"ffffffffffffffffff\r\n",
                     b"5\r\nabcdefgh\r\n0\r\n\r\n"):
            answer = raw.ask(site.port, raw.request(
                "POST", link, "Transfer-Encoding: chunked", body=body),
                half_close=True)
            assert answer.status in (400, 413, None), (body, answer.raw)
        assert site.state(ANNA) == "active"
        alive(site)


def forms_that_are_none(program):
    with Served(program) as site:
        link = letter(site).link("/u/")
        urlencoded = "Content-Type: application/x-www-form-urlencoded"
        multipart = "Content-Type: multipart/form-data; boundary=b"
        for kind, body in [
                (urlencoded, b"a=b&" * 300),
                (urlencoded, b"a=%ff"),
                (urlencoded, b"a=%00"),
                (urlencoded, b"%ff=a"),
                ("Content-Type: application/json", b'{"a":1}'),
                ("Content-Type: text/plain", b"a=b"),
                ("Content-Type: multipart/form-data", b"--b\r\n\r\n--b--"),
                (multipart, b"nonsense"),
                (multipart, b"--b\r\nContent-Disposition: form-data; "
                 b"name=\"a\"; filename=\"x\"\r\n\r\nfile\r\n--b--\r\n"),
                (multipart, b"--b\r\n\r\nnameless\r\n--b--\r\n")]:
            answer = raw.ask(site.port, raw.request(
                "POST", link, kind, f"Content-Length: {len(body)}", body=body))
            assert answer.status == 400, (kind, body[:50], answer.raw[:200])
            assert site.state(ANNA) == "active", (kind, body[:50])
        assert site.request("POST", link).status == 200  # no field is needed


def pipelined(program):
    with Served(program) as site:
        link = letter(site).one_click()
        body = b"List-Unsubscribe=One-Click"
        keep = b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n"
        post = (f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/"
                f"x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
                ).encode() + body
        data = keep + post + keep + post + raw.request("GET", "/nowhere")
        with raw.connect(site.port) as connection:
            raw.send(connection, data)
            got = raw.read_all(connection)
        statuses = [part[:3] for part in got.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"200", b"200", b"200", b"404"], statuses
        assert site.state(ANNA) == "left"


def headers_for_safety(program):
    with Served(program) as site:
        page = site.get("/u/forged")
        for name, words in {
                "Strict-Transport-Security": "max-age=31536000",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex"}.items():
            assert page.headers[name] == words, name
        assert page.headers["Set-Cookie"] is None


main(methods, head_is_get_without_the_body, targets, versions_and_hosts,
     large_headers, large_bodies, bodies_in_parts, expect_continue,
     bad_framing, forms_that_are_none, pipelined, headers_for_safety)
