"""The words of `run.py` that run one program with the stores up: manage, test, bench, worlds."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from devstack import environment, prepare
from devstack.browser import ensure_browser
from devstack.console import say
from devstack.folders import ROOT
from devstack.stores import Stores, TestStores


def run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run to the end and give the exit status. Ctrl-C reaches the program too: here it is only waited for."""
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=dict(variables)) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
            except SystemExit:
                process.send_signal(signal.SIGTERM)
                process.wait()
                raise


def manage(words: list[str]) -> int:
    """manage.py against the demonstration's stores, which may be in use by a running site."""
    with Stores() as stores:
        prepare.forget_migrations(stores)
        return run(["manage.py", *words], environment.development(stores.environment()))


def test(words: list[str]) -> int:
    """pytest against quick stores of its own, a process for each core unless the words say how many."""
    if not any(word.startswith(("-n", "-p", "--dist", "--pdb")) for word in words):
        words = ["-n", "auto", "--dist", "worksteal", *words]
    browser = ensure_browser()
    with TestStores() as stores:
        variables = environment.test(stores.environment())
        if browser:
            variables["CHROMIUM"] = browser
        return run(["-m", "pytest", *words], variables)


def bench(words: list[str]) -> int:
    """The benchmarks, against stores that are neither the demonstration's nor made quick for tests."""
    with Stores(prefix="bench-") as stores:
        variables = environment.test(stores.environment())
        variables["ENVIRONMENT"] = os.environ.get("ENVIRONMENT", "test")
        return run(["-m", "benchmarks", *words], variables)


def worlds(words: list[str]) -> int:
    """The long run of the two worlds: schedules drawn anew, from a seed that is printed and can be given again."""
    parser = argparse.ArgumentParser(prog="run.py worlds")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--examples", type=int, default=20, help="schedules for each observer")
    parser.add_argument("--observer", default="", help="one of them alone, such as blake")
    asked = parser.parse_args(words)
    only = f" --observer {asked.observer}" if asked.observer else ""
    say(f"The same again: python3 run.py worlds --seed {asked.seed} --examples {asked.examples}{only}")
    with TestStores() as stores:
        variables = environment.test(stores.environment()) | {"WORLDS_EXAMPLES": str(asked.examples)}
        pytest = ["-m", "pytest", "tests/worlds/test_non_interference.py", "-p", "no:randomly", "-v"]
        return run([*pytest, f"--hypothesis-seed={asked.seed}", "-k", asked.observer], variables)
