"""How many questions a page asks the database: a constant, however much there is to show."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clients.commands import add_couple
from exercises.models import Reflection
from exercises.states import Audience
from tests.cast import NOON
from tests.exercises.scene import DAY, KEYS, Scene

LATER = NOON + 2 * DAY
# what docs/reference/performance.md allows, and what is really asked
TODAY, STEP, SAVE, CHECK, WRITING, SHARED = 4, 5, 8, 6, 4, 4
SAVEPOINT = 2  # a transaction within the test's own shows as two
CASELOAD, COUPLE, REVIEW, INBOX, LIBRARY = 5, 8, 8, 4, 4
BUDGET = {"today": 7, "step": 7, "save": 8, "caseload": 8, "review": 10, "library": 6}


@pytest.fixture(params=[1, 5])
def much(request: Any, scene: Scene) -> Scene:
    """A little, or five times as much."""
    for n in range(request.param):
        assignment = scene.assign(at=NOON)
        for name in ("alex", "blake"):
            for key, value in [("letter", "dear"), ("line", "a line"), ("near", 3)]:
                scene.write(value, key=key, name=name, assignment=assignment)
            scene.finish(Audience.PARTNER, name=name, assignment=assignment)
        people = [(f"P{n}", f"p{n}@example.org"), (f"Q{n}", f"q{n}@example.org")]
        add_couple(
            therapist=scene.cast.staff["moreno"], alias=f"Couple {n}", time_zone="UTC", people=people,
            by=scene.viewer("moreno"), at=NOON,
        )  # fmt: skip
    for key in KEYS[1:]:
        Reflection.objects.filter(homework=scene.homework(), step_key=key).delete()
    return scene


def asks(django_assert_num_queries: Any, client: Client, url: str, number: int, data: Any = None) -> None:
    with time_machine.travel(LATER, tick=False), django_assert_num_queries(number):
        answer = client.post(url, data, headers={"HX-Request": "true"}) if data else client.get(url)
    assert answer.status_code == 200


@pytest.mark.parametrize(("name", "number"), [("today", TODAY), ("reflections", WRITING), ("shared", SHARED)])
def test_it_asks_the_same_of_a_partners_lists(much: Scene, django_assert_num_queries: Any, name: str, number: int):
    asks(django_assert_num_queries, much.browser("alex"), reverse(name), number)


def test_it_asks_the_same_of_a_step_a_save_and_the_check(much: Scene, django_assert_num_queries: Any):
    browser, homework = much.browser("alex"), much.homework().pk
    asks(django_assert_num_queries, browser, reverse("homework-step", args=[homework, 2]), STEP)
    save = reverse("homework-save", args=[homework, 2])
    asks(
        django_assert_num_queries,
        browser,
        save,
        SAVE + SAVEPOINT,
        {"answer": "dear", "version": "0", "tab": "t", "seq": "1"},
    )
    asks(
        django_assert_num_queries,
        browser,
        save,
        SAVE + SAVEPOINT,
        {"answer": "dear you", "version": "1", "tab": "t", "seq": "2"},
    )
    asks(django_assert_num_queries, browser, reverse("homework-check", args=[homework]), CHECK)


@pytest.mark.parametrize(("name", "number"), [("caseload", CASELOAD), ("inbox", INBOX), ("library", LIBRARY)])
def test_it_asks_the_same_of_a_therapists_lists(much: Scene, django_assert_num_queries: Any, name: str, number: int):
    asks(django_assert_num_queries, much.browser("moreno"), reverse(name), number)


def test_it_asks_the_same_of_a_couple_and_of_a_review(much: Scene, django_assert_num_queries: Any):
    browser = much.browser("moreno")
    asks(django_assert_num_queries, browser, reverse("couple", args=[much.cast.couple.pk]), COUPLE)
    asks(django_assert_num_queries, browser, reverse("review", args=[much.assignment.pk]), REVIEW)


def test_it_stays_within_what_was_allowed():
    counts = {"today": TODAY, "step": STEP, "save": SAVE, "caseload": CASELOAD, "review": REVIEW, "library": LIBRARY}
    assert all(counts[page] <= allowed for page, allowed in BUDGET.items())
