"""What people write lies sealed in PostgreSQL, and opens through its own row alone."""

import pytest
from django.db import connection
from django.urls import reverse

from exercises.models import Assignment, PrivateNote, Reflection, Share
from exercises.states import Audience
from safekeeping.models import AuditEvent, DataKey
from safekeeping.sealing import Destroyed, SealBroken
from safekeeping.states import Purpose
from tests.cast import NOON
from tests.exercises.scene import DAY, number
from tests.second import fresh

pytestmark = pytest.mark.django_db
TEXT = "the lamp by the window"


def raw(model, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return [bytes(value) for (value,) in cursor.fetchall() if value is not None]


def overwrite(model, pk, column, value):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s", [value, pk])


def test_it_keeps_no_text_in_clear(scene, moreno):
    given = scene.assign(at=NOON, note=TEXT)
    scene.write(TEXT, assignment=given)
    scene.finish(Audience.THERAPIST, assignment=given)
    fresh(moreno, scene.cast.moreno).post(reverse("review-note", args=[given.pk]), {"text": TEXT})
    cells = [*raw(Assignment, "note"), *raw(Reflection, "value"), *raw(Share, "value"), *raw(PrivateNote, "text")]
    assert len(cells) >= 4
    assert not any(TEXT.encode() in cell for cell in cells)


def test_it_has_a_key_for_each_person_and_purpose(scene):
    for name in ("alex", "blake"):
        scene.write(TEXT, name=name)
        scene.finish(Audience.THERAPIST, name=name)
    places = scene.cast.places
    owners = {places["alex"].pk: "alex", places["blake"].pk: "blake"}
    keys = {(owners.get(key.owner_id), key.purpose) for key in DataKey.objects.all()}
    assert {(who, purpose) for who in ("alex", "blake") for purpose in (Purpose.PRIVATE, Purpose.SHARED)} <= keys
    assert len({bytes(key.wrapped) for key in DataKey.objects.all()}) == DataKey.objects.count()


def test_it_opens_no_text_that_was_moved_to_another_row(scene):
    scene.write("Alex's own")
    scene.write("Blake's own", name="blake")
    mine, theirs = scene.kept(), Reflection.objects.exclude(pk=scene.kept().pk).get()
    overwrite(Reflection, theirs.pk, "value", raw_of(mine))
    with pytest.raises(SealBroken):
        _ = Reflection.objects.get(pk=theirs.pk).value


def raw_of(reflection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM exercises_reflection WHERE id = %s", [reflection.pk])
        return bytes(cursor.fetchone()[0])


def test_it_says_that_something_is_wrong_rather_than_show_nothing_and_writes_it_down(scene, alex):
    scene.write(TEXT)
    kept = scene.kept()
    overwrite(Reflection, kept.pk, "value", b"\x01" + bytes(100))
    alex.raise_request_exception = False
    answer = alex.get(reverse("homework-step", args=[scene.homework().pk, number("letter")]))
    assert answer.status_code == 500
    event = AuditEvent.objects.get(verb="seal.broken")
    assert event.subject == f"exercises.Reflection:{kept.pk}"
    assert event.actor_id == scene.cast.alex.pk


def test_it_cannot_be_written_past_its_row_or_searched():
    for deed in (lambda: Reflection.objects.update(value="x"), lambda: list(Reflection.objects.filter(value="x"))):
        with pytest.raises(TypeError, match="sealed"):
            deed()


def test_it_opens_nothing_any_more_once_the_key_is_destroyed(scene):
    scene.write(TEXT)
    DataKey.objects.filter(owner_id=scene.cast.places["alex"].pk).update(
        wrapped=None, destroyed_at=NOON + DAY
    )  # fmt: skip
    with pytest.raises(Destroyed):
        _ = scene.kept().value


def test_it_opens_no_key_that_was_given_to_somebody_else(scene):
    """Whoever can change rows cannot make Alex's key Blake's: it is wrapped for Alex."""
    scene.write(TEXT)
    DataKey.objects.filter(owner_id=scene.cast.places["alex"].pk).update(owner_id=scene.cast.places["blake"].pk)
    with pytest.raises(SealBroken):
        _ = scene.kept().value


def test_it_reads_a_key_once_for_a_page_of_many_texts(scene, alex, django_assert_max_num_queries):
    for key, value in {"letter": TEXT, "line": TEXT, "near": 3, "one-of": "tea"}.items():
        scene.write(value, key=key)
    path = reverse("reflection", args=[scene.homework().pk])
    with django_assert_max_num_queries(40) as asked:
        assert TEXT in alex.get(path).content.decode()
    assert len([one for one in asked if "safekeeping_datakey" in one["sql"]]) == 1
