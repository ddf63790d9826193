"""Goals: each partner their own with its ratings, what was offered to them, and both for their therapist."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises.models import Goal, GoalOffer, GoalRating
from safekeeping.sealing import open_together


@dataclass(frozen=True)
class Rating:
    """How near a goal was, on one day, and a line about it."""

    rated_at: datetime
    point: int
    line: str


@dataclass(frozen=True)
class GoalRow:
    """One goal with its ratings, the latest first."""

    goal: Goal
    text: str
    ratings: list[Rating]
    is_offered: bool = False  # and released: for the therapist

    @property
    def latest(self) -> Rating | None:
        return self.ratings[0] if self.ratings else None


def own_goal_or_404(*, viewer: Viewer, pk: UUID) -> Goal:
    return get_object_or_404(Goal.objects.own(viewer).select_related("author", "couple__clinic"), pk=pk)


def _rows(goals: list[Goal], viewer: Viewer) -> list[GoalRow]:
    """With all their ratings: one query more, and one for the keys, however many."""
    ratings = list(GoalRating.objects.visible_to(viewer).filter(goal__in=goals).order_by("-rated_at", "pk"))
    open_together(*goals, *ratings)
    of: dict[UUID, list[Rating]] = defaultdict(list)
    for rating in ratings:
        value: Any = rating.value or {}
        of[rating.goal_id].append(Rating(rating.rated_at, value.get("point", 0), value.get("line", "")))
    return [
        GoalRow(goal, str(goal.text or ""), of[goal.pk], is_offered=getattr(goal, "offered", False)) for goal in goals
    ]


def own_goals(*, viewer: Viewer) -> list[GoalRow]:
    """The viewer's own, those that are closed last."""
    goals = list(Goal.objects.own(viewer).order_by("-made_at", "pk"))
    return sorted(_rows(goals, viewer), key=lambda row: row.goal.closed_at is not None)


def own_goal(goal: Goal, *, viewer: Viewer) -> GoalRow:
    return _rows([goal], viewer)[0]


def own_offer(goal: Goal, *, viewer: Viewer) -> GoalOffer | None:
    """How a goal of the viewer's own was offered."""
    return GoalOffer.objects.visible_to(viewer).filter(goal=goal, author__in=viewer.is_partner).first()


def offered_to_me(*, viewer: Viewer) -> list[GoalOffer]:
    """What the viewer's partner has offered and is released, the latest release first."""
    offers = GoalOffer.objects.visible_to(viewer).filter(couple__in=viewer.takes_part, partner_from__lte=viewer.at)
    return list(offers.exclude(author__in=viewer.is_partner).defer("text").order_by("-partner_from", "pk"))


def offered_goal_or_404(*, viewer: Viewer, pk: UUID) -> GoalOffer:
    offers = GoalOffer.objects.visible_to(viewer).filter(couple__in=viewer.takes_part, partner_from__lte=viewer.at)
    return get_object_or_404(offers.exclude(author__in=viewer.is_partner).select_related("author__person"), pk=pk)


def goals_of(couple: Couple, *, viewer: Viewer) -> list[tuple[Partner, list[GoalRow]]]:
    """Both partners with their goals, for their therapist. Four queries, however many goals."""
    partners = Partner.objects.filter(couple=couple, couple__in=viewer.treats).select_related("person")
    offers = GoalOffer.objects.visible_to(viewer).filter(goal=OuterRef("pk"))
    goals = Goal.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    rows = _rows(list(goals.annotate(offered=Exists(offers)).order_by("closed_at", "-made_at", "pk")), viewer)
    return [(partner, [row for row in rows if row.goal.author_id == partner.pk]) for partner in partners]
