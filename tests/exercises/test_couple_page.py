"""One couple on one page: what comes next, what was given between which sessions, and what holds for one alone."""

import pytest
from django.urls import reverse

from clients.commands import set_boundaries
from clients.models import Appointment, Partner
from clients.states import ContentKind, Wish
from exercises.queries.given import assignments_of, by_session
from tests.cast import NOON
from tests.exercises.page import html, words
from tests.exercises.scene import DAY, HOUR


@pytest.fixture
def page(scene, clock):
    """The couple's page in words, as Moreno reads it a while later."""

    def read(after=HOUR):
        clock.move_to(NOON + after)
        return words(scene.browser("moreno").get(reverse("couple", args=[scene.cast.couple.pk])))

    return read


def meet(scene, starts_at, **details):
    couple = scene.cast.couple
    Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=starts_at, made_at=NOON, **details)


def test_it_groups_what_was_given_under_the_session_it_came_after(scene):
    later = scene.assign(at=NOON + 3 * DAY)
    latest = scene.assign("alex", at=NOON + 9 * DAY)
    viewer = scene.viewer("moreno", NOON + 10 * DAY)
    held = [NOON + 7 * DAY, NOON + DAY]
    rows = [(row, None) for row in assignments_of(scene.cast.couple, viewer=viewer)]
    found = [(stretch.since, [row.pk for row, _more in stretch.rows]) for stretch in by_session(rows, held)]
    assert found == [(held[0], [latest.pk]), (held[1], [later.pk]), (None, [scene.assignment.pk])]


def test_it_says_when_both_come_next_and_nothing_of_what_is_past_or_with_one_alone(scene, page):
    assert "No day is known yet." in page()
    meet(scene, NOON - DAY)
    meet(scene, NOON + DAY, alone=scene.cast.places["alex"])
    assert "No day is known yet." in page()
    meet(scene, NOON + 2 * DAY)
    assert "Wednesday 4 March 2026, 13:00" in page()


def test_it_heads_what_was_given_with_the_day_of_the_session(scene, page):
    assert "Given so far" in page()
    meet(scene, NOON + DAY)
    scene.assign("alex", at=NOON + 2 * DAY)
    read = page(3 * DAY)
    assert read.index("Since the session of 3 March 2026") < read.index("Before")


def test_it_says_plainly_what_can_be_done_while_one_alone_has_joined(scene, page):
    assert "Only Alex has joined" not in page()
    Partner.objects.filter(pk=scene.cast.places["blake"].pk).update(person=None, joined_at=None)
    assert "Only Alex has joined. You can work with Alex alone" in page()


def test_it_keeps_what_suits_each_closed_until_it_is_opened(scene, moreno):
    wishes = {ContentKind.TOUCH: Wish.NOT_NOW}
    set_boundaries(place=scene.cast.places["alex"], wishes=wishes, by=scene.viewer("alex"), at=NOON)
    text = html(moreno.get(reverse("couple", args=[scene.cast.couple.pk])))
    shown, _between, kept = text.partition("<details>")
    assert "Not now" not in shown
    assert "Not now" in kept.partition("</details>")[0]
    assert "<details open" not in text


def test_it_shows_the_latest_exercises_and_says_where_the_others_are(scene, page, monkeypatch):
    monkeypatch.setattr("exercises.views.caseload.GIVEN", 2)
    assert "Earlier ones are under" not in page()
    for n in range(2):
        scene.assign("alex", at=NOON + n * HOUR)
    assert "Earlier ones are under What has happened" in page()
    read = html(scene.browser("moreno").get(reverse("couple", args=[scene.cast.couple.pk])))
    assert read.count('<th scope="row">') == 2
