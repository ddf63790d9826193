"""Whatever two people mark, and however often they change it: both see what the rule says, once, and nothing else."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from exercises import mutual
from exercises.commands.mutual import SETTLED
from exercises.kinds import kind_of
from exercises.models import MutualMark
from exercises.states import LaidFor
from safekeeping import context
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR
from tests.exercises.together import EVENING, ITEMS, Two, marks

pytestmark = pytest.mark.django_db
Claims = frozenset[tuple[str, str]]


def claims(value: Any) -> Claims:
    """What somebody says yes to: an item, and whether by a yes, or by what may count as one."""
    said = value or {"marks": {}, "maybe": False}
    yes = {(key, "yes") for key, mark in said["marks"].items() if mark == "yes"}
    maybe = {(key, "maybe") for key, mark in said["marks"].items() if mark in {"yes", "maybe"} and said["maybe"]}
    return frozenset(yes | maybe)


def alike(one: Claims, other: Claims) -> tuple[str, ...]:
    keys = {key for key, _level in one & other}
    return tuple(key.capitalize() for key in ITEMS if key in keys)


# --- all pairs of answers to a list of two things


ANSWERS = [
    {"marks": {k: v for k, v in zip(ITEMS, said, strict=False) if v}, "maybe": maybe}
    for said in product(("yes", "maybe", "no", None), repeat=2)
    for maybe in (True, False)
]
PAIRS = list(product(range(len(ANSWERS)), repeat=2))


@pytest.fixture
def two(scene):
    return Two(scene)


def asked_by(two, name, at=EVENING):
    """What PostgreSQL gives out to somebody on the site, without the ids of rows."""
    with context.entered(two.scene.cast.people[name].pk, at=at), connection.cursor() as cursor:
        cursor.execute("SELECT step_key, words, places FROM eyelevel_mutual(%s)", [[two.assignment.pk]])
        return cursor.fetchall()


def lay_all_pairs(two):
    """Each pair at a step of its own; the answer is these steps, by their keys."""
    menu, secret, rows = two.version.content.steps[0], two.assignment.secret, []
    steps = {pair: replace(menu, key=f"menu-{pair[0]}-{pair[1]}") for pair in PAIRS}
    for seat, copy in enumerate((two.copy("alex"), two.copy("blake"))):
        for pair, step in steps.items():
            laid = kind_of(step).laid(step, ANSWERS[pair[seat]])
            rows.append(
                MutualMark(
                    clinic_id=copy.clinic_id, couple_id=copy.couple_id, assignment_id=copy.assignment_id, homework=copy,
                    partner_id=copy.partner_id, step_key=step.key, number=1, shown_to=LaidFor.BOTH,
                    tokens=mutual.row_of(secret, step, laid, by=copy.partner_id), made_at=NOON,
                    counts_from=NOON + HOUR,
                )
            )  # fmt: skip
    MutualMark.objects.bulk_create(rows)
    return {step.key: step for step in steps.values()}


def test_it_shows_for_every_pair_of_answers_what_the_rule_says_and_tells_apart_nothing_else(two):
    steps = lay_all_pairs(two)
    assert asked_by(two, "alex", NOON + HOUR - SETTLED) == []
    told = {name: dict.fromkeys(steps, ()) for name in ("alex", "blake", "moreno")}
    raw = dict.fromkeys(steps, 0)
    for name, found in told.items():
        for key, words, places in asked_by(two, name):
            assert words is None
            assert places, "that both have answered is no news by itself"
            raw[key] += 1
            found[key] = tuple(i.label for i in mutual.items_at(two.assignment.secret, steps[key], places))
    for a, b in PAIRS:
        expected = alike(claims(ANSWERS[a]), claims(ANSWERS[b]))
        key = f"menu-{a}-{b}"
        assert {told[name][key] for name in told} == {expected}
        assert raw[key] == (6 if expected else 0), "the same rows, whether a yes or a maybe was met"


def test_it_gives_out_no_more_about_a_maybe_than_about_a_yes(two):
    """Both versions of Blake's answer are met by the same marks of Alex's, so Alex is answered the same."""
    lay_all_pairs(two)
    answers = {}
    for key, words, places in asked_by(two, "alex"):
        answers.setdefault(key, []).append((words, len(places)))
    for a in range(len(ANSWERS)):
        by_result = {}
        for b in range(len(ANSWERS)):
            result = alike(claims(ANSWERS[a]), claims(ANSWERS[b]))
            by_result.setdefault(result, []).append(answers.get(f"menu-{a}-{b}"))
        assert all(found.count(found[0]) == len(found) for found in by_result.values())


# --- over time


@dataclass
class Side:
    """One person, as the rule has it: what counts by now, and what waits for its release."""

    counting: Claims | None = None  # None: nothing is there
    waiting: Claims | None = None
    until: datetime | None = None

    def reach(self, at: datetime) -> None:
        if self.until and self.until <= at:
            self.counting, self.waiting, self.until = self.waiting, None, None

    def says(self, said: Claims | None, at: datetime, release: datetime | None) -> None:
        self.reach(at)
        both = self.counting is not None and said is not None
        self.counting = self.counting & said if both else None
        self.waiting, self.until = said, release


def release_after(at: datetime) -> datetime:
    """The next evening that comes after the hold."""
    return next(evening for n in range(-1, 20) if (evening := EVENING + n * DAY) > at + timedelta(minutes=10))


def by_the_rule(deeds: list[tuple[str, datetime, Any]], at: datetime) -> tuple[str, ...]:
    """What stands for both at an instant. Deeds come soon after one another, or days apart; nights are in between."""
    sides = {"alex": Side(), "blake": Side()}
    waiting = [(when + SETTLED, name, said) for name, when, said in deeds]
    moments = sorted({*(when for when, *_ in waiting), *(EVENING + n * DAY for n in range(-1, 12)), at})
    for moment in moments:
        if moment > at:
            break
        for when, name, said in waiting:
            if when == moment:
                release = None if said == "back" else release_after(when - SETTLED)
                sides[name].says(None if said == "back" else claims(said) or None, moment, release)
        for side in sides.values():
            side.reach(moment)
        if all(side.counting is not None for side in sides.values()):
            return alike(sides["alex"].counting, sides["blake"].counting)
    return ()


VALUES = st.builds(
    lambda said, maybe: marks(maybe, **{k: v for k, v in zip(ITEMS, said, strict=True) if v}),
    st.tuples(*[st.sampled_from(("yes", "yes", "maybe", "no", None))] * 3),
    st.booleans(),
)
STEPS = st.sampled_from((timedelta(minutes=3), timedelta(minutes=7), HOUR, 5 * HOUR, DAY))
DEEDS = st.lists(
    st.tuples(st.sampled_from(("alex", "blake")), STEPS, VALUES | st.just("back") | st.just("hide")),
    min_size=2, max_size=6,
)  # fmt: skip


def at_their_times(deeds):
    when, timed = NOON + 4 * HOUR, []
    for name, step, said in deeds:
        when += step
        timed.append((name, when, said))
    return timed


def do(two, name, at, said):
    if said == "back":
        two.take_back(name, at)
    else:
        two.finish(name, at, hides=said == "hide", menu=marks(hands="yes") if said == "hide" else said)


YES, NO = marks(hands="yes", walk="yes"), marks(hands="no", walk="yes")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[phase for phase in Phase if phase is not Phase.explain], derandomize=True,
)  # fmt: skip
@given(deeds=DEEDS)
@example(deeds=[("alex", HOUR, YES), ("blake", HOUR, YES), ("alex", DAY, NO), ("alex", DAY, YES)])
@example(deeds=[("alex", HOUR, YES), ("blake", 5 * HOUR, YES), ("alex", timedelta(minutes=3), "back")])
@example(deeds=[("alex", timedelta(minutes=7), YES), ("alex", timedelta(minutes=3), NO), ("blake", HOUR, YES)])
def test_it_follows_the_rule_through_every_sequence_and_never_changes_what_was_shown(two, deeds):
    timed = at_their_times(deeds)
    end = timed[-1][1] + 3 * DAY
    with transaction.atomic():
        shown = ()
        for n, (name, when, said) in enumerate(timed):
            do(two, name, when, said)
            until = timed[n + 1][1] if n + 1 < len(timed) else end
            evenings = [one for day in range(12) if when < (one := EVENING + day * DAY) <= until]
            for at in sorted({min(when + SETTLED, until), until, *evenings[:2]}):
                rule = [(who, then, None if what == "hide" else what) for who, then, what in timed[: n + 1]]
                seen = two.all_see(at).get("menu", ())
                assert seen == by_the_rule(rule, at)
            assert not shown or two.all_see(until).get("menu", ()) == shown, "what was shown stays"
            shown = two.all_see(until).get("menu", ())
        transaction.set_rollback(True)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[phase for phase in Phase if phase is not Phase.explain], derandomize=True,
)  # fmt: skip
@given(mine=VALUES, one=st.none() | VALUES, other=st.none() | VALUES)
def test_it_gives_a_partner_the_same_whatever_the_other_marked_that_is_not_mutual(two, mine, one, other):
    """Not begun, nothing marked, a no, a maybe alone: all of these are one, and so is another yes that is not met."""
    if alike(claims(mine), claims(one)) != alike(claims(mine), claims(other)):
        return
    answers = []
    for theirs in (one, other):
        with transaction.atomic():
            two.finish("alex", menu=mine)
            if theirs:
                two.finish("blake", menu=theirs)
            answers.append([(two.seen(name), asked_by(two, name)) for name in ("alex", "moreno")])
            transaction.set_rollback(True)
    assert answers[0] == answers[1]


# --- the tokens themselves


def tokens(row):
    return {row[start : start + mutual.SIZE] for start in range(0, len(row), mutual.SIZE)}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.none() | VALUES, other=st.none() | VALUES)
def test_it_makes_rows_that_share_what_both_claim_and_nothing_without_the_secret(two, one, other):
    step, people = two.version.content.steps[0], [two.scene.cast.places[name].pk for name in ("alex", "blake")]
    laid = [kind_of(step).laid(step, said) for said in (one, other)]
    secret = mutual.new_secret()
    rows = [mutual.row_of(secret, step, said, by=by) for said, by in zip(laid, people, strict=True)]
    assert {(len(row), len(tokens(row))) for row in rows} == {(mutual.SIZE * 7, 7)}
    both_there = all(said.is_there for said in laid)
    assert len(tokens(rows[0]) & tokens(rows[1])) == len(claims(one) & claims(other)) + both_there
    assert not tokens(rows[0]) & tokens(mutual.row_of(mutual.new_secret(), step, laid[0], by=people[0]))
    assert not tokens(rows[0]) & tokens(mutual.row_of(None, step, laid[0], by=people[0]))
