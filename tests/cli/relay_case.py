"""What tests of several relays begin with: a newsletter folder for each.

Runs as RELAY_TEST.py BREVDUVA TOP [TEST ...].
"""
import os
import socket
import sys
import time
import unittest

PROGRAM, TOP = (os.path.realpath(path) for path in sys.argv[1:3])
sys.path[:0] = [os.path.join(TOP, "tests/e2e"), os.path.join(TOP, "tests/fakes")]
from newsletter import Newsletter  # noqa: E402

RELAY = """  - url: smtp://127.0.0.1:{port}
    starttls: off
    {more}
"""


class RelayCase(unittest.TestCase):
    def setUp(self):
        self.newsletter = self.new()

    def new(self):
        newsletter = Newsletter(PROGRAM).__enter__()
        self.addCleanup(newsletter.__exit__)
        newsletter.add_issue(
            os.path.join(TOP, "docs/samples/hyttvik/issues/2026-4.md"))
        return newsletter

    def use(self, *relays):
        self.newsletter.use_relays(RELAY.format(port=port, more=more)
                                   for port, more in relays)

    def add(self, *addresses):
        with open(os.path.join(self.newsletter.folder, "few.csv"), "w") as file:
            file.write("\n".join(["email", *addresses, ""]))
        self.newsletter.run("import", "few.csv", "--consent", "Asked for it")

    def add_at_one_domain(self, count):
        self.add(*(f"r{i}@grev.example" for i in range(count)))

    def send(self):
        return self.newsletter.try_run("send", "2026-4", "--yes", "--no-wait")

    def status_with(self, words):
        """What status says once it says that."""
        wait_until(lambda: words in self.newsletter.run("status"), 60)
        return self.newsletter.run("status")

    def states(self):
        states = {}
        for row in self.newsletter.json("log", "2026-4"):
            states[row["state"]] = states.get(row["state"], 0) + 1
        return states


def wait_until(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)


def written(output):
    """All that a command has written to a file so far, where it goes on."""
    return os.pread(output.fileno(), 1 << 20, 0).decode()


def nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
