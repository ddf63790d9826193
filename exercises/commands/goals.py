"""Goals: writing one, rating, closing, offering, and taking back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from clients.models import Couple, Partner
from clients.policies import may_treat
from clients.viewer import Viewer
from exercises.commands.sharing import held_couple, held_until, release_of_offer
from exercises.models import Goal, GoalOffer, GoalRating
from exercises.policies import together as policies
from exercises.states import Audience
from safekeeping import audit

PRESSED_TWICE = timedelta(minutes=1)


def _locked(goal: Goal) -> Goal:
    rows = Goal.objects.select_for_update(of=("self",), no_key=True).select_related("author", "couple__clinic")
    return rows.get(pk=goal.pk)


@transaction.atomic
def write_goal(*, by: Viewer, place: Partner, text: str, at: datetime) -> Goal:
    """A goal in one's own words, which the therapist can read after the clinic's hold. The same words make one goal."""
    place = (
        Partner.objects.select_for_update(of=("self",), no_key=True).select_related("couple__clinic").get(pk=place.pk)
    )
    policies.may_set_goals(by, place).require()
    for goal in Goal.objects.filter(author=place, closed_at__isnull=True):
        if goal.text == text:
            return goal
    goal = Goal.objects.create(
        clinic_id=place.clinic_id, couple_id=place.couple_id, author=place, text=text, made_at=at,
        therapist_from=held_until(place.couple, at),
    )  # fmt: skip
    audit.record(verb="goal.written", by=by, subject=goal, at=at)
    return goal


@transaction.atomic
def rate(*, by: Viewer, goal: Goal, point: int, line: str, at: datetime) -> None:
    """Add a rating. The same one within a minute is a button that was pressed twice."""
    goal = _locked(goal)
    policies.may_change_goal(by, goal).require()
    value: dict[str, Any] = {"point": point, "line": line}
    last = GoalRating.objects.filter(goal=goal).order_by("-rated_at").first()
    if last and last.rated_at > at - PRESSED_TWICE and last.value == value:
        return
    rating = GoalRating(
        clinic_id=goal.clinic_id,
        couple_id=goal.couple_id,
        goal=goal,
        author_id=goal.author_id,
        value=value,
        rated_at=at,
    )
    rating.save(force_insert=True)
    audit.record(verb="goal.rated", by=by, subject=goal, at=at)


@transaction.atomic
def close(*, by: Viewer, goal: Goal, closed: bool, at: datetime) -> None:
    """Close it without a reason, or open it again."""
    goal = _locked(goal)
    policies.may_change_goal(by, goal).require()
    if (goal.closed_at is not None) != closed:
        Goal.objects.filter(pk=goal.pk).update(closed_at=at if closed else None)
        audit.record(verb="goal.closed" if closed else "goal.reopened", by=by, subject=goal, at=at)


@transaction.atomic
def offer(*, by: Viewer, goal: Goal, at: datetime) -> None:
    """Its words, without ratings, to the partner from the couple's next release on. Offering twice changes nothing."""
    goal = _locked(goal)
    policies.may_change_goal(by, goal).require()
    held_couple(goal.couple_id)
    if GoalOffer.objects.filter(goal=goal).exists():
        return
    if goal.therapist_from is None:  # what a partner reads, the therapist of both does, too
        Goal.objects.filter(pk=goal.pk).update(therapist_from=held_until(goal.couple, at))
    GoalOffer.objects.create(
        clinic_id=goal.clinic_id, couple_id=goal.couple_id, goal=goal, author_id=goal.author_id, text=goal.text,
        partner_from=release_of_offer(goal.couple, at=at),
    )  # fmt: skip
    audit.record(verb="goal.offered", by=by, subject=goal, at=at)


@transaction.atomic
def choose_readers(*, by: Viewer, goal: Goal, audience: Audience, at: datetime) -> None:
    """Take back at once: from everybody, or (THERAPIST) from the partner; or let the therapist read it again."""
    goal = _locked(goal)
    policies.may_share_goal_less(by, goal).require()
    GoalOffer.objects.filter(goal=goal).delete()
    if audience == Audience.ONLY_ME:
        Goal.objects.filter(pk=goal.pk).update(therapist_from=None)
    elif goal.therapist_from is None:
        policies.may_change_goal(by, goal).require()
        Goal.objects.filter(pk=goal.pk).update(therapist_from=held_until(goal.couple, at))
    audit.record(verb="goal.readers_chosen", by=by, subject=goal, at=at)


def read_goals(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """A therapist looks at what both would like to reach."""
    may_treat(by, couple).require()
    audit.record(verb="goals.read", by=by, subject=couple, at=at)


def read_offered(*, by: Viewer, offer: UUID, clinic: UUID, at: datetime) -> None:
    """A partner opens a goal that was offered to them. To whoever offered it, this line does not exist."""
    audit.record(verb="offer.read", by=by, subject=f"exercises.GoalOffer:{offer}", at=at, clinic_id=clinic)
