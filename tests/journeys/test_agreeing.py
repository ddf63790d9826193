"""Reading and agreeing on a phone, taking it back while a text is open, and losing none of it."""

import re

import pytest
from django.utils import timezone

from clients.commands import ask_for_ending
from clients.models import ConsentDocument, ConsentSignature
from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.models import Homework, Reflection
from exercises.queries.library import current_versions
from exercises.states import Frame
from tests.journeys.conftest import EXERCISE
from tests.journeys.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)
PROMPT = 3


@pytest.fixture
def homework(people) -> Homework:
    """An exercise waits for Alex, who has signed nothing yet; the documents are the ones that clinics begin with."""
    at = timezone.now()
    assigning.assign(
        by=viewer_of(people.moreno, at=at), couple=people.couple, version=current_versions()[EXERCISE],
        partners=[people.places["alex"]], frame=Frame.OFFER, at=at,
    )  # fmt: skip
    ConsentSignature.objects.filter(partner=people.places["alex"]).delete()
    return Homework.objects.get(partner=people.places["alex"])


def kept() -> str | None:
    reflection = Reflection.objects.first()
    return reflection.value if reflection else None


def test_it_is_signed_and_taken_back_on_a_phone_and_no_text_is_lost(people, homework, window):
    alex = window(360)
    alex.sign_in("alex@example.org")
    expect(alex.main).to_contain_text("Something to read first")
    alex.look()
    alex.follow("Not now")
    expect(alex.main).to_contain_text("“Not now” is a full answer.")
    alex.follow("Read what there is to agree to")
    alex.press("I have read this and agree")
    expect(alex.main).to_contain_text("2 of 2 to read")
    alex.press("I have read this and agree")
    alex.follow("Have a look")
    alex.visit(f"/w/{homework.pk}/{PROMPT}/")
    expect(alex.main).to_contain_text("Who will read this: only you, until you choose at the end who can.")
    box, status = alex.page.locator("textarea"), alex.page.locator("#status")
    box.press_sequentially("Before.")
    expect(status).to_have_text(re.compile(r"Saved \d\d:\d\d"))

    other = alex.another_tab()
    other.visit("/account/")
    other.follow("Agreement")
    other.follow("Take back my agreement")
    other.press("Take it back")
    expect(other.main).to_contain_text("You have taken back your agreement.")

    alex.watch.expect("status of 422", "Status Error Code 422")
    box.press_sequentially(" After.")
    expect(status).to_contain_text("Not saved: there is something to agree to first. Your text is still here.")
    alex.look()
    alex.button("Continue").click()
    expect(box).to_have_value("Before. After.")
    assert kept() == "Before."

    with alex.page.context.expect_page() as opened:
        status.get_by_role("link", name="Read it in a new window").click()
    opened.value.get_by_role("button", name="I have read this and agree").click()
    expect(opened.value.locator("main")).to_contain_text("2 of 2 to read")
    opened.value.get_by_role("button", name="I have read this and agree").click()
    expect(opened.value.locator("main")).to_contain_text("Continue where you were")
    opened.value.close()
    box.press_sequentially(" Again.")
    alex.press("Continue")
    until(lambda: kept() == "Before. After. Again.")


def test_an_admin_publishes_and_a_therapist_sees_who_has_agreed(people, homework, window):
    adair, moreno, alex = window(1280), window(1280), window(360)
    adair.sign_in("adair@example.org")
    adair.follow("Documents", within="header")
    expect(adair.main).to_contain_text("Signed by 3 of 4 partners")
    adair.main.get_by_role("link", name=re.compile("Write the next version ?: Agreement")).click()
    adair.fill("Text", "## Who reads what\n\n- You, at first.\n- Your therapist, if you choose.")
    adair.press("Look at it")
    expect(adair.main.get_by_role("heading", name="Who reads what")).to_be_visible()
    adair.press("Publish for everybody")
    expect(adair.main).to_contain_text("Signed by 0 of 4 partners")

    at = timezone.now()
    ask_for_ending(partner=people.places["alex"], by=viewer_of(people.alex, at=at), at=at)
    moreno.sign_in("moreno@example.org")
    moreno.visit("/t/inbox/")
    moreno.follow("Alex asks to end the shared work")
    expect(moreno.main).to_contain_text("Has not agreed yet")
    expect(moreno.main).to_contain_text("Has agreed to an earlier version, not yet to the newest")
    moreno.follow("Edit")
    moreno.follow("End the shared work…")
    moreno.press("End the shared work")
    expect(moreno.main).to_contain_text("The work with this couple has ended.")

    alex.sign_in("alex@example.org")
    expect(alex.main).to_contain_text("The shared work has ended.")
    alex.visit("/account/shared-work/")
    assert ConsentDocument.objects.count() == 5
