"""A timer, a guess of which one line is opened, and one thing to tell: as two people live them, on small screens."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.content import from_json
from exercises.models import Homework, Reflection, Share
from exercises.states import BEFORE, Frame
from tests.exercises.scene import content, new_version

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)

MONDAY = dt.datetime(2026, 3, 2, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))
STEPS = ("letter", "breath", "guess", "tell")
TURN = {
    "key": "turns", "kind": "timer", "title": "In turns", "text": "You can also count quietly.", "rounds": 1,
    "phases": [{"key": "first", "label": "One of you speaks. The other only listens.", "seconds": 180}],
}  # fmt: skip
LETTER, BREATH, GUESS, TELL, TURNS = range(1, 6)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def homework(clock, people) -> Homework:
    """An exercise with one step of each of these kinds, for Alex and Blake."""
    whole, at = content().as_json(), timezone.now()
    steps = [*(one for one in whole["steps"] if one["key"] in STEPS), TURN]
    version = new_version(from_json(whole | {"steps": steps}))
    assigning.assign(
        by=viewer_of(people.moreno, at=at), couple=people.couple, version=version, frame=Frame.OFFER, at=at,
        partners=[people.places["alex"], people.places["blake"]],
    )  # fmt: skip
    return Homework.objects.get(partner=people.places["alex"])


@pytest.fixture
def alex(people, window):
    person = window()
    person.sign_in("alex@example.org")
    return person


def at(homework, step):
    return reverse("homework-step", args=[homework.pk, step])


def counted(page):
    """Every word that a screen reader is told from here on."""
    page.evaluate(
        """() => {
            window.said = [];
            const line = document.getElementById("announce");
            new MutationObserver(() => { if (line.textContent) said.push(line.textContent); })
                .observe(line, { childList: true, characterData: true, subtree: true });
        }"""
    )


# --- timer


def test_a_breath_by_the_clock(alex, homework):
    page = alex.page
    page.clock.install(time=MONDAY)
    alex.visit(at(homework, BREATH))
    timer = page.get_by_role("region", name="Timer")
    expect(timer).to_contain_text("Breathe in")
    expect(timer).to_contain_text("4 seconds")
    for name in ("Soft sound", "Vibration"):
        assert timer.get_by_role("button", name=name).get_attribute("aria-pressed") == "false"
    counted(page)
    page.clock.pause_at(MONDAY + dt.timedelta(minutes=1))
    timer.get_by_role("button", name="Start").click()
    page.clock.run_for(1_500)
    expect(timer).to_contain_text("3 seconds")
    page.clock.run_for(3_000)
    expect(timer).to_contain_text("Breathe out")
    timer.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(timer).to_contain_text("Breathe out")
    timer.get_by_role("button", name="Go on").click()
    page.clock.run_for(6_000)
    expect(timer).to_contain_text("Breathe in")
    page.clock.run_for(10_000)
    expect(timer).to_contain_text("The time is over")
    page.clock.run_for(100)
    told = ["Breathe in", "Breathe out", "Paused", "Breathe in", "Breathe out", "The time is over"]
    assert page.evaluate("said") == told
    page.clock.resume()  # what looks the page over waits by the clock, too
    alex.look()
    alex.picture("timer")
    alex.press("Continue")
    assert not Reflection.objects.exists()


def test_a_long_turn_tells_once_that_half_of_it_has_passed_and_counts_nobody_down(alex, homework):
    page = alex.page
    page.clock.install(time=MONDAY)
    alex.visit(at(homework, TURNS))
    timer = page.get_by_role("region", name="Timer")
    counted(page)
    page.clock.pause_at(MONDAY + dt.timedelta(minutes=1))
    timer.get_by_role("button", name="Start").click()
    page.clock.run_for(80_000)
    expect(timer).to_contain_text("2 minutes")
    page.clock.run_for(79_500)
    expect(timer).to_contain_text("30 seconds")
    timer.get_by_role("button", name="End").click()
    page.clock.run_for(100)
    expect(timer.get_by_role("button", name="Start")).to_be_focused()
    assert page.evaluate("said") == [TURN["phases"][0]["label"], "Half of this time has passed", "Stopped"]
    page.clock.run_for(300_000)
    expect(timer).to_contain_text("Stopped")


def test_a_tab_that_was_asleep_is_right_when_it_wakes(alex, homework):
    page = alex.page
    page.clock.install(time=MONDAY)
    alex.visit(at(homework, BREATH))
    counted(page)
    page.clock.pause_at(MONDAY + dt.timedelta(minutes=1))
    timer = page.get_by_role("region", name="Timer")
    timer.get_by_role("button", name="Start").click()
    page.clock.run_for(100)
    page.clock.fast_forward(15_000)  # at most one clock rings meanwhile, as in a tab that is put to sleep
    expect(timer).to_contain_text("Breathe out")
    page.clock.run_for(100)
    assert page.evaluate("said") == ["Breathe in", "Breathe out"]


def test_nothing_moves_for_whoever_asks_for_less_motion(people, homework, window):
    person = window(reduced_motion="reduce")
    person.sign_in("alex@example.org")
    person.visit(at(homework, BREATH))
    person.button("Start").click()
    expect(person.main).to_contain_text("3 seconds")
    assert person.page.evaluate("document.getAnimations().length") == 0


def test_the_screen_stays_on_where_it_can_and_the_page_says_where_not(alex, homework):
    alex.page.add_init_script("Object.defineProperty(navigator, 'wakeLock', { value: undefined })")
    alex.visit(at(homework, BREATH))
    note = alex.page.get_by_text("Your screen may go dark by itself.")
    expect(note).to_be_hidden()
    alex.button("Start").click()
    expect(note).to_be_visible()
    alex.button("Pause").click()
    expect(note).to_be_hidden()


def test_it_asks_for_the_screen_again_when_it_is_looked_at_again(alex, homework):
    alex.page.add_init_script(
        "window.asked = 0; Object.defineProperty(navigator, 'wakeLock', { value: { request: () => {"
        " window.asked += 1; return Promise.resolve({ release: () => Promise.resolve() }); } } })"
    )
    alex.visit(at(homework, BREATH))
    alex.button("Start").click()
    alex.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert alex.page.evaluate("asked") == 2
    alex.button("End").click()
    alex.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert alex.page.evaluate("asked") == 2


def test_it_sounds_and_shakes_only_where_that_was_pressed(alex, homework):
    alex.page.add_init_script(
        "window.rung = 0; window.shaken = 0; navigator.vibrate = () => { shaken += 1; };"
        "const make = AudioContext.prototype.createOscillator;"
        "AudioContext.prototype.createOscillator = function () { rung += 1; return make.call(this); };"
    )
    alex.visit(at(homework, BREATH))
    alex.button("Start").click()
    expect(alex.main).to_contain_text("3 seconds")
    assert alex.page.evaluate("[rung, shaken]") == [0, 0]
    alex.button("Soft sound").click()
    alex.button("Vibration").click()
    assert alex.page.evaluate("[rung, shaken]") == [1, 1]  # once, to know it by
    expect(alex.page.get_by_role("region", name="Timer")).to_contain_text("Breathe out")
    assert alex.page.evaluate("[rung, shaken]") == [2, 2]


def test_it_is_a_list_of_lengths_without_scripts(people, homework, window):
    person = window(java_script_enabled=False)
    person.sign_in("alex@example.org")
    person.visit(at(homework, BREATH))
    expect(person.main).to_contain_text("Breathe in 4 seconds")
    expect(person.main).to_contain_text("2 rounds, 20 seconds in all")
    expect(person.button("Start")).to_be_hidden()
    person.press("Continue")


# --- guess


def test_one_line_is_opened_and_nothing_else_of_a_guess(alex, homework, people, clock, window):
    alex.visit(at(homework, GUESS))
    fear, wish = (alex.page.get_by_role("group", name=name, exact=True) for name in ("Fear", "Wish"))
    fear.get_by_label("Mine").fill("That I am too much")
    fear.get_by_label("What I think yours is").fill("Being left")
    wish.get_by_label("Mine").fill("A week by the sea")
    wish.get_by_label("I don’t know").check()
    expect(alex.page.locator("#status")).to_contain_text("Saved 15:")
    alex.picture("guess")
    alex.press("Continue")
    alex.visit(reverse("homework-sharing", args=[homework.pk]))
    expect(alex.main).to_contain_text("never come before your partner as a whole")
    alex.page.get_by_role("radio", name="Only me").check()
    alex.page.get_by_label("Open this line to my partner: Wish").check()
    alex.picture("lines")
    alex.press("Continue")
    expect(alex.main).to_contain_text("A week by the sea")
    expect(alex.main).not_to_contain_text("too much")
    alex.press("Offer it")
    expect(alex.main).to_contain_text("Until then you can take it back, and they will not know.")
    blake = window()
    clock.move_to(MONDAY.replace(hour=18, minute=1))
    blake.sign_in("blake@example.org")
    blake.visit("/shared/")
    blake.follow("A small one")
    expect(blake.main).to_contain_text("You don’t need to respond.")
    expect(blake.main).to_contain_text("A week by the sea")
    for hidden in ("Fear", "too much", "Being left", "I don’t know", "What I think"):
        expect(blake.main).not_to_contain_text(hidden)
    blake.picture("opened")


# --- share, with a look at oneself before


def test_one_thing_is_told_after_a_look_at_what_one_hopes_for(alex, homework, people, clock, window):
    alex.visit(at(homework, TELL))
    alex.page.get_by_label("One thing to tell").fill("I kept the blue door key.")
    alex.press("Continue")
    alex.visit(reverse("homework-sharing", args=[homework.pk]))
    alex.page.get_by_role("radio", name="My therapist and my partner").check()
    alex.press("Continue")
    alex.page.get_by_text("For you alone, if you like").click()
    alex.page.get_by_label("What am I hoping to hear back?").fill("That you remember it, too")
    expect(alex.page.locator("#status")).to_contain_text("Saved 15:")
    alex.page.get_by_role("radio", name="Yes", exact=True).check()
    alex.look()
    alex.picture("before")
    alex.press("Offer it")
    expect(alex.main).to_contain_text("The rest is only for you.")
    kept = Reflection.objects.get(step_key=BEFORE)
    assert kept.value == {"hoping": "That you remember it, too", "anyway": "yes"}
    assert [share.step_key for share in Share.objects.all()] == ["tell"]
    alex.follow("Read what you wrote")
    expect(alex.main).to_contain_text("That you remember it, too")
    clock.move_to(MONDAY.replace(hour=18, minute=1))
    blake = window()
    blake.sign_in("blake@example.org")
    blake.visit(reverse("shared-detail", args=[homework.pk]))
    expect(blake.main).to_contain_text("I kept the blue door key.")
    for hidden in ("Before you share", "remember", "hoping"):
        expect(blake.main).not_to_contain_text(hidden)
    assert blake.page.locator("main form, main textarea").count() == 0
