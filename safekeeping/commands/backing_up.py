"""
Backing up: the data in one folder, the keys in another, both of one instant, and checked before they count.

The dump is made as a role that row-level security does not bind. One that is bound would, asked the wrong way, write an
empty dump and say that all went well; so nothing is believed here that was not counted.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import Connection, sql

from safekeeping.commands import erasing
from safekeeping.dumps import programs
from safekeeping.dumps.manifest import DATA, KEYS, Manifest, backups_in, digest
from safekeeping.operating import Trouble

KEY_TABLE = "safekeeping_datakey"
LEFT_OUT = frozenset({"django_session"})  # who is signed in is nobody's business later on
TABLES = """
    SELECT relname FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
HEADS = "SELECT clinic_id::text, number, encode(hash, 'hex') FROM safekeeping_audithead ORDER BY 1"
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
ERASED = "SELECT DISTINCT split_part(subject, ':', 2) FROM safekeeping_auditevent WHERE verb = %s ORDER BY 1"


@dataclass(frozen=True)
class Snapshot:
    """The database at one instant: what there is, to be compared with what was dumped."""

    name: str
    server: int
    rows: dict[str, int]
    heads: list[dict[str, Any]]
    migrations: list[str]
    erased: list[str]


@dataclass(frozen=True)
class Made:
    """A backup that was made and checked."""

    data: Path
    keys: Path
    rows: int
    keys_kept: int


def back_up(*, database: Mapping[str, Any], to: Path, keys_to: Path, at: datetime) -> Made:
    """Make a backup. Raises Trouble, and leaves nothing that looks like one, when anything is not as it should be."""
    _insist_on_two_folders(to, keys_to)
    address = programs.Address(database)
    name, ident = at.strftime("%Y-%m-%dT%H%M%SZ"), str(uuid4())
    halves = {DATA: _begun(to, name), KEYS: _begun(keys_to, name)}
    try:
        with address.connect() as connection:
            now = _snapshot(connection)
            for kind, folder in halves.items():
                _dump(address, kind, folder, now)
        for kind, folder in halves.items():
            counted = _checked(kind, folder, now)
            Manifest(
                id=ident, kind=kind, made_at=at.isoformat(), server=now.server, rows=counted, heads=now.heads,
                sha256=digest(folder / f"{kind}.dump"), migrations=now.migrations, erased=now.erased,
            ).write(folder)  # fmt: skip
        # the keys first: data without keys would be worth nothing, and look like a backup
        keys = halves[KEYS].rename(keys_to / name)
        data = halves[DATA].rename(to / name)
    except BaseException:
        for folder in halves.values():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return Made(data, keys, sum(now.rows.values()) - now.rows[KEY_TABLE], now.rows[KEY_TABLE])


def prune(folder: Path, *, days: int, at: datetime) -> int:
    """Delete the backups older than some days, and never the last; the answer is how many were."""
    old = [path for path, manifest in backups_in(folder)[:-1] if manifest.at < at - timedelta(days=days)]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _insist_on_two_folders(to: Path, keys_to: Path) -> None:
    one, other = to.resolve(), keys_to.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise Trouble("Data and keys belong in two folders, and neither within the other: whoever has both can read.")


def _begun(folder: Path, name: str) -> Path:
    """A folder of its own, under a name that is not a backup's until it is finished."""
    path = folder / f"unfinished-{name}"
    if (folder / name).exists():
        raise Trouble(f"{folder / name} is there already.")
    try:
        path.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Trouble(f"{path} cannot be made ({error.strerror}).") from error
    return path


def _snapshot(connection: "Connection[Any]") -> Snapshot:
    """Everything that is compared later, of one instant that both dumps are made of, too."""
    server = connection.info.server_version // 10000
    if programs.major("pg_dump") < server:
        raise Trouble(f"pg_dump is of PostgreSQL {programs.major('pg_dump')}, older than the server ({server}).")
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    _insist_on_seeing_all(connection)
    (name,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    tables = [table for (table,) in connection.execute(TABLES)]
    if KEY_TABLE not in tables:
        raise Trouble("There is nothing to back up: the tables are not there.")
    rows = {}
    for table in tables:
        counting = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
        (rows[table],) = connection.execute(counting).fetchone() or (0,)
    heads = [dict(zip(("clinic", "number", "hash"), head, strict=True)) for head in connection.execute(HEADS)]
    erased = {person for (person,) in connection.execute(ERASED, [erasing.ERASED])}
    return Snapshot(
        name=name, server=server, rows=rows, heads=heads, erased=sorted(erased | _listed()),
        migrations=[migration for (migration,) in connection.execute(MIGRATIONS)],
    )  # fmt: skip


def _listed() -> set[str]:
    return {str(person) for person in erasing.written_down(erasing.list_of_erasures())}


def _insist_on_seeing_all(connection: "Connection[Any]") -> None:
    asked = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    name, sees_all = connection.execute(asked).fetchone() or ("", False)
    if not sees_all:
        raise Trouble(
            f"The role {name} is bound by row-level security: its dump would lack rows. BACKUP_DATABASE_URL connects "
            "as eyelevel_backup, which has BYPASSRLS (deploy/roles.sql)."
        )


def _dump(address: programs.Address, kind: str, folder: Path, now: Snapshot) -> None:
    path = folder / f"{kind}.dump"
    path.touch(mode=0o600)
    words = ["--format=custom", f"--snapshot={now.name}", f"--file={path}"]
    if kind == KEYS:
        words += ["--data-only", f"--table=public.{KEY_TABLE}"]
    else:
        words += [f"--exclude-table-data=public.{table}" for table in sorted({KEY_TABLE, *LEFT_OUT})]
    programs.run("pg_dump", *words, address=address)


def _checked(kind: str, folder: Path, now: Snapshot) -> dict[str, int]:
    """The rows in a dump, counted, once they are known to be those of the database."""
    path = folder / f"{kind}.dump"
    if not path.stat().st_size:
        raise Trouble(f"pg_dump wrote an empty file for the {kind}.")
    wanted = {KEY_TABLE} if kind == KEYS else now.rows.keys() - {KEY_TABLE, *LEFT_OUT}
    listed = programs.listed(path)
    missing = sorted((now.rows.keys() - listed["TABLE"] if kind == DATA else set()) | (wanted - listed["TABLE DATA"]))
    if missing:
        raise Trouble(f"The dump of the {kind} lacks {', '.join(missing)}.")
    if kind == DATA and KEY_TABLE in listed["TABLE DATA"]:
        raise Trouble("The dump of the data holds the keys, too.")
    counted = programs.rows_in(path)
    for table in sorted(wanted):
        if counted.get(table, 0) != now.rows[table]:
            raise Trouble(f"The dump is short: {table} has {now.rows[table]} rows, and {counted.get(table, 0)} in it.")
    return {table: counted.get(table, 0) for table in sorted(wanted)}
