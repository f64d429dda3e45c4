"""A newsletter to send: the real program, with readers and one issue."""
import contextlib
import os
import pathlib
import sqlite3
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
ISSUE = """---
title: Nytt från Hyttvik
preheader: Allt om byn
---

Hej {{first_name|läsare}}!

Kom till torget, så får du se något nytt.
"""


class Newsletter:
    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)

    def command(self, *words, **settings):
        """settings: relay_url="smtp://…" and so on."""
        pairs = [word for name, value in settings.items()
                 for word in ("--set", f"{name.replace('_', '.', 1)}={value}")]
        return [self.program, "-C", self.folder, *pairs, *words]

    def make(self, emails, issue=ISSUE):
        quiet = {"check": True, "env": ENVIRONMENT,
                 "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run([self.program, "init", self.folder, "--language", "sv"],
                       **quiet)
        sample = (TOP / "docs/samples/hyttvik/brevduva.yaml").read_text()
        (self.folder / "brevduva.yaml").write_text(
            sample.replace("hyttvik.example", "byn.test"))
        for file in (self.folder / "issues").iterdir():
            file.unlink()
        (self.folder / "issues/nytt.md").write_text(issue)
        readers = self.folder / "readers.csv"
        readers.write_text("email,name\n" + "".join(
            f"{email},Namn {i}\n" for i, email in enumerate(emails)))
        subprocess.run(self.command("import", readers, "--consent", "said so"),
                       **quiet)
        return self

    def run(self, *words, before=None, now=None, **settings):
        """(exit code, standard output, standard error)"""
        clock = {"BREVDUVA_NOW": str(now)} if now else {}
        done = subprocess.run(self.command(*words, **settings),
                              env={**ENVIRONMENT, **clock}, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=300, preexec_fn=before, check=False)
        assert "runtime error" not in done.stderr, done.stderr
        assert "Sanitizer" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    def start(self, *words, environment=ENVIRONMENT, before=None, **settings):
        return subprocess.Popen(
            self.command(*words, **settings), env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, preexec_fn=before)

    @contextlib.contextmanager
    def database(self):
        db = sqlite3.connect(self.folder / "brevduva.db", timeout=20,
                             isolation_level=None)
        try:
            yield db
        finally:
            db.close()

    def ledger(self):
        """[(email, state, Message-ID)]; none before the mailing is made."""
        with self.database() as db:
            return db.execute(
                "SELECT d.email, d.state, m.id || '.' || d.id || '.' || "
                "m.message_id_salt || '@' || m.message_id_domain "
                "FROM delivery d JOIN mailing m ON m.id = d.mailing_id"
            ).fetchall()

    def states(self):
        """{state: copies}"""
        out = {}
        for _, state, _ in self.ledger():
            out[state] = out.get(state, 0) + 1
        return out
