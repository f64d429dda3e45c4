"""Bad input, and the exact message each gets.

    survive.py BREVDUVA TOP

Each row makes a fresh newsletter with two readers and the sample issue, spoils
something, runs one command and compares exit code and standard error to the
letter. After each row the database is sound and nothing was half done.
"""
import json
import os
import pathlib
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile

program, top = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(top / "tests/fakes"))
from smtp_fake import CUT, Fake

ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "PW": "wrong"}
HEAD = "---\ntitle: A title\npreheader: What it is about\n---\n\n"


def run(folder, *words, program=program, **kwargs):
    return subprocess.run([program, "-C", folder, *words], env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=100, **kwargs)


def make(parent):
    folder = pathlib.Path(parent) / "n"
    subprocess.run([program, "init", folder, "--language", "sv"], check=True,
                   env=ENVIRONMENT, capture_output=True)
    sample = top / "docs/samples/hyttvik"
    shutil.copy(sample / "brevduva.yaml", folder)
    shutil.copy(sample / "issues/2026-4.md", folder / "issues")
    for name in "ab":
        done = run(folder, "subscribe", f"{name}@example.org", "--consent", "x")
        assert done.returncode == 0, done.stderr
    return folder


def settings(text):
    return lambda folder: (folder / "brevduva.yaml").write_text(text)


def issue(text):
    def spoil(folder):
        octets = text if isinstance(text, bytes) else text.encode()
        (folder / "issues/bad.md").write_bytes(octets)
    return spoil


def template(text):
    def spoil(folder):
        path = folder / "templates/mail/brev/letter.html"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return spoil


def csv(octets):
    return lambda folder: (folder / "bad.csv").write_bytes(octets)


def database(octets):
    def spoil(folder):
        path = folder / "brevduva.db"
        whole = path.read_bytes()
        path.write_bytes(whole[:8192] + octets + whole[8192 + len(octets):])
    return spoil


