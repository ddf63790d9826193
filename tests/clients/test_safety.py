"""What one partner is asked in private about fear, pressure and harm, and who never learns of it."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from clients import commands
from clients.models import Couple, Partner, SafetyAnswer
from clients.policies import check_in_period, is_check_in_week
from clients.queries import care
from clients.questions import CURRENT, OPTIONS, VERSIONS
from clients.states import CoupleState
from safekeeping import context
from safekeeping.models import AuditEvent, DataKey
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS

DAY = timedelta(days=1)


def leave(cast, said=None, name="alex", at=NOON, by=None):
    commands.leave_check_in(place=cast.places[name], said=said or {}, by=cast.viewer(by or name), at=at)


def warned(cast, name="moreno"):
    return {one.name for one in care.care_of(cast.couple, viewer=cast.viewer(name)) if one.is_flagged}


# --- the second wall


@contextmanager
def refused(why):
    """PostgreSQL itself says no."""
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield


def seen_by(cast, name):
    with context.entered(cast.people[name].pk, at=NOON):
        return SafetyAnswer.objects.count()


def test_it_is_seen_by_their_therapist_alone_and_not_even_by_its_author(cast):
    with context.entered(cast.alex.pk, at=NOON):
        leave(cast, {"afraid": "2"})
        assert not SafetyAnswer.objects.exists()
    assert {name for name in PERSONAS if seen_by(cast, name)} == {"moreno"}


def test_it_takes_no_answer_in_the_place_of_somebody_else(cast):
    alex, blake = cast.places["alex"], cast.places["blake"]
    for place, couple in ((blake, cast.couple), (alex, cast.neighbours)):
        answer = SafetyAnswer(clinic=cast.riverside, couple=couple, partner=place, period=0, value=None, made_at=NOON)
        with context.entered(cast.alex.pk, at=NOON), refused("row-level security"):
            answer.save(force_insert=True)


@pytest.mark.parametrize("deed", ["UPDATE clients_safetyanswer SET period = 3", "DELETE FROM clients_safetyanswer"])
@pytest.mark.parametrize("name", ["alex", "moreno"])
def test_it_is_changed_and_deleted_by_nobody(cast, name, deed):
    leave(cast)
    with context.entered(cast.people[name].pk, at=NOON), refused("permission denied"):
        connection.cursor().execute(deed)


@pytest.mark.parametrize("name", [name for name in PERSONAS if name != "alex"])
def test_it_is_refused_to_whoever_is_not_in_that_place(cast, name):
    with pytest.raises(Refused):
        leave(cast, {"afraid": "2"}, by=name)


def test_it_ends_with_the_couples_work(cast):
    Couple.objects.update(state=CoupleState.ENDED)
    with pytest.raises(Refused):
        leave(cast)


# --- passing is as good as answering


def test_it_leaves_the_same_trace_whether_or_not_anything_was_said(cast):
    letters = [{}, *({q.key: letter for q in VERSIONS[CURRENT]} for letter in OPTIONS)]
    for said in letters:
        leave(cast, said)
    sizes = {len(row.__dict__["value"]) for row in SafetyAnswer.objects.all()}
    told = AuditEvent.objects.filter(verb__startswith="check_in").values_list("verb", "subject").distinct()
    assert SafetyAnswer.objects.count() == len(letters)
    assert len(sizes) == 1
    assert list(told) == [("check_in.left", f"clients.Partner:{cast.places['alex'].pk}")]


def test_it_keeps_a_version_of_the_questions_as_it_was():
    assert [len(questions) for questions in VERSIONS.values()] == [6]
    assert {len(q.key) > 0 for questions in VERSIONS.values() for q in questions} == {True}


# --- the flag


@pytest.mark.parametrize(
    ("said", "flagged"),
    [({}, False), ({"afraid": "0", "hurt": "-"}, False), ({"afraid": "1"}, True), ({"paid-for-it": "2"}, True)],
)
def test_it_warns_of_fear_pressure_or_harm_and_of_nothing_else(cast, said, flagged):
    leave(cast, said)
    assert warned(cast) == ({"Alex"} if flagged else set())


def test_it_goes_on_warning_after_an_answer_that_sounds_better(cast):
    leave(cast, {"hurt": "2"})
    leave(cast, {q.key: "0" for q in VERSIONS[CURRENT]}, at=NOON + 28 * DAY)
    leave(cast, at=NOON + 56 * DAY)
    assert warned(cast) == {"Alex"}


def test_it_warns_whoever_treats_them_now_and_no_more_who_did(cast):
    leave(cast, {"hurt": "2"})
    commands.move_couple(couple=cast.couple, to=cast.staff["yilmaz"], by=cast.viewer("adair"), at=NOON)
    assert warned(cast, "moreno") == set() == warned(cast, "adair")
    with context.entered(cast.people["yilmaz"].pk, at=NOON):
        (alex, _blake) = care.told_by(cast.couple, viewer=cast.viewer("yilmaz"))
        assert alex.check_ins[0].is_flagged
    assert seen_by(cast, "moreno") == 0


def test_it_knows_nothing_more_of_somebody_who_was_erased(cast):
    leave(cast, {"hurt": "2"})
    DataKey.objects.update(wrapped=None, destroyed_at=NOON)
    assert warned(cast) == set()


# --- the schedule


def test_it_asks_every_four_weeks_from_the_day_the_couple_was_added(cast):
    place = Partner.objects.select_related("couple").get(pk=cast.places["alex"].pk)
    asked = [day for day in range(70) if is_check_in_week(place, NOON + day * DAY)]
    assert asked == [*range(7), *range(28, 35), *range(56, 63)]
    assert [check_in_period(cast.couple, NOON + day * DAY) for day in (0, 27, 28, 56)] == [0, 0, 1, 2]


def test_it_asks_somebody_who_joins_later_in_their_first_week(cast):
    place = Partner.objects.select_related("couple").get(pk=cast.places["alex"].pk)
    place.joined_at = NOON + 15 * DAY
    assert [day for day in range(35) if is_check_in_week(place, NOON + day * DAY)] == [
        *range(7), *range(15, 22), *range(28, 35),
    ]  # fmt: skip


def test_it_counts_days_where_the_couple_lives(cast):
    place = Partner.objects.select_related("couple").get(pk=cast.places["alex"].pk)
    midnight_in_berlin = NOON + 6 * DAY + timedelta(hours=11)
    assert is_check_in_week(place, midnight_in_berlin - timedelta(minutes=1))
    assert not is_check_in_week(place, midnight_in_berlin)
