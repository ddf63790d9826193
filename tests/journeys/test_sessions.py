"""A session from the calendar to the next assignment: kept, looked forward to, planned, shown, and summed up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exercises.models import SessionNote, SessionSummary

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)
DARK = {"color_scheme": "dark"}


def keeps_a_session(moreno, couple, at):
    moreno.visit(f"/t/couples/{couple}/appointments/")
    moreno.fill("Day", (at + timedelta(days=3)).date().isoformat())
    moreno.fill("Time", "18:00")
    moreno.fill("How many sessions", "3")
    moreno.press("Keep it")
    expect(moreno.main.locator(".rows li")).to_have_count(3)
    moreno.picture("sessions")
    moreno.page.locator("main .rows__link").first.click()
    moreno.glance()
    moreno.picture("session")
    moreno.visit("/t/calendar/")
    moreno.picture("calendar")


def test_a_session_from_the_calendar_to_the_next_assignment(people, window):
    couple = people.couple.pk
    alex, blake, moreno = window(**DARK), window(**DARK), window(1280)
    for person, name in ((alex, "alex"), (blake, "blake"), (moreno, "moreno")):
        person.sign_in(f"{name}@example.org")
    keeps_a_session(moreno, couple, timezone.now())

    alex.visit("/today/")
    expect(alex.main).to_contain_text("18:00")
    alex.follow("Your next session")
    alex.fill("Something I’d like to raise", "The letter from my mother")
    alex.page.get_by_label("My therapist, before the session").check()
    alex.press("Save")
    alex.picture("session-next")
    SessionNote.objects.update(therapist_from=timezone.now() - timedelta(minutes=1))

    moreno.visit(f"/t/couples/{couple}/agenda/")
    expect(moreno.main).to_contain_text("The letter from my mother")
    moreno.fill("Something to talk about", "How we say goodbye in the morning")
    moreno.page.get_by_label("Minutes", exact=True).fill("15")
    moreno.press("Put it on the agenda")
    moreno.button("Publish to both: How we say goodbye in the morning").click()
    expect(moreno.main).to_contain_text("both can read it")
    moreno.button("Talked about: How we say goodbye in the morning").click()
    expect(moreno.main.locator(".agenda__words--done")).to_have_count(1)
    moreno.button("Move up: How we say goodbye in the morning").click()
    expect(moreno.main.locator(".agenda li").first).to_contain_text("How we say goodbye")
    moreno.picture("agenda")
    moreno.look()

    moreno.follow("Present")
    expect(moreno.main).to_contain_text("How we say goodbye in the morning")
    expect(moreno.page.locator("body")).not_to_contain_text("The letter from my mother")
    moreno.picture("agenda-present")
    moreno.visit(f"/t/couples/{couple}/agenda/print/")
    expect(moreno.main).not_to_contain_text("The letter from my mother")
    blake.visit("/sessions/next/")
    expect(blake.main).to_contain_text("How we say goodbye in the morning")
    expect(blake.page.locator("body")).not_to_contain_text("letter")

    moreno.visit(f"/t/couples/{couple}/summary/")
    moreno.fill("What we talked about", "Mornings, and what makes them lighter.")
    moreno.fill("What comes next", "One slow morning this week")
    moreno.page.get_by_label("Exercise for the next assignment").select_option(index=1)
    moreno.press("Save")
    moreno.picture("session-summary")
    moreno.follow("Assign what comes next")
    expect(moreno.page.get_by_label("Why", exact=True)).to_have_value("One slow morning this week")
    assert "morning" not in moreno.path
    SessionSummary.objects.update(released_from=timezone.now() - timedelta(minutes=1))
    for person in (alex, blake):
        person.visit("/sessions/next/")
        expect(person.main).to_contain_text("Mornings, and what makes them lighter.")
    blake.picture("session-after")
