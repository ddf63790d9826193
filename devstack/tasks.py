"""The words of `run.py` that run one program with the stores up: manage, test, bench."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from devstack import environment, prepare
from devstack.browser import ensure_browser
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
    """pytest against quick stores of its own."""
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
