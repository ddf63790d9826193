"""A browser that two people share keeps nothing of one for the other: not in use, and not afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.journeys.test_writing import at_the_prompt, homework, write

__all__ = ["homework"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect

SECRET = "Kept by the server alone."


@pytest.fixture
def alex(people, window, homework):
    """Alex has written something, seen it again, and looked around."""
    person = window()
    person.watch.expect("/favicon.ico", "status of 401")
    person.sign_in("alex@example.org")
    write(person, at_the_prompt(person, homework), SECRET)
    for path in ("/today/", "/reflections/", "/account/", f"/w/{homework.pk}/check/"):
        person.page.goto(path)
    expect(person.page.locator("main")).to_contain_text(SECRET)
    return person


def stored(person, site: str) -> dict[str, Any]:
    """What the browser itself says it keeps of this site; the pages' own view of it would not do."""
    page = person.page.context.new_page()
    page.goto("/healthz/")
    inside = page.evaluate(
        """async () => ({
            local: { ...localStorage },
            databases: (await indexedDB.databases()).map((one) => one.name),
            workers: (await navigator.serviceWorker.getRegistrations()).length,
            caches: "caches" in window ? await caches.keys() : [],
        })"""
    )
    page.close()
    devtools = person.page.context.new_cdp_session(person.page)
    area = {"securityOrigin": site, "isLocalStorage": False}
    session = devtools.send("DOMStorage.getDOMStorageItems", {"storageId": area})["entries"]
    return {**inside, "session": session}


NOTHING = {"local": {}, "databases": [], "workers": 0, "caches": [], "session": []}


def cookies(person) -> dict[str, dict[str, Any]]:
    return {cookie["name"]: cookie for cookie in person.page.context.cookies()}


def test_this_way_of_looking_would_find_something(alex, site):
    alex.page.goto("/healthz/")
    alex.page.evaluate("sessionStorage.setItem('a', 'b'), localStorage.setItem('c', 'd'), indexedDB.open('e')")
    found = stored(alex, site)
    assert (found["session"], found["local"], found["databases"]) == ([["a", "b"]], {"c": "d"}, ["e"])


def test_in_use_there_are_two_cookies_that_end_with_the_window_and_nothing_else(alex, site):
    assert stored(alex, site) == NOTHING
    found = cookies(alex)
    assert set(found) == {"sessionid", "csrftoken"}
    for cookie in found.values():
        assert (cookie["expires"], cookie["httpOnly"], cookie["sameSite"]) == (-1, True, "Lax")


def test_after_leaving_there_is_nothing(alex, site):
    with alex.page.expect_navigation(url="**/healthz/"):
        for _ in range(3):
            alex.page.keyboard.press("Shift")
    assert not cookies(alex)
    alex.page.goto(f"{site}/healthz/")
    assert stored(alex, site) == NOTHING
    for _ in range(3):
        alex.page.go_back()
        assert SECRET not in alex.page.content()


def test_after_signing_out_there_is_what_the_sign_in_page_needs_and_no_more(alex, site):
    before = cookies(alex)["csrftoken"]["value"]
    alex.press("Sign out")
    assert alex.path == "/sign-in/"
    assert stored(alex, site) == NOTHING
    assert set(cookies(alex)) == {"csrftoken"}
    assert cookies(alex)["csrftoken"]["value"] != before
    for _ in range(3):
        alex.page.go_back()
        assert SECRET not in alex.page.content()
        assert alex.path.startswith("/sign-in/")


def test_after_the_time_is_up_there_is_what_the_sign_in_page_needs_and_no_more(alex, site):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    alex.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(alex.page.get_by_role("dialog", name="Please sign in again")).to_be_visible()
    assert not alex.page.locator("main").is_visible()
    assert stored(alex, site) == NOTHING
    assert set(cookies(alex)) == {"csrftoken"}
    alex.page.goto("/today/")
    assert alex.path.startswith("/sign-in/")
    for _ in range(3):
        alex.page.go_back()
        assert SECRET not in alex.page.content()
