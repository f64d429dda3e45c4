"""Usage: relays.py BREVDUVA TOP SINK

Several relays: shares by weight, another one when the first dies in the middle
of a mailing, and back when it has returned.
"""
import json
import os
import subprocess
import sys
import threading
import time
import unittest

PROGRAM, TOP, SINK = (os.path.realpath(path) for path in sys.argv[1:4])
sys.path.insert(0, os.path.join(TOP, "tests/e2e"))
from newsletter import Newsletter  # noqa: E402

RELAY = """  - url: smtp://127.0.0.1:{port}
    starttls: off
    sessions: 2
    chunking: off
    {more}
"""

# nearly all readers
SLOWLY = ('domains: {"byapost.example, norrtorp.example, postlucka.example, '
          'brevlada.example, solbacken.example, mail.skogsvik.example": 20/min}')


class Sink:
    def __init__(self, *options):
        self.process = subprocess.Popen([SINK, "--count", *options], text=True,
                                        stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])

    def stop(self):
        self.process.terminate()
        out, _ = self.process.communicate()
        return json.loads(out.splitlines()[-1])["rcpts"]


class Relays(unittest.TestCase):
    def setUp(self):
        self.newsletter = Newsletter(PROGRAM).__enter__()
        self.addCleanup(self.newsletter.__exit__)
        self.newsletter.add_readers(240)
        self.newsletter.add_issue(
            os.path.join(TOP, "docs/samples/hyttvik/issues/2026-4.md"))

    def use(self, *relays):
        self.newsletter.use_relays(RELAY.format(port=port, more=more)
                                   for port, more in relays)

    def states(self):
        states = {}
        for row in self.newsletter.json("log", "2026-4"):
            states[row["state"]] = states.get(row["state"], 0) + 1
        return states

    def test_weights_are_kept(self):
        first, second = Sink("--delay-ms", "5"), Sink("--delay-ms", "5")
        self.use((first.port, "weight: 3"), (second.port, "weight: 1"))
        self.newsletter.run("send", "2026-4", "--yes")
        counts = first.stop(), second.stop()
        self.assertEqual(sum(counts), 240)
        self.assertLess(abs(counts[0] - 180), 24, counts)

    def test_what_one_has_to_hold_back_goes_by_another(self):
        first, second = Sink("--delay-ms", "5"), Sink("--delay-ms", "5")
        self.use((first.port, SLOWLY), (second.port, "weight: 1"))
        self.newsletter.run("send", "2026-4", "--yes", "--no-wait")
        counts = first.stop(), second.stop()
        self.assertEqual(sum(counts), 240)
        self.assertIn(counts[0], range(1, 10))

    def test_held_back_for_one_that_dies(self):
        first, second = Sink("--delay-ms", "5"), Sink("--delay-ms", "100")
        self.use((first.port, SLOWLY), (second.port, "weight: 1"))
        timer = threading.Timer(1.5, second.process.kill)
        timer.start()
        self.newsletter.try_run("send", "2026-4", "--yes", "--no-wait")
        timer.join()
        first.stop()
        second.process.communicate()
        states = self.states()
        self.assertEqual(sum(states.values()), 240, states)
        self.assertNotIn("handing-over", states)
        self.assertLessEqual(states.get("unknown", 0), 4, states)

    def test_another_takes_over_and_gives_back(self):
        first, second = Sink("--delay-ms", "100"), Sink("--delay-ms", "100")
        returned = []
        self.use((first.port, "priority: 1"), (second.port, "priority: 2"))

        def die_and_return():
            returned.append(first.stop())
            time.sleep(1)  # or it may not have been missed
            returned.append(Sink("--port", str(first.port)))

        timer = threading.Timer(2, die_and_return)
        timer.start()
        self.newsletter.try_run("send", "2026-4", "--yes")
        timer.join()
        counts = returned[0], second.stop(), returned[1].stop()
        self.assertTrue(all(counts), counts)
        states = self.states()
        # those without an answer when the first one died; two at a session
        self.assertLessEqual(states.get("unknown", 0), 4, states)
        self.assertEqual(states["accepted"] + states.get("unknown", 0), 240,
                         states)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
