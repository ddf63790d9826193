"""A second step, set up and used as people do: with an app, with a passkey, and over a page being written on."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from accounts import queries
from exercises.models import Reflection
from tests.cast import PASSWORD
from tests.journeys.test_writing import PROMPT, SAVED, at_the_prompt, homework  # noqa: F401 - a fixture
from tests.journeys.waiting import until
from tests.second import code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)

REFUSED = "status of 422"  # what the browser says of a wrong code, and
GONE = "status of 401"  # of a session that has ended
ALEX = "alex@example.org"


def with_an_authenticator(person):
    """A device that makes passkeys, made of software by the browser itself, and that knows its owner."""
    devtools = person.page.context.new_cdp_session(person.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_out(person):
    person.page.goto("/sign-out/")
    person.main.get_by_role("button", name="Sign out").click()
    person.page.wait_for_url("**/sign-in/")


def first_step(person, name=ALEX):
    person.page.goto("/sign-in/")
    person.fill("E-mail address", name)
    person.fill("Password", PASSWORD)
    person.press("Sign in")


def set_up_an_app(person):
    """From the account to the codes; the answer is the key that the app now has."""
    person.visit("/account/security/")
    person.picture("signing-in")
    person.follow("Set up (Authenticator app)")
    person.picture("set-up-an-app")
    person.page.get_by_text("No camera? Type this key into the app").click()
    person.look()
    key = person.page.locator("#key").inner_text()
    person.watch.expect(REFUSED)
    person.fill("Code", "000000")
    person.press("Set up")
    expect(person.page.locator("#error-summary")).to_contain_text("This did not fit.")
    assert person.page.locator("#key").text_content() == key
    person.fill("Code", code(key=key))
    person.press("Set up")
    return key


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_is_set_up_and_asked_for_with_and_without_scripts(people, window, scripts):
    alex = window(java_script_enabled=scripts)
    alex.sign_in(ALEX)
    alex.page.goto("/account/security/totp/")
    key = alex.page.locator("#key").text_content()
    if scripts:
        key = set_up_an_app(alex)
    else:
        alex.fill("Code", code(key=key))
        alex.press("Set up")
    expect(alex.page.locator(".codes li")).to_have_count(10)
    printed = alex.page.locator(".codes li").first.inner_text()
    alex.picture("recovery-codes")
    alex.follow("I have them, go on")
    assert alex.path == "/today/"
    sign_out(alex)
    first_step(alex)
    assert alex.path == "/sign-in/second/"
    alex.picture("second-step")
    alex.fill("Code", printed)
    alex.press("Continue")
    assert alex.path == "/today/"
    alex.visit("/account/security/")
    expect(alex.main).to_contain_text("this one")


def test_staff_set_up_a_second_step_before_their_work(people, window):
    Authenticator.objects.filter(user=people.moreno).delete()
    moreno = window(1280)
    first_step(moreno, "moreno@example.org")
    assert moreno.path == "/account/security/"
    moreno.picture("second-step-first")
    set_up_an_app(moreno)
    moreno.follow("I have them, go on")
    assert moreno.path == "/t/"


def test_a_passkey_is_added_asked_for_and_removed(people, window):
    alex = window()
    alex.sign_in(ALEX)
    with_an_authenticator(alex)
    alex.visit("/account/security/")
    alex.follow("Add (Passkey)")
    alex.picture("passkey")
    alex.fill("A name for it", "my phone")
    with alex.page.expect_navigation():
        alex.button("Add the passkey").click()
    expect(alex.page.locator(".codes li")).to_have_count(10)
    sign_out(alex)
    first_step(alex)
    with alex.page.expect_navigation():
        alex.button("Use a passkey").click()
    assert alex.path == "/today/"
    alex.visit("/account/security/")
    expect(alex.main).to_contain_text("my phone")
    alex.follow("Remove (my phone)")
    alex.press("Remove")
    assert not queries.has_factor(people.alex)


def test_a_passkey_that_does_not_answer_leaves_the_other_ways(people, window):
    alex = window()
    alex.sign_in(ALEX)
    devtools, device = with_an_authenticator(alex)
    alex.visit("/account/security/passkeys/")
    alex.fill("A name for it", "my phone")
    with alex.page.expect_navigation():
        alex.button("Add the passkey").click()
    printed = alex.page.locator(".codes li").first.inner_text()
    sign_out(alex)
    first_step(alex)
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    refuse = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    alex.page.evaluate(refuse)
    alex.button("Use a passkey").click()
    expect(alex.main).to_contain_text("The passkey did not answer.")
    alex.look()
    alex.fill("Code", printed)
    alex.press("Continue")
    assert alex.path == "/today/"


@pytest.mark.parametrize("way", ["code", "passkey"])
def test_the_second_step_is_asked_for_over_the_page_and_the_text_stays(people, window, homework, way):  # noqa: F811
    alex = window()
    alex.watch.expect(GONE, REFUSED, "htmx:responseError", "Response Status Error Code")
    alex.sign_in(ALEX)
    if way == "passkey":
        with_an_authenticator(alex)
        alex.visit("/account/security/passkeys/")
        alex.fill("A name for it", "my phone")
        with alex.page.expect_navigation():
            alex.button("Add the passkey").click()
        expect(alex.page.locator(".codes li")).to_have_count(10)
    else:
        alex.visit("/account/security/totp/")
        set_up_an_app(alex)
    printed = alex.page.locator(".codes li").first.inner_text()
    box = at_the_prompt(alex, homework)
    Session.objects.all().delete()
    box.fill("Written while signed out.")
    dialog = alex.page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill(ALEX)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("heading")).to_have_text("One more step")
    alex.look()
    if way == "passkey":
        dialog.get_by_role("button", name="Use a passkey").click()
    else:
        expect(dialog.get_by_label("Code")).to_be_focused()
        dialog.get_by_label("Code").fill("000000")
        dialog.get_by_role("button", name="Continue").click()
        expect(dialog).to_contain_text("This did not fit.")
        dialog.get_by_label("Code").fill(printed)
        dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_be_hidden()
    expect(alex.page.locator("#status")).to_have_text(SAVED)
    until(lambda: Reflection.objects.filter(homework=homework).exists())
    assert Reflection.objects.get(homework=homework).value == "Written while signed out."
    assert alex.path.endswith(f"/{PROMPT}/")
    assert re.match(r"^/w/", alex.path)
