"""The pages of steps that show only what is mutual: what they say to whom, and what they never say."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.content import from_json
from exercises.models import Assignment, MutualMark, Share
from safekeeping.commands import erasing
from tests.exercises.page import values, words
from tests.exercises.scene import HOUR, new_version
from tests.exercises.together import EVENING, KEYS, LATER, OTHERS, Two, content, half, marks

NOTHING = "Nothing stands here now."
NOT_YET, BOTH = "Ready for the next step: not yet, both together.", "Both are ready for the next step."


@pytest.fixture
def two(scene):
    return Two(scene)


def at(two, page, name="alex", *more):
    return reverse(page, args=[two.copy(name).pk, *more])


def step_of(key):
    return KEYS.index(key) + 1


def met(two):
    for name, other in (("alex", "walk"), ("blake", "bath")):
        said = {key: "no" if key in {"walk", "bath"} else "yes" for key in ("hands", "walk", "bath")} | {other: "yes"}
        two.finish(name, menu=marks(**said), bridge=half(f"{name} brings tea"), ready="ready")


def test_it_shows_both_of_them_the_same_page(alex, blake, moreno, two, clock):
    met(two)
    before = {name: words(browser.get(at(two, "homework-together", name)))
              for name, browser in (("alex", alex), ("blake", blake))}  # fmt: skip
    assert before["alex"] == before["blake"]
    assert before["alex"].count(NOTHING) == 2
    clock.move_to(EVENING)
    alex, blake, moreno = (two.scene.browser(name) for name in ("alex", "blake", "moreno"))
    pages = [words(one.get(at(two, "homework-together", name))) for name, one in (("alex", alex), ("blake", blake))]
    assert pages[0] == pages[1]
    assert "Hands" in pages[0]
    assert "Walk" not in pages[0] and "Bath" not in pages[0]
    assert "alex brings tea" in pages[0] and "blake brings tea" in pages[0]
    review = words(moreno.get(reverse("review", args=[two.assignment.pk])))
    assert "Hands" in review and "alex brings tea" in review
    assert "Walk" not in review and "Bath" not in review


def body(answer):
    text = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", answer.content)
    return re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}|nonce-[^\"' ]+", b"", text)


def test_it_is_one_page_whatever_the_reason_is_that_nothing_stands_there(two, clock):
    clock.move_to(LATER)
    versions = {
        "not begun": None,
        "all no": marks(hands="no", walk="no", bath="no"),
        "another yes": marks(walk="yes"),
        "a maybe alone": marks(hands="maybe"),
    }
    found = {}
    for name, said in versions.items():
        two.assignment = two.scene.assign(version=two.version)
        two.finish("alex", menu=marks(hands="yes"))
        if said:
            two.finish("blake", menu=said)
        found[name] = body(two.scene.browser("alex").get(at(two, "homework-together")))
    two.assignment = two.scene.assign("alex", version=two.version)
    found["not given"] = body(two.scene.browser("alex").get(at(two, "homework-together")))
    two.assignment = two.scene.assign(version=two.version)
    two.finish("alex", hides=True, menu=marks(hands="yes"))
    two.finish("blake", menu=marks(hands="yes"))
    found["hidden"] = body(two.scene.browser("alex").get(at(two, "homework-together")))
    assert len(set(found.values())) == 1
    assert NOTHING.encode() in found["not begun"]


def test_it_asks_the_database_the_same_whatever_the_other_did(alex, two, clock):
    clock.move_to(LATER)

    def queries():
        alex.get(at(two, "homework-together"))
        with CaptureQueriesContext(connection) as asked:
            alex.get(at(two, "homework-together"))
        return [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    two.finish("alex", menu=marks(hands="yes"))
    alone = len(queries())
    two.finish("blake", menu=marks(walk="yes"), ready="ready", bridge=half("tea"))
    assert len(queries()) == alone <= 9


def test_it_says_beside_every_field_who_reads_it(alex, two):
    told = {key: words(alex.get(at(two, "homework-step", "alex", step_of(key)))) for key in KEYS}
    assert "what you both say yes to can be shown to the two of you and your therapist" in told["menu"]
    assert "both halves can be shown to the two of you and your therapist" in told["bridge"]
    assert "nobody but you, whatever you choose at the end" in told["ready"]
    assert "only you, until you choose at the end who can" in told["map"]
    assert "nothing that is shown changes" in told["bridge"]


def test_it_asks_at_the_end_whether_ones_part_may_be_shown_with_nothing_chosen(alex, two):
    two.write("alex", menu=marks(hands="yes"), ready="stay", line="dear")
    page = alex.get(at(two, "homework-sharing"))
    assert 'name="mutual"' in page.content.decode()
    assert not re.search(r'name="mutual"[^>]*checked', page.content.decode())
    assert "each-ready" not in page.content.decode()
    assert alex.post(at(two, "homework-sharing"), {"audience": "only_me"}).status_code == 422
    assert not MutualMark.objects.exists()
    assert alex.post(at(two, "homework-sharing"), {"audience": "only_me", "mutual": "hide"}).status_code == 302
    two.finish("blake", menu=marks(hands="yes"))
    assert two.all_see() == {}


def test_it_keeps_the_choice_through_the_preview_of_an_offer(alex, two):
    two.write("alex", menu=marks(hands="yes"), line="dear")
    (seen,) = values(alex.get(at(two, "homework-sharing")), "seen")
    preview = alex.post(at(two, "homework-sharing"), {"audience": "partner", "mutual": "hide", "seen": seen})
    assert values(preview, "mutual") == ["hide"]
    assert "Hands" not in words(preview), "marks are not offered"
    sent = {"audience": "partner", "mutual": "show", "seen": seen, "go": "offer"}
    assert alex.post(at(two, "homework-sharing"), sent).status_code == 302
    assert dict(Share.objects.values_list("step_key", "audience")) == {"line": "partner"}
    two.finish("blake", menu=marks(hands="yes"))
    assert two.all_see() == {"menu": ("Hands",)}


def test_it_asks_nothing_of_the_kind_where_an_exercise_has_nothing_mutual(alex, scene):
    path = reverse("homework-sharing", args=[scene.homework().pk])
    assert 'name="mutual"' not in alex.get(path).content.decode()
    assert alex.get(reverse("homework-together", args=[scene.homework().pk])).status_code == 404


def test_it_takes_marks_back_by_one_press_and_says_the_same_as_before(alex, two):
    two.finish("alex", menu=marks(hands="yes"))
    two.finish("blake", menu=marks(hands="yes"))
    before = body(alex.get(at(two, "homework-together")))
    assert alex.post(at(two, "homework-together")).status_code == 302
    assert body(alex.get(at(two, "homework-together"))) == before
    assert two.all_see(LATER) == {}


@pytest.mark.parametrize("page", ["homework", "homework-done", "reflection"])
def test_it_links_to_what_is_mutual_from_ones_own_pages_whatever_there_is(alex, two, page):
    link = at(two, "homework-together")
    assert link in alex.get(at(two, page)).content.decode()
    met(two)
    assert link in alex.get(at(two, page)).content.decode()


@pytest.mark.parametrize(("blake", "said"), [(None, NOT_YET), ("stay", NOT_YET), ("ready", BOTH)])
def test_it_tells_the_therapist_whether_both_are_ready_and_no_more(two, clock, blake, said):
    new_version(from_json(content().as_json() | OTHERS | {"slug": "touch-in-steps-2", "number": 902}))
    two.finish("alex", ready="ready")
    if blake:
        two.finish("blake", ready=blake)
    clock.move_to(LATER)
    moreno = two.scene.browser("moreno")
    onward = f"{reverse('assign', args=[two.scene.cast.couple.pk])}?exercise=touch-in-steps-2"
    for page in (reverse("review", args=[two.assignment.pk]), reverse("couple", args=[two.scene.cast.couple.pk])):
        answer = moreno.get(page)
        assert said in words(answer)
        assert (onward in answer.content.decode()) == (said == BOTH)
        assert "I am ready" not in words(answer)
        assert "stay here" not in words(answer)


def test_it_says_nothing_of_readiness_to_either_partner(two, clock):
    for name in ("alex", "blake"):
        two.finish(name, ready="ready")
    clock.move_to(LATER)
    for name in ("alex", "blake"):
        for page in ("homework", "homework-together", "homework-done", "reflection"):
            text = words(two.scene.browser(name).get(at(two, page, name)))
            assert "Both are" not in text and "both together" not in text


def test_it_asks_no_more_of_the_couples_page_however_many_are_ready(two, clock):
    clock.move_to(LATER)

    def queries():
        moreno, path = two.scene.browser("moreno"), reverse("couple", args=[two.scene.cast.couple.pk])
        moreno.get(path)
        with CaptureQueriesContext(connection) as asked:
            moreno.get(path)
        return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    for name in ("alex", "blake"):
        two.finish(name, ready="ready")
    few = queries()
    for _ in range(3):
        two.assignment = two.scene.assign(version=two.version)
        for name in ("alex", "blake"):
            two.finish(name, ready="ready")
    assert queries() == few


def test_it_holds_no_halves_of_somebody_who_was_erased_and_stays_whole(two, clock):
    met(two)
    clock.move_to(LATER)
    erasing.destroy(owners=[two.scene.cast.staff["moreno"].pk, two.scene.cast.places["blake"].pk], at=LATER)
    assert words(two.scene.browser("alex").get(at(two, "homework-together"))).count(NOTHING) == 2
    two.finish("alex", at=LATER + HOUR, line="still here")
    assert Assignment.objects.count() == 2
