"""A programme for a couple: each partner goes at their own pace, and nothing opens because of the other."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from clients import commands as private
from clients.models import Clinic, Couple
from clients.states import ContentKind, Wish
from exercises import policies
from exercises.commands import leaving, planning, sharing, writing
from exercises.models import Assignment, AssignmentConfirmation, Homework, Plan, PlanItem
from exercises.opening import Slot, Standing, openings
from exercises.states import Audience, Gap, HomeworkState
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS, assemble
from tests.exercises.scene import DAY, content, new_version, stage
from tests.exercises.test_at_once import at_once, wait_for_locks
from tests.library import programme

KEYS = {"first", "then", "third", "fourth"}
TODAY = NOON.date()


@pytest.fixture
def begun(scene):
    """Starts a programme of four for both; the gaps can be told."""

    def start(*names, keys=KEYS, on=TODAY, slug="small-steps", at=NOON, **gaps):
        return planning.start(
            by=scene.viewer("moreno", at), couple=scene.cast.couple, keys=keys, start_on=on, at=at,
            programme=programme(*["small-one"] * 4, slug=slug, **gaps),
            partners=[scene.cast.places[name] for name in names or ("alex", "blake")],
        )  # fmt: skip

    return start


def items(plan):
    return list(PlanItem.objects.filter(plan=plan).order_by("position"))


def copy(plan, n, name="alex"):
    return Homework.objects.get(assignment=items(plan)[n].assignment_id, partner__name=name)


def open_to(plan, name="alex", at=NOON):
    """Which of a plan have opened to somebody, by their place."""
    return [n for n, _item in enumerate(items(plan)) if copy(plan, n, name).has_opened(at)]


def finish(scene, plan, n, name="alex", at=NOON):
    by = scene.viewer(name, at)
    sharing.choose_readers(by=by, homework=copy(plan, n, name), audience=Audience.ONLY_ME, at=at)


def lead(scene, deed, plan, at=NOON, **more):
    if isinstance(more.get("item"), int):
        more["item"] = items(plan)[more["item"]].pk
    deed(by=scene.viewer("moreno", at), plan=plan, at=at, **more)


# --- opening


def test_each_sees_the_first_alone_and_the_next_once_they_have_done_it(scene, begun):
    plan = begun()
    assert open_to(plan) == open_to(plan, "blake") == [0]
    finish(scene, plan, 0)
    assert (open_to(plan), open_to(plan, "blake")) == ([0, 1], [0])
    finish(scene, plan, 1)
    assert (open_to(plan), open_to(plan, "blake")) == ([0, 1, 2], [0])


def test_setting_aside_opens_the_next_as_doing_does(scene, begun):
    plan = begun()
    writing.move(by=scene.viewer("alex"), homework=copy(plan, 0), to=HomeworkState.SET_ASIDE, at=NOON)
    assert (open_to(plan), open_to(plan, "blake")) == ([0, 1], [0])
    writing.move(by=scene.viewer("alex"), homework=copy(plan, 0), to=HomeworkState.OPEN, at=NOON)
    finish(scene, plan, 0, at=NOON + DAY)
    assert copy(plan, 1).opens_at == NOON


def test_what_comes_so_many_days_after_opens_by_the_day_there(scene, begun):
    scene.cast.alex.time_zone = "Asia/Tokyo"
    scene.cast.alex.save()
    plan = begun(then={"gap": "days", "days": 3}, third={"gap": "days", "days": 4})
    assert copy(plan, 1).opens_at == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert copy(plan, 1, "blake").opens_at == datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert copy(plan, 2).opens_at == datetime(2026, 3, 8, 15, tzinfo=UTC)


def test_days_after_something_not_done_yet_begin_when_it_opens(scene, begun):
    plan = begun(third={"gap": "days", "days": 2})
    assert copy(plan, 2).opens_at is None
    finish(scene, plan, 0, at=NOON + DAY)
    assert copy(plan, 1).opens_at == NOON + DAY
    assert copy(plan, 2).opens_at == datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert copy(plan, 2, "blake").opens_at is None


def test_what_waits_for_a_session_is_opened_by_the_therapist_to_both(scene, begun):
    plan = begun(then={"gap": "session"})
    finish(scene, plan, 0)
    assert open_to(plan) == [0]
    lead(scene, planning.open_now, plan, item=1)
    assert open_to(plan) == open_to(plan, "blake") == [0, 1]


def test_one_alone_can_go_through_it_and_the_other_has_nothing(scene, begun):
    plan = begun("alex")
    assert not Homework.objects.filter(partner=scene.cast.places["blake"], assignment__in=[
        item.assignment_id for item in items(plan)]).exists()  # fmt: skip


def test_what_is_left_out_is_as_if_it_had_never_been_in_it(scene, begun):
    plan = begun(keys={"first", "third"})
    first, third = items(plan)
    assert third.after == first
    finish(scene, plan, 0)
    assert open_to(plan) == [0, 1]


# --- the twin: PostgreSQL opens what Python says


GAPS = st.sampled_from(
    [{"gap": "start"}, {"gap": "done"}, {"gap": "session"}, {"gap": "days", "days": 1}, {"gap": "days", "days": 5}]
)
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/Havana", "Africa/Cairo", "Pacific/Auckland"])


@pytest.mark.parametrize("seed", range(12))
def test_what_finishing_opens_is_what_the_rule_says(scene, begun, seed):
    import random

    chance = random.Random(seed)
    pick = [{"gap": "done"}, {"gap": "session"}, {"gap": "days", "days": 3}, {"gap": "done"}]
    scene.cast.alex.time_zone = chance.choice(["Europe/Berlin", "America/Havana", "Africa/Cairo", "Pacific/Auckland"])
    scene.cast.alex.save()
    plan = begun(then=chance.choice(pick), third=chance.choice(pick), fourth=chance.choice(pick))
    at = NOON + chance.randrange(60) * DAY
    for n in (0, 1, 2):
        if not copy(plan, n).has_opened(at):
            break
        finish(scene, plan, n, at=at)
        rows = items(plan)
        slots = [Slot(i.pk, Gap(i.gap), i.days, i.after_id) for i in rows]
        known = {i.pk: copy(plan, k) for k, i in enumerate(rows)}
        standing = {
            pk: Standing(c.opens_at if c.has_opened(at) else None, c.state == HomeworkState.FINISHED)
            for pk, c in known.items()
        }
        said = openings(slots, standing, start_on=plan.start_on, zone=ZoneInfo(scene.cast.alex.time_zone), at=at)
        assert {pk: c.opens_at for pk, c in known.items()} == said
        at += DAY


@holds_for(gaps=st.lists(GAPS, min_size=1, max_size=8), zone=ZONES, done=st.sets(st.integers(0, 7)))
def test_the_rule_opens_nothing_in_the_past_and_leaves_what_has_opened(gaps, zone, done):
    ids = [UUID(int=n + 1) for n in range(len(gaps))]
    slots = [
        Slot(pk, Gap(gap["gap"]), gap.get("days", 0), ids[n - 1] if n and gap["gap"] in {"days", "done"} else None)
        for n, (pk, gap) in enumerate(zip(ids, gaps, strict=True))
    ]
    standing = {ids[n]: Standing(NOON - DAY, is_done=True) for n in done if n < len(ids)}
    found = openings(slots, standing, start_on=TODAY - DAY, zone=ZoneInfo(zone), at=NOON)
    for slot in slots:
        if slot.pk in standing:
            assert found[slot.pk] == NOON - DAY
        else:
            assert found[slot.pk] is None or found[slot.pk] >= NOON


# --- leading


def titles_in_order(plan):
    return [item.assignment.version.title for item in items(plan)]


def test_it_moves_an_exercise_into_the_place_before_it_with_the_gap_of_that_place(scene, begun):
    plan = begun(third={"gap": "days", "days": 2}, fourth={"gap": "session"})
    before = [item.assignment_id for item in items(plan)]
    lead(scene, planning.move, plan, item=3, up=True)
    assert [item.assignment_id for item in items(plan)] == [before[0], before[1], before[3], before[2]]
    assert [item.gap for item in items(plan)] == ["start", "done", "days", "session"]
    lead(scene, planning.move, plan, item=3, up=False)  # at the end: nothing moves
    assert [item.assignment_id for item in items(plan)] == [before[0], before[1], before[3], before[2]]


def test_it_moves_nothing_that_somebody_has_seen(scene, begun):
    plan = begun()
    for item, up in ((0, False), (1, True)):
        with pytest.raises(Refused) as refused:
            lead(scene, planning.move, plan, item=item, up=up)
        assert refused.value.verdict.code == "has_opened"


def test_skipping_takes_it_back_and_what_came_after_counts_from_before_it(scene, begun):
    plan = begun()
    finish(scene, plan, 0)
    lead(scene, planning.skip, plan, item=1)
    assert copy(plan, 1).state == copy(plan, 1, "blake").state == HomeworkState.WITHDRAWN
    assert copy(plan, 2).opens_at == NOON
    assert copy(plan, 2, "blake").opens_at is None
    finish(scene, plan, 0, "blake", at=NOON + DAY)
    assert copy(plan, 2, "blake").opens_at == NOON + DAY
    assert copy(plan, 1, "blake").opens_at is None, "what was left out before it opened never shows"


def test_while_it_rests_nothing_opens_and_then_it_goes_on_later(scene, begun):
    plan = begun(fourth={"gap": "days", "days": 4, "after": "first"})
    lead(scene, planning.pause, plan)
    finish(scene, plan, 0)
    assert (open_to(plan), copy(plan, 3).opens_at) == ([0], None)
    lead(scene, planning.resume, plan, at=NOON + 10 * DAY)
    assert copy(plan, 1).opens_at == NOON + 10 * DAY
    assert copy(plan, 1, "blake").opens_at is None


def test_stopping_leaves_what_has_opened_and_the_rest_never_shows(scene, begun):
    plan = begun(third={"gap": "days", "days": 1, "after": "first"})
    lead(scene, planning.stop, plan)
    finish(scene, plan, 0)
    assert open_to(plan, at=NOON + 30 * DAY) == [0]
    with pytest.raises(Refused):
        lead(scene, planning.open_now, plan, item=1)


def test_another_exercise_takes_the_place_of_one_that_nobody_has_seen(scene, begun):
    plan = begun()
    old = items(plan)[1].assignment_id
    other = new_version(content(slug="other-one", number=910, title="Another one"))
    lead(scene, planning.change, plan, item=1, version=other)
    assert titles_in_order(plan) == ["A small one", "Another one", "A small one", "A small one"]
    assert Assignment.objects.get(pk=old).withdrawn_at == NOON
    finish(scene, plan, 0)
    assert open_to(plan) == [0, 1]
    with pytest.raises(Refused):
        lead(scene, planning.change, plan, item=1, version=other)


# --- who may, and with what care


@pytest.mark.parametrize("name", sorted(set(PERSONAS) - {"moreno"}))
def test_it_is_led_by_their_therapist_alone(scene, begun, name):
    plan = begun()
    assert not policies.may_see_plan(scene.viewer(name), plan)
    assert not Plan.objects.visible_to(scene.viewer(name)).exists()
    assert not PlanItem.objects.visible_to(scene.viewer(name)).exists()
    for deed, more in [
        (planning.pause, {}), (planning.stop, {}), (planning.skip, {"item": items(plan)[1].pk}),
        (planning.open_now, {"item": items(plan)[1].pk}), (planning.move, {"item": items(plan)[2].pk, "up": True}),
    ]:  # fmt: skip
        with pytest.raises(Refused):
            deed(by=scene.viewer(name), plan=plan, at=NOON, **more)


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_it_is_started_and_led_with_no_couple_at_rest(scene, begun, state):
    plan = begun()
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=state)
    with pytest.raises(Refused):
        begun(slug="another")
    with pytest.raises(Refused):
        lead(scene, planning.open_now, plan, item=1)
    assert Plan.objects.count() == 1


def test_nothing_opens_once_the_work_has_ended(scene, begun):
    plan = begun(third={"gap": "days", "days": 1, "after": "first"})
    leaving.separate(couple=scene.cast.couple, by=scene.viewer("moreno"), at=NOON)
    assert open_to(plan, at=NOON + 30 * DAY) == [0]


def test_it_is_given_past_a_not_now_never_and_past_a_flag_with_a_reason_kept_beside_what_asked_for_it(scene, begun):
    new_version(content(slug="risky", number=911, risks=("stretch",)))
    private.leave_check_in(place=scene.cast.places["blake"], said={"afraid": "2"}, by=scene.viewer("blake"), at=NOON)
    steps = programme("small-one", "risky", slug="careful")
    told = {
        "by": scene.viewer("moreno"), "couple": scene.cast.couple, "programme": steps, "start_on": TODAY, "at": NOON,
        "partners": [scene.cast.places["alex"]], "keys": {"first", "then"},
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        planning.start(**told)
    assert refused.value.verdict.code == "reason_needed"
    planning.start(**told, reason="We spoke of it, each alone.")
    (kept,) = AssignmentConfirmation.objects.all()
    assert kept.reason.strip() == "We spoke of it, each alone."
    new_version(content(slug="touching", number=912, content_level=2))
    wishes = {ContentKind.TOUCH: Wish.NOT_NOW}
    private.set_boundaries(place=scene.cast.places["alex"], wishes=wishes, by=scene.viewer("alex"), at=NOON)
    never = programme("touching", slug="touch")
    with pytest.raises(Refused) as refused:
        planning.start(**{**told, "programme": never, "keys": {"first"}}, reason="All the same.")
    assert refused.value.verdict.code == "not_now"


def test_it_opens_no_more_at_once_than_enough(scene, begun):
    Clinic.objects.update(most_open=2)
    with pytest.raises(Refused):
        begun(then={"gap": "start"})
    plan = begun(slug="slower", then={"gap": "session"})
    with pytest.raises(Refused) as refused:
        lead(scene, planning.open_now, plan, item=1)
    assert refused.value.verdict.code == "enough"


# --- at once


@pytest.mark.django_db(transaction=True)
def test_finishing_while_the_therapist_leads_waits_in_no_circle(transactional_db):
    wait_for_locks("10s")
    scene = stage(assemble())
    steps = programme(*["small-one"] * 4)
    for deed, more in [
        (planning.skip, {"item": 1}),
        (planning.open_now, {"item": 2}),
        (planning.pause, {}),
        (planning.stop, {}),
    ]:
        plan = planning.start(
            by=scene.viewer("moreno"), couple=scene.cast.couple, keys=KEYS, start_on=date(2026, 3, 2), at=NOON,
            programme=steps, partners=[scene.cast.places["alex"]],
        )  # fmt: skip
        ends = at_once(lambda p=plan: finish(scene, p, 0), lambda p=plan, d=deed, m=more: lead(scene, d, p, **m))
        assert ends == [None, None]
        assert copy(plan, 0).state == HomeworkState.FINISHED
    wait_for_locks("0")
