"""Two people mark in private, and see what is mutual; a map of needs; a bridge; readiness for a next step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.queries import viewer_of
from exercises.commands import assigning
from exercises.content import from_json
from exercises.models import Homework, MutualMark, Reflection
from exercises.states import Frame
from tests.exercises.scene import new_version
from tests.exercises.together import OTHERS, content

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect


@pytest.fixture
def given(people):
    version, at = new_version(content()), timezone.now()
    new_version(from_json(content().as_json() | OTHERS | {"slug": "touch-in-steps-2", "number": 902}))
    return assigning.assign(
        by=viewer_of(people.moreno, at=at), couple=people.couple, version=version, frame=Frame.OFFER, at=at,
        partners=[people.places["alex"], people.places["blake"]],
    )  # fmt: skip


@pytest.fixture
def enters(window):
    def enter(name, **options):
        person = window(**options)
        person.sign_in(f"{name}@example.org")
        return person

    return enter


def begin(person, people, given, name):
    copy = Homework.objects.get(assignment=given, partner=people.places[name])
    person.visit(f"/w/{copy.pk}/")
    person.follow("Start")
    return copy


def mark(person, thing, answer):
    person.main.get_by_role("group", name=thing).get_by_label(answer, exact=True).check()


def finish(person):
    """From wherever one is, without another answer, to the end; nobody reads along."""
    while not person.page.get_by_role("heading", name="Your answers").count():
        person.press("Continue")
    person.follow("Continue")
    person.page.get_by_label("Only me").check()
    person.page.get_by_label("It may be shown to the two of us and our therapist").check()
    person.press("Continue")


def evening_comes():
    """The marks were made days ago."""
    long_ago = timezone.now() - timedelta(days=2)
    for row in MutualMark.objects.all():
        MutualMark.objects.filter(pk=row.pk).update(
            made_at=row.made_at - timedelta(days=2), counts_from=min(row.counts_from - timedelta(days=2), long_ago)
        )
    MutualMark.objects.filter(number=2).update(counts_from=long_ago + timedelta(hours=1))


def test_both_mark_a_menu_and_a_bridge_and_see_what_is_mutual(people, given, enters):
    alex, blake = enters("alex"), enters("blake")
    for person, name, other in ((alex, "alex", "Walk"), (blake, "blake", "Bath")):
        begin(person, people, given, name)
        assert "checked" not in person.main.inner_html()
        mark(person, "Hands", "Yes")
        mark(person, other, "Maybe")
        person.press("Continue")
        person.fill("My half: one small step of my own", f"{name} makes tea")
        person.page.get_by_label("I agree to my half as it is").check()
        person.press("Continue")
        finish(person)
        person.follow("What you both say yes to")
        expect(person.main).to_contain_text("Nothing stands here now.")
    evening_comes()
    for person in (alex, blake):
        person.page.reload()
        expect(person.main.get_by_role("listitem").filter(has_text="Hands")).to_be_visible()
        expect(person.main).to_contain_text("alex makes tea")
        expect(person.main).to_contain_text("blake makes tea")
        expect(person.main).not_to_contain_text("Walk")
        expect(person.main).not_to_contain_text("Bath")
        person.look()
    assert alex.main.inner_text() == blake.main.inner_text()


def test_a_map_of_needs_opens_a_line_for_each_need_that_is_chosen(people, given, enters):
    alex = enters("alex")
    copy = begin(alex, people, given, "alex")
    alex.visit(f"/w/{copy.pk}/3/")
    line = alex.page.get_by_label("What else could meet it: Care", exact=True)
    expect(line).to_be_hidden()
    alex.page.get_by_label("Care", exact=True).check()
    line.fill("a walk after dinner")
    alex.page.get_by_text("Add needs of your own").first.click()
    alex.page.get_by_label("Another need, in your own words").first.fill("to be asked")
    alex.look()
    alex.press("Continue")
    kept = Reflection.objects.get(homework=copy, step_key="map").value
    assert kept == [
        {"side": "wanting", "key": "care", "meet": "a walk after dinner"},
        {"side": "wanting", "need": "to be asked"},
    ]


def test_a_map_of_needs_works_without_scripts(people, given, window):
    alex = window(java_script_enabled=False)
    alex.sign_in("alex@example.org")
    copy = begin(alex, people, given, "alex")
    alex.page.goto(f"/w/{copy.pk}/3/")
    alex.page.get_by_label("Space", exact=True).check()
    alex.page.get_by_label("What else could meet it: Space", exact=True).fill("an hour alone")
    alex.press("Continue")
    kept = Reflection.objects.get(homework=copy, step_key="map").value
    assert kept == [{"side": "not_wanting", "key": "space", "meet": "an hour alone"}]


def test_both_say_that_they_are_ready_and_the_therapist_assigns_the_next_step(people, given, enters):
    moreno = enters("moreno", width=1280)
    for name in ("alex", "blake"):
        moreno.visit(f"/t/review/{given.pk}/")
        expect(moreno.main).to_contain_text("Ready for the next step: not yet, both together.")
        person = enters(name)
        copy = begin(person, people, given, name)
        person.visit(f"/w/{copy.pk}/4/")
        person.page.get_by_label("I am ready for the next step").check()
        person.press("Continue")
        finish(person)
        expect(person.main).not_to_contain_text("Both are ready")
    evening_comes()
    moreno.page.reload()
    expect(moreno.main).to_contain_text("Both are ready for the next step.")
    moreno.look()
    moreno.follow("Assign the next step")
    expect(moreno.page.get_by_label("Exercise", exact=True)).to_have_value("touch-in-steps-2")
