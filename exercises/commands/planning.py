"""
A programme for a couple: begun, moved, paused, skipped, opened, stopped. All of it by their therapist.

Who changes a plan holds it first, then the copies of both partners, those that have opened first, then the couple: a
partner who finishes something holds their copy, then what opens to them, and none waits for the other in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises import policies
from exercises.commands import assigning
from exercises.commands.assigning import Gift, Giver
from exercises.models import Assignment, ExerciseVersion, Homework, Plan, PlanItem, Programme
from exercises.opening import Slot, Standing, openings
from exercises.policies import giving
from exercises.queries.library import versions_of
from exercises.states import Frame, Gap, HomeworkState
from safekeeping import audit
from safekeeping.verdict import no

DONE = {HomeworkState.FINISHED, HomeworkState.SET_ASIDE}
GONE = no("gone", _("An exercise of this programme is in the library no more."))
HAS_OPENED = no("has_opened", _("This exercise has opened to somebody already. It stays where it is."))
ALL_DONE = no("all_done", _("This exercise is finished."))


@transaction.atomic
def start(
    *, by: Viewer, couple: Couple, programme: Programme, partners: Collection[Partner], keys: Collection[str],
    start_on: date, at: datetime, reason: str = "",
) -> Plan:  # fmt: skip
    """
    Give a couple the chosen items of a programme, one exercise after the other, each partner at their own pace. What
    is left out is as if the programme did not have it. Everything is made now, and opens later.
    """
    giver = assigning.hold(couple, by=by, at=at)
    seats = assigning.seats_of(couple, {partner.pk for partner in partners})
    sequence = programme.sequence
    plan = Plan.objects.create(
        clinic_id=couple.clinic_id, couple=giver.couple, slug=programme.slug, title=programme.title,
        started_by=giver.membership, start_on=start_on, made_at=at,
    )  # fmt: skip
    versions = versions_of(
        {item.exercise for item in sequence.items if item.key in keys}, viewer=by, clinic=couple.clinic_id
    )
    made: dict[str, PlanItem | None] = {"": None}
    for position, item in enumerate(sequence.items):
        if item.key not in keys:
            made[item.key] = made[item.after]
            continue
        version = versions.get(item.exercise)
        if version is None:
            GONE.require()
            continue
        assignment = assigning.give(giver, _gift(giver, version, seats, reason))
        made[item.key] = PlanItem.objects.create(
            clinic_id=couple.clinic_id, couple=giver.couple, plan=plan, position=position, gap=item.gap,
            days=item.days, after=made[item.after], assignment=assignment, note=item.note,
        )  # fmt: skip
    _hand_out(giver, plan, seats)
    audit.record(verb="plan.started", by=by, subject=plan, at=at)
    return plan


def _gift(giver: Giver, version: ExerciseVersion, seats: Sequence[Partner], reason: str) -> Gift:
    """The reason is kept beside what asked for one, and not beside the rest."""
    chosen = {seat.pk for seat in seats}
    asked = any(giving.concerns(version.content, giver.care, chosen))
    return Gift(version, seats, Frame(version.content.frame), reason=reason if asked else "")


def _hand_out(giver: Giver, plan: Plan, seats: Sequence[Partner]) -> None:
    """Every copy, with the instant at which it opens where that is known."""
    items = _items(plan)
    now: dict[UUID, int] = {}
    for seat in seats:
        when = _openings(plan, items, seat, {}, giver.at)
        now[seat.pk] = sum(moment is not None and moment <= giver.at for moment in when.values())
        assigning.no_more_than_enough(giver, [seat], more=now)
        Homework.objects.bulk_create(
            Homework(
                clinic_id=plan.clinic_id, couple_id=plan.couple_id, assignment_id=item.assignment_id, partner=seat,
                opens_at=when[item.pk], changed_at=giver.at,
            )
            for item in items
        )  # fmt: skip


def _items(plan: Plan) -> list[PlanItem]:
    return list(PlanItem.objects.filter(plan=plan, skipped_at__isnull=True).order_by("position"))


def _openings(
    plan: Plan, items: Sequence[PlanItem], seat: Partner, copies: Mapping[UUID, Homework], at: datetime
) -> Mapping[UUID, datetime | None]:
    slots = [Slot(item.pk, Gap(item.gap), item.days, item.after_id) for item in items]
    standing = {
        item.pk: Standing(copy.opens_at if copy.has_opened(at) else None, HomeworkState(copy.state) in DONE)
        for item in items
        if (copy := copies.get(item.assignment_id))
    }
    return openings(slots, standing, start_on=plan.start_on, zone=ZoneInfo(seat.own_zone), at=at)


class _Held:
    """A plan with its copies, held until the transaction ends."""

    def __init__(self, plan: Plan, by: Viewer, at: datetime) -> None:
        self.plan = Plan.objects.select_for_update(of=("self",), no_key=True).select_related("couple").get(pk=plan.pk)
        policies.may_change_plan(by, self.plan).require()
        self.by, self.at, self.items = by, at, _items(self.plan)
        rows = Homework.objects.filter(assignment__in=[item.assignment_id for item in self.items])
        held = rows.select_for_update(of=("self",), no_key=True).select_related("partner__person", "partner__couple")
        self.copies = list(held.order_by("opens_at", "pk"))

    def item(self, pk: UUID) -> PlanItem:
        """One of them; to a stale page it is not there any more."""
        found = next((item for item in self.items if item.pk == pk), None)
        if found is None:
            policies.NOT_THEIRS.require()
            raise ValueError("an item of another plan")
        return found

    def copies_of(self, item: PlanItem) -> list[Homework]:
        return [copy for copy in self.copies if copy.assignment_id == item.assignment_id]

    def has_opened(self, item: PlanItem) -> bool:
        return any(copy.has_opened(self.at) for copy in self.copies_of(item))

    def reckon(self) -> None:
        """What has not opened gets its instant anew; while the plan rests, none."""
        self.items = _items(self.plan)
        changed = []
        for seat in {copy.partner_id: copy.partner for copy in self.copies}.values():
            own = {copy.assignment_id: copy for copy in self.copies if copy.partner_id == seat.pk}
            when = _openings(self.plan, self.items, seat, own, self.at)
            for item in self.items:
                copy = own.get(item.assignment_id)
                if copy and copy.state == HomeworkState.OPEN and not copy.has_opened(self.at):
                    copy.opens_at, copy.changed_at = None if self.plan.paused_at else when[item.pk], self.at
                    changed.append(copy)
        Homework.objects.bulk_update(changed, ["opens_at", "changed_at"])

    def done(self, verb: str) -> None:
        audit.record(verb=f"plan.{verb}", by=self.by, subject=self.plan, at=self.at)


@transaction.atomic
def move(*, by: Viewer, plan: Plan, item: UUID, up: bool, at: datetime) -> None:
    """Let an exercise change places with its neighbour; at either end, or where one has opened, nothing moves."""
    held = _Held(plan, by, at)
    chosen = held.item(item)
    place = held.items.index(chosen) + (-1 if up else 1)
    if not 0 <= place < len(held.items):
        return
    other = held.items[place]
    if held.has_opened(chosen) or held.has_opened(other):
        HAS_OPENED.require()
    chosen.assignment_id, other.assignment_id = other.assignment_id, chosen.assignment_id
    chosen.note, other.note = other.note, chosen.note
    PlanItem.objects.bulk_update([chosen, other], ["assignment", "note"])
    held.reckon()
    held.done("moved")


@transaction.atomic
def skip(*, by: Viewer, plan: Plan, item: UUID, at: datetime) -> None:
    """Leave an exercise out: whoever has not finished it has it no more. What came after it counts from before it."""
    held = _Held(plan, by, at)
    chosen = held.item(item)
    if all(copy.state == HomeworkState.FINISHED for copy in held.copies_of(chosen)):
        ALL_DONE.require()
    assigning.take_back([chosen.assignment_id], at=at)
    PlanItem.objects.filter(plan=plan, after=chosen).update(after=chosen.after_id)
    PlanItem.objects.filter(pk=chosen.pk).update(skipped_at=at)
    held.reckon()
    held.done("skipped")


@transaction.atomic
def open_now(*, by: Viewer, plan: Plan, item: UUID, at: datetime) -> None:
    """Open an exercise to whom it has not opened yet, in a session or before its day."""
    held = _Held(plan, by, at)
    waiting = [
        copy for copy in held.copies_of(held.item(item)) if copy.state == HomeworkState.OPEN and not copy.has_opened(at)
    ]
    giver = assigning.hold(held.plan.couple, by=by, at=at)
    assigning.no_more_than_enough(giver, [copy.partner for copy in waiting])
    for copy in waiting:
        copy.opens_at, copy.changed_at = at, at
    Homework.objects.bulk_update(waiting, ["opens_at", "changed_at"])
    held.reckon()
    held.done("opened")


@transaction.atomic
def change(*, by: Viewer, plan: Plan, item: UUID, version: ExerciseVersion, at: datetime, reason: str = "") -> None:
    """Another exercise in the same place, before it has opened to anybody."""
    held = _Held(plan, by, at)
    chosen = held.item(item)
    if held.has_opened(chosen):
        HAS_OPENED.require()
    old = held.copies_of(chosen)
    assigning.take_back([chosen.assignment_id], at=at)
    giver = assigning.hold(held.plan.couple, by=by, at=at)
    assignment: Assignment = assigning.give(giver, _gift(giver, version, [copy.partner for copy in old], reason))
    Homework.objects.bulk_create(
        Homework(
            clinic_id=copy.clinic_id, couple_id=copy.couple_id, assignment=assignment, partner=copy.partner,
            opens_at=copy.opens_at, changed_at=at,
        )
        for copy in old
    )  # fmt: skip
    PlanItem.objects.filter(pk=chosen.pk).update(assignment=assignment)
    held.done("changed")


@transaction.atomic
def pause(*, by: Viewer, plan: Plan, at: datetime) -> None:
    """Nothing more opens until it goes on. What has opened stays, and neither partner is told."""
    held = _Held(plan, by, at)
    if held.plan.paused_at is None:
        held.plan.paused_at = at
        held.plan.save(update_fields=["paused_at"])
        held.reckon()
        held.done("paused")


@transaction.atomic
def resume(*, by: Viewer, plan: Plan, at: datetime) -> None:
    """It goes on, later by the days it has rested; what somebody has done meanwhile opens what comes after."""
    held = _Held(plan, by, at)
    if held.plan.paused_at is not None:
        held.plan.start_on += at.date() - held.plan.paused_at.date()
        held.plan.paused_at = None
        held.plan.save(update_fields=["paused_at", "start_on"])
        held.reckon()
        held.done("resumed")


@transaction.atomic
def stop(*, by: Viewer, plan: Plan, at: datetime) -> None:
    """End it. What has opened stays with whoever has it; the rest never was, for all that they can tell."""
    held = _Held(plan, by, at)
    assigning.take_back_unopened([item.assignment_id for item in held.items], at=at)
    Plan.objects.filter(pk=plan.pk).update(stopped_at=at)
    held.done("stopped")
