"""brevduva run: all services, started again when they die, never orphans.

Usage: run.py BREVDUVA [STORY...]
"""
import os
import re
import signal
import subprocess
import threading
import time

from served import Served, main

ANNA = "anna@skogsvik.example"


def is_there(pid):
    """A process that has not ended (a dead one may wait to be collected)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


class Running(Served):
    def start(self, *_, **__):
        self.lines = []
        self.server = subprocess.Popen(
            [self.program, "-C", self.folder, "--lang", "en", *self.options,
             "run", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.reader = threading.Thread(target=self._read_lines,
                                       args=(self.server.stdout,))
        self.reader.start()

    def found(self, pattern):
        """What the pattern's group found in all lines so far."""
        return re.findall(pattern, "\n".join(self.lines))

    def pids(self, service, count=1):
        pattern = rf"{service} is process (\d+)"
        until(lambda: len(self.found(pattern)) >= count)
        return [int(pid) for pid in self.found(pattern)]

    def ready(self, count=1):
        """The pages are there, for the count-th time."""
        pattern = r"on port (\d+)"
        until(lambda: len(self.found(pattern)) >= count)
        self.port = int(self.found(pattern)[-1])


def serves_and_sends(program):
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        site.subscribe(ANNA)
        site.run("send", "2026-4", "--yes")
        link = site.mail_to(ANNA)[0].link("/u/")
        assert site.post(link).status == 200
        assert site.state(ANNA) == "left"
        pids = site.pids("serve") + site.pids("deliver")
        site.stop()
        assert not any(map(is_there, pids))


def signs_with_a_new_key(program):
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        site.subscribe(ANNA)
        site.run("doctor", "--rotate-key", "--keep", "0s")
        site.run("send", "2026-4", "--yes")
        link = site.mail_to(ANNA)[0].link("/u/")
        assert site.get(link).status == 200
        site.stop()


def starts_again_what_dies(program):
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        os.kill(site.pids("serve")[0], signal.SIGKILL)
        os.kill(site.pids("deliver")[0], signal.SIGKILL)
        site.ready(2)
        site.pids("deliver", 2)
        assert site.get("/style.css").status == 200
        assert len(site.found("ended by signal 9, and starts again in 1 s")) == 2
        site.stop()


def leaves_no_orphans(program):
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        pids = site.pids("serve") + site.pids("deliver")
        site.kill()
        until(lambda: not any(map(is_there, pids)))
        site.start()
        site.ready()


def is_told_twice_at_once(program):
    """As a service manager that tells every process of the service."""
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        pids = site.pids("serve") + site.pids("deliver")
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        site.stop()
        assert not any(map(is_there, pids))


def one_is_enough(program):
    with Running(program) as site:
        site.ready()
        until(lambda: site.found("(watches the queue)"))
        assert "sends already" in site.try_run("run")
        site.stop()


def only_sends_without_an_address(program):
    with Running(program, "web.base_url=") as site:
        until(lambda: site.found("(watches the queue)"))
        assert site.found("web.base_url is not set")
        assert not site.found("serve is process")
        site.stop()


def gives_up_what_cannot_work(program):
    with Running(program) as site:
        site.ready()
        site.stop()
        with open(os.path.join(site.folder, "web.crt"), "w") as file:
            file.write("nothing\n")
        site.options = ["--set", "web.tls_cert=web.crt",
                        "--set", "web.tls_key=web.crt"]
        site.start()
        assert site.server.wait(timeout=60) == 2
        site.reader.join()
        site.server = None
        assert site.found("web.tls_cert: web.crt is not in the form PEM")


main(serves_and_sends, signs_with_a_new_key, starts_again_what_dies,
     leaves_no_orphans, is_told_twice_at_once, one_is_enough,
     only_sends_without_an_address, gives_up_what_cannot_work)
