"""A backup is loud when it is not one."""

import json
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from django.utils import timezone

from exercises.models import Reflection
from safekeeping import walls
from safekeeping.commands import backing_up
from safekeeping.dumps import programs
from tests.cast import NOON
from tests.safekeeping.conftest import run

SECRET = "what nobody else may read"


@pytest.fixture
def folders(lasting_scene, tmp_path, settings):
    lasting_scene.write(SECRET)
    settings.ERASURES_FILE = str(tmp_path / "erased.jsonl")
    settings.BACKUP_DATABASE = {**connection.settings_dict, "USER": walls.BACKUP}
    return tmp_path / "data", tmp_path / "keys"


def back_up(folders, *more):
    return run("backup", "--to", folders[0], "--keys-to", folders[1], *more)


def refused(folders, sentence):
    with pytest.raises(CommandError, match=sentence):
        back_up(folders)
    assert not [path for folder in folders if folder.exists() for path in folder.iterdir()]


def half(folder):
    (path,) = folder.iterdir()
    return path, json.loads((path / "manifest.json").read_text())


def test_it_counts_every_row_of_every_table_and_keeps_the_keys_apart(folders):
    back_up(folders)
    (data, about_data), (own_keys, about_keys) = (half(folder) for folder in folders)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert about_data["rows"].keys() == tables - {"safekeeping_datakey", "django_session"}
    assert about_data["rows"]["exercises_reflection"] == 1
    assert about_keys["rows"] == {"safekeeping_datakey": 1}
    assert "safekeeping_datakey" not in programs.rows_in(data / "data.dump")
    assert programs.rows_in(own_keys / "keys.dump").keys() == {"safekeeping_datakey"}
    assert about_data["id"] == about_keys["id"]
    assert about_data["heads"]
    assert "safekeeping.0002_seals_and_chain" in about_data["migrations"]


def test_nobody_else_on_the_machine_reads_it(folders):
    back_up(folders)
    for folder in folders:
        path, _about = half(folder)
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE(next(path.glob("*.dump")).stat().st_mode) == 0o600


def test_it_dumps_the_instant_that_was_counted(folders, monkeypatch):
    """What is written between counting and dumping belongs to the next backup."""
    real = backing_up._snapshot

    def snapshot(own):
        found = real(own)
        with transaction.atomic():
            kept = Reflection.objects.get()
            Reflection.objects.create(
                homework_id=kept.homework_id, clinic_id=kept.clinic_id, couple_id=kept.couple_id,
                author_id=kept.author_id, step_key="line", value="later", written_at=NOON,
            )  # fmt: skip
        return found

    monkeypatch.setattr(backing_up, "_snapshot", snapshot)
    back_up(folders)
    assert Reflection.objects.count() == 2
    assert half(folders[0])[1]["rows"]["exercises_reflection"] == 1


@pytest.mark.parametrize("keys_to", ["data", "data/keys", "."])
def test_it_keeps_data_and_keys_in_two_folders(folders, keys_to):
    with pytest.raises(CommandError, match="two folders"):
        back_up((folders[0], folders[0].parent / keys_to))


@pytest.mark.parametrize("role", [walls.WEB, walls.WORKER, "eyelevel"])
def test_it_refuses_a_role_that_row_level_security_binds(folders, settings, role):
    settings.BACKUP_DATABASE = {**settings.BACKUP_DATABASE, "USER": role}
    refused(folders, f"The role {role} is bound by row-level security")


def test_pg_dump_itself_fails_for_such_a_role(folders, settings, monkeypatch):
    """Were our own question wrong, the dump would still not be an empty one that passes for whole."""
    monkeypatch.setattr(backing_up, "_insist_on_seeing_all", lambda _connection: None)
    settings.BACKUP_DATABASE = {**settings.BACKUP_DATABASE, "USER": "eyelevel"}  # owns everything, and is bound
    refused(folders, "row-level security")


