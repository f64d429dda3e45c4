"""Fetching from an IMAP server that misbehaves: test_imap.py FETCH."""
import os
import pathlib
import signal
import tempfile
import time
import unittest

from fetching import SECRET, TESTS, Fetch, sha  # sets the path
from certificate import certificate
from imap_fake import Imap
from proxy_fake import Over

MAIL = b"Subject: hej\r\n\r\nhej\r\n"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.memory = pathlib.Path(self.folder.name) / "memory"

    def fetch(self, server, **options):
        f = Fetch(f"imap://localhost:{server.port}",
                  **{"user": "alla", "starttls": "off",
                     "memory": self.memory, **options})
        self.addCleanup(f.__exit__)
        return f

    def check(self, got, status, words=""):
        self.assertEqual(got[0], status, got)
        self.assertIn(words, got[1])

    def take_all(self, f, how="handled"):
        hashes = []
        while (got := f.do("next"))[0] == "ok":
            hashes.append(got[5])
            self.check(f.do(how), "ok")
        self.check(got, "noent")
        return hashes

    @staticmethod
    def server(mails=(MAIL,), **options):
        return Imap(mails, password=SECRET, **options)


class Works(Case):
    """Servers of several kinds, all within the RFCs."""

    def check_round(self, server):
        mails = [m.octets for m in server.boxes["INBOX"]]
        f = self.fetch(server)
        self.check(f.opened, "ok")
        self.assertEqual(self.take_all(f), [sha(m) for m in mails])
        f.close()

    def mails(self):
        return [b"Subject: %d\r\n\r\n" % i + b"x" * (i * 1000)
                for i in range(40)]

    def test_all(self):
        with self.server(self.mails()) as server:
            self.check_round(server)
            self.assertEqual(len(server.boxes["Behandlat"]), 40)
            self.assertEqual(server.boxes["INBOX"], [])
            self.assertNotIn("tried", self.memory.read_text())

    def test_single_octets(self):
        with self.server(self.mails()[:5], slow=True) as server:
            self.check_round(server)
            self.assertEqual(len(server.boxes["Behandlat"]), 5)

    def test_no_move(self):
        with self.server(capabilities=["UIDPLUS"]) as server:
            self.check_round(server)
            self.assertEqual(len(server.boxes["Behandlat"]), 1)
            self.assertEqual(server.boxes["INBOX"], [])

    def test_no_uidplus(self):
        """Nothing is expunged, and what is deleted is not seen again."""
        with self.server([MAIL, b"a\r\n"], capabilities=[]) as server:
            self.check_round(server)
            self.assertEqual(len(server.boxes["Behandlat"]), 2)
            self.assertEqual(len(server.boxes["INBOX"]), 2)
            self.assertFalse([c for c in server.said if "EXPUNGE" in c])
            self.assertEqual(self.take_all(self.fetch(server)), [])

    def test_namespace(self):
        with self.server(prefix="INBOX.", delimiter=".") as server:
            f = self.fetch(server, handled="Arkiv/Å")
            self.take_all(f)
            self.assertIn("INBOX.Arkiv.&AMU-", server.boxes)

    def test_flag(self):
        with self.server() as server:
            f = self.fetch(server, flag=1)
            self.assertEqual(len(self.take_all(f)), 1)
            self.assertEqual(server.boxes["INBOX"][0].flags, {"BrevduvaDone"})
            self.check(f.do("wait 1 1"), "ok")
            self.assertEqual(self.take_all(f), [])

    def test_flag_without_keywords(self):
        """What is done is remembered, as the server cannot."""
        for how in ("handled", "leave"):
            with self.server([MAIL] * 5, permanent=b"\\Flagged") as server:
                f = self.fetch(server, flag=1)
                self.assertEqual(len(self.take_all(f, how)), 5)
                f.kill()
                self.assertEqual(server.boxes["INBOX"][0].flags,
                                 {"\\Flagged"})
                self.assertIn("done 1:5\n", self.memory.read_text())
                server.add(b"new\r\n")
                self.assertEqual(self.take_all(self.fetch(server, flag=1)),
                                 [sha(b"new\r\n")])
            self.memory.unlink()

    def test_validity_changes(self):
        """All is looked at again."""
        with self.server([MAIL] * 3, permanent=b"\\Flagged") as server:
            self.take_all(self.fetch(server, flag=1))
            server.validity = 4712
            self.assertEqual(len(self.take_all(self.fetch(server, flag=1))), 3)

    def test_later(self):
        with self.server([MAIL, b"b\r\n"]) as server:
            f = self.fetch(server)
            self.assertEqual(len(self.take_all(f, "later")), 2)
            self.assertNotIn("tried", self.memory.read_text())
            self.check(f.do("wait 1 1"), "ok")
            self.assertEqual(len(self.take_all(f)), 2)

    def test_whole(self):
        large = b"".join(b"%d\r\n" % i for i in range(200000))
        with self.server([large]) as server:
            f = self.fetch(server)
            got = f.do("next")
            self.assertEqual(got[3:6], [str(len(large)), "262144",
                                        sha(large[:262144])])
            self.check(f.do("whole 1000000"), "limit")
            self.assertEqual(f.do("whole 10000000")[2:],
                             [str(len(large)), sha(large)])
            self.check(f.do("aside"), "ok")
            self.check(f.do("next"), "noent")
            self.assertEqual(len(server.boxes["Sv&AOU-rl&AOQ-st"]), 1)

    def test_polling(self):
        with self.server([], capabilities=["MOVE"]) as server:
            f = self.fetch(server)
            self.assertEqual(self.take_all(f), [])
            server.add(MAIL)
            self.check(f.do("wait 1 60"), "ok")
            self.assertEqual(len(self.take_all(f)), 1)
            self.assertNotIn("IDLE", server.said)

    def test_idle(self):
        with self.server([]) as server:
            f = self.fetch(server)
            self.take_all(f)
            f.tell("wait 60 60")
            time.sleep(0.5)
            server.add(MAIL)
            start = time.monotonic()
            self.check(f.line(), "ok")
            self.assertLess(time.monotonic() - start, 1)
            self.assertEqual(len(self.take_all(f)), 1)

    def test_idle_news_before(self):
        """It came with the answer to another command."""
        def late(session, tag, _):
            session.server.add(b"late\r\n")
            session.known = len(session.box)
            session.say("* SEARCH", f"* {session.known} EXISTS",
                        f"{tag} OK found")
            session.server.on = {}
            return True
        with self.server([], on={"UID SEARCH": late}) as server:
            f = self.fetch(server)
            self.take_all(f)
            start = time.monotonic()
            self.check(f.do("wait 60 60"), "ok")
            self.assertLess(time.monotonic() - start, 1)
            self.assertEqual(len(self.take_all(f)), 1)

    def test_two_at_once(self):
        with self.server([MAIL, b"b\r\n"]) as server:
            one = self.fetch(server)
            two = self.fetch(server, memory=str(self.memory) + "2")
            self.check(one.do("next"), "ok")
            self.check(two.do("next"), "ok")
            self.check(one.do("handled"), "ok")
            self.check(two.do("handled"), "ok")
            self.check(one.do("next"), "ok")
            self.check(one.do("handled"), "ok")
            for f in (one, two):
                while f.do("next")[0] == "ok":
                    self.check(f.do("handled"), "ok")
            self.assertEqual(server.boxes["INBOX"], [])
            self.assertEqual(len(server.boxes["Behandlat"]), 2)

    def test_token(self):
        with self.server() as server:
            f = self.fetch(server, auth="XOAUTH2")
            self.check(f.opened, "ok")
            self.assertEqual(len(self.take_all(f)), 1)
            self.assertTrue(server.said[1].startswith("AUTHENTICATE XOAUTH2"))


