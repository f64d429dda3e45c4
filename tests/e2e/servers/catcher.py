"""aiosmtpd that puts each message into a Maildir: scripts/smtp-catcher."""
import os
import subprocess

SCRIPT = os.path.join(os.path.dirname(__file__), "../../../scripts/smtp-catcher")


class Catcher:
    def __init__(self, maildir, *options):
        self.maildir = maildir
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", SCRIPT, self.maildir, *self.options],
            stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline().split()
        if ready[:1] != ["ready"]:
            raise RuntimeError("the catcher did not start")
        self.port = int(ready[1])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=10)
