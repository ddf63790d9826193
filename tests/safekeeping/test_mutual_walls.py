"""Marks behind the second wall: asked as the site's own role, with no rule in Python between."""

import pytest
from django.db import ProgrammingError, connection, transaction

from exercises.models import Assignment, Homework, MutualMark
from safekeeping import context, walls
from safekeeping.sealing.fields import SealBroken
from tests.cast import NOON, PERSONAS
from tests.conftest import role
from tests.exercises.scene import DAY
from tests.exercises.together import EVENING, LATER, Two, half, marks

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(scene):
    """Alex and Blake have met at everything."""
    two = Two(scene)
    for name in ("alex", "blake"):
        two.finish(name, menu=marks(hands="yes"), bridge=half(f"{name} brings tea"), ready="ready")
    return two


def asked_by(two, name, at=LATER):
    with context.entered(two.scene.cast.people[name].pk if name else None, at=at), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT step_key FROM eyelevel_mutual(%s)", [[two.assignment.pk]])
        return {key for (key,) in cursor.fetchall()}


def test_it_gives_marks_to_whoever_made_them_alone(two):
    found = {}
    for name in PERSONAS:
        with context.entered(two.scene.cast.people[name].pk, at=LATER):
            found[name] = set(MutualMark.objects.values_list("partner__name", flat=True))
    assert {name: of for name, of in found.items() if of} == {"alex": {"alex"}, "blake": {"blake"}}


def test_it_gives_what_is_mutual_to_the_two_and_their_therapist_and_readiness_to_the_therapist_alone(two):
    found = {name: asked_by(two, name) for name in (*PERSONAS, None)}
    assert {name: keys for name, keys in found.items() if keys} == {
        "alex": {"menu", "bridge"},
        "blake": {"menu", "bridge"},
        "moreno": {"menu", "bridge", "ready"},
    }


@pytest.mark.parametrize("name", ["alex", "blake", "moreno"])
def test_it_gives_nothing_before_the_time_that_the_transaction_was_entered_with(two, name):
    assert asked_by(two, name, EVENING - DAY / 24) == set()
    assert asked_by(two, name, EVENING)


def test_it_has_no_other_clock_to_ask_by():
    """A request cannot ask about a time that is to come: there is nothing to name one with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_function_identity_arguments(oid) FROM pg_proc WHERE proname = 'eyelevel_mutual'")
        assert cursor.fetchall() == [("of_assignments uuid[]",)]


@pytest.mark.parametrize(
    "change",
    [
        lambda: MutualMark.objects.update(counts_from=LATER),
        lambda: MutualMark.objects.all().delete(),
        lambda: MutualMark.objects.update(tokens=b""),
    ],
)
def test_it_lets_nobody_change_a_row_or_take_it_away(two, change):
    refused = pytest.raises(ProgrammingError, match="denied")
    with context.entered(two.scene.cast.alex.pk, at=LATER), refused, transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("name", "of", "days"),
    [("blake", "alex", 1), ("moreno", "alex", 1), ("casey", "alex", 1), ("alex", "alex", 0), ("alex", "alex", -1)],
)
def test_it_takes_no_row_in_anothers_name_nor_one_dated_back(two, name, of, days):
    copy = Homework.objects.get(assignment=two.assignment, partner=two.scene.cast.places[of])
    forged = MutualMark(
        clinic_id=copy.clinic_id, couple_id=copy.couple_id, assignment_id=copy.assignment_id, homework_id=copy.pk,
        partner_id=copy.partner_id, step_key="menu", number=99, shown_to="both", tokens=b"", made_at=NOON - 9 * DAY,
        counts_from=LATER + days * DAY,
    )  # fmt: skip
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with context.entered(two.scene.cast.people[name].pk, at=LATER), refused, transaction.atomic():
        MutualMark.objects.bulk_create([forged])


def test_it_lets_the_worker_neither_read_nor_compare_marks(two):
    for ask in ("SELECT 1 FROM exercises_mutualmark", "SELECT 1 FROM eyelevel_mutual('{}')"):
        with role(walls.WORKER), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(ask)


def test_it_opens_the_secret_to_the_three_who_need_it_alone(two):
    def opened(name):
        with context.entered(two.scene.cast.people[name].pk, at=LATER):
            given = Assignment.objects.filter(pk=two.assignment.pk).first()
            try:
                return bool(given and given.secret)
            except SealBroken:
                return False

    assert {name for name in PERSONAS if opened(name)} == {"alex", "blake", "moreno"}
