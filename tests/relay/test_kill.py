"""Kill -9 at any moment, while the relay misbehaves too: test_kill.py SENDER.

Nobody may get the mail twice, nobody may be lost, and the ledger may claim
nothing that the relay does not know of. TEST_KILLS sets how often (12);
TEST_SEED repeats a run.
"""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "fakes"))
from smtp_fake import CUT, CUT_AFTER, Fake  # noqa: E402

SENDER = sys.argv.pop(1)
KILLS = int(os.environ.get("TEST_KILLS", "12"))
SEED = int(os.environ.get("TEST_SEED", time.time_ns() % 1000000))


class Moody(Fake):
    """Mostly well-behaved."""

    def __init__(self, chance, **twists):
        super().__init__(**twists)
        self.chance = chance

    def peek_reply(self, command):
        return getattr(self, "mood", None) if command == "DOT" else None

    def reply_for(self, command):
        if command == "DATA": # decides what the message will meet
            self.mood = self.chance.choices(
                [None, CUT_AFTER, CUT, "451 4.3.0 wait", "421 4.3.2 bye"],
                [200, 2, 1, 3, 2])[0]
        if command == "DOT":
            return self.mood
        if command in ("MAIL", "RCPT"):
            return self.chance.choices(
                [None, CUT, "450 4.2.0 wait", "421 4.7.0 bye"],
                [200, 1, 2, 1])[0]
        return None


class Kill(unittest.TestCase):
    def sender(self, *words):
        return [SENDER, self.folder, *words]

    def log(self):
        lines = subprocess.run(self.sender("log"), check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        return [line.split(" ") for line in lines]

    def send_and_kill(self, url, seconds):
        """True when the sender came to its end by itself, with all done."""
        with subprocess.Popen(self.sender("send", url), text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            try:
                out, _ = process.communicate(timeout=seconds)
                return "finished" in out
            except subprocess.TimeoutExpired:
                process.kill()
                return False

    def check(self, fake):
        """What the ledger says now is true."""
        taken = collections.Counter(to for to, _ in fake.accepted)
        ids = {to: re.search(rb"Message-ID: <(.*)>", body).group(1).decode()
               for to, body in fake.accepted}
        self.assertEqual([to for to, n in taken.items() if n > 1], [],
                         "mailed twice")
        rows = self.log()
        self.assertEqual(len({email for _, email, _ in rows}), len(rows))
        for state, email, message_id in rows:
            if state == "accepted":
                self.assertIn(email, taken)
                self.assertEqual(message_id, ids[email])
            elif state in ("queued", "deferred", "refused"):
                self.assertNotIn(email, taken, state)
            else: # handing-over: the killed one, not yet recovered
                self.assertIn(state, ("unknown", "handing-over"))
        return rows

    def test_nobody_twice_and_nobody_lost(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as self.folder, \
                Moody(chance) as fake:
            url = f"smtp://127.0.0.1:{fake.port}"
            subprocess.run(self.sender("make", str(KILLS * 30)), check=True)
            for _ in range(KILLS):
                self.send_and_kill(url, chance.uniform(0.05, 0.5))
                time.sleep(0.05) # for the fake to read what is under way
                rows = self.check(fake)
                self.assertLessEqual(
                    sum(s == "handing-over" for s, _, _ in rows), 1)
            ends = time.monotonic() + 90
            while not self.send_and_kill(url, 60):
                self.assertLess(time.monotonic(), ends, "does not finish")
                time.sleep(0.5)
            rows = self.check(fake)
            states = collections.Counter(state for state, _, _ in rows)
            print(dict(states), len(fake.accepted), "taken", file=sys.stderr)
            self.assertEqual(set(states) - {"accepted", "unknown"}, set())
            self.assertEqual(sum(states.values()), KILLS * 30)


if __name__ == "__main__":
    unittest.main()
