"""What goes wrong around a sender: outages.py BREVDUVA FAKE_SMTP.

Full disk, locked database, a relay that is away, names that are not found, a
certificate that has expired, a password that was changed. Each leaves a ledger
that is true and a message that says what to do, and the next run ends well.
"""
import collections
import contextlib
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "fakes"), str(TESTS / "e2e")]
from certificate import certificate  # noqa: E402
from news import Newsletter  # noqa: E402
from servers.common import free_port  # noqa: E402
from smtp_fake import Fake  # noqa: E402

FAKE_SMTP = sys.argv.pop(2)
BREVDUVA = sys.argv.pop(1)
STAY = ("send", "nytt", "--yes")
SEND = (*STAY, "--no-wait")
HOUR = 3600
COPIES = 400
BEARS = 5 # seconds without a write that a sender bears


class Calm:
    """fake_smtp that takes everything, and what it took."""

    def __init__(self, folder, port=0, delay=0):
        self.record = pathlib.Path(folder) / "record"
        self.record.touch()
        self.process = subprocess.Popen(
            [FAKE_SMTP, "--calm", "--way", "overlap", "--port", str(port),
             "--record", self.record, "--delay", str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f"smtp://127.0.0.1:{self.port}"

    def taken(self):
        return [line.split()[1]
                for line in self.record.read_text().splitlines()]

    def wait_for(self, count):
        while len(self.taken()) < count:
            time.sleep(0.001)

    def close(self):
        self.process.communicate()
        return self.process.returncode


class Outage(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="brevduva-outage-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def news(self, copies=COPIES, place=None):
        news = Newsletter(BREVDUVA, (place or self.folder) / "n")
        return news.make(f"lasare{i}@by{i % 7}.example" for i in range(copies))

    def calm(self, **options):
        relay = Calm(self.folder, **options)
        self.addCleanup(relay.close)
        return relay

    def check_true(self, news, taken, copies=COPIES):
        """The ledger says what the relay knows. Returns {state: copies}."""
        times = collections.Counter(taken)
        self.assertEqual([to for to, n in times.items() if n > 1], [],
                         "mailed twice")
        for email, state, _ in news.ledger():
            if state == "accepted":
                self.assertIn(email, times)
            elif state not in ("unknown", "handing-over"):
                self.assertNotIn(email, times, state)
        states = news.states()
        if states:
            self.assertLessEqual(sum(states.values()), copies)
        return states

    def check_end(self, news, taken, url, copies=COPIES, now=None, **settings):
        """The next run ends well."""
        code, out, errors = news.run(*SEND, now=now, relay_url=url, **settings)
        states = self.check_true(news, taken(), copies)
        unknown = states.get("unknown", 0)
        self.assertEqual(code, 3 if unknown else 0, out + errors)
        self.assertEqual(states.get("accepted", 0) + unknown, copies, states)
        return unknown

    def check_words(self, errors, *patterns):
        for pattern in patterns:
            self.assertRegex(errors, pattern)
        self.assertNotIn("hemligt", errors)


class Machine(Outage):
    def mount(self):
        """A small disk of its own below the folder, on which there is room
        for the database and its log, which grows to 16 MB (4,000 pages)."""
        place = self.folder / "disk"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", place],
            capture_output=True, check=False)
        if done.returncode:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        return place

    def fill(self, place, room=0):
        """A ballast that leaves so much room, while others write too."""
        with open(place / "ballast", "wb", buffering=0) as file, \
                contextlib.suppress(OSError):
            while shutil.disk_usage(place).free > room:
                file.write(bytes(4096))

    def run_until_stuck(self, news, relay, before=None):
        """Who has something to store waits until Ctrl-C. Exit code, words."""
        with news.start(*SEND, relay_url=relay.url, before=before) as process:
            errors = process.stderr.readline()
            if "to be stored" in errors:
                process.send_signal(signal.SIGINT)
            errors += process.communicate(timeout=120)[1]
        return process.returncode, errors

    def test_full_disk(self):
        place = self.mount()
        news = self.news(place=place)
        relay = self.calm()
        ballast = place / "ballast"
        full = 0
        for room in (0, 20_000, 100_000, 200_000):
            self.fill(place, room)
            code, errors = self.run_until_stuck(news, relay)
            ballast.unlink()
            self.check_true(news, relay.taken())
            if code not in (0, 3):
                full += 1
                self.check_words(errors, r"the disk is full", r"free|room")
        self.assertGreater(full, 0)
        self.check_end(news, relay.taken, relay.url)

    @contextlib.contextmanager
    def sending_to_full_disk(self):
        """(place, newsletter, relay, process): some copies have left."""
        place = self.mount()
        news = self.news(place=place)
        relay = self.calm(delay=20)
        with news.start(*SEND, relay_url=relay.url, relay_sessions=2,
                        relay_chunking="off") as process:
            relay.wait_for(20)
            self.fill(place)
            yield place, news, relay, process

    def test_disk_fills_up_while_sending(self):
        with self.sending_to_full_disk() as (place, news, relay, process):
            errors = process.stderr.readline() # after five seconds of it
            self.check_words(errors, r"the disk is full", r"to be stored")
            self.assertNotIn("nothing was changed", errors)
            time.sleep(2 * BEARS)
            self.assertIsNone(process.poll())
            (place / "ballast").unlink()
            errors = process.communicate(timeout=200)[1]
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(self.check_true(news, relay.taken()),
                         {"accepted": COPIES})

    def test_disk_stays_full(self):
        with self.sending_to_full_disk() as (place, news, relay, process):
            process.stderr.readline()
            process.send_signal(signal.SIGINT)
            errors = process.communicate(timeout=20)[1]
        (place / "ballast").unlink()
        self.assertEqual(process.returncode, 1, errors)
        self.check_words(errors, r"the disk is full", r"free|room", r"unknown")
        self.check_true(news, relay.taken())
        self.assertLess(len(relay.taken()), COPIES)
        self.check_end(news, relay.taken, relay.url)

    def fill_for_a_moment(self, place):
        """Two seconds in the middle of a sending. The sender's exit code and
        words, and how long the disk can have been full."""
        news = self.news(place=place)
        relay = self.calm(delay=20)
        with news.start(*SEND, relay_url=relay.url, relay_sessions=2,
                        relay_chunking="off") as process:
            relay.wait_for(20)
            began = time.monotonic()
            self.fill(place)
            time.sleep(2)
            (place / "ballast").unlink()
            seconds = time.monotonic() - began
            errors = process.communicate(timeout=200)[1]
        states = self.check_true(news, relay.taken())
        shutil.rmtree(news.folder)
        (self.folder / "record").unlink()
        return process.returncode, errors, states, seconds

    def test_disk_is_full_for_a_moment(self):
        place = self.mount()
        for _ in range(10):
            code, errors, states, seconds = self.fill_for_a_moment(place)
            if seconds < BEARS: # else this machine was busy elsewhere
                self.assertEqual(code, 0, errors)
                self.assertEqual(states, {"accepted": COPIES})
                return
        self.skipTest("this machine is too busy to fill a disk for 2 s")

    def test_file_size_limit(self):
        news = self.news()
        relay = self.calm()
        size = (news.folder / "brevduva.db").stat().st_size
        for extra in (0, 20_000, 60_000, 150_000):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE,
                                   (size + extra, size + extra))
            code, errors = self.run_until_stuck(news, relay, limit)
            self.check_true(news, relay.taken())
            if code not in (0, 3):
                self.check_words(errors, r"brevduva\.db")
        self.check_end(news, relay.taken, relay.url)

    def lock(self, news, seconds, relay):
        """Somebody else writes to the database, for so long, in the middle of
        a sending: exit code and words of the sender."""
        with news.start(*SEND, relay_url=relay.url) as process:
            relay.wait_for(20)
            with news.database() as db:
                db.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                db.execute("ROLLBACK")
            errors = process.communicate(timeout=120)[1]
        return process.returncode, errors

    def test_short_lock(self):
        news = self.news()
        relay = self.calm(delay=3)
        code, errors = self.lock(news, 3, relay)
        self.assertEqual(code, 0, errors)
        self.assertEqual(self.check_true(news, relay.taken()),
                         {"accepted": COPIES})

    def test_lock_past_the_busy_time(self):
        news = self.news()
        relay = self.calm(delay=3)
        code, errors = self.lock(news, 16, relay)
        self.assertEqual(code, 0, errors)
        self.check_words(errors, r"locked", r"to be stored")
        self.assertEqual(self.check_true(news, relay.taken()),
                         {"accepted": COPIES})

    def test_locked_before_it_begins(self):
        news = self.news(10)
        relay = self.calm()
        with news.database() as db:
            db.execute("BEGIN IMMEDIATE")
            code, _, errors = news.run(*SEND, relay_url=relay.url)
            db.execute("ROLLBACK")
        self.assertIn(code, (1, 4))
        self.check_words(errors, r"locked|busy|in use|another", r"again|wait")
        self.assertEqual(relay.taken(), [])
        self.check_end(news, relay.taken, relay.url, 10)


class Network(Outage):
    def test_relay_away_for_an_hour(self):
        news = self.news()
        port = free_port()
        url = f"smtp://127.0.0.1:{port}"
        now = int(time.time())
        code, _, errors = news.run(*SEND, relay_url=url, now=now)
        self.assertEqual(code, 4, errors)
        self.check_words(errors, f"{port}.*refused", r"check|again")
        self.assertEqual(self.check_true(news, []).get("accepted", 0), 0)
        relay = self.calm(port=port)
        self.check_end(news, relay.taken, url, now=now + HOUR)

    def test_relay_dies_half_way(self):
        news = self.news()
        relay = self.calm(delay=2)
        now = int(time.time())
        with news.start(*SEND, relay_url=relay.url) as process:
            relay.wait_for(COPIES // 4)
            relay.process.kill()
            errors = process.communicate(timeout=280)[1]
        self.assertIn(process.returncode, (4, 3), errors)
        before = self.check_true(news, relay.taken())
        self.assertGreater(before["accepted"], 0)
        self.assertLessEqual(before.get("unknown", 0), 10 * 2)
        again = self.calm(port=relay.port)
        self.check_end(news, again.taken, again.url, now=now + HOUR)

    def test_relay_that_comes_back_is_waited_for(self):
        news = self.news()
        relay = self.calm(delay=2)
        with news.start(*STAY, relay_url=relay.url,
                        send_retry_network="1s") as process:
            relay.wait_for(COPIES // 4)
            relay.process.kill()
            relay.process.wait()
            time.sleep(3)
            self.assertIsNone(process.poll())
            again = self.calm(port=relay.port)
            errors = process.communicate(timeout=120)[1]
        states = self.check_true(news, again.taken())
        unknown = states.pop("unknown", 0)
        self.assertEqual(process.returncode, 3 if unknown else 0, errors)
        self.assertEqual(states, {"accepted": COPIES - unknown})

    def test_stays_only_for_a_relay_that_answered(self):
        news = self.news(10)
        code, _, errors = news.run(
            *STAY, relay_url=f"smtp://127.0.0.1:{free_port()}")
        self.assertEqual(code, 4, errors)
        self.check_words(errors, "refused", r"check|again")
        with Fake(password="hemligt-1") as fake:
            code, _, errors = news.run(
                *STAY, relay_url=f"smtp://127.0.0.1:{fake.port}",
                relay_username="eva", relay_password_env="HOME")
        self.assertEqual(code, 1, errors)
        self.check_words(errors, "535", "password")
        self.check_true(news, [])

    def test_unknown_name(self):
        news = self.news(10)
        code, _, errors = news.run(
            *SEND, relay_url="smtp://no-such-host.invalid:25",
            relay_starttls="off")
        self.assertIn(code, (1, 4), errors)
        self.check_words(errors, r"no-such-host\.invalid", r"check")
        relay = self.calm()
        self.check_end(news, relay.taken, relay.url, 10)

    def test_expired_certificate(self):
        news = self.news(10)
        context, path = certificate(self.folder, "old", "DNS:localhost",
                                    "200101000000Z", "200201000000Z")
        with Fake(tls=context) as fake:
            code, _, errors = news.run(
                *SEND, relay_url=f"smtp://localhost:{fake.port}",
                relay_starttls="required", relay_ca_file=path)
        self.assertEqual(code, 1, errors)
        self.check_words(errors, r"certificate.*expired on 2020-02-01", r"renew")
        self.assertEqual(fake.accepted, [])
        self.check_true(news, [])
        context, path = certificate(self.folder, "new", "DNS:localhost")
        with Fake(tls=context) as fake:
            self.check_end(
                news, lambda: [to for to, _ in fake.accepted],
                f"smtp://localhost:{fake.port}", 10, relay_starttls="required",
                relay_ca_file=path)

    def test_password_changed_half_way(self):
        news = self.news(60)
        secret = self.folder / "secret"
        secret.write_text("hemligt-1\n")
        login = {"relay_username": "eva", "relay_password_file": str(secret),
                 "relay_sessions": 2}
        with Fake(password="hemligt-1", hang_up_after=5) as fake:
            def taken():
                return [to for to, _ in fake.accepted]

            def change(*_):
                if len(fake.accepted) == 20:
                    fake.twists["password"] = "hemligt-2"
            fake.on_accept = change
            url = f"smtp://127.0.0.1:{fake.port}"
            code, out, errors = news.run(*SEND, relay_url=url, **login)
            states = self.check_true(news, taken(), 60)
            self.assertEqual(code, 1, out + errors)
            self.check_words(errors, r"535", r"password")
            self.assertGreaterEqual(states["accepted"], 20)
            self.assertEqual(states.get("refused", 0), 0)
            self.assertRegex(news.run("status")[1],
                             r"paused|next: brevduva send nytt")
            secret.write_text("hemligt-2\n")
            del fake.twists["hang_up_after"]
            self.check_end(news, taken, url, 60, now=int(time.time()) + HOUR,
                           **login)


if __name__ == "__main__":
    unittest.main()
