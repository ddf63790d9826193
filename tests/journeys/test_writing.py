"""Writing, and everything that comes between: a text that was saved is there, and one that was not says so."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.models import EarlierText, Homework, Reflection
from exercises.queries.library import current_versions
from exercises.states import Frame
from tests.journeys.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect

SAVED = re.compile(r"Saved \d\d:\d\d")
PROMPT = 3  # the step of the exercise that asks for a longer text


@pytest.fixture
def homework(people) -> Homework:
    """An exercise that waits for Alex."""
    version, at = current_versions()["guided-reflection"], timezone.now()
    assigning.assign(
        by=viewer_of(people.moreno, at=at), couple=people.couple, version=version, partners=[people.places["alex"]],
        frame=Frame.OFFER, at=at,
    )  # fmt: skip
    return Homework.objects.get(partner=people.places["alex"])


@pytest.fixture
def alex(people, window):
    person = window()
    person.sign_in("alex@example.org")
    return person


def kept(homework: Homework) -> str | None:
    reflection = Reflection.objects.filter(homework=homework).first()
    return reflection.value if reflection else None


def at_the_prompt(person, homework):
    person.visit(f"/w/{homework.pk}/{PROMPT}/")
    return person.page.locator("textarea")


def status(person):
    return person.page.locator("#status")


def test_it_saves_after_a_pause_and_shows_the_text_again(alex, homework):
    box = at_the_prompt(alex, homework)
    box.press_sequentially("Light on the wall.")
    expect(status(alex)).to_have_text("Not saved yet")
    expect(status(alex)).to_have_text(SAVED)
    expect(alex.page.locator("#announce")).to_have_text("Your writing is being saved as you go.")
    assert kept(homework) == "Light on the wall."
    expect(box).to_be_focused()
    alex.page.reload()
    expect(box).to_have_value("Light on the wall.")