class Refused(Case):
    """What a person must mend, in words that say what."""

    @classmethod
    def setUpClass(cls):
        cls.keys = tempfile.TemporaryDirectory()
        cls.context, cls.ca = certificate(cls.keys.name, "a", "DNS:localhost")
        cls.other, cls.other_ca = certificate(cls.keys.name, "b",
                                              "DNS:other.example")

    @classmethod
    def tearDownClass(cls):
        cls.keys.cleanup()

    def over_tls(self, server, scheme="imap", **options):
        f = Fetch(f"{scheme}://localhost:{server.port}", user="alla",
                  **options)
        self.addCleanup(f.__exit__)
        return f

    def test_tls_works(self):
        with self.server(tls=self.context) as server:
            f = self.over_tls(server, ca=self.ca)
            self.check(f.opened, "ok")
            self.assertEqual(len(self.take_all(f)), 1)
            f.close()
        with self.server(tls=self.context, implicit=True) as server:
            f = self.over_tls(server, "imaps", ca=self.ca)
            self.assertEqual(len(self.take_all(f)), 1)
            f.close()

    def check_nobody_logged_in(self, server):
        self.assertFalse([c for c in server.said
                          if c.startswith(("AUTH", "LOGIN"))], server.said)

    def test_certificates(self):
        for context, ca in ((self.context, self.other_ca),
                            (self.other, self.other_ca), (self.context, None)):
            for scheme in ("imap", "imaps"):
                with self.server(tls=context,
                                 implicit=scheme == "imaps") as server:
                    f = self.over_tls(server, scheme,
                                      **({"ca": ca} if ca else {}))
                    self.check(f.opened, "final", "certificate cannot be "
                               "trusted")
                    self.assertIn("inbox.", f.opened[1])
                    self.check_nobody_logged_in(server)
                    f.close()

    def test_injected(self):
        with self.server(tls=self.context,
                         inject=b"* OK [CAPABILITY IMAP4rev1]\r\n") as server:
            f = self.over_tls(server, ca=self.ca)
            self.check(f.opened, "final", "in plain text where TLS")
            self.check_nobody_logged_in(server)

    def test_no_starttls(self):
        with self.server() as server:
            f = self.over_tls(server)
            self.check(f.opened, "final", "offers no TLS")
            self.check_nobody_logged_in(server)

    def test_not_offered(self):
        with self.server(mechanisms=("PLAIN", "LOGIN")) as server:
            f = self.fetch(server, auth="XOAUTH2")
            self.check(f.opened, "final", "no log-in by XOAUTH2, but by PLAIN, "
                       "LOGIN;")

    def test_preauth(self):
        """Logged in before TLS: RFC 9051 11.3."""
        with self.server(tls=self.context,
                         greeting=b"* PREAUTH in\r\n") as server:
            f = self.over_tls(server, ca=self.ca)
            self.check(f.opened, "final")

    def test_password(self):
        for auth, words in ((None, "does not accept the password"),
                            ("XOAUTH2", "does not accept the access token")):
            with Imap([MAIL], password="another") as server:
                f = self.fetch(server, **({"auth": auth} if auth else {}))
                self.check(f.opened, "final", words)

    def test_log_in_later(self):
        def busy(session, tag, words):
            session.say(f"{tag} NO [UNAVAILABLE] not now")
            return True
        with self.server(on={"AUTHENTICATE": busy}) as server:
            f = self.fetch(server)
            self.check(f.opened, "later", "cannot log us in now")

    def test_no_folder(self):
        with self.server() as server:
            f = self.fetch(server, folder="Borta")
            self.check(f.opened, "final", "Borta cannot be opened")

    def test_bye(self):
        with self.server(greeting=b"* BYE too many of you\r\n") as server:
            f = self.fetch(server)
            self.check(f.opened, "later", "turned us away at once")

    def test_no_imap(self):
        for greeting in (b"220 mail.example ESMTP\r\n", b"HTTP/1.1 400 no\r\n"):
            with self.server(greeting=greeting) as server:
                f = self.fetch(server)
                self.check(f.opened, "final", "no IMAP server")

    def test_nothing_there(self):
        with self.server() as server:
            port = server.port
        f = Fetch(f"imap://localhost:{port}", user="alla", starttls="off")
        self.check(f.opened, "later", "no mail server answers there")
        f.close()

    def test_silent(self):
        with self.server(greeting=b"") as server:
            start = time.monotonic()
            f = self.fetch(server, patience=2)
            self.check(f.opened, "later", "was not ready within 2 seconds")
            self.assertLess(time.monotonic() - start, 10)


