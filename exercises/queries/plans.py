"""Programmes as a couple goes through them, for their therapist alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.models import Couple
from clients.viewer import Viewer
from exercises.models import Homework, Plan, PlanItem
from exercises.queries.given import state_in_words
from exercises.states import Gap, HomeworkState

_SESSION = _("when you open it")
_DONE = _("when this partner has done, or set aside, “{title}”")
_DONE_FIRST = _("when it starts")
_OPENS = _("Opens {day}")
_PAUSED = _("Rests with the programme")


def gap_in_words(gap: str, days: int, after: str) -> str:
    """When an item opens; `after` is the title of the one it counts from, empty for none."""
    if gap == Gap.SESSION:
        return str(_SESSION)
    if gap == Gap.DONE and after:
        return str(_DONE).format(title=after)
    if gap == Gap.DAYS and after:
        words = ngettext("{n} day after “{title}” opens", "{n} days after “{title}” opens", days)
        return words.format(n=days, title=after)
    if gap == Gap.DAYS:
        return ngettext("{n} day after it starts", "{n} days after it starts", days).format(n=days)
    return str(_DONE_FIRST)


class ItemRow(NamedTuple):
    """One item of a plan, made ready for a flat template."""

    pk: str
    assignment: str
    title: str
    when: str
    note: str
    states: list[tuple[str, str]]  # name, state in words
    is_skipped: bool
    is_fixed: bool  # it has opened to somebody, and stays where it is
    can_open: bool
    can_skip: bool
    can_rise: bool
    can_sink: bool


@dataclass(frozen=True)
class PlanRow:
    """One plan of a couple."""

    pk: UUID
    title: str
    start_on: date
    is_paused: bool
    is_stopped: bool
    items: list[ItemRow]


def plans_of(couple: Couple, *, viewer: Viewer) -> list[PlanRow]:
    """A couple's plans, the latest first. Three queries, however much is in them."""
    plans = list(Plan.objects.visible_to(viewer).filter(couple=couple).order_by("-made_at", "pk"))
    items = PlanItem.objects.visible_to(viewer).filter(plan__in=plans).select_related("assignment__version")
    by_plan: dict[UUID, list[PlanItem]] = defaultdict(list)
    for item in items.defer("assignment__version__body").order_by("position"):
        by_plan[item.plan_id].append(item)
    copies = _copies((item.assignment_id for rows in by_plan.values() for item in rows), viewer)
    return [
        PlanRow(
            plan.pk, plan.title, plan.start_on, plan.paused_at is not None, plan.stopped_at is not None,
            _rows(plan, by_plan[plan.pk], copies, viewer),
        )
        for plan in plans
    ]  # fmt: skip


def _copies(assignments: Iterable[UUID], viewer: Viewer) -> dict[UUID, list[Homework]]:
    found: dict[UUID, list[Homework]] = defaultdict(list)
    rows = Homework.objects.visible_to(viewer).filter(assignment__in=list(assignments))
    for copy in rows.select_related("partner__person", "partner__couple").order_by("partner__seat"):
        found[copy.assignment_id].append(copy)
    return found


def _rows(plan: Plan, items: Sequence[PlanItem], copies: dict[UUID, list[Homework]], viewer: Viewer) -> list[ItemRow]:
    titles = {item.pk: item.assignment.version.title for item in items}
    there = [item for item in items if item.skipped_at is None]
    fixed = {item.pk for item in items if any(copy.has_opened(viewer.at) for copy in copies[item.assignment_id])}
    rows = []
    for item in items:
        own = copies[item.assignment_id]
        place = there.index(item) if item in there else -1
        before = there[place - 1] if place > 0 else None
        after = there[place + 1] if 0 <= place < len(there) - 1 else None
        moves = place >= 0 and item.pk not in fixed and plan.stopped_at is None
        open_ = [copy for copy in own if copy.state == HomeworkState.OPEN]
        rows.append(
            ItemRow(
                pk=str(item.pk), assignment=str(item.assignment_id), title=titles[item.pk], note=item.note,
                when=gap_in_words(item.gap, item.days, titles.get(item.after_id, "") if item.after_id else ""),
                states=[(copy.partner.display_name, _state(copy, plan, viewer)) for copy in own],
                is_skipped=item.skipped_at is not None, is_fixed=item.pk in fixed,
                can_open=place >= 0 and any(not copy.has_opened(viewer.at) for copy in open_),
                can_skip=place >= 0 and any(copy.state != HomeworkState.FINISHED for copy in own),
                can_rise=bool(moves and before and before.pk not in fixed),
                can_sink=bool(moves and after and after.pk not in fixed),
            )
        )  # fmt: skip
    return rows


def _state(copy: Homework, plan: Plan, viewer: Viewer) -> str:
    """Where one partner is with it; of what has not opened, the day in their own zone where there is one."""
    if copy.state == HomeworkState.OPEN and not copy.has_opened(viewer.at):
        if plan.paused_at is not None:
            return str(_PAUSED)
        if copy.opens_at:
            day = copy.opens_at.astimezone(ZoneInfo(copy.partner.own_zone)).date()
            return str(_OPENS).format(day=date_format(day, "l j F"))
    return state_in_words(copy, viewer.at)


def plan_of(couple: Couple, *, viewer: Viewer, pk: str) -> Plan | None:
    """One of a couple's plans, by the id that a page sent."""
    rows = Plan.objects.visible_to(viewer).filter(couple=couple)
    return next((plan for plan in rows if str(plan.pk) == pk), None)


def items_in(plan: Plan, *, viewer: Viewer) -> list[UUID]:
    """The ids of what is in a plan."""
    return list(PlanItem.objects.visible_to(viewer).filter(plan=plan).values_list("pk", flat=True))


def item_or_404(*, viewer: Viewer, pk: UUID) -> PlanItem:
    """An item of a plan, with the couple it is for."""
    rows = PlanItem.objects.visible_to(viewer).select_related("plan__couple__clinic", "assignment__version")
    return get_object_or_404(rows, pk=pk)
