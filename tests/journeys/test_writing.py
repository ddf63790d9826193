"""Writing, and everything that comes between: a text that was saved is there, and one that was not says so."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.models import EarlierText, Homework, PrivateNote, Reflection
from exercises.queries.library import current_versions
from exercises.states import Frame
from tests.cast import PASSWORD
from tests.journeys.conftest import EXERCISE
from tests.journeys.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)

SAVED = re.compile(r"Saved \d\d:\d\d")
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
LOST = "Not saved: no connection. You can keep writing."
PROMPT = 3  # the step of the exercise that asks for a longer text


@pytest.fixture
def homework(people) -> Homework:
    """An exercise that waits for Alex."""
    version, at = current_versions()[EXERCISE], timezone.now()
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
    person.page.goto(f"/w/{homework.pk}/{PROMPT}/")
    return person.page.locator("textarea")


def status(person):
    return person.page.locator("#status")


def says(person):
    return person.page.locator("#announce")


def write(person, box, text) -> None:
    """Types, and lets the page save by itself."""
    box.press_sequentially(text)
    expect(status(person)).to_have_text(SAVED)


def test_it_saves_after_a_pause_and_shows_the_text_again(alex, homework):
    box = at_the_prompt(alex, homework)
    box.press_sequentially("Light on the wall.")
    expect(status(alex)).to_have_text("Not saved yet")
    expect(status(alex)).to_have_text(SAVED)
    expect(says(alex)).to_have_text("Your writing is being saved as you go.")
    assert kept(homework) == "Light on the wall."
    expect(box).to_be_focused()
    alex.page.reload()
    expect(box).to_have_value("Light on the wall.")
    alex.look()


def test_a_page_that_goes_away_still_sends_what_was_typed(alex, homework):
    box = at_the_prompt(alex, homework)
    questions = []
    alex.page.on("dialog", lambda asked: (questions.append(asked.type), asked.accept()))
    box.press_sequentially("The last words.")
    alex.page.goto("about:blank")
    assert questions == ["beforeunload"]
    until(lambda: kept(homework) == "The last words.")


def test_a_link_waits_for_what_was_just_typed(alex, homework):
    box = at_the_prompt(alex, homework)
    box.press_sequentially("Just typed.")
    alex.follow("Back")
    assert kept(homework) == "Just typed."


@pytest.fixture
def meeting(alex, homework):
    """Two tabs of one person that wrote at the same place."""
    alex.watch.expect("status of 409")
    other = alex.another_tab()
    box = at_the_prompt(alex, homework)
    write(other, at_the_prompt(other, homework), "From the other place.")
    box.press_sequentially("From here.")
    expect(alex.page.locator("[data-conflict]")).to_be_focused()
    return box


@pytest.mark.parametrize(
    ("choice", "text", "gave_way"),
    [
        ("Keep this screen’s text", "From here.", ["From the other place."]),
        ("Use the other text", "From the other place.", ["From here."]),
        ("Keep both", "From the other place.\n\nFrom here.", []),
    ],
)
def test_two_tabs_show_both_texts_and_lose_neither(alex, homework, meeting, choice, text, gave_way):
    expect(alex.page.locator("[data-conflict]")).to_contain_text("From the other place.")
    expect(meeting).to_have_value("From here.")
    expect(says(alex)).to_have_text("This was changed somewhere else")
    alex.look()
    alex.press(choice)
    expect(meeting).to_have_value(text)
    assert kept(homework) == text
    assert [text.value for text in EarlierText.objects.all()] == gave_way


def test_until_one_text_is_chosen_nothing_is_written_over(alex, homework, meeting):
    alex.button("Continue").click()
    expect(alex.page.locator("[data-conflict]")).to_be_focused()
    meeting.press_sequentially(" More.")
    alex.page.locator("h1").click()
    alex.page.context.set_offline(True)
    alex.watch.expect(*OFFLINE)
    alex.button("Keep both").click()
    expect(status(alex)).to_have_text(LOST)
    alex.page.context.set_offline(False)
    assert kept(homework) == "From the other place."
    alex.press("Keep both")
    assert kept(homework) == "From the other place.\n\nFrom here. More."


def test_a_lost_connection_keeps_the_text_and_recovers_by_itself(alex, homework):
    alex.watch.expect(*OFFLINE)
    questions = []
    alex.page.on("dialog", lambda asked: (questions.append(asked.type), asked.dismiss()))
    box = at_the_prompt(alex, homework)
    alex.page.context.set_offline(True)
    box.press_sequentially("Written in a tunnel")
    expect(status(alex)).to_have_text(LOST)
    expect(says(alex)).to_have_text(LOST)
    box.press_sequentially(", and on.")
    alex.button("Continue").click()
    alex.main.get_by_role("link", name="Back").click()
    until(lambda: alex.page.evaluate("1") and questions == ["beforeunload"])
    expect(status(alex)).to_have_text(LOST)
    expect(box).to_have_value("Written in a tunnel, and on.")
    alex.page.context.set_offline(False)
    expect(status(alex)).to_have_text(SAVED)
    expect(says(alex)).to_have_text("Connected again. Saved.")
    assert kept(homework) == "Written in a tunnel, and on."
    alex.press("Continue")
    assert alex.path.endswith(f"/{PROMPT + 1}/")


def test_a_server_that_fails_is_tried_again(alex, homework):
    alex.watch.expect("status of 503", "Status Error Code 503")
    box = at_the_prompt(alex, homework)
    alex.page.route("**/save/", lambda route: route.fulfill(status=503))
    box.fill("Written while it restarted.")
    expect(status(alex)).to_have_text("Not saved. You can keep writing; copy your text if this stays.")
    alex.page.unroute("**/save/")
    expect(status(alex)).to_have_text(SAVED, timeout=30_000)
    assert kept(homework) == "Written while it restarted."


def sign_in_again(person, name: str) -> None:
    dialog = person.page.get_by_role("dialog", name="Please sign in again")
    dialog.get_by_label("E-mail address").fill(f"{name}@example.org")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()


@pytest.fixture
def expired(alex):
    """Alex's session ends while the page is open."""
    alex.watch.expect("status of 401", "Status Error Code 401")
    return lambda: Session.objects.all().delete()