def fake(tmp_path, settings, name, script):
    """A program in front of the real one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for real in ("pg_dump", "pg_restore"):
        path = folder / real
        path.write_text(f'#!/bin/sh\nexec {Path(programs.program(real))} "$@"\n')
        path.chmod(0o755)
    (folder / name).write_text(f"#!/bin/sh\nreal={programs.program(name)}\n{script}\n")
    settings.PG_BIN = str(folder)


WROTE = 'for word; do case "$word" in --file=*) file="${word#--file=}";; esac; done'


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (f'case "$1" in --version) exec "$real" "$@";; esac; {WROTE}; : >"$file"', "an empty file"),
        (
            f'"$real" "$@"; {WROTE}; if [ -n "$file" ]; then head -c 3000 "$file" >"$file.s"; mv "$file.s" "$file"; fi',
            "pg_restore failed|cannot be read to its end|lacks",
        ),
        ('case "$1" in --version) exec "$real" "$@";; esac; echo no space left >&2; exit 1', "no space left"),
        (
            'case "$1" in --version) exec "$real" "$@";; esac; exec "$real" "$@" --exclude-table-data=*reflection',
            "lacks exercises_reflection",
        ),
        (
            'case "$1" in --version) exec "$real" "$@";; esac; exec "$real" "$@" --exclude-table=*share',
            "exercises_share",
        ),
        ("echo 'pg_dump (PostgreSQL) 15.2'", "older than the server"),
    ],
    ids=["empty", "cut", "failing", "without rows", "without a table", "old"],
)
def test_it_is_loud_when_the_dump_is_not_whole(folders, tmp_path, settings, script, sentence):
    fake(tmp_path, settings, "pg_dump", script)
    refused(folders, sentence)


def test_it_is_loud_when_rows_are_missing_from_the_dump(folders, monkeypatch):
    """As a policy would have it that hides some: every table is there, and too few rows in it."""
    real = programs.rows_in
    monkeypatch.setattr(programs, "rows_in", lambda dump: real(dump) | {"exercises_reflection": 0})
    refused(folders, "short: exercises_reflection has 1 rows, and 0 in it")


def test_it_says_what_is_missing(folders, settings, tmp_path):
    settings.PG_BIN = str(tmp_path)
    refused(folders, "There is no pg_dump in PG_BIN")
    settings.ERASURES_FILE = ""
    settings.PG_BIN = ""
    settings.BACKUP_DATABASE = {}
    refused(folders, "BACKUP_DATABASE_URL is missing")


def test_it_needs_a_list_of_the_erased(folders, settings):
    settings.ERASURES_FILE = ""
    refused(folders, "ERASURES_FILE names no file")


def test_it_keeps_keys_for_less_long_than_data_and_never_deletes_the_last(folders):
    for folder in folders:
        for days in (40, 10, 3):
            back_dated(folder, days)
    back_up(folders, "--prune", "30", "--prune-keys", "7")
    assert len(list(folders[0].iterdir())) == 3
    assert len(list(folders[1].iterdir())) == 2
    assert backing_up.prune(folders[1], days=0, at=NOON + timedelta(days=9999)) == 1
    assert len(list(folders[1].iterdir())) == 1


def back_dated(folder, days):
    at = timezone.now() - timedelta(days=days)
    path = folder / at.strftime("%Y-%m-%dT%H%M%SZ")
    path.mkdir(parents=True)
    about = {"id": "x", "kind": "data", "made_at": at.isoformat(), "server": 18, "sha256": "", "rows": {}}
    (path / "manifest.json").write_text(json.dumps(about))


def test_no_text_is_in_either_half(folders):
    """Read as pg_restore writes it out, where nothing is compressed."""
    back_up(folders)
    for folder in folders:
        path, _about = half(folder)
        written = programs.run("pg_restore", "--file", "-", str(next(path.glob("*.dump"))))
        assert SECRET not in written
        assert len(written) > 500


def test_it_gives_the_password_to_nobody_who_lists_processes(settings):
    address = programs.Address({**connection.settings_dict, "PASSWORD": "opensesame"})
    assert "opensesame" not in " ".join(address.words)
    assert address.environment["PGPASSWORD"] == "opensesame"
    assert "SECRET_KEY" not in address.environment
    assert set(address.environment) < set(os.environ) | {"PGPASSWORD"}
