"""An instrument from its file to what both answered: taken in, answered for, asked, ticked on a telephone, read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exercises.models import Asking, Instrument, Measurement
from tests.exercises.measures import SMALL

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)
TITLE = "Four small questions"


def takes_in(moreno):
    """By its file; a file that cannot be used first."""
    moreno.visit("/t/measures/")
    moreno.follow("Import one")
    moreno.page.get_by_label("More points mean doing better").check()
    for raw in (b'{"resourceType": "Questionnaire", "title": "T", "item": [{"linkId": "a", "type": "text"}]}', SMALL):
        file = {"name": "small.json", "mimeType": "application/json", "buffer": raw}
        moreno.page.get_by_label("A file").set_input_files(files=[file])
        moreno.press("Import it")
        if raw != SMALL:
            expect(moreno.main).to_contain_text("a: it is of the type 'text'")
    expect(moreno.main).to_contain_text("It cannot be asked before one of you answers for its licence.")


def answers_for_it(moreno):
    moreno.page.get_by_text("Published numbers").click()
    moreno.fill("Standard deviation (optional)", "2")
    moreno.fill("Reliability r (optional)", "0.875")
    moreno.press("Save")
    expect(moreno.main).to_contain_text("Say where this is from")
    moreno.fill("Where these two are from (optional)", "Nobody (2026), Table 1")
    moreno.press("Save")
    expect(moreno.main).to_contain_text("A change of more than 1.96 is reliable.")
    moreno.page.get_by_label("I have checked that our clinic").check()
    moreno.fill("What the permission rests on", "It is made up.")
    moreno.press("Answer for it")
    moreno.picture("instrument")


def ticks(alex, *labels):
    alex.visit("/today/")
    alex.follow("How things are going")
    alex.follow("Have a look")
    alex.follow("Begin")
    for label in labels:
        if label:
            alex.page.get_by_label(label, exact=True).check()
            alex.press("Continue")
        else:
            alex.press("I would rather not say")
    alex.picture("measure-check")
    alex.press("Send it to Moreno")


def test_a_measure_goes_from_its_file_to_a_change_in_words(people, window, watch):
    watch.expect("422")  # of the file that cannot be used, and of a number without its source
    moreno = window(1280)
    moreno.sign_in("moreno@example.org")
    takes_in(moreno)
    answers_for_it(moreno)
    moreno.visit(f"/t/couples/{people.couple.pk}/measures/")
    moreno.page.get_by_label("Every few weeks").check()
    moreno.fill("Every so many weeks (optional)", "1")
    moreno.press("Ask it")
    assert {one.title for one in Instrument.objects.all()} == {TITLE}

    alex = window(360, color_scheme="dark")
    alex.sign_in("alex@example.org")
    ticks(alex, "A little", "A little", "Quite", "A little")
    expect(alex.main).to_contain_text("Nothing to tick just now.")
    _a_week_goes_by()
    ticks(alex, "Quite", "Quite", "A little", "Very")
    expect(alex.main).to_contain_text("higher than your first score")
    expect(alex.main).not_to_contain_text("eliable")
    alex.picture("measures")

    blake = window(360)
    blake.sign_in("blake@example.org")
    ticks(blake, "Very", "", "A little", "Quite")
    _a_week_goes_by()
    ticks(blake, "A little", "A little", "A little", "A little")

    Measurement.objects.update(therapist_from=timezone.now())
    moreno.visit(f"/t/couples/{people.couple.pk}/measures/")
    expect(moreno.main).to_contain_text("Reliable improvement")
    moreno.page.get_by_text("Item by item").first.click()
    moreno.look()
    moreno.picture("couple-measures")
    moreno.page.set_viewport_size({"width": 360, "height": 740})
    moreno.look()


def _a_week_goes_by():
    """For what is asked and was answered; the clock of the browsers and their sessions goes on."""
    week = timedelta(weeks=1)
    for asking in Asking.objects.all():
        Asking.objects.filter(pk=asking.pk).update(made_at=asking.made_at - week)
    for one in Measurement.objects.all():
        Measurement.objects.filter(pk=one.pk).update(begun_at=one.begun_at - week, finished_at=one.finished_at - week)
