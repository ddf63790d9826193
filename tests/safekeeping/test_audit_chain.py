"""The audit trail: only added to, and whoever changes it all the same is found, to the row."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError
from django.db import Error, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safekeeping import audit, walls
from safekeeping.models import AuditEvent, AuditHead, AuditLink
from tests.cast import NOON
from tests.conftest import role
from tests.safekeeping.conftest import run

ONE, OTHER = UUID(int=1), UUID(int=2)
TABLES = ("safekeeping_auditevent", "safekeeping_auditlink", "safekeeping_audithead")


class Somebody:
    def __init__(self, user_id):
        self.user_id = user_id


def chained():
    """The links are written when a transaction commits; a test's never does, so it asks for them now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def note(clinic=ONE, verb="thing.done", number=0, actor=None):
    by, at = Somebody(actor) if actor else None, NOON + timedelta(seconds=number)
    audit.record(verb=verb, by=by, subject=f"thing:{number}", at=at, clinic_id=clinic)


@pytest.fixture
def trail(db):
    for number in range(1, 6):
        note(number=number)
    note(OTHER)
    note(None)
    chained()


@contextmanager
def without_guards():
    """What the owner of the tables can do who means to: switch the triggers off."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def event(number):
    return AuditEvent.objects.get(pk=AuditLink.objects.get(clinic_id=ONE, number=number).event_id)


def verify(*words):
    """What verify_audit says where it finds something."""
    out = []
    with pytest.raises(CommandError, match="not as they were written") as raised:
        out.append(run("verify_audit", *words))
    return "\n".join([*audit.verify(heads(*words)), str(raised.value)])


def heads(*words):
    from safekeeping.management.commands.verify_audit import kept

    return kept(words[1]) if words else []


@pytest.fixture
def exported(trail, tmp_path):
    path = tmp_path / "heads.jsonl"
    path.write_text(run("export_audit_heads"))
    return path


# --- finding what was done to it


def test_it_finds_a_whole_trail_whole(trail, exported):
    assert "3 audit chains are whole, with 7 events" in run("verify_audit", "--heads", exported)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verb", "thing.undone"), ("subject", "thing:9"), ("device", "phone"), ("actor_id", UUID(int=9)),
        ("at", NOON + timedelta(microseconds=1)),
    ],
)  # fmt: skip
def test_it_names_the_row_that_was_changed(trail, field, value):
    changed = event(3)
    with without_guards():
        AuditEvent.objects.filter(pk=changed.pk).update(**{field: value})
    assert f"number 3, event {changed.pk}, is not as it was written" in verify()


def test_it_names_a_row_that_was_moved_to_another_clinic(trail):
    with without_guards():
        AuditEvent.objects.filter(pk=event(3).pk).update(clinic_id=OTHER)
    assert f"Clinic {OTHER}" in verify()


def test_it_names_the_row_that_was_deleted_in_the_middle(trail):
    gone = event(3).pk
    with without_guards():
        AuditEvent.objects.filter(pk=gone).delete()
    assert f"the event of number 3, {gone}, is missing" in verify()


def test_it_names_the_numbers_that_are_missing(trail):
    with without_guards():
        for number in (2, 3):
            AuditEvent.objects.filter(pk=event(number).pk).delete()
        AuditLink.objects.filter(clinic_id=ONE, number__in=[2, 3]).delete()
    assert "numbers 2 to 3 are missing" in verify()


def cut_the_end(*, and_the_head):
    with without_guards():
        for number in (4, 5):
            AuditEvent.objects.filter(pk=event(number).pk).delete()
        AuditLink.objects.filter(clinic_id=ONE, number__gt=3).delete()
        if and_the_head:
            last = AuditLink.objects.get(clinic_id=ONE, number=3)
            AuditHead.objects.filter(clinic_id=ONE).update(number=3, hash=bytes(last.hash))


def test_it_finds_an_end_that_was_cut_off(trail):
    cut_the_end(and_the_head=False)
    assert "numbers 4 to 5 are missing" in verify()


def test_it_finds_an_end_cut_off_with_its_head_by_the_heads_kept_elsewhere(exported):
    cut_the_end(and_the_head=True)
    assert audit.verify() == []  # alone, the database cannot tell
    assert "numbers 4 to 5 are missing" in verify("--heads", exported)


def test_it_finds_a_chain_written_anew_by_the_heads_kept_elsewhere(exported):
    """All links are made again, to fit a changed event: within the database, everything is in order."""
    with without_guards() as cursor:
        AuditEvent.objects.filter(pk=event(2).pk).update(verb="thing.undone")
        events = [event(number) for number in range(1, 6)]
        AuditLink.objects.filter(clinic_id=ONE).delete()
        AuditHead.objects.filter(clinic_id=ONE).delete()
        for each in events:
            cursor.execute("SELECT eyelevel_audit_chain(e) FROM safekeeping_auditevent e WHERE id = %s", [each.pk])
    assert audit.verify() == []
    assert "number 5 is not the one whose hash was kept" in verify("--heads", exported)


def test_it_names_a_row_that_was_put_in_beside_the_chain(trail):
    with without_guards():
        note(number=99, verb="never.done")
        chained()
    stray = AuditEvent.objects.get(verb="never.done")
    assert f"event {stray.pk} is not in the chain" in verify()


def test_it_finds_that_everything_is_gone(exported):
    with without_guards() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
    assert "the whole chain is missing" in verify("--heads", exported)


def test_it_finds_the_events_gone_by_what_is_left(trail):
    with without_guards() as cursor:
        cursor.execute("TRUNCATE safekeeping_auditevent")
    assert "the event of number 1" in verify()


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"clinic": "x", "number": 1, "hash": ""}', "[]"])
def test_it_takes_no_other_file_for_heads(trail, tmp_path, text):
    path = tmp_path / "heads"
    path.write_text(text)
    with pytest.raises(CommandError, match="heads"):
        run("verify_audit", "--heads", path)


def test_it_exports_a_line_a_clinic(trail):
    lines = [json.loads(line) for line in run("export_audit_heads").splitlines()]
    assert {line["clinic"]: line["number"] for line in lines} == {str(ONE): 5, str(OTHER): 1, str(UUID(int=0)): 1}
    assert all(len(line["hash"]) == 64 for line in lines)


# --- who can do it at all


@pytest.mark.parametrize("name", [walls.WEB, walls.WORKER])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "words", ["UPDATE {} SET clinic_id = NULL", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER"]
)
def test_neither_site_nor_worker_has_the_right_to_change_it(trail, name, table, words):
    with role(name), pytest.raises(Error, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(words.format(table))
    assert audit.verify() == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("words", ["UPDATE {} SET clinic_id = clinic_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_owner_meets_the_triggers(trail, table, words):
    if table.endswith("head") and words.startswith("UPDATE"):
        return  # a head moves with its chain
    with pytest.raises(Error, match="only ever added to"), transaction.atomic():
        connection.cursor().execute(words.format(table))
    assert audit.verify() == []


# --- whatever happens


events = st.lists(
    st.tuples(
        st.sampled_from([ONE, OTHER, None]),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
        st.integers(0, 10**6),
        st.none() | st.uuids(),
    ),
    min_size=1,
    max_size=12,
)
CHANGES = {
    "verb": lambda e: e.verb + "x",
    "subject": lambda e: e.subject + "x",
    "device": lambda e: e.device[:-1],
    "actor_id": lambda e: uuid4(),
    "at": lambda e: e.at - timedelta(microseconds=1),
    "id": lambda e: uuid4(),
    "clinic_id": lambda e: uuid4(),
}


@given(events, st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_trail_verifies_and_any_single_change_is_found(db, happened, data):
    with transaction.atomic():
        for clinic, verb, number, actor in happened:
            note(clinic, verb, number, actor)
        chained()
        assert audit.verify() == []
        assert sum(head.number for head in audit.heads()) == len(happened)
        victim = data.draw(st.sampled_from(sorted(AuditEvent.objects.all(), key=lambda e: (e.at, e.verb, str(e.pk)))))
        name = data.draw(st.sampled_from(sorted(CHANGES)))
        with without_guards():
            AuditEvent.objects.filter(pk=victim.pk).update(**{name: CHANGES[name](victim)})
        assert audit.verify()
        transaction.set_rollback(True)


# --- at once


def test_two_transactions_chain_without_holding_each_other_up(transactional_db):
    """
    Each leaves lines in both chains, in opposite order, as adding staff (clinic, then letter) and accepting an
    invitation (letter, then clinic) do; and both have written before either commits.
    """
    written, failed = threading.Barrier(2), []

    def act(clinics):
        try:
            for number in range(30):
                with transaction.atomic():
                    for clinic in clinics:
                        note(clinic, number=number)
                    written.wait(10)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    people = [threading.Thread(target=act, args=[pair]) for pair in ((ONE, OTHER), (OTHER, ONE))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not failed
    assert audit.verify() == []
    assert {head.clinic: head.number for head in audit.heads()} == {ONE: 60, OTHER: 60}
