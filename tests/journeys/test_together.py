"""Two who agree on something; a goal that is rated and offered; and something smaller. On a phone, in the dark."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exercises.commands import assigning
from exercises.models import GoalOffer, Holding, Proposal
from exercises.states import Frame
from tests.exercises.joint import joint_content
from tests.exercises.scene import new_version

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)
DARK = {"color_scheme": "dark"}


@pytest.fixture
def given(people):
    """The exercise with a goal and an agreement, with both."""
    return assigning.assign(
        by=people.viewer("moreno", timezone.now()), couple=people.couple, version=new_version(joint_content()),
        partners=[people.places[name] for name in ("alex", "blake")], frame=Frame.OFFER, at=timezone.now(),
    )  # fmt: skip


def test_two_agree_with_their_therapist_in_the_room(people, given, window):
    alex, blake, moreno = window(**DARK), window(**DARK), window(1280)
    for person, name in ((alex, "alex"), (blake, "blake"), (moreno, "moreno")):
        person.sign_in(f"{name}@example.org")
    for person, name in ((alex, "alex"), (blake, "blake")):
        copy = given.copies.get(partner=people.places[name]).pk
        person.visit(f"/w/{copy}/3/")
    alex.fill("Our signal", "A raised hand")
    alex.fill("How long", "Twenty minutes")
    alex.picture("agreement-boxes")
    alex.press("Save it")
    expect(alex.main).to_contain_text("What you wrote down")
    before = blake.main.inner_text()
    blake.page.reload()
    assert blake.main.inner_text() == before

    moreno.visit(f"/t/review/{given.pk}/agreement/")
    expect(moreno.main).not_to_contain_text("A raised hand")
    moreno.press("Open it now, in the room")
    expect(moreno.main).to_contain_text("A raised hand")
    expect(moreno.main).to_contain_text("It does not hold yet.")
    moreno.picture("agreement-room")
    for person in (alex, blake):
        person.page.reload()
        person.press("Sign it")
        expect(person.main).to_contain_text("You have signed this.")
        expect(person.main).not_to_contain_text("This holds")
    blake.picture("agreement-signed")

    earlier = timezone.now() - timedelta(minutes=2)
    Proposal.objects.update(released_from=earlier)
    Holding.objects.update(holds_from=earlier + timedelta(minutes=1))
    blake.page.reload()
    expect(blake.main).to_contain_text("This holds")
    blake.picture("agreement-holds")
    blake.follow("A page to print")
    for words in ("A raised hand", "Alex", "Blake"):
        expect(blake.main).to_contain_text(words)
    blake.picture("agreement-print")
    moreno.page.reload()
    expect(moreno.main).to_contain_text("Signed by both.")


def test_a_goal_is_rated_and_its_words_are_offered(people, window):
    alex, blake, moreno = window(**DARK), window(**DARK), window(1280)
    alex.sign_in("alex@example.org")
    alex.visit("/today/")
    alex.follow("Goals")
    alex.fill("What would it look like if it were reached?", "We would laugh at breakfast.")
    alex.picture("goals")
    alex.press("Keep this goal")
    alex.page.get_by_label("4", exact=True).check()
    alex.fill("A line about it, if you like", "On Sunday, nearly.")
    alex.press("Keep it")
    expect(alex.main).to_contain_text("4 of 10")
    alex.picture("goal")
    alex.follow("Offer its words to my partner")
    alex.press("Offer it")
    expect(alex.main).to_contain_text("Until then you can take it back")

    GoalOffer.objects.update(partner_from=timezone.now() - timedelta(minutes=1))
    blake.sign_in("blake@example.org")
    blake.visit("/shared/")
    blake.follow("A goal")
    expect(blake.main).to_contain_text("We would laugh at breakfast.")
    expect(blake.main).not_to_contain_text("of 10")
    moreno.sign_in("moreno@example.org")
    moreno.visit(f"/t/couples/{people.couple.pk}/goals/")
    moreno.picture("couple-goals")


def test_something_smaller_is_asked_for_and_a_rest_begun(people, given, window):
    alex, moreno = window(**DARK), window(1280)
    alex.sign_in("alex@example.org")
    alex.visit(f"/w/{given.copies.get(partner=people.places['alex']).pk}/")
    alex.follow("Something else would suit me better")
    alex.page.get_by_label("Something smaller").check()
    alex.fill("If you would like to say why", "It felt like a lot.")
    alex.picture("wish")
    alex.press("Tell my therapist")
    expect(alex.main).to_contain_text("You told your therapist: “Something smaller”")
    alex.picture("wished")
    alex.visit("/rest/")
    alex.page.get_by_label("For one week").check()
    alex.picture("rest")
    alex.press("Rest")
    expect(alex.main).to_contain_text("You are resting from exercises until")
    alex.picture("today-resting")

    moreno.sign_in("moreno@example.org")
    moreno.visit("/t/inbox/")
    moreno.follow("Alex said: “Something smaller”")
    expect(moreno.main).to_contain_text("It felt like a lot.")
    moreno.picture("wish-review")
    moreno.visit(f"/t/couples/{people.couple.pk}/")
    expect(moreno.main).to_contain_text("Alex rests from exercises until")
    moreno.picture("couple-resting")
