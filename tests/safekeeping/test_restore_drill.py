"""The drill: back up with the real programs, restore into a database made for it, and look at everything."""

import json
import shutil
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError
from django.db import connection
from django.test import Client

from accounts.models import User
from clients.models import Partner
from exercises.commands import reminding
from exercises.models import Homework, OutboxMessage, Reflection, Share
from exercises.states import Audience, OutboxState
from safekeeping import audit, walls
from safekeeping.commands import keys
from safekeeping.models import AuditEvent, DataKey
from tests.cast import NOON
from tests.safekeeping.conftest import run

DAY = timedelta(days=1)
ELSEWHERE = "drill_of_restoring"


def administer(words):
    """A statement in another database of the same server, where there is no test's transaction."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(words)


@contextmanager
def fresh_database():
    """An empty database, which the product uses inside the block instead of its own."""
    before = connection.settings_dict["NAME"]
    other = f"{ELSEWHERE}_{before}"
    connection.close()
    administer(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
    administer(f'CREATE DATABASE "{other}" TEMPLATE template0')
    connection.settings_dict["NAME"] = other
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        administer(f'DROP DATABASE "{other}" WITH (FORCE)')


@pytest.fixture
def folders(tmp_path, settings):
    settings.ERASURES_FILE = str(tmp_path / "erased.jsonl")
    settings.BACKUP_DATABASE = {**connection.settings_dict, "USER": walls.BACKUP}
    return tmp_path / "data", tmp_path / "keys"


@pytest.fixture
def clinic(lasting_scene, folders):
    """Both have written, Alex shared, a reminder waits for Blake, and somebody is signed in."""
    scene = lasting_scene
    scene.write("Alex's own words")
    scene.write("Blake's own words", name="blake")
    scene.finish(Audience.PARTNER)
    scene.assign("blake", due_on=(NOON + 2 * DAY).date())
    scene.browser("blake")
    return scene


def back_up(folders):
    run("backup", "--to", folders[0], "--keys-to", folders[1])
    return newest(folders[0]), newest(folders[1])


def newest(folder):
    return max(path for path in folder.iterdir())


def restore(data, keys_in):
    return run("restore", "--from", data, "--keys-from", keys_in, "--yes")


def tables():
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


# --- all goes well


def test_it_brings_everything_back_and_writes_to_nobody(clinic, folders, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    heads = audit.heads()
    texts = {row.pk: row.value for row in [*Reflection.objects.all(), *Share.objects.all()]}
    assert OutboxMessage.objects.filter(state=OutboxState.WAITING).exists()
    assert Session.objects.exists()
    made = back_up(folders)
    with fresh_database():
        said = restore(*made)
        assert f"all {len(texts)} seals open" in said
        assert {row.pk: row.value for row in [*Reflection.objects.all(), *Share.objects.all()]} == texts
        assert audit.verify(heads) == []
        assert not keys.check().broken
        # nobody is written to, whenever the schedule comes by, and nobody is signed in
        mail.outbox.clear()
        for days in range(5):
            assert reminding.send_due(at=NOON + days * DAY).sent == 0
        assert not mail.outbox
        assert not OutboxMessage.objects.filter(state=OutboxState.WAITING).exists()
        assert not Session.objects.exists()
        # the walls stand, and the site works: a page, asked for as the web would
        assert walls.tables_without_a_wall() == []
        assert not lacking_rights()
        blake = Client()
        blake.force_login(User.objects.get(email="blake@example.org"))
        assert blake.get("/", follow=True).status_code == 200


def lacking_rights():
    """Tables that the web may not read, of those it read before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT has_table_privilege('eyelevel_web', oid, 'SELECT')"
            " AND relname NOT IN ('safekeeping_auditlink', 'safekeeping_audithead')"
        )
        return cursor.fetchall()


