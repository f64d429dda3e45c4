"""Mails from a Maildir, an mbox and standard input: test_files.py FETCH."""
import mailbox
import os
import pathlib
import subprocess
import tempfile
import unittest

from fetching import FETCH, Fetch, sha


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def fetch(self, **options):
        f = Fetch(self.url, memory=self.folder / "memory", **options)
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


class Maildir(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "mail"
        self.url = f"maildir:{self.path}"
        for part in ("cur", "new", "tmp"):
            (self.path / part).mkdir(parents=True)

    def put(self, name, octets=b"Subject: a\n\nhej\n"):
        (self.path / name).write_bytes(octets)

    def names(self, folder="."):
        return sorted(str(p.relative_to(self.path / folder))
                      for part in ("cur", "new")
                      for p in (self.path / folder / part).glob("*"))

    def test_moved(self):
        self.put("new/3.M1.h", b"3")
        self.put("cur/1.M1.h:2,S", b"1")
        self.put("cur/2.M1.h:2,RT", b"2")
        self.put("new/.hidden")
        os.mkfifo(self.path / "new/4.pipe")
        os.symlink("/etc/passwd", self.path / "new/5.link")
        f = self.fetch()
        self.assertEqual(self.take_all(f), [sha(b"1"), sha(b"2"), sha(b"3")])
        self.assertEqual(self.names(".Behandlat"), [
            "cur/1.M1.h:2,S", "cur/2.M1.h:2,RST", "cur/3.M1.h:2,S"])
        self.assertTrue((self.path / ".Behandlat/maildirfolder").exists())
        self.assertEqual(self.names(), ["new/.hidden", "new/4.pipe",
                                        "new/5.link"])

    def test_aside(self):
        self.put("new/1.M1.h")
        f = self.fetch()
        self.take_all(f, "aside")
        self.assertEqual(self.names(".Sv&AOU-rl&AOQ-st"), ["cur/1.M1.h:2,S"])

    def test_flagged(self):
        self.put("new/1.M1.h")
        self.put("cur/2.M1.h:2,S")
        f = self.fetch(flag=1)
        self.assertEqual(len(self.take_all(f)), 2)
        self.assertEqual(self.names(), ["cur/1.M1.h:2,FS", "cur/2.M1.h:2,FS"])
        self.check(f.do("wait 1 1"), "ok")
        self.assertEqual(self.take_all(f), [])

    def test_left(self):
        self.put("new/1.M1.h")
        self.take_all(self.fetch(), "leave")
        self.assertEqual(self.names(), ["cur/1.M1.h:2,FS"])
        self.assertEqual(self.take_all(self.fetch()), [])

    def test_never_over_another(self):
        self.put("new/1.M1.h", b"a")
        f = self.fetch()
        self.take_all(f)
        self.put("new/1.M1.h", b"b")
        self.check(f.do("wait 1 1"), "ok")
        self.take_all(f)
        self.assertEqual(self.names(".Behandlat"),
                         ["cur/1.M1.h:2,S", "cur/1.M1.h_1:2,S"])

    def test_taken_meanwhile(self):
        for i in range(3):
            self.put(f"new/{i}.M1.h")
        f = self.fetch()
        self.check(f.do("next"), "ok")
        (self.path / "new/0.M1.h").unlink()
        (self.path / "new/1.M1.h").unlink()
        self.check(f.do("handled"), "ok")
        self.assertEqual(f.do("next")[2], "new/2.M1.h")

    def test_large(self):
        octets = b"x" * 400000
        self.put("new/1.M1.h", octets)
        f = self.fetch()
        self.assertEqual(f.do("next")[3:5], ["400000", "262144"])
        self.check(f.do("whole 399999"), "limit")
        self.assertEqual(f.do("whole 400000")[2:], ["400000", sha(octets)])

    def test_later(self):
        self.put("new/1.M1.h")
        f = self.fetch()
        self.take_all(f, "later")
        self.assertEqual(self.take_all(self.fetch()),
                         [sha(b"Subject: a\n\nhej\n")])

    def test_killed(self):
        """It is not the mail's fault, however often."""
        self.put("new/1.M1.h")
        for _ in range(5):
            f = self.fetch()
            self.assertEqual(f.do("next")[6], "-")
            f.kill()

    def test_not_there(self):
        self.url += "s"
        self.check(self.fetch().opened, "later", "check inbox.url")

    def test_many(self):
        for i in range(2000):
            self.put(f"new/{1764000000 + i}.M1.h", b"x")
        self.assertEqual(self.fetch().do("drain")[2], "2000")


class Mbox(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "mbox"
        self.url = f"mbox:{self.path}"
        self.path.touch()

    def add(self, octets):
        with open(self.path, "ab") as file:
            file.write(b"From a@b Thu Nov 27 10:00:00 2026\n" + octets +
                       b"\n")

    def test_in_order(self):
        mails = [b"Subject: %d\n\nhej\nFrom here\n>From\n" % i
                 for i in range(5)]
        for mail in mails[:3]:
            self.add(mail)
        before = self.path.read_bytes()
        f = self.fetch()
        self.assertEqual(self.take_all(f), [sha(m) for m in mails[:3]])
        for mail in mails[3:]:
            self.add(mail)
        self.check(f.do("wait 1 1"), "ok")
        self.assertEqual(self.take_all(f, "aside"), [sha(m) for m in mails[3:]])
        f.close()
        self.assertEqual(self.take_all(self.fetch()), [])
        self.assertTrue(self.path.read_bytes().startswith(before))
        self.assertEqual(sorted(os.listdir(self.folder)), ["mbox", "memory"])

    def test_as_python_reads_it(self):
        box = mailbox.mbox(self.path)
        for i in range(50):
            box.add(b"Subject: %d\n\nFrom me\n\n\nto you%s\n"
                    % (i, b"\n" * (i % 3)))
        box.close()
        self.assertEqual(len(self.take_all(self.fetch())), 50)

    def test_rewritten(self):
        for octets in (b"a\n", b"b\n"):
            self.add(octets)
        self.take_all(self.fetch())
        self.path.write_bytes(b"")
        self.add(b"c\n")
        self.assertEqual(self.take_all(self.fetch()), [sha(b"c\n")])
        self.path.write_bytes(b"")
        self.add(b"other\n")
        self.add(b"mails\n")
        self.assertEqual(len(self.take_all(self.fetch())), 2)

    def test_later(self):
        self.add(b"a\n")
        self.add(b"b\n")
        f = self.fetch()
        self.check(f.do("next"), "ok")
        self.check(f.do("later"), "ok")
        self.check(f.do("next"), "noent")
        self.check(f.do("wait 1 1"), "ok")
        self.assertEqual(self.take_all(f), [sha(b"a\n"), sha(b"b\n")])

    def test_killed(self):
        self.add(b"a\n")
        self.add(b"b\n")
        for _ in range(5):
            f = self.fetch()
            self.assertEqual(f.do("next")[6], "-")
            f.kill()

    def test_half_written(self):
        """A mail without its last line end is waited for; one that grew after
        all the same has the file read anew."""
        whole = b"From x\nSubject: a\n\nhalf a mail"
        pathlib.Path(self.path).write_bytes(whole)
        self.check(self.fetch().do("next"), "noent")
        os.utime(self.path, (1, 1))
        f = self.fetch()
        self.check(f.do("next"), "ok")
        self.check(f.do("handled"), "ok")
        f.close()
        with open(self.path, "ab") as file:
            file.write(b", and the rest\n\nFrom y\n\nb\n")
        f = self.fetch()
        self.assertEqual(f.do("next")[5], sha(whole[7:] + b", and the rest\n"))
        self.check(f.do("handled"), "ok")
        self.assertEqual(f.do("next")[5], sha(b"\nb\n"))

    def test_locked(self):
        self.add(b"a\n")
        lock = pathlib.Path(f"{self.path}.lock")
        lock.touch()
        f = self.fetch()
        f.tell("next")
        lock.unlink()
        self.check(f.line(), "ok")
        lock.touch()
        os.utime(lock, (0, 0)) # left behind long ago
        self.check(f.do("handled"), "ok")
        self.check(f.do("next"), "noent")
        self.assertFalse(lock.exists())

    def test_large(self):
        octets = b"x" * 300000 + b"\n"
        self.add(octets)
        self.add(b"b\n")
        f = self.fetch()
        self.assertEqual(f.do("next")[3:5], ["300001", "262144"])
        self.assertEqual(f.do("whole 400000")[2:], ["300001", sha(octets)])
        self.check(f.do("handled"), "ok")
        self.assertEqual(f.do("next")[5], sha(b"b\n"))

    def test_no_mbox(self):
        self.path.write_bytes(b"Subject: a\n\nhej\n")
        self.check(self.fetch().do("next"), "final", "no mbox")
        self.url = f"mbox:{self.folder}"
        self.check(self.fetch().opened, "final", "no file")

    def test_missing(self):
        """It is empty until it comes, and again when it is removed."""
        self.path.unlink()
        f = self.fetch()
        self.check(f.opened, "ok")
        for octets in (b"a\n", b"b\n"):
            self.check(f.do("next"), "noent")
            self.add(octets)
            self.check(f.do("wait 1 1"), "ok")
            self.assertEqual(self.take_all(f), [sha(octets)])
            self.path.unlink()
            self.check(f.do("wait 1 1"), "ok")
        self.check(f.do("next"), "noent")
        self.url = f"mbox:{self.folder}/none/mbox"
        self.check(self.fetch().opened, "later", "check inbox.url")


class Input(unittest.TestCase):
    def run_with(self, octets):
        done = subprocess.run([FETCH, "-"], input=octets, check=True,
                              stdout=subprocess.PIPE)
        return [line.split("\t") for line in
                done.stdout.decode().splitlines()]

    def test_mail(self):
        for size in (1, 262144, 262145, 3000000):
            octets = b"x" * size
            opened, first, whole, settled, second = self.run_with(octets)
            self.assertEqual(first[3:6], [str(size), str(min(size, 262144)),
                                          sha(octets[:262144])])
            self.assertEqual(whole[2:], [str(size), sha(octets)])
            self.assertEqual((opened[0], settled[0], second[0]),
                             ("ok", "ok", "noent"))

    def test_too_large(self):
        """Nothing of it is taken: the mail server keeps it."""
        opened, *rest = self.run_with(b"x" * (256 * 1024 * 1024 + 1))
        self.assertEqual((opened[0], rest), ("later", []))
        self.assertIn("256 MB", opened[1])


class Refused(Case):
    def test_urls(self):
        for self.url in ("pop3://a", "http://a/", "mail", "imap:", "",
                         "imaps://a:b:c/"):
            self.check(self.fetch().opened, "invalid", "imaps://")


if __name__ == "__main__":
    unittest.main()
