"""A stream and its other end: test_stream.py TALK."""
import contextlib
import hashlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "fakes"))
from certificate import certificate  # noqa: E402
from peer import Peer, pattern  # noqa: E402
from proxy_fake import Http, Socks  # noqa: E402

TALK = sys.argv.pop(1)
SECRET = "hemligt-loesen-4711"
OTHER_SECRET = "proxyns-loesen-1448"


def talk(url, *deeds, password=None, environment=None, **options):
    """Run the program; a list of (status, error, text)."""
    variables = dict(os.environ, **environment or {})
    if password:
        variables["TALK_PASSWORD"] = password
    done = subprocess.run(
        [TALK, url, *(f"{name}={value}" for name, value in options.items()),
         *deeds], env=variables, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, timeout=90, check=False)
    assert "ERROR: " not in done.stderr, done.stderr
    shown = done.stdout + done.stderr
    talk.put_off = int(done.stderr.split()[-1])
    assert SECRET not in shown and OTHER_SECRET not in shown, shown
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


class Stream(unittest.TestCase):
    def check(self, got, status, words=""):
        self.assertEqual(got[0], status, got)
        self.assertIn(words, got[1])

    def check_ok(self, lines):
        for line in lines:
            self.check(line, "ok")


def plain(peer, *deeds, **options):
    return talk(f"smtp://127.0.0.1:{peer.port}", *deeds,
                **{"starttls": "off", **options})


