"""pg_dump and pg_restore: where they are, how they reach a database, and what they say when they fail."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql.client import DatabaseClient

from safekeeping.operating import Trouble

COPY = re.compile(rb"COPY public\.\"?(\w+)\"? ")
ENTRY = re.compile(r"^\d+; \d+ \d+ (TABLE DATA|TABLE) public (\S+) ", re.MULTILINE)


def program(name: str) -> str:
    """Where a program of PostgreSQL's is: in PG_BIN, else on the path."""
    found = shutil.which(name, path=settings.PG_BIN or None)
    if not found:
        where = f"in PG_BIN ({settings.PG_BIN})" if settings.PG_BIN else "on the path; PG_BIN can name its folder"
        raise Trouble(f"There is no {name} {where}.")
    return found


def major(name: str) -> int:
    """The major version of a program."""
    words = subprocess.run([program(name), "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"(\d+)", words.stdout)
    if not found:
        raise Trouble(f"{name} does not say its version.")
    return int(found.group(1))


@dataclass(frozen=True)
class Address:
    """A database, as a program reaches it and as we do."""

    settings: Mapping[str, Any]

    @property
    def words(self) -> list[str]:
        *words, name = DatabaseClient.settings_to_cmd_args_env(self._plain, [])[0][1:]
        return [*words, "--no-password", "--dbname", name]

    @property
    def environment(self) -> dict[str, str]:
        own = DatabaseClient.settings_to_cmd_args_env(self._plain, [])[1] or {}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, **own}

    @property
    def _plain(self) -> dict[str, Any]:
        options = {name: value for name, value in (self.settings.get("OPTIONS") or {}).items() if name != "pool"}
        return {**self.settings, "OPTIONS": options}

    def connect(self) -> "psycopg.Connection[Any]":
        plain = self._plain
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        found = {name: plain[key] for name, key in names.items() if plain.get(key)}
        known = {n: v for n, v in plain["OPTIONS"].items() if n.startswith("ssl")}
        try:
            return psycopg.connect(**found, **known)
        except psycopg.OperationalError as error:
            raise Trouble(f"PostgreSQL does not let us in: {error}") from error


def run(name: str, *words: str, address: Address | None = None) -> str:
    """What a program says. Raises Trouble with its own words when it fails."""
    command = [program(name), *(address.words if address else []), *words]
    environment = address.environment if address else None
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    if answer.returncode:
        raise Trouble(f"{name} failed:\n{answer.stderr.strip()[-2000:]}")
    return answer.stdout


def listed(dump: Path) -> dict[str, set[str]]:
    """The names behind "TABLE" and "TABLE DATA" in a dump's list."""
    found: dict[str, set[str]] = {"TABLE": set(), "TABLE DATA": set()}
    for kind, table in ENTRY.findall(run("pg_restore", "--list", str(dump))):
        found[kind].add(table)
    return found


def rows_in(dump: Path) -> dict[str, int]:
    """
    How many rows a dump really holds, by table: read to its end, so that one cut short is noticed. Text of COPY has
    a line a row.
    """
    counts: dict[str, int] = {}
    table = ""
    command = [program("pg_restore"), "--data-only", "--file", "-", str(dump)]
    for line in _lines(command):
        if table:
            if line == b"\\.\n":
                table = ""
            else:
                counts[table] += 1
        elif begins := COPY.match(line):
            table = begins.group(1).decode()
            counts[table] = 0
    return counts


def _lines(command: list[str]) -> Iterator[bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        if process.stdout is None or process.stderr is None:
            raise Trouble("pg_restore has nothing to say.")
        yield from process.stdout
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise Trouble(f"The dump cannot be read to its end:\n{said.strip()[-2000:]}")