def test_the_same_clock_would_have_sent_that_reminder(clinic, settings):
    """The drill above would notice: without a restore the mail leaves."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert sum(reminding.send_due(at=NOON + days * DAY).sent for days in range(5)) == 1


def test_who_was_erased_stays_erased_whatever_is_restored(clinic, folders):
    alex, places = clinic.cast.alex.pk, clinic.cast.places
    older = back_up(folders)
    run("erase_person", "alex@example.org", "--yes")
    with fresh_database():
        said = restore(*older)
        assert "1 people are erased again" in said
        person = User.objects.get(pk=alex)
        assert person.email == f"{alex}@erased.invalid"
        assert not person.is_active
        place = Partner.objects.get(pk=places["alex"].pk)
        assert "alex" not in (place.name + place.email).lower().replace(str(place.pk), "")
        assert not Reflection.objects.filter(author=place).exists()
        assert not Share.objects.filter(author=place).exists()
        assert not DataKey.objects.filter(owner_id=place.pk, wrapped__isnull=False).exists()
        assert Reflection.objects.get(author=places["blake"]).value == "Blake's own words"


def test_who_was_erased_stays_erased_when_only_a_later_backup_of_keys_knows(clinic, folders, settings, tmp_path):
    older = back_up(folders)
    run("erase_person", "alex@example.org", "--yes")
    settings.ERASURES_FILE = str(tmp_path / "another-machine.jsonl")
    for folder in older:  # two backups of one second would have one name
        folder.rename(folder.with_name("2020-01-01T000000Z"))
    back_up(folders)
    with fresh_database():
        restore(*(folder.with_name("2020-01-01T000000Z") for folder in older))
        assert not Reflection.objects.filter(author=clinic.cast.places["alex"]).exists()
        assert AuditEvent.objects.filter(verb="person.erased").exists()


# --- and when it does not


@pytest.fixture
def made(clinic, folders):
    return back_up(folders)


def cut(folder, share=2):
    dump = next(folder.glob("*.dump"))
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) // share] if share else b"")
    return dump


def honest(folder):
    """The manifest says of a changed file that it is the one."""
    from safekeeping.dumps.manifest import digest

    about = json.loads((folder / "manifest.json").read_text())
    about["sha256"] = digest(next(folder.glob("*.dump")))
    (folder / "manifest.json").write_text(json.dumps(about))


def test_it_refuses_what_is_cut_empty_or_of_another_backup_and_leaves_nothing(made, folders, tmp_path, settings):
    data, own_keys = made
    changes = {
        "cut short or changed": lambda d, k: cut(d),
        "missing or empty": lambda d, k: cut(d, 0),
        "keys.dump is not the file": lambda d, k: cut(k),
        "no backup": lambda d, k: (d / "manifest.json").unlink(),
        "is not the manifest": lambda d, k: (d / "manifest.json").write_text("{"),
        "of another backup": lambda d, k: edit(k, id="another"),
        "of another version": lambda d, k: edit(d, migrations=["clients.0001_initial"]),
        "is the backup of the keys": lambda d, k: shutil.copytree(k, d, dirs_exist_ok=True),
        "pg_restore failed": lambda d, k: (cut(d), honest(d)),
        "rows, and 2 came back": lambda d, k: edit(d, rows={**about(d)["rows"], "exercises_reflection": 9}),
        "audit trail is not": lambda d, k: edit(d, heads=[{**head, "hash": "00" * 32} for head in about(d)["heads"]]),
    }
    with fresh_database():
        for number, (sentence, change) in enumerate(changes.items()):
            place = tmp_path / f"copies-{number}"
            copies = [Path(shutil.copytree(folder, place / folder.parent.name)) for folder in made]
            change(*copies)
            with pytest.raises(CommandError, match=sentence):
                restore(*copies)
            assert tables() == [], sentence
        settings.KEYS_FILE = str(tmp_path / "others")
        run("make_key", "first")
        with pytest.raises(CommandError, match="Is KEYS_FILE the one of that time"):
            restore(data, own_keys)
        assert tables() == []


def about(folder):
    return json.loads((folder / "manifest.json").read_text())


def edit(folder, **changes):
    (folder / "manifest.json").write_text(json.dumps(about(folder) | changes))


def test_it_refuses_swapped_cells(clinic, folders):
    one, other = Reflection.objects.values_list("pk", "value")
    Reflection.objects.filter(pk=one[0]).update(value=other[1])
    made = back_up(folders)
    with fresh_database():
        with pytest.raises(CommandError, match=f"1 seals do not open(.|\n)*{one[0]}"):
            restore(*made)
        assert tables() == []


def test_it_restores_into_an_empty_database_only_and_when_asked_twice(made):
    before = Homework.objects.count()
    with pytest.raises(CommandError, match="--yes"):
        run("restore", "--from", made[0], "--keys-from", made[1])
    with pytest.raises(CommandError, match="is not empty"):
        restore(*made)
    assert Homework.objects.count() == before
