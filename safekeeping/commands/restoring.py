"""
Restoring a backup into an empty database. The site's roles may touch nothing until the last step has gone well; when
one does not, the database is emptied again, so that nobody works with half of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from safekeeping import audit, walls
from safekeeping.commands import erasing, keys
from safekeeping.dumps import programs
from safekeeping.dumps.manifest import DATA, KEYS, Manifest, backups_in
from safekeeping.operating import Trouble

HERE = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
COUNT = 'SELECT count(*) FROM public."{}"'
# Only what this role owns, and only after it was seen that there was nothing before.
EMPTY = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    LOOP EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', thing.relname); END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name); END LOOP;
END $$;
"""


@dataclass(frozen=True)
class Restored:
    """What is there now."""

    rows: int
    cells: int
    made_at: str
    settled: Any


def restore(
    *, database: Mapping[str, Any], data: Path, keys_in: Path, erasures: Path, settle: Callable[[set[UUID]], Any]
) -> Restored:
    """
    Restore both halves of one backup. `settle` is called with everybody who was ever erased, and stops what must not
    go on. Raises Trouble, with the database as empty as before, when anything is not as it was backed up.
    """
    halves = {DATA: Manifest.read(data), KEYS: Manifest.read(keys_in)}
    files = _files(halves, data, keys_in)
    erased = _erased(halves, keys_in, erasures)
    _insist_on_empty()
    try:
        return _restored(programs.Address(database), halves, files, settle, erased)
    except BaseException:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY)
        raise


def _files(halves: dict[str, Manifest], data: Path, keys_in: Path) -> dict[str, Path]:
    for kind, manifest in halves.items():
        if manifest.kind != kind:
            raise Trouble(f"What is given as the {kind} is the backup of the {manifest.kind}.")
    if halves[DATA].id != halves[KEYS].id:
        raise Trouble("These keys are not those of this data: they are of another backup.")
    here = _migrations_here()
    if set(halves[DATA].migrations) != here:
        other = sorted(set(halves[DATA].migrations) ^ here)
        raise Trouble(
            f"This backup is of another version of the program ({', '.join(other[:5])}). Restore it with that version, "
            "and migrate afterwards."
        )
    return {DATA: halves[DATA].dump(data), KEYS: halves[KEYS].dump(keys_in)}


def _migrations_here() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def _erased(halves: dict[str, Manifest], keys_in: Path, erasures: Path) -> set[UUID]:
    """Everybody that any list knows: this backup's, those of all later ones beside it, and the list itself."""
    known = {person for half in halves.values() for person in half.erased}
    for _path, manifest in backups_in(keys_in.resolve().parent):
        known |= set(manifest.erased)
    return {UUID(person) for person in known} | erasing.written_down(erasures)


def _insist_on_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(HERE)
        (tables,) = cursor.fetchone()
    if tables:
        raise Trouble(
            f"The database {connection.settings_dict['NAME']} is not empty: it has {tables} tables. Restore into one "
            "that was made a moment ago, before any migration."
        )


def _restored(
    address: programs.Address, halves: dict[str, Manifest], files: dict[str, Path], settle: Callable[[set[UUID]], Any],
    erased: set[UUID],
) -> Restored:  # fmt: skip
    _load(address, files)
    rows = _insist_on_every_row(halves)
    _insist_on_the_trail(halves[DATA])
    settled = settle(erased)
    _insist_on_the_trail(halves[DATA])
    seals = keys.check()
    if seals.broken:
        names = "\n".join(seals.broken[:20])
        raise Trouble(f"{len(seals.broken)} seals do not open. Is KEYS_FILE the one of that time?\n{names}")
    walls.build()  # from here on the site may be let in
    return Restored(rows, sum(seals.opened.values()), halves[DATA].made_at, settled)


def _load(address: programs.Address, files: dict[str, Path]) -> None:
    """Tables and rows, then the keys, then what guards them: row-level security would refuse rows that come later."""
    whole = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    for kind, *sections in ((DATA, "pre-data", "data"), (KEYS, "data"), (DATA, "post-data")):
        words = [*whole, *(f"--section={section}" for section in sections), str(files[kind])]
        programs.run("pg_restore", *words, address=address)


def _insist_on_every_row(halves: dict[str, Manifest]) -> int:
    wanted = halves[DATA].rows | halves[KEYS].rows
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    if lacking := sorted(known - wanted.keys() - {"django_session"}):
        raise Trouble(f"The backup lacks {', '.join(lacking)}.")
    with connection.cursor() as cursor:
        for table, count in wanted.items():
            cursor.execute(COUNT.format(table))
            (there,) = cursor.fetchone()
            if there != count:
                raise Trouble(f"{table} had {count} rows, and {there} came back.")
    return sum(wanted.values())


def _insist_on_the_trail(manifest: Manifest) -> None:
    problems = audit.verify(manifest.anchors)
    if problems:
        raise Trouble("The audit trail is not as it was backed up:\n" + "\n".join(problems[:20]))