class Octets(Stream):
    """What goes in comes out, in both directions and of any size."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.context, cls.ca = certificate(cls.folder.name, "a",
                                          "DNS:localhost")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def exchange(self, url, sizes=(1, 16384, 16385, 100000, 2000000),
                 **options):
        got = talk(url, *(f"sum={n}" for n in sizes),
                   *(f"give={n}" for n in sizes), ca=self.ca, **options)
        self.check_ok(got)
        self.assertEqual(
            [text for _, _, text in got[1:]],
            ["250 " + hashlib.sha256(pattern(n)).hexdigest() for n in sizes] +
            ["all"] * len(sizes))

    def test_plain(self):
        with Peer() as peer:
            self.exchange(f"smtp://localhost:{peer.port}", starttls="off")

    def test_plain_slow_reader(self):
        with Peer(slow=0.01) as peer:
            self.exchange(f"smtp://localhost:{peer.port}", starttls="off",
                          sizes=(9000000,))
        self.assertGreater(talk.put_off, 0)

    def test_starttls(self):
        with Peer(tls=self.context) as peer:
            self.exchange(f"smtp://localhost:{peer.port}")

    def test_smtps(self):
        with Peer(tls=self.context, implicit=True) as peer:
            self.exchange(f"smtps://localhost:{peer.port}")

    def test_smtps_slow_reader(self):
        with Peer(tls=self.context, implicit=True, slow=0.01) as peer:
            self.exchange(f"smtps://localhost:{peer.port}", sizes=(9000000,))
        self.assertGreater(talk.put_off, 0)

    def test_the_end(self):
        rows = (("say=CLOSE", "closed the connection"),
                ("say=RESET", "was lost"))
        for deed, words in rows:
            for implicit in (False, True):
                with self.subTest(deed, tls=implicit), Peer(
                        tls=self.context, implicit=implicit) as peer:
                    scheme = "smtps" if implicit else "smtp"
                    got = talk(f"{scheme}://localhost:{peer.port}", deed,
                               starttls="off", ca=self.ca)
                    self.check(got[0], "ok")
                    self.assertEqual(got[1][0], "io", got)
                    if not implicit: # there, a rude end may be either
                        self.assertIn(words, got[1][1])

    def test_sending_to_nobody(self):
        """A broken pipe is an error like any other, not the end of us."""
        for implicit in (False, True):
            with self.subTest(tls=implicit), Peer(
                    tls=self.context, implicit=implicit) as peer:
                scheme = "smtps" if implicit else "smtp"
                got = talk(f"{scheme}://localhost:{peer.port}",
                           "shout=20000000", starttls="off", ca=self.ca)
                self.assertEqual([line[0] for line in got], ["ok", "io"])


class Names(Stream):
    def test_ipv6(self):
        with contextlib.ExitStack() as stack:
            try:
                peer = stack.enter_context(Peer(host="::1"))
            except OSError as error:
                self.skipTest(str(error))
            got = talk(f"smtp://[::1]:{peer.port}", "say=NOOP", starttls="off",
                       proxy="socks5h://127.0.0.1:9")
            self.check_ok(got)

    def test_ehlo_name(self):
        with Peer() as peer:
            self.check_ok(plain(peer, ehlo="a-b.example.org"))
            self.assertEqual(peer.said, ["EHLO a-b.example.org"])

    def test_greeting_of_several_lines(self):
        with Peer(greeting=("220-wait", "220-for it", "220 now")) as peer:
            self.check_ok(plain(peer, "say=NOOP"))
        with Peer(greeting=("220-wait", "554 no")) as peer:
            self.assertNotIn("meddling", plain(peer)[0][1])

    def test_unknown_host(self):
        self.check(talk("smtp://relay.invalid")[0], "later", "is not known")


class Tls(Stream):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = cls.folder.name
        cls.right = certificate(folder, "right", "DNS:localhost,IP:127.0.0.1")
        cls.other = certificate(folder, "other", "DNS:a.example")
        cls.old = certificate(folder, "old", "DNS:localhost", "200101000000Z",
                              "200201000000Z")
        cls.future = certificate(folder, "future", "DNS:localhost",
                                 "480101000000Z")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def each(self, certificate_, **options):
        for scheme in ("smtp", "smtps"):
            with self.subTest(scheme), Peer(
                    tls=certificate_[0], implicit=scheme == "smtps",
                    mechanisms=["PLAIN"], password=SECRET) as peer:
                yield (talk(f"{scheme}://localhost:{peer.port}", "say=NOOP",
                            ca=certificate_[1], user="eva", password=SECRET,
                            **options), peer)

    def test_verified(self):
        for got, peer in self.each(self.right):
            self.check_ok(got)
            self.assertIn("SIZE 2000", got[0][2])
            self.assertNotIn("SIZE 1000", got[0][2])
            self.assertEqual(peer.said[-1], "NOOP")

    def test_by_number(self):
        with Peer(tls=self.right[0]) as peer:
            self.check_ok(talk(f"smtp://127.0.0.1:{peer.port}",
                               ca=self.right[1]))

    def test_not_verified(self):
        rows = (self.other, self.old, self.future,
                (self.right[0], self.other[1]),
                (self.right[0], "/etc/ssl/certs/ca-certificates.crt"))
        for row in rows:
            for got, peer in self.each(row):
                self.check(got[0], "final", "cannot be trusted")
                self.assertEqual(len(got), 1)
                self.assertNotIn("AUTH", " ".join(peer.said))

    def test_out_of_time(self):
        for row, words in ((self.old, "expired on 2020-02-01"),
                           (self.future, "not valid until 2048-01-01")):
            for got, _ in self.each(row):
                self.check(got[0], "final", words)
                self.assertIn("clock", got[0][1])

    def test_stripped(self):
        with Peer(mechanisms=["PLAIN"], password=SECRET) as peer:
            got = talk(f"smtp://localhost:{peer.port}", user="eva",
                       password=SECRET, ca=self.right[1])
            self.check(got[0], "final", "offers no TLS")
            self.assertNotIn("AUTH", " ".join(peer.said))

    def test_refused_though_offered(self):
        for reply, status, words in (("454 4.7.0 later", "later", "454"),
                                     ("502 5.5.1 what", "final", "502")):
            with Peer(tls=self.right[0], mechanisms=["PLAIN"],
                      password=SECRET, replies={"STARTTLS": reply}) as peer:
                got = talk(f"smtp://localhost:{peer.port}", user="eva",
                           password=SECRET, ca=self.right[1])
                self.check(got[0], status, words)
                self.assertNotIn("AUTH", " ".join(peer.said))

    def test_injected(self):
        with Peer(tls=self.right[0], inject=b"250 AUTH PLAIN\r\n") as peer:
            got = talk(f"smtp://localhost:{peer.port}", user="eva",
                       password=SECRET, ca=self.right[1])
            self.check(got[0], "final", "meddling")

    def test_capabilities_are_those_of_tls(self):
        with Peer(tls=self.right[0], before=["PIPELINING", "SIZE 5", "X-OLD"],
                  after=[]) as peer:
            got = talk(f"smtp://localhost:{peer.port}", ca=self.right[1])
            self.assertEqual(got[0][2].split(), ["peer.example"])

    def test_log_in_offered_only_before_tls(self):
        with Peer(tls=self.right[0], before=["AUTH PLAIN"]) as peer:
            got = talk(f"smtp://localhost:{peer.port}", ca=self.right[1],
                       user="eva", password=SECRET)
            self.check(got[0], "final", "offers no log-in")
            self.assertNotIn("AUTH", " ".join(peer.said))


class LogIn(Stream):
    ALL = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER")

    def log_in(self, peer, **options):
        return plain(peer, user="eva@a.example",
                     **{"password": SECRET, **options})[0]

    def test_each_mechanism(self):
        for name in self.ALL:
            with self.subTest(name), Peer(mechanisms=self.ALL,
                                          password=SECRET) as peer:
                self.check(self.log_in(peer, auth=name), "ok")
                self.assertTrue(peer.said[1].startswith(f"AUTH {name}"))

    def test_each_mechanism_with_a_wrong_password(self):
        for name in self.ALL:
            with self.subTest(name), Peer(mechanisms=self.ALL,
                                          password="right") as peer:
                self.check(self.log_in(peer, auth=name.lower()), "final",
                           "does not accept the " +
                           ("access token" if "AUTH" in name else "password")
                           + " for eva@a.example")

    def test_the_best_of_those_that_both_know(self):
        rows = ((("PLAIN", "LOGIN", "CRAM-MD5"), "CRAM-MD5"),
                (("LOGIN", "XOAUTH2", "PLAIN"), "PLAIN"),
                (("X-ODD", "LOGIN"), "LOGIN"))
        for offered, taken in rows:
            with self.subTest(offered), Peer(mechanisms=offered,
                                             password=SECRET) as peer:
                self.check(self.log_in(peer), "ok")
                self.assertTrue(peer.said[1].startswith(f"AUTH {taken}"))

    def test_not_offered(self):
        with Peer(mechanisms=["PLAIN"], password=SECRET) as peer:
            self.check(self.log_in(peer, auth="XOAUTH2"), "final",
                       "no log-in by XOAUTH2")
        with Peer(mechanisms=["XOAUTH2"], password=SECRET) as peer:
            self.check(self.log_in(peer), "final", "offers no log-in")

    def test_no_such_mechanism(self):
        for name in ("SECRET-HANDSHAKE", "x" * 1000, "PLAIN;AUTH=LOGIN", "*"):
            with self.subTest(name), Peer(mechanisms=["PLAIN", "LOGIN"],
                                          password=SECRET) as peer:
                got = self.log_in(peer, auth=name)
                self.assertEqual(got[0], "final", got)
                self.assertIn("relay.auth", got[1])
                self.assertEqual(peer.said[1:], [])


class Proxies(Stream):
    """The relay's name is one that only the proxy knows."""

    URL = "smtp://relay.example:2525"

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.peer = stack.enter_context(Peer())
        self.stack = stack

    def go(self, kind, user="", url=URL, scheme=None, **options):
        proxy = self.stack.enter_context(kind(self.peer.port, **options))
        scheme = scheme or {Socks: "socks5h", Http: "http"}[kind]
        return talk(url, "sum=100000", starttls="off",
                    proxy=f"{scheme}://{user}127.0.0.1:{proxy.port}"), proxy

    def test_through(self):
        rows = ((Socks, ("relay.example", 2525)), (Http, "relay.example:2525"))
        for kind, asked in rows:
            with self.subTest(kind):
                got, proxy = self.go(kind)
                self.check_ok(got)
                self.assertEqual(proxy.asked, [asked])
                self.assertIn("SIZE 1000", got[0][2])

    def test_with_password(self):
        for kind in (Socks, Http):
            with self.subTest(kind):
                login = ("bo", OTHER_SECRET)
                self.check_ok(self.go(kind, f"bo:{OTHER_SECRET}@",
                                      login=login)[0])
                for wrong in ("", f"bo:not-{OTHER_SECRET}@"):
                    got, _ = self.go(kind, wrong, login=login)
                    self.check(got[0], "final", "does not accept us")
                    self.assertRegex(got[0][1], r"proxy 127\.0\.0\.1:\d+ ")

    def test_no_way_to_the_relay(self):
        for kind, code in ((Socks, 1), (Socks, 4), (Socks, 5), (Http, 403),
                           (Http, 502)):
            with self.subTest(code):
                self.check(self.go(kind, refuse=code)[0][0], "later",
                           "cannot reach the relay")

    def test_no_proxy_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        for proxy in (f"socks5h://bo:{OTHER_SECRET}@127.0.0.1:{port}",
                      f"http://bo:{OTHER_SECRET}@127.0.0.1:{port}",
                      f"socks5h://bo:{OTHER_SECRET}@proxy.invalid:1",
                      f"gopher://bo:{OTHER_SECRET}@127.0.0.1:{port}",
                      f"://bo:{OTHER_SECRET}@"):
            with self.subTest(proxy):
                got = talk(self.URL, proxy=proxy)
                self.check(got[0], "later", "no proxy answers at")

    def test_never_for_loopback(self):
        for host in ("127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST"):
            got, proxy = self.go(Socks, url=f"smtp://{host}:{self.peer.port}")
            self.assertEqual(proxy.asked, [])
            if host != "127.1.2.3":
                self.check_ok(got)

    def test_the_environment_says_nothing(self):
        proxy = self.stack.enter_context(Socks(self.peer.port))
        url = f"socks5h://127.0.0.1:{proxy.port}"
        got = talk("smtp://relay.invalid", environment={
            "ALL_PROXY": url, "smtp_proxy": url, "SMTP_PROXY": url})
        self.check(got[0], "later", "the host is not known")
        self.assertEqual(proxy.asked, [])
        got = talk(self.URL, starttls="off", proxy=url,
                   environment={"NO_PROXY": "*", "no_proxy": "*"})
        self.check_ok(got)


if __name__ == "__main__":
    unittest.main()
