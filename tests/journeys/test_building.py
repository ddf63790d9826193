"""From a copy to the whole clinic: a therapist builds, an admin answers, a colleague finds it. In the dark."""

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)


def test_from_a_copy_to_a_colleague(people, window):
    moreno = window(360, color_scheme="dark")
    moreno.sign_in("moreno@example.org")
    moreno.visit("/t/library/guided-reflection/")
    moreno.press("Copy and change")
    build = moreno.path

    moreno.follow("Write them")
    moreno.fill("Title", "Three stones!")
    moreno.press("Save")
    expect(moreno.main).to_contain_text("There is an exclamation mark.")
    moreno.follow("Write them")
    moreno.fill("Title", "Three stones")
    moreno.press("Save")

    move_the_first_step_down(moreno)
    moreno.page.get_by_label("Add a step").select_option("short")
    moreno.press("Add")
    moreno.fill("Title", "In one word")
    moreno.press("Save")

    moreno.follow("Preview as a partner")
    expect(moreno.main).to_contain_text("Nothing you type here is kept or sent.")
    moreno.follow("Continue")
    moreno.visit(build)

    moreno.follow("Check and publish")
    moreno.press("Publish")
    moreno.press("Offer it to the clinic")
    expect(moreno.main).to_contain_text("Version 1 is offered, and waits for an answer.")

    colleague, admin = window(1280), window(1280)
    colleague.sign_in("yilmaz@example.org")
    colleague.visit("/t/library/")
    expect(colleague.main).not_to_contain_text("Three stones")
    admin.sign_in("adair@example.org")
    admin.visit("/c/library/")
    admin.follow("Three stones")
    expect(admin.main).to_contain_text("In one word")
    admin.press("Approve it for the clinic")
    colleague.visit("/t/library/")
    colleague.follow("Three stones")
    expect(colleague.main).to_contain_text("In one word")


def move_the_first_step_down(person):
    """The step moves, and the button that moved it keeps the focus."""
    rows = person.page.locator(".builder-steps > li")
    first = rows.first.locator("a").inner_text()
    button = rows.first.get_by_role("button", name="Move down")
    name = button.get_attribute("id")
    button.focus()
    person.page.keyboard.press("Enter")
    expect(rows.nth(1).locator("a")).to_have_text(first)
    expect(person.page.locator(f"#{name}")).to_be_focused()
