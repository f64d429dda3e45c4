"""The program `fetch`, told what to do step by step."""
import hashlib
import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "fakes"), str(TESTS / "e2e")]
FETCH = sys.argv.pop(1)
SECRET = "hemligt-loesen-4711"


def sha(octets):
    return hashlib.sha256(octets).hexdigest()


class Fetch:
    """with Fetch(url, user="alla") as f: f.do("next") -> [status, error, …]"""

    def __init__(self, url, password=SECRET, **options):
        self.process = subprocess.Popen(
            [FETCH, url, *(f"{k}={v}" for k, v in options.items())],
            env=dict(os.environ, FETCH_PASSWORD=password), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.opened = self.line()

    def line(self):
        line = self.process.stdout.readline().rstrip("\n")
        assert SECRET not in line, line
        return line.split("\t")

    def tell(self, deed):
        self.process.stdin.write(deed + "\n")
        self.process.stdin.flush()

    def do(self, deed):
        self.tell(deed)
        return self.line()

    def child(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return int(file.read().split()[0])

    def kill(self):
        self.process.kill()
        self.close()

    def close(self):
        self.process.stdin.close()
        errors = self.process.stderr.read()
        self.process.wait(30)
        self.process.stdout.close()
        self.process.stderr.close()
        assert "ERROR: " not in errors, errors

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.process.stdin.closed:
            self.close()
