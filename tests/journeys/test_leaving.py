"""Leaving quickly: at once, for good, and with what was just written."""

import pytest
from django.contrib.sessions.models import Session

from clients import queries
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.test_writing import PROMPT, at_the_prompt, homework, kept, write
from tests.journeys.waiting import until

__all__ = ["homework"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect

SECRET = "Only mine."
LEAVE = "Leave this page"


@pytest.fixture
def with_memory(browser, site, watch):
    """Chromium as people have it, which keeps pages in memory for its Back button; the driver switches that off."""
    from tests.journeys.person import Person

    keeping = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox"],
        ignore_default_args=["--disable-back-forward-cache"],
    )  # fmt: skip
    windows = []

    def open_window(**options: object) -> Person:
        window = keeping.new_context(viewport={"width": 360, "height": 740}, base_url=site, **options)
        window.set_default_timeout(10_000)
        windows.append(window)
        return Person(window.new_page(), watch, scripts=options.get("java_script_enabled", True))

    yield open_window
    for window in windows:
        window.close()
    keeping.close()


@pytest.fixture
def near(site, monkeypatch):
    """The way out of whoever is signed out already leads to this very server, too."""
    monkeypatch.setattr(queries, "NEUTRAL_SITE", site.replace("localhost", "127.0.0.1") + "/healthz/")


@pytest.fixture
def alex(people, window):
    person = window()
    person.watch.expect("/favicon.ico")
    person.sign_in("alex@example.org")
    return person


def by_link(person) -> None:
    person.page.get_by_role("link", name=LEAVE).last.click()


def by_hidden_link(person) -> None:
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_role("link", name=LEAVE).first).to_be_focused()
    person.page.keyboard.press("Enter")


def by_shift(person) -> None:
    for _ in range(3):
        person.page.keyboard.press("Shift")


@pytest.mark.parametrize("way", [by_link, by_hidden_link, by_shift])
def test_every_way_out_ends_the_session_and_has_no_way_back(alex, homework, way):
    write(alex, at_the_prompt(alex, homework), SECRET)
    alex.page.reload()
    with alex.page.expect_navigation(url="**/healthz/"):
        way(alex)
    assert not Session.objects.exists()
    alex.page.go_back()
    assert SECRET not in alex.page.content()
    assert f"/w/{homework.pk}/{PROMPT}/" not in alex.page.url or "/sign-in/" in alex.page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("onward", ["/today/", None], ids=["a page further on", "the page itself"])
def test_back_shows_nothing_in_a_browser_that_keeps_pages_in_memory(people, homework, with_memory, scripts, onward):
    alex = with_memory(java_script_enabled=scripts)
    alex.watch.expect("/favicon.ico")
    alex.sign_in("alex@example.org")
    box = at_the_prompt(alex, homework)
    box.fill(SECRET)
    alex.press("Save and leave")
    at_the_prompt(alex, homework)
    expect(alex.page.locator("textarea")).to_have_value(SECRET)
    if onward:
        alex.page.goto(onward)
    with alex.page.expect_navigation(url="**/healthz/"):
        by_link(alex)
    for _ in range(3):
        alex.page.go_back(wait_until="commit")
        alex.page.wait_for_timeout(300)
        assert SECRET not in alex.page.content()
        assert not alex.page.locator("main textarea").count()


def test_what_was_just_typed_is_on_its_way_before_the_session_ends(alex, homework):
    """Six times, as it is a race: the save is sent first, and what it began it ends, session or not."""
    for n in range(6):
        alex.page.goto("/sign-in/")
        if "/sign-in/" in alex.page.url:
            alex.sign_in("alex@example.org")
        box = at_the_prompt(alex, homework)
        box.fill(f"Just now, {n}.")
        with alex.page.expect_navigation(url="**/healthz/"):
            by_shift(alex)
        until(lambda n=n: kept(homework) == f"Just now, {n}.")
        assert not Session.objects.exists()


def test_leaving_waits_for_nothing(alex, homework):
    alex.watch.expect("ERR_FAILED")
    box = at_the_prompt(alex, homework)
    box.fill("Never arrives.")
    alex.page.route("**/save/", lambda route: None)  # a save that is never answered
    with alex.page.expect_navigation(url="**/healthz/", timeout=3000):
        by_shift(alex)


def test_nothing_is_left_on_the_screen_while_the_way_out_is_slow(alex, homework):
    alex.watch.expect("ERR_FAILED")
    write(alex, at_the_prompt(alex, homework), SECRET)
    blank = """() => {
        document.querySelector("[data-exit]").click();
        return [document.title, getComputedStyle(document.body).display];
    }"""
    alex.page.route("**/exit/", lambda route: route.abort())
    assert alex.page.evaluate(blank) == ["Loading", "none"]


def test_other_tabs_of_the_same_browser_leave_too(alex, homework, near):
    write(alex, at_the_prompt(alex, homework), SECRET)
    other = alex.another_tab()
    other.visit("/today/")
    with alex.page.expect_navigation(url="**/healthz/"):
        by_shift(other)
    until(lambda: "/healthz/" in other.page.url)


def test_shift_counts_only_three_times_in_a_row_and_soon(alex, homework):
    write(alex, at_the_prompt(alex, homework), "A")
    for key in (*["Escape"] * 3, "Shift", "Shift", "a", "Shift", "Shift"):
        alex.page.keyboard.press(key)
    expect(alex.page.locator("#announce")).to_have_text("Shift, press it one more time to leave this page")
    expect(alex.page.locator("#announce")).to_have_text("Leaving stopped, too much time went by", timeout=8000)
    alex.page.keyboard.press("Shift")
    assert str(homework.pk) in alex.page.url


def test_one_can_leave_from_what_covers_the_page(alex, homework, near):
    alex.watch.expect("status of 401")
    write(alex, at_the_prompt(alex, homework), SECRET)
    Session.objects.all().delete()
    alex.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    door = alex.page.get_by_role("dialog", name="Please sign in again")
    with alex.page.expect_navigation(url="**/healthz/"):
        door.get_by_role("link", name=LEAVE).click()
