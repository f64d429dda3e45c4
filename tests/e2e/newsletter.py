"""A newsletter folder in a temporary place, worked on by the program."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
SAMPLE = os.path.join(TOP, "docs/samples/hyttvik")
# A real issue is not ours to ship; it may lie beside the tree.
REAL_ISSUE = [os.path.join(TOP, up, "shared/newsletter/2016-1.md")
              for up in ("..", "../..")]


def find_issue():
    """The real issue's path and slug, or the sample's, with a loud word."""
    for path in filter(os.path.exists, REAL_ISSUE):
        return path, "2016-1"
    print("SKIPPED: the real issue is not here; the sample stands in",
          file=sys.stderr)
    return os.path.join(SAMPLE, "issues/2026-4.md"), "2026-4"


class Newsletter:
    def __init__(self, program):
        self.program = os.path.realpath(program)

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="brevduva-test-")
        self.folder = os.path.join(self.temporary.name, "nyhetsbrev")
        self.run("init", self.folder, "--language", "sv",
                 folder=self.temporary.name)
        shutil.copy(os.path.join(SAMPLE, "brevduva.yaml"), self.folder)
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def _run(self, arguments, folder):
        environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="")
        return subprocess.run([self.program, *arguments], text=True,
                              cwd=folder or self.folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def start(self, *arguments, output=subprocess.DEVNULL):
        """A command whose end is not waited for."""
        return subprocess.Popen([self.program, *arguments], cwd=self.folder,
                                stdin=subprocess.DEVNULL, stdout=output,
                                stderr=output)

    def run(self, *arguments, folder=None):
        """What a command prints when it succeeds, as it has to."""
        done = self._run(arguments, folder)
        if done.returncode:
            raise AssertionError(f"brevduva {' '.join(arguments)}: exit "
                                 f"{done.returncode}\n{done.stdout[-2000:]}"
                                 f"{done.stderr[-2000:]}")
        return done.stdout

    def try_run(self, *arguments):
        """All that a command says, whatever comes of it."""
        done = self._run(arguments, None)
        if done.returncode < 0:
            raise AssertionError(f"brevduva {' '.join(arguments)}: killed by "
                                 f"signal {-done.returncode}\n{done.stderr}")
        return done.stdout + done.stderr

    def secret(self, name, text):
        """A file of the folder that only its owner can read."""
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                  "w") as file:
            file.write(text)

    def json(self, *arguments):
        lines = self.run(*arguments, "--json").splitlines()
        return [json.loads(line) for line in lines]

    def use_relays(self, rows):
        """Put these in the place of the sample's relay."""
        with open(os.path.join(SAMPLE, "brevduva.yaml")) as file:
            before, _, after = file.read().partition("\nrelay:")
        after = after.partition("\n\n")[2]
        with open(os.path.join(self.folder, "brevduva.yaml"), "w") as file:
            file.write(f"{before}\nrelays:\n{''.join(rows)}\n{after}")

    def add_issue(self, path):
        shutil.copy(path, os.path.join(self.folder, "issues"))

    def add_readers(self, count):
        """Import made-up readers; their addresses as given."""
        script = os.path.join(TOP, "scripts/made-up-readers")
        table = subprocess.run([script, str(count), "--eai"], check=True,
                               text=True, capture_output=True).stdout
        with open(os.path.join(self.folder, "readers.csv"), "w") as file:
            file.write(table)
        self.run("import", "readers.csv", "--consent", "Signed up in person")
        return [row.partition(";")[0] for row in table.splitlines()[1:]]
