"""What has happened with a couple: complete, in order, a page at a time, and at one cost."""

import pytest
from django.urls import reverse

from clients.models import Appointment
from exercises.commands import goals, wishing
from exercises.queries.timeline import timeline
from exercises.states import Audience, Instead
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.page import HTMX, html, words
from tests.exercises.scene import DAY, HOUR
from tests.exercises.test_query_counts import queries


def told(scene, at=NOON, **asked):
    return [event.words for event in timeline(scene.cast.couple, viewer=scene.viewer("moreno", at), **asked).events]


def meet(scene, starts_at, **details):
    couple = scene.cast.couple
    Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=starts_at, made_at=NOON, **details)


def test_it_tells_the_latest_first_of_each_kind(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST, at=NOON + HOUR)
    wish = {"homework": scene.homework("blake"), "instead": Instead.LATER, "reason": "tired", "at": NOON + 3 * HOUR}
    wishing.wish(by=scene.viewer("blake", NOON + 3 * HOUR), **wish)
    meet(scene, NOON + DAY)
    meet(scene, NOON + 2 * DAY, alone=scene.cast.places["alex"])
    goal = {"place": scene.cast.places["alex"], "text": "To laugh again", "at": NOON + 3 * DAY}
    goals.write_goal(by=scene.viewer("alex", NOON + 3 * DAY), **goal)
    assert told(scene, NOON + 4 * DAY) == [
        "Alex wrote down a goal", "Session with Alex alone", "Session", "Blake said: “Later”",
        "Alex shared something: A small one", "Given: A small one",
    ]  # fmt: skip


def test_it_knows_no_more_than_the_rules_let_the_therapist_know(scene):
    scene.write("dear")
    scene.finish(Audience.ONLY_ME)
    scene.write("dear", name="blake")
    scene.finish(Audience.THERAPIST, name="blake")
    meet(scene, NOON + DAY)
    meet(scene, NOON - DAY, cancelled_at=NOON)
    assert told(scene) == ["Given: A small one"], "held, to come, called off, or kept to oneself"
    assert told(scene, NOON + HOUR) == ["Blake shared something: A small one", "Given: A small one"]


def test_it_loses_what_was_taken_back(scene):
    scene.write("dear")
    scene.finish(Audience.THERAPIST)
    assert len(told(scene, NOON + HOUR)) == 2
    scene.finish(Audience.ONLY_ME, at=NOON + 2 * HOUR)
    assert told(scene, NOON + 3 * HOUR) == ["Given: A small one"]


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_it_pages_through_everything_once_and_in_order(scene, most):
    for day in range(6):
        meet(scene, NOON + day * DAY)
        meet(scene, NOON + day * DAY + HOUR, alone=scene.cast.places["blake"])
    viewer = scene.viewer("moreno", NOON + 9 * DAY)
    every = timeline(scene.cast.couple, viewer=viewer, most=100).events
    paged, after = [], ""
    while True:
        page = timeline(scene.cast.couple, viewer=viewer, after=after, most=most)
        paged += page.events
        after = page.after
        if not after:
            break
    assert paged == every
    assert len(every) == 13


@pytest.mark.parametrize("after", ["", "soon", "2026-03-02T12:00:00", "2026-03-02T12:00:00+00:00_7", "_", "\x00"])
def test_it_begins_anew_where_the_place_is_no_place(scene, after):
    assert told(scene, NOON + HOUR, after=after) == ["Given: A small one"]


def test_it_is_for_their_therapist_alone(scene):
    for name in ("alex", "yilmaz", "adair"):
        with pytest.raises(Refused):
            timeline(scene.cast.couple, viewer=scene.viewer(name))


def test_it_asks_one_question_however_long(scene, clock):
    clock.move_to(NOON + 40 * DAY)
    get, path = scene.browser("moreno").get, reverse("couple-timeline", args=[scene.cast.couple.pk])
    few = queries(get, path)
    for day in range(40):
        meet(scene, NOON + day * DAY)
    assert queries(get, path) == few


def test_it_brings_earlier_ones_into_the_list_or_on_a_page_of_their_own(scene, clock):
    for day in range(25):
        meet(scene, NOON + day * DAY)
    clock.move_to(NOON + 30 * DAY)
    moreno, path = scene.browser("moreno"), reverse("couple-timeline", args=[scene.cast.couple.pk])
    first = moreno.get(path)
    assert (words(first).count("Session"), "Earlier" in words(first)) == (20, True)
    link = html(first).partition('href="?after=')[2].partition('"')[0]
    for headers in ({}, HTMX):
        rest = moreno.get(f"{path}?after={link}", headers=headers)
        assert (html(rest).count("Session"), "Earlier" in words(rest)) == (5, False)
        assert ("<html" in html(rest)) == (not headers)
