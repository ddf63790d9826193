"""`run.py check`: everything that can be said about the code without running its tests."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack import environment
from devstack.console import say
from devstack.errors import StackError
from devstack.folders import ROOT
from devstack.stores import TestStores

BRIEF = ("--output-format", "concise")
# matters of taste, and an id in each branch of an if, which is one id on the page (axe sees the page itself)
TASTE = "H006,H015,H021,H030,H031,H043,H053,J004,J018,T003"
# Raw bytes of our own files that a page loads: what a slow telephone has to read. Which files it does not load, and how
# many bytes of CSS and of JavaScript it may.
PAGES = {
    "a page to write on": ({"staff.css", "charts.css", "timer.js"}, 30 * 1024, 19 * 1024),
    "a page with a timer": ({"staff.css", "charts.css", "autosave.js"}, 30 * 1024, 19 * 1024),
    "a partner's page with charts": ({"staff.css", "autosave.js", "timer.js"}, 33 * 1024, 19 * 1024),
    "a page of staff": ({"timer.js"}, 36 * 1024, 19 * 1024),
}


@dataclass(frozen=True)
class Check:
    """One program that must end with 0."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]


def programs(stores: dict[str, str]) -> list[Check]:
    """The checks, the quick ones first."""
    tested, deployed = environment.test(stores), environment.production_dummy(stores)
    python, scripts = sys.executable, Path(sys.executable).parent
    manage = (python, "manage.py")
    commands: list[tuple[str, tuple[str, ...], Mapping[str, str]]] = [
        ("format", (python, "-m", "ruff", "format", "--check", *BRIEF, "."), tested),
        ("lint", (python, "-m", "ruff", "check", *BRIEF, "."), tested),
        ("templates", (python, "-m", "djlint", "--lint", "--quiet", "--ignore", TASTE, "templates"), tested),
        ("import contracts", (str(scripts / "lint-imports"),), tested),
        (
            "compose file",
            (
                python,
                "-m",
                "check_jsonschema",
                "--builtin-schema",
                "vendor.compose-spec",
                "docker-compose.yml",
            ),
            tested,
        ),
        ("migrations in step", (*manage, "makemigrations", "--check", "--dry-run"), tested),
        ("deployment", (*manage, "check", "--deploy", "--fail-level", "WARNING"), deployed),
        ("types", (python, "-m", "mypy"), tested),
    ]
    return [Check(*command) for command in commands]


def over_budget(root: Path = ROOT) -> list[str]:
    """A sentence for each kind of page that loads too much of our own."""
    files = {kind: list((root / "static" / kind).rglob(f"*.{kind}")) for kind in ("css", "js")}
    found = []
    for page, (left_out, *allowed) in PAGES.items():
        for (kind, paths), most in zip(files.items(), allowed, strict=True):
            weight = sum(path.stat().st_size for path in paths if path.name not in left_out)
            if weight > most:
                found.append(f"{page} loads {weight} bytes of {kind}; the budget is {most}.")
    return found


def passes(check: Check) -> bool:
    """Run it, and show what it says when it fails."""
    answer = subprocess.run(
        check.command, cwd=ROOT, env=dict(check.variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    say(f"{'ok    ' if answer.returncode == 0 else 'FAILED'} {check.name}")
    if answer.returncode:
        print(answer.stdout, flush=True)
    return answer.returncode == 0


def check(words: list[str]) -> int:
    """All of them, or those whose names are given; 1 when any fails."""
    with TestStores() as stores:
        known = programs(stores.environment())
        unknown = set(words) - {item.name for item in known} - {"budgets"}
        if unknown:
            raise StackError(f"No check has the name {' or '.join(sorted(unknown))}.")
        failed = [item.name for item in known if (not words or item.name in words) and not passes(item)]
    if not words or "budgets" in words:
        heavy = over_budget()
        say(f"{'FAILED' if heavy else 'ok    '} budgets")
        print(*heavy, sep="\n", end="\n" if heavy else "", flush=True)
        failed += ["budgets"] if heavy else []
    say(f"{len(failed)} failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0
