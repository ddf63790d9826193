"""Time that runs out over an open page: a word before, then the page is covered, and afterwards it is as it was."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.sessions import SessionStore
from exercises.models import Reflection
from tests.journeys.test_writing import PROMPT, SAVED, at_the_prompt, homework, kept, sign_in_again, status, write
from tests.journeys.waiting import until

__all__ = ["homework"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect

MINUTE = 60 * 1000
STAY = "Stay on this page"


@pytest.fixture
def alex(people, window):
    """Alex, in a browser whose clock the test moves."""
    person = window()
    person.page.clock.install()
    person.sign_in("alex@example.org")
    return person


@pytest.fixture
def gone(alex):
    """Alex's session ends on the server, as it does by itself when the time is up."""
    alex.watch.expect("status of 401", "Status Error Code 401")
    return lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def leave_for(minutes: float) -> None:
    """The session on the server is as old as the page: its end comes nearer by that much."""
    for session in Session.objects.all():
        session.expire_date -= timedelta(minutes=minutes)
        session.save()


def warning(person):
    return person.page.get_by_role("dialog", name="Are you still there?")


def door(person):
    return person.page.get_by_role("dialog", name="Please sign in again")


def can_be_seen(person) -> bool:
    """Whether anything of the page can be seen or reached behind what lies over it."""
    return person.page.evaluate(
        """[...document.querySelectorAll("header, main, footer")].some(
            (part) => part.checkVisibility({ visibilityProperty: true }))"""
    )


def test_it_says_two_minutes_ahead_that_the_page_will_be_covered_and_one_press_stays(alex, homework):
    box = at_the_prompt(alex, homework)
    write(alex, box, "Here.")
    leave_for(12)
    alex.page.clock.run_for(12 * MINUTE)
    expect(warning(alex)).to_be_hidden()
    leave_for(1.5)
    alex.page.clock.run_for(1.5 * MINUTE)
    expect(warning(alex)).to_be_visible()
    expect(alex.button(STAY)).to_be_focused()
    expect(warning(alex)).to_have_accessible_description(re.compile("In two minutes this page is covered"))
    alex.look()
    alex.picture("still-there")
    alex.button(STAY).focus()
    alex.page.keyboard.press("Enter")
    expect(warning(alex)).to_be_hidden()
    until(lambda: Session.objects.get().expire_date > timezone.now() + timedelta(minutes=14))
    expect(box).to_be_focused()
    alex.page.clock.run_for(5 * MINUTE)
    until(lambda: can_be_seen(alex))
    expect(warning(alex)).to_be_hidden()


def test_escape_stays_too(alex, homework):
    at_the_prompt(alex, homework)
    leave_for(13.5)
    alex.page.clock.run_for(13.5 * MINUTE)
    expect(warning(alex)).to_be_visible()
    alex.page.keyboard.press("Escape")
    expect(warning(alex)).to_be_hidden()
    until(lambda: Session.objects.get().expire_date > timezone.now() + timedelta(minutes=14))


def test_it_covers_the_page_and_gives_it_back_to_its_person_as_it_was(alex, homework, gone):
    box = at_the_prompt(alex, homework)
    write(alex, box, "Before the tea.")
    for _ in range(4):
        box.press("ArrowLeft")
    leave_for(13.5)
    alex.page.clock.run_for(13.5 * MINUTE)
    expect(warning(alex)).to_be_visible()
    gone()
    alex.page.clock.run_for(3 * MINUTE)
    expect(door(alex)).to_be_visible()
    expect(warning(alex)).to_be_hidden()
    assert not can_be_seen(alex)
    alex.page.keyboard.type("nobody")
    alex.look()
    alex.picture("covered")
    sign_in_again(alex, "alex")
    expect(door(alex)).to_be_hidden()
    until(lambda: can_be_seen(alex))
    expect(box).to_be_focused()
    alex.page.keyboard.type("green ")
    expect(box).to_have_value("Before the green tea.")
    expect(status(alex)).to_have_text(SAVED)
    until(lambda: kept(homework) == "Before the green tea.")
    alex.press("Continue")
    assert alex.path.endswith(f"/{PROMPT + 1}/")


