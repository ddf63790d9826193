"""A therapist who knows the page gives an exercise in a handful of presses; and sees what would come of it before."""

import pytest

from exercises.models import Homework

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)
TITLE, MOST = "Something from my week", 6


def test_it_takes_six_presses_at_most_from_the_couple_to_the_exercise_given(people, window):
    moreno = window(1280)
    moreno.sign_in("moreno@example.org")
    moreno.visit(f"/t/couples/{people.couple.pk}/")
    done = []

    def once(deed):
        deed()
        done.append(deed)

    once(lambda: moreno.follow("Assign an exercise"))
    once(lambda: moreno.page.get_by_label("Exercise", exact=True).select_option(label=TITLE))
    once(lambda: moreno.fill("Why", "To find one moment of the week that was yours."))
    once(lambda: moreno.page.get_by_label("In 3 days").check())
    expect(moreno.page.locator("#check")).to_contain_text("Alex:")
    moreno.look()
    once(lambda: moreno.press("Assign"))
    assert len(done) <= MOST
    expect(moreno.main.locator("table")).to_contain_text(TITLE)
    assert Homework.objects.filter(state="open").count() == 2


def test_on_a_telephone_it_shows_the_days_of_what_comes_time_and_again(people, window):
    moreno = window(360, color_scheme="dark")
    moreno.sign_in("moreno@example.org")
    moreno.visit(f"/t/couples/{people.couple.pk}/assign/")
    moreno.page.get_by_label("Exercise", exact=True).select_option(label=TITLE)
    moreno.page.get_by_label("Blake", exact=True).uncheck()
    expect(moreno.page.locator("#check")).to_contain_text("Blake is told nothing of it.")
    moreno.page.get_by_label("Time and again", exact=True).check()
    moreno.page.get_by_text("Time and again: how often, and until when").click()
    moreno.fill("How many times", "14")
    expect(moreno.page.locator("#check")).to_contain_text("and 9 more, the last on")
    moreno.look()
    moreno.press("Assign")
    assert Homework.objects.count() == 14
