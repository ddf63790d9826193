"""A therapist finds an exercise: by words, by what it is tagged with, by what is theirs, by what a couple has had."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.commands.care import set_boundaries
from clients.states import ContentKind, Wish
from exercises.commands import sharing, writing
from exercises.commands.favourites import keep_favourite
from exercises.facets import FACETS
from exercises.models import Exercise, Favourite
from exercises.policies import may_see_favourite
from exercises.queries import finding
from exercises.states import Audience
from exercises.versions import Stamp
from safekeeping.models import AuditEvent
from tests.access.scene import own_exercise
from tests.cast import NOON, PERSONAS
from tests.exercises.page import HTMX, html, words
from tests.exercises.scene import DAY, HOUR, content, new_version
from tests.library import one_exercise

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    finding.forget()


@pytest.fixture
def moreno(scene, clock):
    return scene.browser("moreno")


@pytest.fixture
def shelf(scene):
    """Beside the small exercise: three more, tagged."""
    for n, changes in enumerate(
        [
            {"slug": "warm", "title": "Warm hands", "closeness": ("physical",), "content_level": 2, "minutes": 30},
            {"slug": "talk", "title": "A long talk", "closeness": ("emotional", "intellectual"), "minutes": 20},
            {"slug": "quiet", "title": "Quiet", "closeness": ("emotional",), "leaning": "self-standing"},
        ]
    ):
        new_version(content(number=901 + n, **changes))
    return scene


def found(client, **asked):
    headers = asked.pop("headers", {})
    answer = client.get(reverse("library"), asked, headers=headers)
    assert answer.status_code == 200
    return re.findall(r'rows__link" href="/t/library/([a-z0-9_-]+)/', html(answer))


def test_it_finds_by_what_an_exercise_is_tagged_with(shelf, moreno):
    assert found(moreno) == ["small-one", "warm", "talk", "quiet"]
    assert found(moreno, closeness="emotional") == ["talk", "quiet"]
    assert found(moreno, closeness=["emotional", "physical"]) == ["warm", "talk", "quiet"]
    assert found(moreno, closeness="emotional", leaning="self-standing") == ["quiet"]
    assert found(moreno, closeness="emotional", q="long TALK") == ["talk"]
    assert found(moreno, length="long", level="2") == ["warm"]
    assert found(moreno, closeness="no-such") == []


def test_it_says_before_a_press_how_many_it_would_leave(shelf, moreno):
    page = html(moreno.get(reverse("library"), {"closeness": "emotional"}))
    counts = dict(re.findall(r'id="n-([a-z0-9-]+)">(\d+)<', page))
    # within a facet: what choosing this one, too, is about; in the others: what is left of what is chosen
    assert (counts["closeness-physical"], counts["closeness-intellectual"]) == ("1", "1")
    assert (counts["leaning-self-standing"], counts["leaning-connection"], counts["level-2"]) == ("1", "1", "0")


def test_it_answers_a_keystroke_with_the_list_and_the_counts_alone(shelf, moreno):
    part = html(moreno.get(reverse("library"), {"q": "quiet"}, headers=HTMX))
    assert "<html" not in part
    assert 'id="n-leaning-connection" hx-swap-oob="true">0<' in part
    assert 'type="checkbox"' not in part  # what is being pressed stays where it is


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.dictionaries(
        st.sampled_from([facet.name for facet in FACETS]),
        st.lists(st.sampled_from([key for facet in FACETS for key in facet.values]), max_size=3),
        max_size=4,
    ),
    words=st.sampled_from(["", "quiet", "test with", "a", "zz"]),
)
def test_it_finds_what_a_plain_look_at_every_exercise_finds(shelf, chosen, words):
    viewer = shelf.viewer("moreno")
    result = finding.find(viewer=viewer, words=words, chosen=chosen)

    def has(body, without=""):
        text = f"{body['title']} {body['summary']} {body['purpose']}".casefold()
        tagged = {facet.name: set(facet.of(body)) for facet in FACETS}
        fits = (bool(tagged[name] & set(keys)) for name, keys in chosen.items() if keys and name != without)
        return all(word in text for word in words.split()) and all(fits)

    bodies = [exercise.current.body for exercise in Exercise.objects.order_by("number")]
    assert [row.slug for row in result.rows] == [body["slug"] for body in bodies if has(body)]
    for _label, values, _chosen in result.facets[1:]:
        for value in values:
            of = next(facet.of for facet in FACETS if facet.name == value.name)
            assert value.left == sum(has(body, value.name) and value.key in of(body) for body in bodies)


def test_it_shows_fifty_at_a_time(scene, moreno):
    for n in range(60):
        new_version(content(slug=f"one-{n:02d}", number=901 + n))
    assert len(found(moreno)) == 50
    assert found(moreno, page="2") == [f"one-{n:02d}" for n in range(49, 60)]
    assert found(moreno, page="2", headers=HTMX) == [f"one-{n:02d}" for n in range(49, 60)]
    for nonsense in ("0", "-1", "x", "²", "99999", "900"):
        assert len(found(moreno, page=nonsense)) in {0, 50}


def test_it_shows_new_words_once_a_new_version_is_in_use_and_none_that_is_retired(scene, moreno):
    assert found(moreno, q="rewritten") == []
    new_version(content(title="Rewritten"))
    assert found(moreno, q="rewritten") == ["small-one"]
    Exercise.objects.update(retired_at=NOON)
    assert found(moreno) == []


# --- favourites


def test_it_keeps_a_favourite_for_the_one_who_chose_it(shelf, moreno):
    path = reverse("library-favourite", args=["talk"])
    assert moreno.post(path, {"kept": "yes"}).status_code == 302
    moreno.post(path, {"kept": "yes"})
    assert Favourite.objects.count() == 1
    assert found(moreno, own="favourite") == ["talk"]
    assert found(shelf.browser("yilmaz"), own="favourite") == []
    assert 'aria-pressed="true"' in html(moreno.get(reverse("library-exercise", args=["talk"])))
    part = html(moreno.post(path, {"kept": "no"}, headers=HTMX))
    assert 'aria-pressed="false"' in part
    assert found(moreno, own="favourite") == []


def test_it_opens_a_favourite_by_rule_just_when_it_does_by_query(scene):
    keep_favourite(by=scene.viewer("moreno"), exercise=scene.version.exercise, kept=True, at=NOON)
    favourite = Favourite.objects.get()
    for name in PERSONAS:
        viewer = scene.viewer(name)
        assert bool(may_see_favourite(viewer, favourite)) == Favourite.objects.visible_to(viewer).exists(), name
    assert [name for name in PERSONAS if may_see_favourite(scene.viewer(name), favourite)] == ["moreno"]


# --- beside a couple


def test_it_tells_what_a_couple_has_had_before(shelf, moreno):
    couple = str(shelf.cast.couple.pk)
    page = html(moreno.get(reverse("library"), {"couple": couple}))
    assert page.count("used before") == 1
    assert found(moreno, couple=couple, own="used") == ["small-one"]
    assert found(moreno, couple=couple, own="unused") == ["warm", "talk", "quiet"]
    assert found(moreno, own="used") == []  # without a couple it means nothing


@pytest.mark.parametrize("couple", ["strangers", "00000000-0000-4000-8000-000000000000", "x"])
def test_it_knows_no_couple_but_ones_own(shelf, moreno, couple):
    pk = str(shelf.cast.strangers.pk) if couple == "strangers" else couple
    assert moreno.get(reverse("library"), {"couple": pk}).status_code == 404


# --- suggestions


@pytest.fixture
def measured(shelf):
    """Alex and Blake have been given the measure of closeness; Alex let their therapist read the answers."""
    return shelf, shelf.assign(version=one_exercise("four-kinds-of-closeness"))


def rate(scene, assignment, name, pairs, audience=Audience.THERAPIST, at=NOON):
    step = next(s for s in assignment.version.content.steps if s.key == "now-and-wished")
    homework = scene.homework(name, assignment)
    value = [{"now": str(now), "wished": str(wished)} for now, wished in pairs]
    writing.save_step(
        by=scene.viewer(name, at), homework=homework.pk, number=2, step=step, value=value, stamp=Stamp(), at=at
    )
    sharing.choose_readers(by=scene.viewer(name, at), homework=homework, audience=audience, at=at)


def suggested(scene):
    answer = scene.browser("moreno").get(reverse("suggestions", args=[scene.cast.couple.pk]))
    assert answer.status_code == 200
    return re.findall(r"exercise=([a-z-]+)", html(answer)), words(answer)


def test_it_suggests_by_the_widest_distance_in_either_direction(measured, clock):
    scene, assignment = measured
    rate(scene, assignment, "alex", [(3, 5), (9, 2), (4, 4), (5, 5)])  # less of the body, a little more of feelings
    clock.move_to(NOON + HOUR)
    assert suggested(scene)[0] == ["warm", "talk", "quiet"]


def test_it_suggests_nothing_that_either_said_not_now_to(measured, clock):
    scene, assignment = measured
    rate(scene, assignment, "alex", [(3, 5), (9, 2), (4, 4), (5, 5)])
    wishes = dict.fromkeys(ContentKind, Wish.WELCOME) | {ContentKind.TOUCH: Wish.NOT_NOW}
    set_boundaries(place=scene.cast.places["blake"], wishes=wishes, by=scene.viewer("blake"), at=NOON)
    clock.move_to(NOON + HOUR)
    assert suggested(scene)[0] == ["talk", "quiet"]


def test_it_uses_no_rating_that_its_author_kept_to_themselves(measured, clock):
    scene, assignment = measured
    rate(scene, assignment, "alex", [(3, 5), (9, 2), (4, 4), (5, 5)], audience=Audience.ONLY_ME)
    clock.move_to(NOON + HOUR)
    slugs, page = suggested(scene)
    assert slugs == ["four-kinds-of-closeness"]  # to assign it
    assert "There are no ratings" in page


def test_it_takes_the_latest_rating_of_each(measured, clock):
    scene, assignment = measured
    rate(scene, assignment, "alex", [(0, 9), (5, 5), (5, 5), (5, 5)])
    later = NOON + timedelta(days=30)
    clock.move_to(later)
    again = scene.assign(version=assignment.version, at=later)
    rate(scene, again, "alex", [(5, 5), (5, 6), (5, 5), (5, 5)], at=later)
    clock.move_to(later + DAY)
    slugs, page = suggested(scene)
    assert slugs == ["warm"]
    assert "Blake" not in page


def test_it_writes_down_that_ratings_were_opened_for_it(measured, clock):
    scene, assignment = measured
    rate(scene, assignment, "alex", [(0, 9), (5, 5), (5, 5), (5, 5)])
    clock.move_to(NOON + HOUR)
    before = AuditEvent.objects.filter(verb="assignment.read").count()
    suggested(scene)
    assert AuditEvent.objects.filter(verb="assignment.read").count() == before + 1


def test_it_leads_to_a_clinics_own_exercise_by_the_name_it_has_there(scene, moreno):
    own = own_exercise(scene.viewer("moreno"), scene.cast.staff["moreno"])
    assert own.slug in found(moreno)
    assert moreno.get(reverse("library-exercise", args=[own.slug])).status_code == 200