def test_nothing_of_it_stays_for_somebody_else_who_signs_in_there(alex, homework, gone):
    alex.watch.expect("status of 404")
    write(alex, at_the_prompt(alex, homework), "For nobody else.")
    gone()
    alex.page.clock.run_for(16 * MINUTE)
    expect(door(alex)).to_be_visible()
    with alex.page.expect_navigation():
        sign_in_again(alex, "blake")
    expect(alex.page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    assert "For nobody else" not in alex.page.content()
    assert Reflection.objects.get(homework=homework).value == "For nobody else."


def test_a_page_that_was_left_open_stays_open_while_another_tab_is_used(alex, homework):
    at_the_prompt(alex, homework)
    other = alex.another_tab()
    leave_for(13)
    other.visit("/today/")
    alex.page.clock.run_for(14 * MINUTE)
    until(lambda: can_be_seen(alex))
    expect(warning(alex)).to_be_hidden()


def come_back(person) -> None:
    """The browser is looked at again, as after sleep; what is there at that very moment."""
    return person.page.evaluate(
        """() => {
            document.dispatchEvent(new Event("visibilitychange"));
            return document.querySelector("main").checkVisibility({ visibilityProperty: true });
        }"""
    )


def test_a_telephone_that_wakes_up_shows_nothing_of_the_page(alex, homework, gone):
    write(alex, at_the_prompt(alex, homework), "Asleep.")
    gone()
    alex.page.clock.pause_at(timezone.now() + timedelta(hours=1))  # the clock goes on, no timer has run yet
    assert come_back(alex) is False
    expect(door(alex)).to_be_visible()


def test_a_session_that_was_ended_elsewhere_covers_the_page_when_it_is_looked_at(alex, homework):
    alex.watch.expect("status of 401")
    write(alex, at_the_prompt(alex, homework), "Open in two places.")
    other = alex.another_tab()
    other.visit("/today/")
    other.press("Sign out")
    come_back(alex)
    expect(door(alex)).to_be_visible()
    assert not can_be_seen(alex)


def test_without_a_connection_it_is_covered_all_the_same(alex, homework, gone):
    alex.watch.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    box = at_the_prompt(alex, homework)
    write(alex, box, "In a tunnel.")
    gone()
    alex.page.context.set_offline(True)
    alex.page.clock.run_for(16 * MINUTE)
    expect(door(alex)).to_contain_text("There is no connection just now.")
    assert not can_be_seen(alex)
    alex.page.context.set_offline(False)
    alex.button("Try again").click()
    sign_in_again(alex, "alex")
    until(lambda: can_be_seen(alex))
    expect(box).to_have_value("In a tunnel.")


def test_after_so_many_hours_staying_means_to_sign_in_anew(alex, homework):
    box = at_the_prompt(alex, homework)
    write(alex, box, "A long day.")
    store = SessionStore(Session.objects.get().pk)
    store["began"] -= 8 * 3600 - 60
    store.ends_at = timezone.now() + timedelta(seconds=60)
    store.save()
    alex.page.clock.run_for(14 * MINUTE)
    expect(warning(alex)).to_be_visible()
    alex.button(STAY).click()
    expect(door(alex)).to_be_visible()
    sign_in_again(alex, "alex")
    expect(door(alex)).to_be_hidden()
    expect(box).to_have_value("A long day.")
    until(lambda: max(Session.objects.values_list("expire_date", flat=True)) > timezone.now() + timedelta(minutes=14))


def test_a_therapist_has_half_an_hour(people, homework, window):
    moreno = window(1280)
    moreno.page.clock.install()
    moreno.sign_in("moreno@example.org")
    moreno.page.goto(f"/t/review/{homework.assignment_id}/")
    assert 1790 < moreno.page.evaluate("Number(document.body.dataset.left)") <= 1800
    leave_for(28.5)
    moreno.page.clock.run_for(28.5 * MINUTE)
    expect(warning(moreno)).to_be_visible()
    expect(warning(moreno).get_by_role("link")).to_have_count(0)
    moreno.look()