def test_an_expired_session_is_renewed_over_the_open_page(alex, homework, expired):
    box = at_the_prompt(alex, homework)
    write(alex, box, "Before.")
    expired()
    box.press_sequentially(" After.")
    box.press("ArrowLeft")
    expect(alex.page.get_by_role("dialog")).to_be_visible()
    alex.look()
    sign_in_again(alex, "alex")
    expect(alex.page.get_by_role("dialog")).to_be_hidden()
    expect(box).to_be_focused()
    until(lambda: kept(homework) == "Before. After.")
    alex.page.keyboard.type(" And on")
    expect(box).to_have_value("Before. After And on.")
    alex.press("Continue")
    assert kept(homework) == "Before. After And on."
    assert alex.path.endswith(f"/{PROMPT + 1}/")


def test_going_on_without_a_session_signs_in_first_and_then_goes_on(alex, homework, expired):
    box = at_the_prompt(alex, homework)
    box.fill("Here.")
    expect(status(alex)).to_have_text(SAVED)
    expired()
    alex.page.context.clear_cookies()
    box.fill("Here still.")
    alex.button("Continue").click()
    dialog = alex.page.get_by_role("dialog", name="Please sign in again")
    for _ in range(3):
        dialog.press("Escape")
    expect(dialog).to_be_visible()
    sign_in_again(alex, "alex")
    alex.page.wait_for_url(f"**/{PROMPT + 1}/")
    assert kept(homework) == "Here still."


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(alex, homework, expired):
    alex.watch.expect("status of 404")
    box = at_the_prompt(alex, homework)
    expired()
    box.press_sequentially("For nobody else.")
    with alex.page.expect_navigation():
        sign_in_again(alex, "blake")
    expect(alex.page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    assert "For nobody else" not in alex.page.content()
    assert kept(homework) is None


def test_signing_in_again_in_another_tab_is_enough(alex, homework, expired):
    alex.watch.expect("status of 403", "Status Error Code 403")
    box = at_the_prompt(alex, homework)
    expired()
    other = alex.another_tab()
    other.sign_in("alex@example.org")
    box.press_sequentially("Written here.")
    expect(status(alex)).to_have_text(SAVED)
    assert kept(homework) == "Written here."
    alex.press("Continue")


def test_a_text_that_is_too_long_is_told_and_kept(alex, homework):
    alex.watch.expect("status of 422")
    box = at_the_prompt(alex, homework)
    box.fill("é" * 20_050)
    expect(alex.main.get_by_text("Characters too many: 50")).to_be_visible()
    expect(status(alex)).to_have_text(SAVED)
    assert kept(homework) == "é" * 20_050
    alex.press("Continue")
    expect(alex.page.locator("#error-summary")).to_be_focused()
    expect(box).to_have_value("é" * 20_050)
    box.fill("é" * 20_000)
    alex.press("Continue")
    assert alex.path.endswith(f"/{PROMPT + 1}/")


def test_a_text_that_cannot_be_kept_whole_is_not_called_saved(alex, homework):
    alex.watch.expect("status of 413", "Status Error Code 413")
    box = at_the_prompt(alex, homework)
    box.fill("a" * 100_001)
    expect(status(alex)).to_contain_text("longer than 100,000 characters, more than can be kept")
    expect(says(alex)).to_contain_text("shorten it, or copy it somewhere safe")
    alex.button("Continue").click()
    expect(status(alex)).to_contain_text("longer than 100,000 characters")
    expect(box).to_have_value("a" * 100_001)
    assert kept(homework) is None
    box.fill("a" * 20)
    expect(status(alex)).to_have_text(SAVED)


def test_a_double_click_goes_one_step(alex, homework):
    box = at_the_prompt(alex, homework)
    box.fill("Once.")
    with alex.page.expect_navigation():
        alex.button("Continue").dblclick()
    alex.page.wait_for_load_state()
    assert alex.path.endswith(f"/{PROMPT + 1}/")
    assert Reflection.objects.get(homework=homework).version == 1


def test_what_is_written_is_shown_as_text(alex, homework):
    text = "<script>alert(1)</script> <b>bold</b> {{ 7 }} \u202ereversed"
    box = at_the_prompt(alex, homework)
    box.fill(text)
    alex.press("Continue")
    alex.visit(f"/w/{homework.pk}/check/")
    expect(alex.main.locator(".writing")).to_have_text(text)
    assert alex.main.locator(".writing b").count() == 0


def test_shift_three_times_leads_away_for_good(alex, homework):
    alex.watch.expect("/favicon.ico")
    box = at_the_prompt(alex, homework)
    write(alex, box, "Only mine.")
    box.press_sequentially(" Just now.")
    with alex.page.expect_navigation(url="**/healthz/"):
        for _ in range(3):
            alex.page.keyboard.press("Shift")
    until(lambda: kept(homework) == "Only mine. Just now.")
    alex.page.go_back()
    assert "Only mine" not in alex.page.content()
    alex.page.goto(f"/w/{homework.pk}/{PROMPT}/")
    assert alex.path.startswith("/sign-in/")


def test_two_forms_on_one_page_do_not_write_into_each_other(alex, homework):
    def twice(route):
        answer = route.fetch()
        page = answer.text()
        form = page[page.index("<form method") : page.index("</form>") + len("</form>")]
        second = form.replace(f"/{PROMPT}/", "/6/")
        route.fulfill(response=answer, body=page.replace(form, form + second))

    alex.page.route(f"**/{PROMPT}/", twice)
    alex.page.goto(f"/w/{homework.pk}/{PROMPT}/")
    first, second = alex.page.locator("form[data-autosave]").all()
    second.locator("textarea").fill("Below.")
    expect(second.locator("#status")).to_have_text(SAVED)
    expect(first.locator("#status")).to_have_text("")
    assert [form.locator("[name=version]").input_value() for form in (first, second)] == ["0", "1"]
    first.locator("textarea").fill("Above.")
    expect(first.locator("#status")).to_have_text(SAVED)
    written = {kept.step_key: kept.value for kept in Reflection.objects.all()}
    assert written == {"back-there": "Above.", "what-it-says": "Below."}


def test_the_whole_exercise_works_without_scripts(people, homework, window):
    alex = window(java_script_enabled=False)
    alex.watch.expect("status of 422")
    alex.sign_in("alex@example.org")
    alex.follow("Have a look")
    alex.follow("Start")
    alex.press("Continue")
    alex.page.get_by_label("Which moment stayed with you?").fill("The harbour")
    alex.press("Continue")
    alex.page.locator("textarea").fill("Gulls, and rope.")
    alex.press("Save and leave")
    alex.follow("Continue where you were")
    expect(alex.page.locator("textarea")).to_have_value("Gulls, and rope.")
    alex.press("Continue")
    alex.page.get_by_label("Peace").check()
    alex.press("Continue")
    alex.page.get_by_label("4", exact=True).check()
    alex.press("Continue")
    alex.press("Skip this one")
    alex.press("Continue")
    expect(alex.main).to_contain_text("Skipped")
    alex.follow("Continue")
    alex.press("Continue")
    expect(alex.page.locator("#error-summary")).to_contain_text("Choose who can read this")
    alex.page.get_by_label("My therapist", exact=False).first.check()
    alex.press("Continue")
    expect(alex.main).to_contain_text("Your therapist can read what you chose to share from")
    homework.refresh_from_db()
    assert homework.state == "finished"
    assert {kept.step_key: kept.value for kept in Reflection.objects.all()} == {
        "the-moment": "The harbour",
        "back-there": "Gulls, and rope.",
        "what-it-stirred": ["peace"],
        "how-near": 4,
        "what-it-says": None,
    }


def test_without_scripts_two_pages_that_meet_show_both_texts_too(people, homework, window):
    alex = window(java_script_enabled=False)
    alex.sign_in("alex@example.org")
    other = alex.another_tab()
    other.scripts = False
    box, elsewhere = at_the_prompt(alex, homework), at_the_prompt(other, homework)
    elsewhere.fill("From the other place.")
    other.press("Continue")
    box.fill("From here.")
    alex.watch.expect("status of 409")
    alex.press("Continue")
    alex.press("Continue")
    expect(alex.page.locator("[data-conflict]")).to_contain_text("From the other place.")
    expect(box).to_have_value("From here.")
    alex.press("Keep both")
    assert kept(homework) == "From the other place.\n\nFrom here."


def test_a_private_note_waits_for_its_author_when_two_pages_meet(people, homework, window):
    moreno = window(1280)
    moreno.watch.expect("status of 409", "status of 422")
    moreno.sign_in("moreno@example.org")
    other = moreno.another_tab()
    for person in (moreno, other):
        person.page.goto(f"/t/review/{homework.assignment_id}/note/")
    box, elsewhere = (person.page.get_by_label("For me alone") for person in (moreno, other))
    write(other, elsewhere, "From the other place.")
    box.press_sequentially("From here.")
    expect(moreno.page.locator("[data-conflict]")).to_be_focused()
    moreno.look()
    box.fill("From here, and from the other place.")
    expect(status(moreno)).to_have_text("Not saved yet")
    assert PrivateNote.objects.get().text == "From the other place."
    moreno.button("Save").click()
    expect(status(moreno)).to_have_text(SAVED)
    expect(moreno.page.locator("[data-conflict]")).to_have_count(0)
    assert PrivateNote.objects.get().text == "From here, and from the other place."
    box.fill("n" * 20_001)
    expect(status(moreno)).to_contain_text("longer than 20,000 characters")
    assert len(PrivateNote.objects.get().text) < 100
    moreno.page.on("dialog", lambda asked: asked.accept())