def hang(session, tag, words):
    time.sleep(20)
    raise Over


def sending(octets, then_over=False):
    def answer(session, tag, words):
        session.send(octets.replace(b"TAG", tag.encode()))
        if then_over:
            raise Over
        return True
    return answer


def flood(head, size):
    """Sends on and on, for as long as somebody reads."""
    def answer(session, tag, words):
        session.send(head)
        for _ in range(size // 65536):
            session.connection.sendall(b"x" * 65536)
        session.connection.sendall(b"\r\n" + tag.encode() + b" OK done\r\n")
        return True
    return answer


class Hostile(Case):
    """Nothing but an error comes of it: and then, all works again."""

    def check_fails(self, name, answer, deed="next", **options):
        self.memory.unlink(missing_ok=True)
        with self.server(on={name: answer}, **options) as server:
            f = self.fetch(server, patience=3)
            got = f.opened if deed == "open" else f.do(deed)
            self.assertEqual(got[0], "later", got)
            self.assertGreater(len(got[1]), 10)
            f.close()
            server.on = {}
            self.assertEqual(self.take_all(self.fetch(server)), [sha(MAIL)])
            return got[1]

    def test_large_literal(self):
        for head in (b"* 1 FETCH (UID 1 BODY[]<0> {4294967295}\r\n",
                     b"* 1 FETCH (UID 1 BODY[]<0> {99999999999999999999}\r\n"):
            self.check_fails("UID FETCH", flood(head, 1 << 32))

    def test_dies(self):
        words = self.check_fails("UID FETCH", sending(
            b"* 1 FETCH (UID 1 BODY[]<0> {100}\r\nSubject: h", True))
        self.assertIn("connection was lost", words)

    def test_permanent_flags(self):
        """libetpan dies of it."""
        with self.server(permanent=b"\1") as server:
            f = self.fetch(server)
            self.assertEqual(f.opened[0], "later", f.opened)
            server.permanent = b"\\*"
            self.assertEqual(self.take_all(self.fetch(server)), [sha(MAIL)])

    def test_long_line(self):
        self.check_fails("UID SEARCH", flood(b"* OK ", 50 << 20))

    def test_nested(self):
        deep = b"(" * 300000
        self.check_fails("UID FETCH", sending(
            b"* 1 FETCH (UID 1 BODYSTRUCTURE " + deep + b"\r\n", True))

    def test_nonsense(self):
        for octets in (b"\0\xff\xfe\r\n" * 100, b"* SEARCH -1 x\r\nTAG OK k\r\n",
                       b"* 1 FETCH (UID 1 BODY[]<0> {-5}\r\nTAG OK k\r\n",
                       b"* " + b"\r\n" * 50):
            self.check_fails("UID SEARCH", sending(octets, True))

    def test_other_tag(self):
        self.check_fails("UID SEARCH", sending(b"zz OK done\r\n", True))

    def test_silent(self):
        for name, deed in (("UID SEARCH", "next"), ("SELECT", "open"),
                           ("UID FETCH", "next")):
            words = self.check_fails(name, hang, deed)
            self.assertIn("was silent for 3 seconds", words)

    def test_bye(self):
        self.check_fails("UID SEARCH", sending(b"* BYE over\r\n", True))

    def test_wrong_mails(self):
        """Mails nobody asked for are none."""
        def wrong(session, tag, words):
            session.say("* 1 FETCH (UID 77 RFC822.SIZE 5)",
                        "* 1 FETCH (UID 77 BODY[]<0> {5}", "hello)",
                        f"{tag} OK done")
            return True
        def nothing(session, tag, words):
            session.say(f"{tag} OK done")
            return True
        for answer in wrong, nothing:
            with self.server(on={"UID FETCH": answer}) as server:
                got = self.fetch(server).do("next")
                self.assertEqual(got, ["noent", "", "withheld INBOX/1"])

    def test_taken_away(self):
        """By another program, between two commands: that is no fault."""
        def gone(session, tag, words):
            session.server.boxes["INBOX"].clear()
            session.say(f"{tag} OK done")
            return True
        with self.server(on={"UID FETCH": gone}) as server:
            self.assertEqual(self.fetch(server).do("next"), ["noent", ""])

    def test_many_uids(self):
        uids = " ".join(str(i) for i in range(4294967000, 4294967296))
        octets = f"* SEARCH 0 1 1 {uids}\r\nTAG OK done\r\n".encode()
        with self.server(on={"UID SEARCH": sending(octets)}) as server:
            self.assertEqual(self.take_all(self.fetch(server)), [sha(MAIL)])


class Killed(Case):
    def body_kills(self, f_of):
        """The fetcher dies over the octets of mail 2."""
        def kill(session, tag, words):
            if "BODY" in " ".join(words) and \
                    any(m.uid == 2 for m in session.wanted(words[2])):
                os.kill(f_of[0].child(), signal.SIGKILL)
                time.sleep(20)
                raise Over
            return False
        return kill

    def test_fetcher_dies(self):
        """Only the mail it dies over is put aside, and unread."""
        f_of = [None]
        mails = [b"a\r\n", b"b\r\n", b"c\r\n"]
        got = []
        with self.server(mails, on={"UID FETCH": self.body_kills(f_of)}) \
                as server:
            for _ in range(6):
                f = f_of[0] = self.fetch(server)
                while (said := f.do("next"))[0] == "ok":
                    got.append((said[2], said[6]))
                    self.check(f.do("aside" if said[6] == "feared" else
                                    "handled"), "ok")
                if said[0] == "noent":
                    break
                self.check(said, "later", "died (signal 9)")
                f.close()
            self.assertEqual(sorted(got), [("INBOX/1", "-"),
                                           ("INBOX/2", "feared"),
                                           ("INBOX/3", "-")])
            self.assertEqual(server.boxes["INBOX"], [])
            self.assertEqual([m.octets for m in
                              server.boxes["Sv&AOU-rl&AOQ-st"]], [b"b\r\n"])

    def test_alone(self):
        f_of = [None]
        with self.server([b"a\r\n"]) as server:
            server.uid_next = 2
            server.boxes["INBOX"][0].uid = 2
            server.on = {"UID FETCH": self.body_kills(f_of)}
            for _ in range(2):
                f = f_of[0] = self.fetch(server)
                self.check(f.do("next"), "later", "died")
                f.close()
            f = self.fetch(server)
            self.assertEqual(f.do("next")[2:], ["INBOX/2", "3", "0",
                                                sha(b""), "feared"])

    def test_we_die(self):
        """That we were killed says nothing against a mail."""
        with self.server([b"a\r\n", b"b\r\n"]) as server:
            for _ in range(5):
                f = self.fetch(server)
                self.assertEqual(f.do("next")[6], "-")
                f.kill()
            f = self.fetch(server)
            got = []
            while (said := f.do("next"))[0] == "ok":
                got.append((said[2], said[6]))
                self.check(f.do("handled"), "ok")
            self.assertEqual(sorted(got), [("INBOX/1", "-"), ("INBOX/2", "-")])

    def test_kill_before_settle(self):
        with self.server() as server:
            f = self.fetch(server)
            self.check(f.do("next"), "ok")
            child = f.child()
            f.kill()
            time.sleep(0.5)
            try:
                with open(f"/proc/{child}/stat") as file:
                    self.assertEqual(file.read().split()[2], "Z")
            except FileNotFoundError:
                pass
            f = self.fetch(server)
            self.assertEqual(self.take_all(f), [sha(MAIL)])

    def test_cannot_move(self):
        """That is no reason to fear the mail."""
        def full(session, tag, words):
            session.say(f"{tag} NO [OVERQUOTA] full")
            return True
        with self.server(on={"UID MOVE": full}) as server:
            for _ in range(4):
                f = self.fetch(server)
                self.assertEqual(f.do("next")[6], "-")
                self.check(f.do("handled"), "ok")
                self.check(f.do("next"), "later", "Behandlat")
                f.close()

    def test_fetcher_dies_while_waiting(self):
        with self.server([]) as server:
            f = self.fetch(server)
            self.take_all(f)
            f.tell("wait 60 60")
            time.sleep(0.3)
            os.kill(f.child(), signal.SIGKILL)
            self.check(f.line(), "later", "died (signal 9)")
            self.check(f.do("next"), "later", "connection")

    def test_secret_is_nowhere(self):
        with self.server() as server:
            f = self.fetch(server)
            self.check(f.opened, "ok")
            for part in ("cmdline", "environ"):
                with open(f"/proc/{f.child()}/{part}", "rb") as file:
                    self.assertNotIn(SECRET.encode(), file.read())
            with open(f"/proc/{f.child()}/status") as file:
                status = file.read()
            self.assertIn("NoNewPrivs:\t1", status)
            self.assertIn("Seccomp:\t2", status)
            self.assertEqual(os.readlink(f"/proc/{f.child()}/cwd"), "/")
            fds = os.listdir(f"/proc/{f.child()}/fd")
            self.assertLessEqual(set(fds), {"0", "1", "2", "3", "4", "5", "6",
                                            "7"})


if __name__ == "__main__":
    unittest.main()
