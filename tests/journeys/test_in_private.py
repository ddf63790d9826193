"""A partner answers in private, says what suits them; their therapist is warned, and decides."""

import pytest
from django.utils import timezone

from exercises.commands.library import load_library

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)


def answer(alex):
    alex.visit("/today/")
    alex.follow("A few questions")
    expect(alex.button("Send")).to_be_hidden()
    alex.page.get_by_text("I’m alone: show the questions").click()
    if alex.scripts:
        alex.look()
        alex.picture("check-in")
    afraid = alex.page.get_by_role("group", name="Were you afraid of your partner, or of what they might do?")
    afraid.get_by_label("Once or twice").check()
    alex.press("Send")
    expect(alex.main).to_contain_text("That’s all for now")


def test_it_is_told_in_private_and_leaves_nothing_on_the_screen(people, window):
    alex, moreno = window(), window(1280)
    alex.sign_in("alex@example.org")
    answer(alex)
    alex.page.go_back()
    expect(alex.button("Send")).to_be_hidden()
    assert alex.page.locator("input[type=radio]:checked").count() == 0
    blank = alex.main.inner_text()
    alex.press("Later, or not at all")
    expect(alex.main).to_contain_text("That’s all for now")
    alex.visit("/check-in/")
    assert alex.main.inner_text() == blank

    alex.visit("/boundaries/")
    past = alex.page.get_by_role("group", name="Old hurts, from before or from this relationship")
    past.get_by_label("Ask me first").check()
    alex.picture("boundaries")
    alex.press("Save")
    expect(past.get_by_label("Ask me first")).to_be_checked()

    moreno.watch.expect("422")
    moreno.sign_in("moreno@example.org")
    moreno.follow("River stones")
    expect(moreno.main).to_contain_text("Something in a check-in of Alex asks for your attention.")
    moreno.follow("Check-ins and boundaries")
    expect(moreno.main).to_contain_text("Once or twice")
    moreno.picture("check-ins")

    load_library(at=timezone.now())
    moreno.visit(f"/t/couples/{people.couple.pk}/assign/?exercise=say-it-and-let-it-be")
    moreno.picture("assign-with-care")
    moreno.press("Assign")
    expect(moreno.main).to_contain_text("Say why you give it all the same.")
    moreno.fill("Why you give it all the same", "We spoke of it, each alone.")
    moreno.press("Assign")
    expect(moreno.main.locator("table")).to_contain_text("Say it and let it be")


def test_it_can_be_answered_without_scripts(people, window):
    alex = window(java_script_enabled=False)
    alex.sign_in("alex@example.org")
    answer(alex)
