"""The whole round of a session: check-in, ten minutes of review, agenda, the room, summary, the next exercise."""

from datetime import timedelta
from shutil import copyfile

import pytest
from django.utils import timezone

from clients.commands import appointments
from clients.models import Appointment
from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.commands.library import FOLDER, load_library
from exercises.models import Homework, SessionSummary, Share
from exercises.queries.library import current_versions
from exercises.states import Frame
from tests.journeys.conftest import EXERCISE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
CHECK_IN, ANSWERED = "weekly-check-in", {"alex": ("4", "7"), "blake": ("6", "3")}


@pytest.fixture
def given(people, tmp_path):
    """Both have the weekly check-in and an exercise; they come in three days, and came a week ago."""
    type(people.riverside).objects.update(hold_minutes=0)
    for slug in (EXERCISE, CHECK_IN):
        copyfile(FOLDER / f"{slug}.yaml", tmp_path / f"{slug}.yaml")
    load_library(at=timezone.now(), folder=tmp_path)
    at, couple = timezone.now(), people.couple
    by = viewer_of(people.moreno, at=at)
    day = (at + timedelta(days=3)).date()
    appointments.make(by=by, couple=couple, alone=None, day=day, moment=at.time(), minutes=50, at=at)
    Appointment.objects.create(
        clinic=couple.clinic, couple=couple, starts_at=at - timedelta(days=7), made_at=at - timedelta(days=8)
    )
    both = [people.places["alex"], people.places["blake"]]
    for slug, due_on in ((CHECK_IN, day), (EXERCISE, None)):
        version = current_versions()[slug]
        assigning.assign(
            by=by, couple=couple, version=version, partners=both, frame=Frame.PRIVATE_FIRST, due_on=due_on, at=at
        )
    return couple


def checks_in(person, name, close, tense):
    """On a phone: five marks, of which two are made, for the therapist alone."""
    person.sign_in(f"{name}@example.org")
    person.visit("/today/")
    person.follow("Have a look")
    person.follow("Start")
    person.press("Continue")
    person.page.get_by_label(close, exact=True).check()
    person.press("Continue")
    person.press("Skip this one")
    person.page.get_by_label(tense, exact=True).check()
    person.press("Continue")
    for _ in range(3):
        person.press("Skip this one")
    person.follow("Continue")
    person.page.get_by_role("radio", name="My therapist").check()
    person.press("Continue")


def looks_before(moreno, couple):
    """Ten minutes: who comes, what is new, both side by side, what to bring up."""
    moreno.visit("/t/")
    row = moreno.main.get_by_role("row", name="River stones")
    expect(row).to_contain_text("Alex 4")
    moreno.picture("caseload")
    moreno.follow("River stones")
    moreno.picture("couple")
    moreno.follow("New since the session")
    expect(moreno.main).to_contain_text("How close did you feel?")
    moreno.page.locator("main .rows__link").first.click()
    answer = moreno.page.locator("#step-closeness")
    expect(answer).to_contain_text("4, on a line from 0")
    expect(answer).to_contain_text("6, on a line from 0")
    answer.get_by_role("button", name="Mark for the session").click()
    expect(answer.get_by_role("button", name="Marked for the session")).to_be_visible()
    moreno.look()


def holds_it(moreno, couple):
    """The agenda knows what was marked; the room is shown what was published, and nothing that one alone wrote."""
    moreno.visit(f"/t/couples/{couple.pk}/agenda/")
    expect(moreno.main).to_contain_text("How close did you feel?")
    moreno.fill("Something to talk about", "How evenings begin")
    moreno.press("Put it on the agenda")
    moreno.button("Publish to both: How evenings begin").click()
    expect(moreno.main).to_contain_text("both can read it")
    moreno.look()
    moreno.follow("Present")
    expect(moreno.main).to_contain_text("How evenings begin")
    for private in ("4, on a line", "6, on a line", "closeness 4"):
        expect(moreno.page.locator("body")).not_to_contain_text(private)
    moreno.look()
    moreno.visit(f"/t/couples/{couple.pk}/agenda/")
    moreno.button("Talked about: How evenings begin").click()
    expect(moreno.main.locator(".agenda__words--done")).to_have_count(1)


def sums_up(moreno, couple):
    """Words for both, and from them the next exercise without typing them again."""
    moreno.visit(f"/t/couples/{couple.pk}/summary/")
    moreno.fill("What we talked about", "How evenings begin, and who is tired when.")
    moreno.fill("What comes next", "One evening that begins slowly")
    moreno.page.get_by_label("Exercise for the next assignment").select_option(label="Something from my week")
    moreno.press("Save")
    moreno.follow("Assign what comes next")
    expect(moreno.page.get_by_label("Why", exact=True)).to_have_value("One evening that begins slowly")
    before = Homework.objects.count()
    moreno.press("Assign")
    expect(moreno.main.locator("table").first).to_contain_text("Something from my week")
    assert Homework.objects.count() == before + 2


def test_a_whole_round_from_the_check_in_to_the_next_exercise(people, given, window):
    for name, marks in ANSWERED.items():
        checks_in(window(360, color_scheme="dark"), name, *marks)
    assert Share.objects.filter(step_key="closeness").count() == 2
    moreno = window(1280)
    moreno.sign_in("moreno@example.org")
    looks_before(moreno, given)
    holds_it(moreno, given)
    sums_up(moreno, given)
    SessionSummary.objects.update(released_from=timezone.now() - timedelta(minutes=1))
    blake = window(360, color_scheme="dark")
    blake.sign_in("blake@example.org")
    blake.visit("/sessions/next/")
    expect(blake.main).to_contain_text("How evenings begin, and who is tired when.")
    expect(blake.page.locator("body")).not_to_contain_text("How close did you feel?")
