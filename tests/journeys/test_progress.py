"""Marks from week to week, on a telephone, by day and by night: nothing lies over anything, in the fonts there are."""

import pytest
from django.utils import timezone

from accounts.models import User
from tests.exercises.marks import ROWS, WEEK, answers, marks
from tests.exercises.scene import stage
from tests.library import one_exercise

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api", reason="journeys need playwright").expect
expect.set_options(timeout=15_000)

LONG = "Wilhelmine-Maximiliane WWWW"
# Every pair of words in one picture that share room, and every word that stands out of its picture.
CROWDED = """() => [...document.querySelectorAll('svg.chart__picture')].flatMap(svg => {
    const frame = svg.getBoundingClientRect(), words = [...svg.querySelectorAll('text')]
    const boxes = words.map(word => word.getBoundingClientRect())
    const out = words.filter((_, n) => boxes[n].left < frame.left - 1 || boxes[n].right > frame.right + 1
        || boxes[n].top < frame.top - 1 || boxes[n].bottom > frame.bottom + 1).map(word => 'out: ' + word.textContent)
    const over = words.flatMap((word, n) => words.slice(n + 1).filter((_, m) => {
        const a = boxes[n], b = boxes[n + 1 + m], near = 2
        return a.left < b.right - near && b.left < a.right - near && a.top < b.bottom - near && b.top < a.bottom - near
    }).map(other => 'over: ' + word.textContent + ' | ' + other.textContent))
    return [...out, ...over]
})"""


@pytest.fixture
def marked(people):
    """Ten weeks of check-ins that end on one value, and the four kinds, of two people of whom one has a long name."""
    User.objects.filter(pk=people.blake.pk).update(chosen_name=LONG)
    scene = stage(people)
    check_in, kinds = one_exercise("weekly-check-in"), one_exercise("four-kinds-of-closeness")
    first = timezone.now() - 11 * WEEK
    marks(scene, check_in, 0, 6, 7, 5, 10, first=first)
    marks(scene, check_in, 0, 5, 10, name="blake", first=first + 2 * WEEK)
    for n, now in enumerate((3, 5)):
        rated = {ROWS: [{"now": now, "wished": 8}] * 4}
        answers(scene, kinds, rated, at=first + n * 5 * WEEK)
        answers(scene, kinds, rated, name="blake", at=first + n * 4 * WEEK)
    return scene


def looked_over(person):
    for scheme in ("dark", "light"):
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        person.look()
        assert person.page.evaluate(CROWDED) == []


def test_a_therapist_looks_at_both_and_further_back(marked, window):
    moreno = window(360, color_scheme="dark")
    moreno.sign_in("moreno@example.org")
    moreno.visit(f"/t/couples/{marked.cast.couple.pk}/progress/")
    expect(moreno.page.get_by_role("img", name="How close did you feel?")).to_be_visible()
    looked_over(moreno)
    moreno.picture("progress")
    moreno.page.get_by_role("link", name="1 year", exact=True).click()
    expect(moreno.page.get_by_role("link", name="1 year", exact=True)).to_have_attribute("aria-current", "true")
    assert moreno.path.endswith("/progress/?range=year")
    moreno.page.get_by_text("Show as table").first.click()
    expect(moreno.page.get_by_role("table").first).to_contain_text(LONG)
    looked_over(moreno)


def test_a_partner_looks_at_their_own(marked, window):
    alex = window(360)
    alex.sign_in("alex@example.org")
    alex.visit("/reflections/")
    alex.follow("My marks from week to week")
    expect(alex.main).to_contain_text("You: 0 at first, 10 the last time.")
    expect(alex.main).not_to_contain_text(LONG)
    looked_over(alex)
    alex.picture("own-progress")
