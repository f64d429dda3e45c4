"""Usage: verp.py BREVDUVA TOP

Each copy has a return path of its own, and an address of its own to leave by.
The tokens are checked with Python's HMAC and the key in the database.
"""
import base64
import email
import email.policy
import hashlib
import hmac
import os
import re
import sqlite3
import sys
import unittest

PROGRAM, TOP = (os.path.realpath(path) for path in sys.argv[1:])
sys.path[:0] = [os.path.join(TOP, "tests", part) for part in ("e2e", "fakes")]
from newsletter import Newsletter  # noqa: E402
from smtp_fake import Fake  # noqa: E402

READERS = 30
PATH = re.compile(r"studs\+([a-z2-7]{48})@studs\.hyttvik\.example")


class Verp(unittest.TestCase):
    def setUp(self):
        self.newsletter = Newsletter(PROGRAM).__enter__()
        self.addCleanup(self.newsletter.__exit__)
        self.fake = Fake().__enter__()
        self.addCleanup(self.fake.__exit__)
        with open(self.settings()) as file:
            self.before, _, after = file.read().partition("\nrelay:")
        self.after = after.partition("\n\n")[2]
        self.use('"studs+*@studs.hyttvik.example"')
        self.newsletter.add_issue(
            os.path.join(TOP, "docs/samples/hyttvik/issues/2026-4.md"))

    def settings(self):
        return os.path.join(self.newsletter.folder, "brevduva.yaml")

    def use(self, address):
        with open(self.settings(), "w") as file:
            file.write(f"{self.before}\nrelay:\n"
                       f"  url: smtp://127.0.0.1:{self.fake.port}\n"
                       f"  starttls: off\n  sessions: 1\n\n"
                       f"inbox:\n  address: {address}\n\n{self.after}")

    def database(self, query):
        path = os.path.join(self.newsletter.folder, "brevduva.db")
        base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        rows = base.execute(query).fetchall()
        base.close()
        return rows

    def read_token(self, text):
        """(purpose, subscriber, list, mailing) of a token that we signed."""
        keys = dict(self.database("SELECT number, key FROM signing_key"))
        # padded to 50 characters: 30 octets and two of nothing
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
        mac = hmac.new(keys[raw[1]], raw[:-16], hashlib.sha256).digest()
        self.assertEqual(mac[:16], raw[-16:])
        return (chr(raw[0]), int.from_bytes(raw[2:7], "big"),
                int.from_bytes(raw[7:10], "big"),
                int.from_bytes(raw[10:14], "big"))

    def envelopes(self):
        """(sender, recipient) of each transaction."""
        said = [line for line in self.fake.said
                if line.startswith(("MAIL", "RCPT"))]
        paths = [line[line.index("<") + 1:line.rindex(">")] for line in said]
        return list(zip(paths[::2], paths[1::2]))

    def test_mailing(self):
        self.newsletter.add_readers(READERS)
        self.newsletter.run("send", "2026-4", "--yes")
        ids = dict(self.database("SELECT email, id FROM subscriber"))
        envelopes = self.envelopes()
        self.assertEqual(len(envelopes), READERS)
        self.assertEqual(len({sender for sender, _ in envelopes}), READERS)
        for sender, to in envelopes:
            self.assertLessEqual(sender.index("@"), 64)
            token = PATH.fullmatch(sender)[1]
            self.assertEqual(self.read_token(token), ("b", ids[to], 1, 1))
            # an MTA may fold the case
            self.assertEqual(self.read_token(token.upper())[0], "b")
        for to, octets in self.fake.accepted:
            mail = email.message_from_bytes(octets,
                                            policy=email.policy.default)
            uris = re.findall(r"<(.+?)>", mail["List-Unsubscribe"])
            self.assertEqual([uri.split(":")[0] for uri in uris],
                             ["https", "mailto"])
            address, _, query = uris[1].removeprefix("mailto:").partition("?")
            self.assertEqual(query, "subject=unsubscribe")
            token = PATH.fullmatch(address)[1]
            self.assertEqual(self.read_token(token), ("u", ids[to], 1, 1))
            self.assertEqual(mail["List-Help"],
                             "<mailto:studs@studs.hyttvik.example?"
                             "subject=help>")

    def test_letter(self):
        self.newsletter.run("test", "2026-4", "eva@hyttvik.example")
        (sender, to), = self.envelopes()
        number, = self.database("SELECT id FROM delivery")[0]
        self.assertEqual(to, "eva@hyttvik.example")
        self.assertEqual(self.read_token(PATH.fullmatch(sender)[1]),
                         ("l", number, 0, 0))

    def test_domain_of_its_own(self):
        self.use('"*@studs.hyttvik.example"')
        self.newsletter.run("test", "2026-4", "eva@hyttvik.example")
        (sender, _), = self.envelopes()
        self.assertRegex(sender, r"\A[a-z2-7]{48}@studs\.hyttvik\.example\Z")

    def test_without_an_inbox(self):
        self.use('""')
        self.newsletter.run("test", "2026-4", "eva@hyttvik.example")
        (sender, _), = self.envelopes()
        self.assertEqual(sender, "bladet@hyttvik.example")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
