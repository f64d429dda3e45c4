"""Processor time of commands, for the benchmarks."""
import os
import subprocess
import sys


def measure(command):
    """Processor seconds and the most memory, in kB, of a command."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[:3]}: failed with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def per_second(command, times, things=1):
    """How many a second and core: what `times` cost more than one time, so
    that what a program needs to start is taken off."""
    once, _ = measure(command("1"))
    many, _ = measure(command(str(times + 1)))
    return times * things / max(many - once, 1e-6)


def build(top, target):
    """The flavour that is released, with one program of the benchmarks."""
    for command in (["cmake", "--preset", "bench"],
                    ["cmake", "--build", "--preset", "bench", "--target",
                     target]):
        subprocess.run(command, cwd=top, check=True,
                       stdout=subprocess.DEVNULL)
    return top / "build/bench/tests/bench" / target


def row(what, first, second, goal):
    """One line: both, and whether their ratio is as the goal (">= 50") asks."""
    word, limit = goal.split()
    ratio = first / second
    met = ratio >= float(limit) if word == ">=" else ratio <= float(limit)
    print(f"{what:36} {first:12.0f} {second:12.0f} {ratio:8.2f}x  {goal}x"
          f"{'' if met else '  MISSED'}", flush=True)
