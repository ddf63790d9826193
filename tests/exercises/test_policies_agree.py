"""Each rule about reading and its SQL twin give the same answer for everyone, in every state."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import models

from clients.models import Couple
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises import policies
from exercises.models import (
    Assignment,
    EarlierText,
    Exercise,
    ExerciseVersion,
    Homework,
    Mark,
    MutualMark,
    PrivateNote,
    Reflection,
    Share,
)
from exercises.states import SHARED, Audience, Frame, HomeworkState
from tests.cast import NOON, PERSONAS, Cast

BEFORE, AFTER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    version = ExerciseVersion.objects.create(
        exercise=Exercise.objects.create(slug="letters", number=1),
        number=1, title="Letters", digest="", body={}, loaded_at=NOON,
    )  # fmt: skip
    return Assignment.objects.create(
        clinic=cast.riverside, couple=cast.couple, version=version, assigned_by=cast.staff["moreno"],
        frame=Frame.OFFER, made_at=NOON,
    )  # fmt: skip


@pytest.fixture
def homework(cast: Cast, assignment: Assignment) -> Homework:
    return Homework.objects.create(
        clinic=cast.riverside,
        couple=cast.couple,
        assignment=assignment,
        partner=cast.places["alex"],
        changed_at=NOON,
        opens_at=NOON,
    )


@pytest.fixture
def reflection(cast: Cast, homework: Homework) -> Reflection:
    return Reflection.objects.create(
        clinic=cast.riverside, couple=cast.couple, homework=homework, author=cast.places["alex"], step_key="dear",
        value="dear", written_at=NOON,
    )  # fmt: skip


def agree(rule, thing: models.Model, viewer: Viewer) -> bool:
    by_rule = bool(rule(viewer, thing))
    by_sql = type(thing)._default_manager.visible_to(viewer).filter(pk=thing.pk).exists()
    assert by_rule == by_sql, viewer
    return by_rule


def readers(cast: Cast, rule, thing: models.Model) -> set[str]:
    return {name for name in PERSONAS if agree(rule, thing, cast.viewer(name))}


@pytest.mark.parametrize("state", CoupleState)
@pytest.mark.parametrize(
    ("audience", "therapist_from", "partner_from"),
    [
        (audience, held, release)
        for audience, held in product(SHARED, [BEFORE, NOON, AFTER])
        for release in ([BEFORE, NOON, AFTER] if audience == Audience.PARTNER else [None])
    ],
)
def test_it_opens_a_share_by_rule_just_when_it_does_by_query(
    cast, reflection, state, audience, therapist_from, partner_from
):
    Couple.objects.filter(pk=cast.couple.pk).update(state=state)
    share = Share.objects.create(
        clinic=cast.riverside, couple=cast.couple, assignment=reflection.homework.assignment,
        homework=reflection.homework, reflection=reflection,
        author=reflection.author, step_key="dear", value="dear", version=1, audience=audience, shared_at=BEFORE,
        therapist_from=therapist_from, partner_from=partner_from,
    )  # fmt: skip

    expected = {"alex"}
    if therapist_from <= NOON:
        expected.add("moreno")
    if partner_from and partner_from <= NOON and state != CoupleState.ENDED:
        expected.add("blake")
    assert readers(cast, policies.may_read_share, share) == expected


def test_it_opens_a_reflection_to_its_author_alone(cast, reflection):
    assert readers(cast, policies.may_read_reflection, reflection) == {"alex"}


def test_it_opens_marks_to_whoever_made_them_alone(cast, homework):
    marks = MutualMark.objects.create(
        clinic=cast.riverside, couple=cast.couple, assignment=homework.assignment, homework=homework,
        partner=homework.partner, step_key="menu", number=1, shown_to="both", tokens=b"", made_at=BEFORE,
        counts_from=NOON,
    )  # fmt: skip
    assert readers(cast, policies.may_read_marks, marks) == {"alex"}


def test_it_keeps_an_earlier_text_for_its_author_alone(cast, reflection):
    earlier = EarlierText.objects.create(
        reflection=reflection, clinic=cast.riverside, author=reflection.author, value="x", kept_at=NOON
    )

    def reads(name: str) -> bool:
        return EarlierText.objects.visible_to(cast.viewer(name)).filter(pk=earlier.pk).exists()

    assert {name for name in PERSONAS if reads(name)} == {"alex"}


@pytest.mark.parametrize("state", HomeworkState)
def test_it_shows_homework_to_its_partner_and_their_therapist_whatever_its_state(cast, homework, state):
    finished = NOON if state == HomeworkState.FINISHED else None
    Homework.objects.filter(pk=homework.pk).update(state=state, finished_at=finished)
    homework.refresh_from_db()
    assert readers(cast, policies.may_see_homework, homework) == {"alex", "moreno"}


def test_it_shows_an_assignment_to_the_therapist_alone(cast, assignment):
    assert readers(cast, policies.may_see_assignment, assignment) == {"moreno"}


def test_it_shows_a_mark_to_the_therapist_alone(cast, assignment):
    mark = Mark.objects.create(
        clinic=cast.riverside, couple=cast.couple, assignment=assignment, step_key="dear", marked_at=NOON
    )
    assert readers(cast, policies.may_see_mark, mark) == {"moreno"}


@pytest.mark.parametrize(("author", "expected"), [("moreno", {"moreno"}), ("former", set())])
def test_it_opens_a_note_to_its_author_while_the_couple_is_theirs(cast, assignment, author, expected):
    note = PrivateNote.objects.create(
        clinic=cast.riverside, assignment=assignment, author=cast.staff[author], text="x", written_at=NOON
    )
    assert readers(cast, policies.may_read_note, note) == expected
