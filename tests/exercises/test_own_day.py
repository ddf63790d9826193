"""What stands beside the exercises on a partner's first page is what each page of its own says."""

from datetime import timedelta

import pytest

from clients.commands.cover import have_stand_in
from clients.models import Appointment, Couple
from clients.queries.care import own_places
from clients.queries.cover import who_stands_in
from clients.states import CoupleState
from exercises.commands import wishing, writing
from exercises.models import Homework
from exercises.queries.day import OwnDay, own_day
from exercises.queries.wishes import own_pause
from exercises.queries.writing import today
from exercises.states import Audience, HomeworkState, Rest
from tests.cast import NOON, PERSONAS
from tests.exercises.scene import DAY, HOUR


def meet(couple, starts_at, **details):
    Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=starts_at, made_at=NOON, **details)


def cover(scene):
    days = {"first": NOON.date(), "last": (NOON + 6 * DAY).date()}
    people = {"absent": scene.cast.staff["moreno"], "stands_in": scene.cast.staff["yilmaz"]}
    have_stand_in(**people, **days, by=scene.viewer("adair"), at=NOON)


def nothing(scene):
    pass


def comes(scene):
    meet(scene.cast.couple, NOON + 3 * DAY)
    meet(scene.cast.couple, NOON + 5 * DAY)
    meet(scene.cast.couple, NOON + 4 * DAY, cancelled_at=NOON)


def comes_alone(scene):
    meet(scene.cast.couple, NOON + DAY, alone=scene.cast.places["alex"])
    meet(scene.cast.couple, NOON + 2 * DAY)


def by_hand(scene):
    Couple.objects.update(next_session_on=(NOON + 2 * DAY).date())


def rests(scene):
    for name, lasts in (("alex", Rest.WEEK), ("blake", Rest.OPEN), ("casey", Rest.SESSION)):
        wishing.rest(by=scene.viewer(name), lasts=lasts, at=NOON)


def rests_until_a_session(scene):
    for name in ("alex", "blake"):
        wishing.rest(by=scene.viewer(name), lasts=Rest.SESSION, at=NOON)
    meet(scene.cast.couple, NOON + HOUR, alone=scene.cast.places["alex"])


def ended(scene):
    rests(scene)
    comes(scene)
    cover(scene)
    Couple.objects.update(state=CoupleState.ENDED)


SCENES = [nothing, comes, comes_alone, by_hand, rests, rests_until_a_session, cover, ended]
TIMES = [timedelta(), HOUR, 3 * HOUR, 2 * DAY, 3 * DAY + HOUR, 8 * DAY, 30 * DAY]


@pytest.mark.parametrize("happens", SCENES, ids=lambda scene: scene.__name__)
def test_it_says_what_the_pages_say_one_by_one(scene, happens):
    happens(scene)
    for after in TIMES:
        for name in PERSONAS:
            viewer = scene.viewer(name, NOON + after)
            day, places, pause = own_day(viewer=viewer), own_places(viewer=viewer), own_pause(viewer=viewer)
            assert day.is_asked == any(place.is_asked_now for place in places), (name, after)
            assert (day.pause and (day.pause.until, day.pause.until_session)) == (
                pause and (pause.until, pause.until_session)
            ), (name, after)
            coming = [own.coming for own in places if own.coming]
            assert list(day.coming) == sorted(coming, key=lambda one: one.day), (name, after)
            assert list(day.stand_ins) == who_stands_in(viewer=viewer), (name, after)


def test_it_is_not_vacuous(scene):
    comes_alone(scene)
    rests(scene)
    cover(scene)
    days = {name: own_day(viewer=scene.viewer(name, NOON + HOUR)) for name in PERSONAS}
    assert [one.alone for one in days["alex"].coming] == [True]
    assert [one.alone for one in days["blake"].coming] == [False]
    assert all(days[name].pause and days[name].stand_ins for name in ("alex", "blake", "casey"))
    assert days["moreno"] == days["adair"] == OwnDay()


def test_it_lists_of_ones_exercises_what_the_rule_gives_and_is_not_done(scene):
    scene.assign("alex", at=NOON + HOUR)
    aside = scene.assign("alex", "blake", at=NOON + HOUR)
    writing.move(
        by=scene.viewer("alex", NOON + HOUR),
        homework=scene.homework("alex", aside),
        at=NOON + HOUR,
        to=HomeworkState.SET_ASIDE,
    )
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    planned = scene.assign("alex", at=NOON + HOUR)
    Homework.objects.filter(assignment=planned).update(opens_at=NOON + 5 * DAY)
    for name in PERSONAS:
        for at in (NOON, NOON + HOUR, NOON + 9 * DAY):
            viewer = scene.viewer(name, at)
            own = Homework.objects.own(viewer).filter(
                couple__in=viewer.takes_part, state__in=[HomeworkState.OPEN, HomeworkState.SET_ASIDE]
            )
            assert {row.pk for row in today(viewer=viewer)} == set(own.values_list("pk", flat=True)), (name, at)
    assert len(today(viewer=scene.viewer("alex", NOON + 9 * DAY))) == 3