def newer(folder):
    with sqlite3.connect(folder / "brevduva.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def nothing(folder):
    del folder


CHECK = ["check", "bad"]
IMPORT = ["import", "{folder}/bad.csv", "--consent", "form"]
SEND = ["send", "2026-4", "--yes"]
NONE = "nothing was imported: 1 row of {n} was rejected. Mend it, or take " \
       "the others with --partial"

# what, spoil, command, exit code, message (without "brevduva: ")
ROWS = [
    ("broken YAML", settings("name: a: b\n"), ["status"], 2,
     "brevduva.yaml:1:8: a second colon stands in this text; put quotes "
     "around the text"),
    ("YAML with a tab", settings("relay:\n\turl: x\n"), ["status"], 2,
     "brevduva.yaml:2:1: a tab cannot indent a line; use spaces instead"),
    ("unknown setting", settings("relai:\n  url: x\n"), ["status"], 2,
     "brevduva.yaml:1:1: relai: there is no such setting; did you mean relay?"),
    ("setting twice", settings("name: a\nname: b\n"), ["status"], 2,
     'brevduva.yaml:2:1: the key "name" stands twice, first in line 1; remove '
     "one of them"),
    ("setting of a wrong type", settings("relay:\n  sessions: many\n"),
     ["status"], 2,
     "brevduva.yaml:2:13: relay.sessions: this must be a whole number from 1 "
     "to 500"),
    ("password in the settings", settings("relay:\n  password: hush\n"),
     ["status"], 2,
     "brevduva.yaml:2:3: relay.password: a password is never written here; "
     "use relay.password_command, relay.password_file or relay.password_env"),
    ("no front matter", issue("Hello.\n"), CHECK, 2,
     'issues/bad.md:1:1: the file does not begin with front matter; put '
     '"---", "title: ..." and "---" on the first three lines'),
    ("front matter without end", issue("---\ntitle: x\n"), CHECK, 2,
     'issues/bad.md:1:1: the front matter has no end; put a line "---" '
     "between it and the text"),
    ("unknown merge tag", issue(HEAD + "Hej {{frist_name}}!\n"), CHECK, 2,
     'issues/bad.md:6:5: no reader has a field called "frist_name"; did you '
     "mean {{first_name}}?"),
    ("merge tag without end", issue(HEAD + "Hej {{first_name!\n"), CHECK, 2,
     'issues/bad.md:6:5: the merge tag that starts with "{{first_name!" has '
     "no end; write {{name}} or {{name|default text}}, all on one line and "
     "without formatting in it, or \\{{ for two braces"),
    ("template error", template("{{#organisation}} {{title}}"),
     ["check", "2026-4"], 2,
     'templates/mail/brev/letter.html:1:1: the section "organisation" is not '
     "closed; close it with /organisation"),
    ("unknown name in a template", template("{{titel}}"), ["check", "2026-4"],
     2, 'templates/mail/brev/letter.html:1:1: unknown name "titel"; did you '
     'mean "title"?'),
    ("100 MB of Markdown", issue(HEAD + "x" * 100_000_000), CHECK, 2,
     "issues/bad.md: larger than the limit of 1024 kB"),
    ("invalid UTF-8", issue(HEAD.encode() + b"h\xe5j\n"), CHECK, 2,
     "issues/bad.md:6:2: not UTF-8; save the file as UTF-8"),
    ("missing image", issue(HEAD + "A ![bild](no.png)\n"), CHECK, 2,
     "issues/bad.md:6:3: issues/bad/no.png: cannot open: No such file or "
     "directory"),
    ("script for a link", issue(HEAD + "[x](javascript:alert(1))\n"), CHECK, 2,
     'issues/bad.md:6:1: a letter cannot lead to "javascript:"; links begin '
     "with https:, http:, mailto: or tel:, pictures with https: or are files "
     "beside the issue"),
    ("damaged database", database(b"\xaa" * 4000), ["status"], 2, None),
    ("no database", lambda f: (f / "brevduva.db").write_bytes(b"x" * 9000),
     ["status"], 2,
     "{folder}/brevduva.db: this file is not a newsletter database; restore "
     "a backup, or point to the right folder with -C"),
    ("newer database", newer, ["status"], 2,
     "{folder}/brevduva.db: the database has version 99, made by a newer "
     "brevduva; this one knows up to 11: install the newer program"),
    ("address with CRLF", nothing,
     ["subscribe", "x@example.org\r\nBcc: y@example.org"], 2,
     '"x@example.org Bcc: y@example.org" has a line break or another control '
     "character"),
    ("address of 300 octets", nothing,
     ["subscribe", "a@" + "b." * 143 + "example.org"], 2, None),
    ("CSV with NUL", csv(b"email,name\na@example.org,A\0B\n"), IMPORT, 2,
     "line 2: has a NUL octet\nbrevduva: " + NONE.format(n=1)),
    ("half a quoted field", csv(b'email,name\na@example.org,"A\nc@x.example,B\n'),
     IMPORT, 2,
     "line 2: opens a quotation mark that is never closed\nbrevduva: " +
     NONE.format(n=2)),
    ("CSV without addresses", csv(b"namn\nAnna\n"), IMPORT, 2,
     "{folder}/bad.csv: no column is called email; say which one it is with "
     "--map COLUMN=email"),
    ("workbook for CSV", csv(b"PK\x03\x04" + b"\0" * 100), IMPORT, 2,
     '{folder}/bad.csv: this file is a workbook, not CSV; save it as "CSV '
     'UTF-8" and try again'),
    ("no terminal to confirm at", nothing, ["send", "2026-4"], 2,
     "no terminal to ask at; say --yes to send to 2 readers"),
    ("relay that refuses the connection", nothing,
     ["--set", "relay.url=smtp://127.0.0.1:1", *SEND], 4,
     "smtp://127.0.0.1:1: no mail server answers there (Connection refused); "
     "check host and port in relay.url and the network"),
]

# what, twists of the server, more settings, exit code, message, states after
RELAYS = [
    ("wrong password", {"password": "right"},
     ["relay.username=u", "relay.password_env=PW"], 1,
     "{url}: the relay does not accept the password for u (535); check "
     "relay.username and the password", {"queued": 2}),
    ("no STARTTLS where it is required", {}, ["relay.starttls=required"], 1,
     "{url}: the relay offers no TLS (STARTTLS), and mail is not sent without; "
     "try smtps:// with port 465, or set relay.starttls to off if the "
     "connection is safe", {"queued": 2}),
    ("refusal of us", {"replies": {"RCPT": "550 5.7.1 blocked"}}, [], 1,
     "{url} refuses the newsletter, and not only this reader: 550 5.7.1 "
     "blocked", {"deferred": 2}),
    ("policy of the first reader's own", {"replies": {"RCPT": [
        "550 5.7.1 members only"]}}, ["relay.sessions=1"], 4, "",
     {"deferred": 1, "accepted": 1}),
    ("policy of the last reader's own", {"replies": {"RCPT": [
        "250 2.1.5 Ok", "550 5.7.1 members only"]}}, ["relay.sessions=1"], 3,
     "", {"refused": 1, "accepted": 1}),
    ("readers that do not exist", {"replies": {"RCPT": "550 5.1.1 nobody"}},
     [], 3, "", {"refused": 2}),
    ("not now", {"replies": {"RCPT": "450 4.2.1 later"}}, [], 4, "",
     {"deferred": 2}),
    ("relay that dies after the message", {"replies": {"DOT": [CUT]}}, [], 3,
     "", {"unknown": 1, "accepted": 1}),
    ("relay that dies in the message", {"replies": {"DATA": CUT}}, [], 4, "",
     {"deferred": 2}),
]


def states(folder):
    lines = run(folder, "status", "--json").stdout.splitlines()
    for row in map(json.loads, lines):
        if row["kind"] == "mailing":
            counts = {key: row[key] for key in
                      ("queued", "accepted", "deferred", "refused", "unknown",
                       "skipped") if row[key]}
            assert sum(counts.values()) == row["total"]
            return counts
    return {}


def fill(text, **words):
    for name, value in words.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def compare(what, done, code, message, folder, **words):
    errors = done.stderr.decode()
    errors = "".join(line + "\n" for line in errors.splitlines()
                     if "[sender-example]" not in line)
    assert "runtime error" not in errors and "Sanitizer" not in errors, errors
    assert done.returncode == code, (what, done.returncode, errors)
    if message is None:
        assert errors.startswith("brevduva: ") and errors.count("\n") == 1, \
            (what, errors)
        return
    want = fill(message, folder=folder, **words)
    if want and not re.match(r"line \d+: ", want):
        want = "brevduva: " + want
    assert errors == (want + "\n" if want else ""), (what, errors, want)


def check_rows():
    for what, spoil, words, code, message in ROWS:
        with tempfile.TemporaryDirectory() as parent:
            folder = make(parent)
            spoil(folder)
            words = [fill(word, folder=folder) for word in words]
            compare(what, run(folder, *words), code, message, folder)


def check_relays():
    for what, twists, more, code, message, want in RELAYS:
        with tempfile.TemporaryDirectory() as parent, Fake(**twists) as fake:
            folder = make(parent)
            url = f"smtp://127.0.0.1:{fake.port}"
            words = [word for setting in [f"relay.url={url}", *more]
                     for word in ("--set", setting)]
            done = run(folder, *words, *SEND, "--no-wait")
            compare(what, done, code, message, folder, url=url)
            assert b"wrong" not in done.stderr + done.stdout, what
            assert states(folder) == want, (what, states(folder))


def check_two_at_once():
    """The second sender says who holds the newsletter, and sends nothing."""
    with tempfile.TemporaryDirectory() as parent, \
            Fake(silent={"RCPT"}) as fake:
        folder = make(parent)
        words = ["--set", f"relay.url=smtp://127.0.0.1:{fake.port}", *SEND]
        first = subprocess.Popen([program, "-C", folder, *words],
                                 env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            while not any(line.startswith("RCPT") for line in fake.said):
                assert first.poll() is None
            done = run(folder, *words)
            assert done.returncode == 4, done
            assert str(first.pid) in done.stderr.decode(), done.stderr
        finally:
            first.kill()
            first.wait()
        assert states(folder) == {"queued": 2}, states(folder)


def check_full_disk():
    """Every size limit: a clear end, a sound database, nobody mailed twice."""
    with tempfile.TemporaryDirectory() as parent:
        folder = make(parent)
        size = (folder / "brevduva.db").stat().st_size
        rows = "".join(f"r{i}@example.org,Reader {i}\n" for i in range(20000))
        (folder / "r.csv").write_text("email,name\n" + rows)
        for extra in (0, 30_000, 300_000):
            limit = size + extra
            done = run(folder, "import", folder / "r.csv", "--consent", "x",
                       preexec_fn=lambda: resource.setrlimit(
                           resource.RLIMIT_FSIZE, (limit, limit)))
            compare("full disk", done, 1, None, folder)
            lists = run(folder, "list", "show").stdout.decode()
            assert "active 2," in lists, lists
        assert run(folder, *SEND).returncode == 0
        assert states(folder) == {"accepted": 2}


def check_no_permission():
    """A folder that may only be read (root may write everywhere)."""
    with tempfile.TemporaryDirectory() as parent:
        folder = make(parent)
        pathlib.Path(parent).chmod(0o755)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        demote = {}
        if os.getuid() == 0: # as nobody, who may not look into root's home
            demote = {"user": 65534, "group": 65534, "extra_groups": [],
                      "program": shutil.copy(program, parent)}
        else:
            folder.chmod(0o555)
        for words in (["new", "A title"], ["subscribe", "c@example.org"]):
            compare("no permission", run(folder, *words, **demote), 1,
                    "{folder}/brevduva.db: the database cannot be written; "
                    "check who owns the file and its folder", folder)
        folder.chmod(0o755)


check_rows()
check_relays()
check_two_at_once()
check_full_disk()
check_no_permission()
print("all survived")
