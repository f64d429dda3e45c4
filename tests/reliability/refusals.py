"""A real Postfix that refuses a tenth of the readers: refusals.py BREVDUVA.

They come in clumps, as when a company has closed down, and Postfix counts
errors: after ten without a success each further one waits a second, after
twenty the session ends by 421. The sending must not collapse, cause no 421
storm, and mail nobody twice. TEST_COPIES (1500) and TEST_CLUMP (15) change the
size.
"""
import collections
import os
import pathlib
import re
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e")]
from news import Newsletter  # noqa: E402
from servers.common import Missing, wait_until  # noqa: E402
from servers.postfix import Postfix  # noqa: E402

BREVDUVA = sys.argv[1]
COPIES = int(os.environ.get("TEST_COPIES", "1500"))
CLUMP = int(os.environ.get("TEST_CLUMP", "15")) # refused in a row, after 135 taken
SESSIONS = 5
SLOW = """
smtpd_hard_error_limit = 20
smtpd_error_sleep_time = 1s
"""


def emails(clumps):
    """In the order in which they are sent to."""
    gone = [clumps and i % (10 * CLUMP) >= 9 * CLUMP for i in range(COPIES)]
    return [f"l{i:05}{'-borta' if gone[i] else ''}@by{i % 7}.example"
            for i in range(COPIES)]


def envelopes(maildir):
    """Recipients of what was delivered, and its Message-IDs."""
    found = []
    for file in (maildir / "new").iterdir():
        head = file.read_bytes().split(b"\n\n", 1)[0].decode()
        found.append((re.search(r"(?m)^Delivered-To: (.*)$", head)[1],
                      re.search(r"(?mi)^Message-ID:\s*<(.*)>$", head)[1]))
    return found


def send(folder, clumps, **settings):
    """Seconds it took; checks who got it."""
    maildir = folder / "mail"
    news = Newsletter(BREVDUVA, folder / "n").make(emails(clumps))
    refused = {email for email in emails(clumps) if "-borta@" in email}
    with Postfix(str(maildir), unknown="-borta@", settings=SLOW) as postfix:
        began = time.monotonic()
        code, out, errors = news.run(
            "send", "nytt", "--yes", send_max_refused=20,
            relay_sessions=SESSIONS,
            relay_url=f"smtp://127.0.0.1:{postfix.port}", **settings)
        seconds = time.monotonic() - began
        assert code == (3 if refused else 0), (code, out, errors)
        wait_until("all is delivered", lambda: len(os.listdir(maildir / "new"))
                   >= COPIES - len(refused), 120)
        log = postfix.log()
    got = envelopes(maildir)
    rows = news.ledger()
    states = collections.Counter(state for _, state, _ in rows)
    assert states == collections.Counter(
        accepted=COPIES - len(refused), refused=len(refused)), (states, errors)
    assert {e for e, s, _ in rows if s == "refused"} == refused
    assert len(got) == len(set(got)) == COPIES - len(refused), "doubles"
    assert {(e, i) for e, s, i in rows if s == "accepted"} == set(got)
    storms = len(re.findall(r"too many errors", log))
    sessions = len(re.findall(r"smtpd\[\d+\]: connect from", log)) - 1
    print(f"{'clumps' if clumps else 'no refusals'} {settings}: "
          f"{seconds:.1f} s, {sessions} sessions, {storms} ended by 421")
    return seconds, storms, sessions


def main():
    for settings in ({"relay_chunking": "off"}, {"relay_chunking": 4}):
        figures = []
        for clumps in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                figures.append(send(pathlib.Path(folder), clumps, **settings))
        (plain, _, _), (seconds, storms, sessions) = figures
        print(f"time with refusals: {seconds / plain:.2f} of that without")
        assert storms == 0, storms
        # an error's sleep for each refused one would be 30 s a session
        assert seconds < 3 * plain + 5, (seconds, plain)
        assert sessions < COPIES // 10, sessions


try:
    main()
except Missing as missing:
    print(missing)
    sys.exit(77)
