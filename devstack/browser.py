"""The browser of the browser tests: named by CHROMIUM, found, or fetched with apt where that is possible."""

import os
import shutil
import subprocess

from devstack.console import say
from devstack.folders import DATA, last_lines, private_folder

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SKIPPED = "so the browser tests will be skipped. Install Chromium or set CHROMIUM to its program to run them."


def find_browser() -> str | None:
    """The program, if there is one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure_browser() -> str | None:
    """The program, installed first where we are root on Debian; says why when there is none."""
    found = find_browser()
    if found:
        return found
    if os.environ.get("CHROMIUM"):
        say(f"CHROMIUM names no program, {SKIPPED}")
        return None
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"There is no Chromium here, {SKIPPED}")
        return None
    say("installing Chromium for the browser tests (the first time takes a minute or so)")
    _install()
    found = find_browser()
    if not found:
        say(f"Chromium could not be installed, {SKIPPED}\n{last_lines(DATA / 'logs' / 'apt.log', 4)}")
    return found


def _install() -> None:
    log = private_folder(private_folder(DATA) / "logs") / "apt.log"
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    with log.open("ab") as file:
        for command in (["apt-get", "update", "-q"], install):
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=variables, check=False)
