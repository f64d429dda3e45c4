"""Usage: resolve.py BREVDUVA

Two sessions break on their way to a real Postfix: of one message the reply is
lost, of another the end. Both copies are unknown, both Message-IDs stand in
Postfix's log, and the log settles the one that was taken and not the other.
"""
import os
import select
import socket
import sys
import tempfile
import threading
import time

from newsletter import SAMPLE, Newsletter
from servers.common import Missing
from servers.postfix import Postfix

READERS = 6
SLUG = "2026-4"
HALF = 8000 # octets from us in which the header of a message is


class Breaker:
    """Passes octets on, but loses the first reply to a message, and in the
    next session the second half of a message."""

    def __init__(self, to):
        self.to = to
        self.faults = [self.lose_reply, self.lose_half]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1",
                                                   self.to)) as server:
                fault = self.faults.pop(0) if self.faults else self.pass_on
                self.count = 0
                while self.step(client, server, fault):
                    pass

    @staticmethod
    def step(client, server, fault):
        """False when the session is over."""
        try:
            for end in select.select([client, server], [], [])[0]:
                octets = end.recv(4096)
                if not octets or not fault(octets, end is client):
                    return False
                (server if end is client else client).sendall(octets)
        except OSError:
            return False
        return True

    @staticmethod
    def pass_on(_octets, _from_client):
        return True

    @staticmethod
    def lose_reply(octets, from_client):
        return from_client or b"queued as" not in octets

    def lose_half(self, octets, from_client):
        if self.count > HALF and from_client:
            time.sleep(1) # the rest lies in the system's buffers
            return False
        self.count += len(octets) if from_client else 0
        return True


def main():
    with tempfile.TemporaryDirectory() as home, \
            Newsletter(sys.argv[1]) as newsletter:
        os.chmod(home, 0o755)
        with Postfix(os.path.join(home, "mail")) as relay, \
                Breaker(relay.port) as breaker:
            newsletter.add_issue(os.path.join(SAMPLE, f"issues/{SLUG}.md"))
            newsletter.add_readers(READERS)
            said = newsletter.try_run(
                "--set", f"relay.url=smtp://127.0.0.1:{breaker.port}",
                "--set", "relay.sessions=1", "--set", "relay.chunking=off",
                "--set", "send.retry_network=1s", "send", SLUG, "--yes")
            unknown = newsletter.json("log", SLUG, "--state", "unknown")
            assert len(unknown) == 2, said
            relay.wait_for(READERS - 1)
            log = os.path.join(newsletter.folder, "mail.log")
            with open(log, "w") as file:
                file.write(relay.log())
            ids = [row["message_id"] for row in unknown]
            named = [name in relay.log() for name in ids]
            assert named == [True, True], (named, relay.log())
            said = newsletter.try_run("resolve", SLUG, "--from-log", log)
            assert "status=sent (delivered to maildir)" in said, said
            assert "1 copy is unknown" in said, said
            newsletter.run("resolve", SLUG, "--resend")
            newsletter.run("--set", f"relay.url=smtp://127.0.0.1:{relay.port}",
                           "send", SLUG)
            relay.wait_for(READERS)
            recipients = list(relay.queue_ids().values())
            assert sorted(set(recipients)) == sorted(recipients), recipients
            assert len(recipients) == READERS, recipients


if __name__ == "__main__":
    try:
        main()
    except Missing as missing:
        print(f"SKIPPED: {missing}", file=sys.stderr)
        sys.exit(77)
