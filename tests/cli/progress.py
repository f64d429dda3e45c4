"""Usage: progress.py BREVDUVA TOP

Live progress as a terminal shows it: `send` runs on a pseudo-terminal whose
screen is kept by a small emulator, and on none.
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
import unittest

PROGRAM, TOP = (os.path.realpath(path) for path in sys.argv[1:])
sys.path[:0] = [os.path.join(TOP, "tests/fakes"),
                os.path.join(TOP, "tests/e2e")]
from newsletter import Newsletter  # noqa: E402
from smtp_fake import Fake  # noqa: E402

COPIES = 60
TITLE = "Sending 2026-4 to nyhetsbrev"
SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")


class Screen:
    """Lines of a terminal that does what our sequences ask for."""

    def __init__(self, columns):
        self.columns = columns
        self.lines = [""]
        self.row = self.column = 0
        self.colours = 0
        self.text = ""

    def feed(self, octets):
        self.text += octets
        for match in SEQUENCE.finditer(octets):
            number, letter, control, char = match.groups()
            if char:
                self.put(char)
            elif control == "\r":
                self.column = 0
            elif control == "\n":
                self.next_row()
            else:
                self.obey(number, letter)

    def next_row(self):
        self.row, self.column = self.row + 1, 0
        self.lines += [""] * (self.row + 1 - len(self.lines))

    def put(self, char):
        if self.column == self.columns:
            self.next_row()
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = (line[:self.column] + char +
                                line[self.column + 1:])
        self.column += 1

    def obey(self, number, letter):
        if letter == "A":
            self.row -= int(number)
            assert self.row >= 0
        elif letter == "K":
            self.lines[self.row] = self.lines[self.row][:self.column]
        elif letter == "J":
            self.lines[self.row:] = [self.lines[self.row][:self.column]]
        elif letter == "m":
            self.colours += 1
        else:
            raise AssertionError(f"unknown sequence {number}{letter}")


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME")
            if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}


def on_terminal(folder, columns, rows, arguments, seen, **more):
    """Run on a terminal; call `seen` with the screen after each piece. What
    it returns is typed."""
    screen = Screen(columns)
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(2, termios.TIOCSWINSZ, size)
            os.execve(PROGRAM, [PROGRAM, *arguments], environment(**more))
        finally:
            os._exit(127)
    buffered = b""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            octets = os.read(terminal, 65536)
        except OSError:
            break
        if not octets:
            break
        buffered += octets
        # whole characters and sequences only
        cut = buffered.rfind(b"\n") + 1
        text, buffered = buffered[:cut], buffered[cut:]
        screen.feed(text.decode())
        if buffered.startswith(b"\x1b[J"):
            screen.feed("\x1b[J")
            buffered = buffered[3:]
        os.write(terminal, seen(screen) or b"")
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), screen


class Progress(unittest.TestCase):
    def setUp(self):
        self.newsletter = Newsletter(PROGRAM).__enter__()
        self.addCleanup(self.newsletter.__exit__, None, None, None)
        self.newsletter.add_issue(
            os.path.join(TOP, "docs/samples/hyttvik/issues/2026-4.md"))
        self.newsletter.add_readers(COPIES)
        self.fake = fake = Fake(slow=0.02).__enter__()
        self.addCleanup(fake.__exit__)
        path = os.path.join(self.newsletter.folder, "brevduva.yaml")
        with open(path, "a") as file:
            file.write(f"relay:\n  url: smtp://127.0.0.1:{fake.port}\n"
                       "  sessions: 5\n")
        self.pictures = []

    def keep(self, screen):
        picture = "\n".join(screen.lines)
        self.assertLessEqual(picture.count(TITLE), 1, picture)
        self.assertLessEqual(picture.count("accepted"), 3, picture)
        self.pictures.append(picture)

    def send(self, columns, rows, **more):
        code, screen = on_terminal(self.newsletter.folder, columns, rows,
                                   ["send", "2026-4", "--yes"], self.keep,
                                   **more)
        self.assertEqual(code, 0, "\n".join(screen.lines))
        self.assertIn(f"accepted: {COPIES}", "\n".join(screen.lines))
        return screen

    def test_many_lines_are_redrawn_in_place(self):
        screen = self.send(100, 30)
        live = [picture for picture in self.pictures if TITLE in picture]
        self.assertGreater(len(live), 3)
        self.assertIn(f" of {COPIES}", live[-1])
        self.assertTrue(any("session" in picture for picture in live))
        self.assertTrue(any("█" in picture for picture in live))
        self.assertGreater(screen.colours, 0)
        self.assertIn(f"100.0%   {COPIES} of {COPIES}", self.pictures[-1])

    def test_the_work_of_a_watch_is_shown_too(self):
        with subprocess.Popen([PROGRAM, "deliver", "--watch"],
                              cwd=self.newsletter.folder, env=environment(),
                              stdout=subprocess.PIPE, text=True) as watch:
            watch.stdout.readline()  # it has the queue
            try:
                self.send(100, 30)
            finally:
                watch.terminate()
        live = [picture for picture in self.pictures if TITLE in picture]
        self.assertGreater(len(live), 1)
        self.assertIn("deliver --watch", live[0])

    def test_retries_are_waited_for_calmly(self):
        def is_calm(picture):
            return "2 copies wait; the next try is at " in picture

        def interrupt(screen):
            self.keep(screen)
            calm = len([p for p in self.pictures if is_calm(p)])
            return b"\x03" if calm == 5 else None

        self.fake.twists["slow"] = 0
        self.fake.twists["replies"] = {"RCPT": ["451 4.7.1 not yet"] * 2}
        code, screen = on_terminal(self.newsletter.folder, 100, 30,
                                   ["send", "2026-4", "--yes"], interrupt)
        self.assertEqual(code, 4, screen.lines)
        for picture in filter(is_calm, self.pictures):
            self.assertEqual(picture.count("the next try"), 1, picture)
            self.assertIn('(Ctrl-C leaves them to "brevduva deliver")',
                          picture)
            self.assertIn("deferred 2", picture)
        self.assertIn("Try the rest again, from ", self.pictures[-1])
        self.assertIn("brevduva send 2026-4", self.pictures[-1])

    def test_a_small_terminal_has_one_line(self):
        self.send(46, 8)
        live = [picture for picture in self.pictures if "█" in picture]
        self.assertGreater(len(live), 3)
        for picture in live:
            self.assertEqual(len([line for line in picture.split("\n")
                                  if "█" in line or "░" in line]), 1)
            self.assertNotIn(TITLE, picture)

    def test_without_colour(self):
        screen = self.send(100, 30, NO_COLOR="1")
        self.assertEqual(screen.colours, 0)
        self.assertTrue(any("█" in picture for picture in self.pictures))

    def test_a_dumb_terminal_gets_no_sequences(self):
        screen = self.send(100, 30, TERM="dumb")
        self.assertNotIn("\x1b", screen.text)

    def test_no_terminal_gets_no_picture(self):
        done = subprocess.run([PROGRAM, "send", "2026-4", "--yes"], text=True,
                              cwd=self.newsletter.folder, env=environment(),
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stderr + done.stdout)
        self.assertNotIn("█", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
