"""Copies handed over to servers that misbehave: test_relay.py HANDOVER."""
import asyncio
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "fakes"), str(TESTS / "e2e")]
from servers.common import Missing  # noqa: E402
from servers.postfix import Postfix  # noqa: E402
from certificate import certificate  # noqa: E402
from smtp_fake import CUT, CUT_AFTER, Fake  # noqa: E402

HANDOVER = sys.argv.pop(1)
FIELDS = ("status", "state", "code", "enhanced", "queue_id", "text", "error")
SECRET = "hemligt-loesen-4711"


def hand_over(url, copies=1, password=None, new_password=None, **options):
    """Run the program; a list of dicts, one for each copy."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=1")
    if password:
        environment["HANDOVER_PASSWORD"] = password
    if new_password:
        environment["HANDOVER_NEW_PASSWORD"] = new_password
    done = subprocess.run(
        [HANDOVER, url, str(copies)] +
        [f"{name}={value}" for name, value in options.items()],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, timeout=60, check=False)
    assert "ERROR: " not in done.stderr, done.stderr
    assert SECRET not in done.stdout + done.stderr, "the password is shown"
    return [dict(zip(FIELDS, line.split("\t")))
            for line in done.stdout.splitlines()]


def plain(fake, copies=1, **options):
    return hand_over(f"smtp://127.0.0.1:{fake.port}", copies, starttls="off",
                     **options)


class Relay(unittest.TestCase):
    def check(self, got, status, state, code=None, words=""):
        self.assertEqual((got["status"], got["state"]), (status, state), got)
        if code is not None:
            self.assertEqual(got["code"], str(code), got)
        self.assertIn(words, got["text"] + "|" + got["error"])


class Conversation(Relay):
    """What the relay says, and what becomes of the first copy."""

    ROWS = (
        # twists, (status, state, code, words), copies it took
        ({}, ("ok", "accepted", 250, "Ok: queued as F1"), 1),
        ({"capabilities": []}, ("ok", "accepted", 250, "Ok"), 1),
        ({"octets": True}, ("ok", "accepted", 250, "Ok: queued"), 1),
        ({"replies": {"EHLO": "502 what"}}, ("ok", "accepted", 250, ""), 1),
        ({"replies": {"MAIL": "421 4.7.0 busy"}},
         ("ok", "deferred", 421, "busy"), 0),
        ({"replies": {"RCPT": "450 4.2.0 grey"}},
         ("ok", "deferred", 450, "grey"), 0),
        ({"replies": {"RCPT": "550 5.1.1 unknown"}},
         ("ok", "refused", 550, "unknown"), 0),
        ({"replies": {"RCPT": "550 5.7.1 relaying denied"}},
         ("final", "deferred", 550, "refuses the newsletter"), 0),
        ({"replies": {"MAIL": "530 5.7.0 log in"}},
         ("final", "deferred", 530, "log in"), 0),
        ({"replies": {"DATA": "451 4.3.0 no room"}},
         ("ok", "deferred", 451, "no room"), 0),
        ({"replies": {"DOT": "554 5.6.0 bad"}},
         ("ok", "refused", 554, "bad"), 0),
        ({"replies": {"DOT": "552 5.3.4 too big"}},
         ("final", "deferred", 552, "too big"), 0),
        ({"replies": {"DOT": "421 4.3.2 going down"}},
         ("ok", "deferred", 421, "going down"), 0),
        ({"replies": {"MAIL": CUT}},
         ("ok", "deferred", 0, "has not accepted"), 0),
        ({"replies": {"DATA": CUT}},
         ("ok", "deferred", 0, "has not accepted"), 0),
        ({"replies": {"DOT": CUT}}, # after the message: who knows?
         ("ok", "unknown", 0, "may have accepted"), 0),
        ({"replies": {"DOT": CUT_AFTER}},
         ("ok", "unknown", 0, "may have accepted"), 1),
        ({"raw": {"RCPT": b"550 5.1.1 " + b"x" * 3000 + b"\r\n"}},
         ("ok", "refused", 550, "xxx"), 0),
        ({"raw": {"DOT": b"250 Ok " + b"x" * 60000 + b"\r\n"}},
         ("ok", "accepted", 250, "Ok xxx"), 1),
        ({"raw": {"MAIL": b"250 " + b"x" * 100000 + b"\r\n"}},
         ("ok", "deferred", 0, "a line without end"), 0),
        ({"raw": {"RCPT": b"250-more\r\n" * 10000}},
         ("ok", "deferred", 0, "a reply that does not end"), 0),
        ({"raw": {"DOT": b"250 " + b"x" * 100000 + b"\r\n"}},
         ("ok", "unknown", 0, "a line without end"), 1),
        ({"capabilities": ["SIZE 250"]},
         ("final", "deferred", 0, "takes at most 250"), 0),
        ({"silent": ["RCPT"]},
         ("ok", "deferred", 0, "in time, before the whole"), 0),
        ({"silent": ["DOT"]},
         ("ok", "unknown", 0, "in time, after the whole"), 1),
    )

    def test_every_server_has_its_outcome(self):
        for twists, expected, taken in self.ROWS:
            with self.subTest(str(twists)[:99]), Fake(**twists) as fake:
                got = plain(fake, patience=400 if "silent" in twists else 5000)
                self.check(got[0], *expected)
                self.assertEqual(len(fake.accepted), taken)

    def test_cut_within_the_message_is_certain(self):
        with Fake(cut_in_data=200000) as fake:
            got = plain(fake, size=8000000)
            self.check(got[0], "ok", "deferred", 0, "has not accepted")

    def test_slow_reader_runs_out_of_time(self):
        with Fake(slow=0.3) as fake:
            got = plain(fake, size=8000000, patience=500)
            self.check(got[0], "ok", "deferred", 0, "in time")
            self.assertEqual(fake.accepted, [])

    def test_the_message_arrives_as_it_was(self):
        with Fake() as fake:
            self.check(plain(fake, size=200000)[0], "ok", "accepted")
            body = fake.accepted[0][1]
            self.assertGreaterEqual(len(body), 200000)
            self.assertTrue(body.endswith(b"\r\nSlut.\r\n"))

    def test_address_of_other_letters(self):
        with Fake() as fake:
            self.check(plain(fake, to="åsa@example.org")[0], "ok", "accepted")
            self.assertIn("MAIL FROM:<brev@example.org> SIZE=", fake.said[1])
            self.assertIn(" SMTPUTF8", fake.said[1])
        with Fake(capabilities=["PIPELINING"]) as fake:
            got = plain(fake, to="åsa@example.org")
            self.check(got[0], "ok", "refused", 0, "SMTPUTF8")

    def test_address_with_a_command_in_it(self):
        with Fake() as fake:
            got = plain(fake, to="a@b.example>\r\nRCPT TO:<c@d.example")
            self.check(got[0], "ok", "refused", 0, "no address")
            self.assertNotIn("c@d.example", "".join(fake.said))


class Sessions(Relay):
    """More than one copy."""

    def test_one_session_for_all(self):
        with Fake() as fake:
            for got in plain(fake, 5):
                self.check(got, "ok", "accepted")
            self.assertEqual((len(fake.accepted), fake.sessions), (5, 1))
            time.sleep(0.1)
            self.assertEqual(fake.said[-1], "QUIT")

    def test_a_rate_is_reached_and_not_passed(self):
        """Also where the relay answers at once and nothing else wakes us."""
        for sessions in (1, 10):
            with Fake() as fake:
                times = []
                fake.on_accept = lambda *_: times.append(time.monotonic())
                plain(fake, 61, rate=20, sessions=sessions)
                self.assertEqual(len(times), 61)
                rate = 60 / (times[-1] - times[0])
                # a busy machine is late; 12/s when copies are fetched late
                self.assertTrue(16 < rate < 20.8, f"{rate:.1f}/s")

    def test_a_refusal_does_not_spoil_the_next(self):
        twists = {"RCPT": ["550 5.1.1 no", "250 ok", "450 4.2.0 wait"]}
        with Fake(replies=twists) as fake:
            states = [got["state"] for got in plain(fake, 4)]
            self.assertEqual(states, ["refused", "accepted", "deferred",
                                      "accepted"])
            self.assertEqual(fake.sessions, 1)
            self.assertEqual(fake.said.count("RSET"), 2)

    def test_many_refusals_begin_a_new_session(self):
        with Fake(replies={"RCPT": "550 5.1.1 no"}) as fake:
            for got in plain(fake, 30):
                self.check(got, "ok", "refused", 550)
            self.assertGreaterEqual(fake.sessions, 4)

    def test_a_session_that_ends_by_count_is_replaced_at_once(self):
        began = time.monotonic()
        with Fake(hang_up_after=2) as fake:
            for got in plain(fake, 41):
                self.check(got, "ok", "accepted")
            self.assertEqual((len(fake.accepted), fake.sessions), (41, 21))
        self.assertLess(time.monotonic() - began, 15)

    def test_a_cut_session_is_replaced_once(self):
        with Fake(replies={"RCPT": ["250 ok", CUT]}) as fake:
            for got in plain(fake, 3):
                self.check(got, "ok", "accepted")
            self.assertEqual((len(fake.accepted), fake.sessions), (3, 2))

    def test_unknown_is_not_tried_again(self):
        with Fake(replies={"DOT": [CUT_AFTER]}) as fake:
            states = [got["state"] for got in plain(fake, 3)]
            self.assertEqual(states, ["unknown", "accepted", "accepted"])
            self.assertEqual(len(fake.accepted), 3)

    def test_a_late_reply_is_nobody_elses(self):
        """A relay that answers the dot too late must not accept the next."""
        with Fake(silent=["DOT"]) as fake:
            states = [got["state"] for got in plain(fake, 2, patience=300)]
            self.assertEqual(states, ["unknown", "unknown"])
            self.assertGreaterEqual(fake.sessions, 2)


class Opening(Relay):
    """Why no session could be opened; every trouble has words of its own."""

    ROWS = (
        ({"greeting": "554 5.7.1 go away"}, {},
         ("final", "queued", 0, "turned us away at once: 554 5.7.1 go away")),
        ({"greeting": "421 4.3.2 busy"}, {},
         ("later", "queued", 0, "421 4.3.2 busy")),
        ({"greeting": "421 4.3.2 återkom"}, {},
         ("later", "queued", 0, "421 4.3.2 återkom")),
        ({"greeting": "421 4.3.2 å\x1b[2J\u202e"}, {},
         ("later", "queued", 0, "421 4.3.2 ???[2J???")),
        ({"raw": {"GREETING": b"SSH-2.0-OpenSSH\r\n"}}, {"patience": 300},
         ("later", "queued", 0, "not ready within 1 seconds")),
        ({"replies": {"GREETING": CUT}}, {},
         ("later", "queued", 0, "closed the connection before")),
        ({"silent": ["EHLO"]}, {"patience": 300},
         ("later", "queued", 0, "not ready within 1 seconds")),
        ({"replies": {"EHLO": "550 who", "HELO": "550 5.7.1 bad name"}}, {},
         ("final", "queued", 0, "our name, brev.example.org: 550 5.7.1 bad")),
        ({"raw": {"EHLO": b"250-more\r\n" * 50000}}, {},
         ("later", "queued", 0, "before")),
        ({}, {"starttls": "required"},
         ("final", "queued", 0, "offers no TLS")),
        ({"capabilities": ["STARTTLS"],
          "replies": {"STARTTLS": "454 4.7.0 not now"}},
         {"starttls": "required"},
         ("later", "queued", 0, "does not start TLS now: 454 4.7.0 not now")),
        ({"capabilities": ["STARTTLS"], "inject": b"250 smuggled\r\n"},
         {"starttls": "required"},
         ("final", "queued", 0, "meddling")),
        ({"password": "another"}, {"user": "eva", "password": SECRET},
         ("final", "queued", 0, "does not accept the password for eva (535)")),
        ({"password": "x", "replies": {"AUTH": "454 4.7.0 not now"}},
         {"user": "eva", "password": SECRET},
         ("later", "queued", 0, "cannot log us in now (454)")),
        ({}, {"user": "eva", "password": SECRET},
         ("final", "queued", 0, "offers no log-in")),
        ({"capabilities": ["AUTH STRANGE"]},
         {"user": "eva", "password": SECRET},
         ("final", "queued", 0, "offers no log-in")),
        ({"password": "x"}, {"user": "eva"},
         ("final", "queued", 0, "no password for eva")),
    )

    def test_every_trouble_has_its_words(self):
        for twists, options, expected in self.ROWS:
            with self.subTest(str(twists)[:99]), Fake(**twists) as fake:
                options = {"starttls": "off", **options}
                got = hand_over(f"smtp://127.0.0.1:{fake.port}", **options)
                self.check(got[0], *expected)
                self.assertTrue(got[0]["error"].startswith(
                    f"smtp://127.0.0.1:{fake.port}: "), got)
                self.assertEqual(fake.accepted, [])

    def test_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        got = hand_over(f"smtp://127.0.0.1:{port}")
        self.check(got[0], "later", "queued", 0, "Connection refused")

    def test_unknown_host(self):
        got = hand_over("smtp://relay.invalid:587")
        self.check(got[0], "later", "queued", 0, "the host is not known")

    def test_wrong_url(self):
        for url in ("http://a.example", "smtp://", "smtp:x", "a.example:25",
                    "smtp://a.example:99999", "maildir:", ""):
            with self.subTest(url):
                self.assertIn("relay.url", hand_over(url)[0]["error"])

    def test_password_in_the_url_is_neither_used_nor_shown(self):
        with Fake(password="a") as fake:
            url = f"smtp://eva:{SECRET}@127.0.0.1:{fake.port}"
            got = hand_over(url, starttls="off")
            self.check(got[0], "final", "queued", 0, "no password for eva")
            got = hand_over(url, starttls="off", password="a")
            self.check(got[0], "ok", "accepted")

    def test_login(self):
        with Fake(password=SECRET) as fake:
            got = plain(fake, 3, user="eva", password=SECRET)
            self.assertEqual({g["state"] for g in got}, {"accepted"})

    def test_a_wrong_password_is_tried_once(self):
        with Fake(password="another") as fake:
            got = plain(fake, 40, user="eva", password=SECRET, sessions=8)
            self.check(got[0], "final", "queued", 0, "does not accept")
            self.assertEqual(sum(line.startswith("AUTH") for line in fake.said),
                             1)
        with Fake(password=SECRET) as fake:
            plain(fake, 400, user="eva", password=SECRET, sessions=8)
            self.assertGreater(fake.sessions, 1)

    def test_a_password_that_becomes_wrong_is_tried_seldom(self):
        with Fake(password=SECRET, hang_up_after=20) as fake:
            def change(*_):
                if len(fake.accepted) == 30:
                    fake.twists["password"] = "another"
            fake.on_accept = change
            got = plain(fake, 400, user="eva", password=SECRET, sessions=4)
            self.check(got[-1], "final", "queued", 0, "does not accept")
            logins = sum(line.startswith("AUTH") for line in fake.said)
            self.assertLess(logins, 4 + 4 + 4)


class Tls(Relay):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.right, cls.right_ca = certificate(cls.folder.name, "right",
                                              "DNS:localhost")
        cls.other, cls.other_ca = certificate(cls.folder.name, "other",
                                              "DNS:a.example")
        cls.old, cls.old_ca = certificate(cls.folder.name, "old",
                                          "DNS:localhost", "200101000000Z",
                                          "200201000000Z")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_a_changed_password_is_asked_for_again(self):
        with Fake(password="another") as fake:
            got = plain(fake, user="eva", password=SECRET,
                        new_password="another")
            self.check(got[0], "ok", "accepted", 250)
            got = plain(fake, user="eva", password=SECRET,
                        new_password=SECRET)
            self.check(got[0], "final", "queued", 0, "does not accept")

    def test_starttls_and_smtps(self):
        for scheme in ("smtp", "smtps"):
            with self.subTest(scheme), Fake(
                    tls=self.right, implicit=scheme == "smtps",
                    password=SECRET) as fake:
                got = hand_over(f"{scheme}://localhost:{fake.port}", 4,
                                ca=self.right_ca, user="eva", size=100000,
                                password=SECRET)
                self.assertEqual([g["state"] for g in got], ["accepted"] * 4)
                self.assertEqual(fake.sessions, 1)

    def test_capabilities_before_tls_are_forgotten(self):
        with Fake(tls=self.right, capabilities=["SIZE 10"]) as fake:
            got = hand_over(f"smtp://localhost:{fake.port}", ca=self.right_ca)
            self.check(got[0], "final", "deferred", 0, "at most 10")
            del fake.twists["capabilities"]
            got = hand_over(f"smtp://localhost:{fake.port}", ca=self.right_ca)
            self.check(got[0], "ok", "accepted")

    def test_certificates(self):
        rows = (
            (self.right, None, "cannot be trusted"),
            (self.right, self.other_ca, "cannot be trusted"),
            (self.other, self.other_ca, "a.example|test|localhost"),
            (self.old, self.old_ca, "cannot be trusted"),
            (self.right, "/nonexistent.pem", "relay.ca_file"),
        )
        for context, ca, words in rows:
            for scheme in ("smtp", "smtps"):
                with self.subTest(ca=ca, scheme=scheme), Fake(
                        tls=context, implicit=scheme == "smtps") as fake:
                    options = {"ca": ca} if ca else {}
                    got = hand_over(f"{scheme}://localhost:{fake.port}",
                                    **options)
                    self.check(got[0], "final", "queued", 0)
                    self.assertRegex(got[0]["error"], words)
                    self.assertNotIn("MAIL", " ".join(fake.said))

    def test_smtps_where_there_is_no_tls(self):
        with Fake() as fake:
            got = hand_over(f"smtps://localhost:{fake.port}")
            self.check(got[0], "final", "queued", 0, "TLS could not be agreed")

    def test_cut_after_the_dot_in_tls(self):
        with Fake(tls=self.right, replies={"DOT": CUT_AFTER}) as fake:
            got = hand_over(f"smtp://localhost:{fake.port}", ca=self.right_ca)
            self.check(got[0], "ok", "unknown", 0, "may have accepted")

    def test_slow_reader_in_tls(self):
        with Fake(tls=self.right, slow=0.2) as fake:
            got = hand_over(f"smtp://localhost:{fake.port}", ca=self.right_ca,
                            size=8000000, patience=2500)
            self.check(got[0], "ok", "deferred", 0, "in time")


class Maildir(Relay):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.box = pathlib.Path(self.folder.name) / "outbox"

    def deliver(self, copies=1, **options):
        return hand_over("maildir:outbox", copies, folder=self.folder.name,
                         **options)

    def test_saves_and_knows_again(self):
        for words in ("saved as 1.1.salt@brev.example.org",
                      "had been saved before as 1.1.salt@brev.example.org"):
            got = self.deliver(2)
            self.check(got[0], "ok", "accepted", 250, words)
        files = sorted(self.box.glob("new/*"))
        self.assertEqual(len(files), 2)
        self.assertEqual(files[0].name, "1.1.salt@brev.example.org")
        self.assertTrue(files[0].read_bytes().endswith(b"\r\nSlut.\r\n"))
        self.assertEqual(files[0].stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(self.box.glob("tmp/*")), [])

    def test_a_file_is_in_the_way(self):
        self.box.write_text("not a folder")
        got = self.deliver()
        self.check(got[0], "final", "queued", 0, "outbox")
        self.assertEqual(self.box.read_text(), "not a folder")


class RealServer(Relay):
    def test_postfix(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            try:
                with Postfix(f"{folder}/mail") as postfix:
                    got = plain(postfix, 50, to="åsa@läsare.example",
                                size=20000)
                    postfix.wait_for(50)
                    ids = set(postfix.queue_ids())
            except Missing as missing:
                self.skipTest(str(missing))
        self.assertEqual([g["state"] for g in got], ["accepted"] * 50)
        self.assertEqual({g["queue_id"] for g in got}, ids)

    def test_aiosmtpd(self):
        from aiosmtpd.smtp import SMTP
        taken = []

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                taken.append((envelope.rcpt_tos, envelope.original_content))
                return "250 2.0.0 Ok: queued as A77"

        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(loop.create_server(
            lambda: SMTP(Handler(), enable_SMTPUTF8=True, loop=loop),
            "127.0.0.1", 0))
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            port = server.sockets[0].getsockname()[1]
            got = hand_over(f"smtp://127.0.0.1:{port}", 20, starttls="off",
                            size=20000)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()
            with contextlib.suppress(RuntimeError):
                loop.run_until_complete(server.wait_closed())
            loop.close()
        self.assertEqual([g["state"] for g in got], ["accepted"] * 20)
        self.assertEqual({g["queue_id"] for g in got}, {"A77"})
        self.assertEqual([to for to, _ in taken],
                         [[f"reader{i}@lasare{i % 3}.example"] for i in range(20)])
        self.assertTrue(taken[0][1].endswith(b"\r\nSlut.\r\n"))


if __name__ == "__main__":
    unittest.main()
