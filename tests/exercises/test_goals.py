"""Goals: their author's and the therapist's; of one that is offered the partner reads the words, and nothing else."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from exercises.commands import goals, leaving, sharing, writing
from exercises.commands.erasing import erase_person
from exercises.content import Step
from exercises.kinds import Shown, kind_of
from exercises.models import Goal, GoalOffer, GoalRating
from exercises.queries import goals as queries
from exercises.states import Audience
from exercises.versions import Stamp
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.joint import GOAL, RELEASE, Pair, joint_content
from tests.exercises.page import masked, words
from tests.exercises.scene import DAY, HOUR

HELD = NOON + HOUR  # after the clinic's ten minutes
REACHED = "We would laugh at breakfast."


def write(scene, text=REACHED, name="alex", at=NOON):
    return goals.write_goal(by=scene.viewer(name, at), place=scene.cast.places[name], text=text, at=at)


def rate(scene, goal, point=4, line="", name="alex", at=NOON):
    goals.rate(by=scene.viewer(name, at), goal=goal, point=point, line=line, at=at)


def read_by(scene, name, at=HELD):
    """What somebody finds: a therapist on the page of the couple, a partner on their own."""
    viewer = scene.viewer(name, at)
    if viewer.is_therapist:
        return [row.text for _one, rows in queries.goals_of(scene.cast.couple, viewer=viewer) for row in rows]
    return [row.text for row in queries.own_goals(viewer=viewer)] + [
        offer.text for offer in queries.offered_to_me(viewer=viewer)
    ]


def readers(scene, at=HELD):
    people = ("alex", "blake", "moreno", "casey", "yilmaz", "former", "okafor", "ellis")
    return {name for name in people if REACHED in read_by(scene, name, at)}


def test_it_is_for_its_author_and_after_the_hold_for_the_therapist(scene):
    write(scene)
    assert readers(scene, NOON) == {"alex"}
    assert readers(scene) == {"alex", "moreno"}


def test_the_same_words_pressed_twice_are_one_goal(scene):
    assert write(scene).pk == write(scene).pk


def test_it_is_rated_whenever_and_as_often_as_wanted(scene):
    goal = write(scene)
    for day, point in enumerate((3, 0, 10, 3)):
        rate(scene, goal, point, f"day {day}", at=NOON + day * DAY)
    viewer = scene.viewer("alex", NOON + 9 * DAY)
    row = queries.own_goal(goal, viewer=viewer)
    assert [(one.point, one.line) for one in row.ratings] == [(3, "day 3"), (10, "day 2"), (0, "day 1"), (3, "day 0")]
    for _twice in range(2):
        rate(scene, goal, 5, at=NOON + 4 * DAY)
    assert GoalRating.objects.count() == 5


def test_it_is_closed_without_a_reason_and_opened_again(scene):
    goal = write(scene)
    goals.close(by=scene.viewer("alex"), goal=goal, closed=True, at=NOON)
    assert Goal.objects.get().closed_at == NOON
    goals.close(by=scene.viewer("alex"), goal=goal, closed=False, at=NOON)
    assert Goal.objects.get().closed_at is None


def test_its_words_reach_the_partner_at_the_release_and_its_numbers_never(scene, clock, blake):
    goal = write(scene)
    rate(scene, goal, 7, "a line of mine")
    goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
    assert readers(scene, RELEASE - HOUR) == {"alex", "moreno"}
    assert readers(scene, RELEASE) == {"alex", "moreno", "blake"}
    clock.move_to(RELEASE)
    blake = scene.browser("blake")
    offer = GoalOffer.objects.get()
    page = words(blake.get(reverse("goal-offered", args=[offer.pk])))
    assert REACHED in page
    for hidden in ("7 of 10", "a line of mine"):
        assert hidden not in page
    assert blake.get(reverse("goal", args=[goal.pk])).status_code == 404
    assert not GoalRating.objects.visible_to(scene.viewer("blake", RELEASE)).exists()


@pytest.mark.parametrize(("to", "left"), [(Audience.THERAPIST, {"alex", "moreno"}), (Audience.ONLY_ME, {"alex"})])
def test_it_is_taken_back_at_any_time(scene, to, left):
    for at in (NOON, RELEASE + DAY):
        goal = write(scene)
        goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
        goals.choose_readers(by=scene.viewer("alex", at), goal=goal, audience=to, at=at)
        assert readers(scene, at + 3 * DAY) == left


def test_its_therapist_can_be_let_in_again(scene):
    goal = write(scene)
    for to in (Audience.ONLY_ME, Audience.THERAPIST):
        goals.choose_readers(by=scene.viewer("alex"), goal=goal, audience=to, at=NOON)
    assert readers(scene, NOON) == {"alex"}
    assert readers(scene) == {"alex", "moreno"}


def test_it_changes_nobody_elses(scene):
    goal = write(scene)
    for name in ("blake", "moreno", "casey"):
        with pytest.raises(Refused):
            rate(scene, goal, name=name)
        with pytest.raises(Refused):
            goals.offer(by=scene.viewer(name), goal=goal, at=NOON)
        with pytest.raises(Refused):
            goals.choose_readers(by=scene.viewer(name), goal=goal, audience=Audience.ONLY_ME, at=NOON)


def test_the_partner_sees_nothing_of_it_until_it_is_offered(scene, alex, blake):
    pages = [reverse("today"), reverse("goals"), reverse("shared")]
    before = [masked(blake.get(page)) for page in pages]
    goal = write(scene)
    rate(scene, goal)
    goals.close(by=scene.viewer("alex"), goal=goal, closed=True, at=NOON)
    goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
    assert [masked(blake.get(page)) for page in pages] == before


@pytest.mark.parametrize("deed", ["separated", "withdrawn"])
def test_what_waited_stays_with_its_author(scene, deed):
    goal = write(scene)
    goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
    if deed == "separated":
        leaving.separate(couple=scene.cast.couple, by=scene.viewer("moreno"), at=NOON)
    else:
        leaving.withdraw_agreement(by=scene.viewer("alex"), at=NOON)
    assert readers(scene, NOON + 9 * DAY) == {"alex"}


def test_after_the_end_the_partner_reads_nothing_and_nothing_is_added(scene):
    goal = write(scene)
    goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
    later = RELEASE + DAY
    leaving.separate(couple=scene.cast.couple, by=scene.viewer("moreno", later), at=later)
    assert readers(scene, later) == {"alex", "moreno"}
    with pytest.raises(Refused, match="ended"):
        rate(scene, goal, at=later)
    goals.choose_readers(by=scene.viewer("alex", later), goal=goal, audience=Audience.ONLY_ME, at=later)
    assert readers(scene, later) == {"alex"}


def test_erasing_its_author_leaves_nothing(scene):
    goal = write(scene)
    rate(scene, goal)
    goals.offer(by=scene.viewer("alex"), goal=goal, at=NOON)
    erase_person(person=scene.cast.alex.pk, at=NOON)
    assert not Goal.objects.exists() and not GoalRating.objects.exists() and not GoalOffer.objects.exists()


# --- from an exercise


def answer(pair, text=REACHED, *, keep=True, at=NOON, version=0):
    step = joint_content().steps[GOAL - 1]
    writing.save_step(
        by=pair.scene.viewer("alex", at), homework=pair.homework("alex").pk, number=GOAL, step=step,
        value={"text": text, "keep": keep}, stamp=Stamp(version=version), at=at,
    )  # fmt: skip


def finish(pair, audience, at=NOON):
    sharing.choose_readers(by=pair.scene.viewer("alex", at), homework=pair.homework("alex"), audience=audience, at=at)


def test_an_answer_becomes_a_goal_when_it_is_ticked_and_let_to_the_therapist(scene):
    pair = Pair(scene)
    answer(pair)
    assert not Goal.objects.exists()
    finish(pair, Audience.THERAPIST)
    assert readers(scene, NOON) == {"alex"}, "held as the answer is"
    assert readers(scene) == {"alex", "moreno"}


@pytest.mark.parametrize(("keep", "audience"), [(True, Audience.ONLY_ME), (False, Audience.THERAPIST)])
def test_it_stays_an_answer_otherwise(scene, keep, audience):
    pair = Pair(scene)
    answer(pair, keep=keep)
    finish(pair, audience)
    assert not Goal.objects.exists()


def test_it_becomes_one_once_and_a_changed_text_changes_nothing(scene):
    pair = Pair(scene)
    answer(pair)
    finish(pair, Audience.THERAPIST)
    answer(pair, "Something else", version=1)
    finish(pair, Audience.THERAPIST, NOON + DAY)
    assert [goal.text for goal in Goal.objects.all()] == [REACHED]


def test_the_page_of_the_step_says_so(scene, clock):
    pair = Pair(scene)
    page = words(scene.browser("alex").get(reverse("homework-step", args=[pair.homework("alex").pk, GOAL])))
    assert "Keep this as a goal" in page
    assert "If you change the text here later, the goal stays as it is." in page


texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30).filter(str.strip)
answers = st.builds(lambda text, keep: {"text": text, "keep": keep}, texts, st.booleans())


@given(answers, answers)
def test_two_answers_are_joined_so_that_neither_loses_a_word(theirs, mine):
    step = Step(key="reached", kind="goal", title="If it were reached")
    kind = kind_of(step)
    joined = kind.join(step, theirs, mine)
    assert theirs["text"] in joined["text"] and mine["text"] in joined["text"]
    assert kind.holds(step, joined, mine)
    assert not kind.holds(step, None, mine)
    assert kind.show(step, joined) == Shown(text=joined["text"])
    assert kind.show(step, None) == Shown()


# --- the pages


def test_a_partner_goes_through_all_of_it(scene, alex, clock):
    assert alex.post(reverse("goals"), {"text": "  "}).status_code == 422
    made = alex.post(reverse("goals"), {"text": REACHED})
    goal = Goal.objects.get()
    assert made.headers["Location"] == reverse("goal", args=[goal.pk])
    page = reverse("goal", args=[goal.pk])
    assert alex.post(page, {"point": "11"}).status_code == 422
    assert alex.post(page, {"point": "0", "line": "Not yet."}).status_code == 302
    assert "0 of 10 Not yet." in words(alex.get(page))
    offer = reverse("goal-offer", args=[goal.pk])
    assert "Your partner can read this from Monday 2 March, 18:00." in words(alex.get(offer))
    alex.post(offer)
    assert "Until then you can take it back, and they will not know." in words(alex.get(page))
    alex.post(reverse("goal-readers", args=[goal.pk]), {"to": "only_me"})
    assert "Only you can read this." in words(alex.get(page))
    alex.post(reverse("goal-close", args=[goal.pk]), {"go": "close"})
    assert "Closed 2 March 2026." in words(alex.get(page))


def test_the_therapist_sees_both_side_by_side(scene, moreno, clock):
    rate(scene, write(scene), 6, "Closer.")
    write(scene, "Blake's own", name="blake")
    clock.move_to(HELD)
    page = words(scene.browser("moreno").get(reverse("couple-goals", args=[scene.cast.couple.pk])))
    for part in (REACHED, "6 of 10 Closer.", "Blake's own"):
        assert part in page
