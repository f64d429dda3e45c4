"""Fetching from a real Dovecot, and from files: test_dovecot.py FETCH [LARGE].

With a number, a mailbox of so many mails as well.
"""
import os
import pathlib
import sys
import tempfile
import time
import unittest

from fetching import Fetch, sha  # sets the path
from servers.common import USER, Missing
from servers.dovecot import PASSWORD, Dovecot

LARGE = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 0


class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="brevduva-fetch-")
        os.chmod(cls.folder.name, 0o755)
        cls.maildir = pathlib.Path(cls.folder.name) / "mail"
        cls.dovecot = Dovecot(str(cls.maildir))
        cls.dovecot.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.dovecot.__exit__(None, None, None)
        cls.folder.cleanup()

    count = 0

    @classmethod
    def deliver(cls, octets):
        Server.count += 1
        name = f"{1764000000 + Server.count}.M1P1.test"
        made = cls.maildir / "tmp" / name
        made.write_bytes(octets)
        os.chown(made, USER.pw_uid, USER.pw_gid)
        made.rename(cls.maildir / "new" / name)

    def fetch(self, scheme="imap", host="localhost", **options):
        port = self.dovecot.port if scheme == "imap" else \
            self.dovecot.imaps_port
        options = {"user": "alla", "ca": self.dovecot.certificate,
                   "password": PASSWORD, **options}
        f = Fetch(f"{scheme}://{host}:{port}",
                  **{k: v for k, v in options.items() if v is not None})
        self.addCleanup(f.__exit__)
        return f

    def check(self, got, status, words=""):
        self.assertEqual(got[0], status, got)
        self.assertIn(words, got[1])

    def test_both_ways(self):
        for scheme in ("imap", "imaps"):
            self.deliver(b"Subject: a\n\nhej\n")
            f = self.fetch(scheme)
            self.check(f.opened, "ok")
            got = f.do("next")
            self.assertEqual(got[5], sha(b"Subject: a\r\n\r\nhej\r\n"))
            self.check(f.do("handled"), "ok")
            self.assertEqual(f.do("next")[0], "noent")
            f.close()
        self.assertGreaterEqual(
            len(list((self.maildir / ".Behandlat").glob("[nc][eu][wr]/*"))), 2)

    def test_aside_and_leave(self):
        self.deliver(b"Subject: a\n\nhej\n")
        self.deliver(b"Subject: b\n\n" + b"x" * 400000)
        f = self.fetch()
        self.check(f.do("next"), "ok")
        self.check(f.do("aside"), "ok")
        got = f.do("next")
        self.assertEqual(got[3:5], ["400014", "262144"])
        self.assertEqual(f.do("whole 1000000")[2], "400014")
        self.check(f.do("leave"), "ok")
        self.assertEqual(f.do("next")[0], "noent")
        f.close()
        self.assertEqual(self.fetch().do("next")[0], "noent")
        self.assertTrue((self.maildir / ".Sv&AOU-rl&AOQ-st").exists())

    def test_refused(self):
        for options, words in (
                ({"password": "fel"}, "does not accept the password"),
                ({"host": "127.0.0.1"}, "certificate cannot be trusted"),
                ({"ca": None}, "certificate cannot be trusted"),
                ({"ca": "/nowhere"}, "inbox.ca_file")):
            for scheme in ("imap", "imaps"):
                f = self.fetch(scheme, **options)
                self.check(f.opened, "final", words)
                f.close()

    def test_idle(self):
        f = self.fetch()
        while f.do("next")[0] == "ok":
            self.check(f.do("handled"), "ok")
        for _ in range(2):
            f.tell("wait 60 60")
            time.sleep(1)
            start = time.monotonic()
            self.deliver(b"Subject: a\n\nhej\n")
            self.check(f.line(), "ok")
            self.assertLess(time.monotonic() - start, 1)
            self.check(f.do("next"), "ok")
            self.check(f.do("handled"), "ok")
            self.assertEqual(f.do("next")[0], "noent")

    @unittest.skipUnless(LARGE, "no number was given")
    def test_many(self):
        """All are seen, and neither process grows."""
        for i in range(LARGE):
            self.deliver(b"Subject: %d\n\nhej\n" % i)
        f = self.fetch(memory=str(pathlib.Path(self.folder.name) / "memory"))
        self.check(f.do("next"), "ok")
        self.check(f.do("handled"), "ok")
        status = pathlib.Path(f"/proc/{f.child()}/status")
        first = int(status.read_text().partition("VmRSS:")[2].split()[0])
        start = time.monotonic()
        got = f.do("drain")
        took = time.monotonic() - start
        last = int(status.read_text().partition("VmRSS:")[2].split()[0])
        print(f"{LARGE} mails in {took:.0f} s; kB: ours {got[3]}, fetcher "
              f"{first} -> {last}", file=sys.stderr)
        self.check(got, "ok")
        self.assertEqual(int(got[2]), LARGE - 1)
        self.assertLess(last - first, 300000) # AddressSanitizer keeps much
        self.assertLess(int(got[3]), 200000)


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory() as trial, \
                Dovecot(os.path.join(trial, "mail")):
            pass
    except Missing as missing:
        print(f"skipped: {missing}")
        sys.exit(77)
    unittest.main()
