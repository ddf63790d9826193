"""Giving homework to a couple, once or time and again, and taking it back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet

from clients.commands.couples import set_next_session
from clients.models import Clinic, Couple, Membership, Partner
from clients.policies import Care
from clients.queries.care import care_of
from clients.viewer import Viewer
from exercises import policies
from exercises.building import policies as building
from exercises.commands import mutual, reminding
from exercises.models import Assignment, AssignmentConfirmation, ExerciseVersion, Homework
from exercises.policies import giving
from exercises.recurrence import Rule, opens_at, today_in
from exercises.states import Frame, HomeworkState
from exercises.text import REASON
from safekeeping import audit

Details = Mapping[str, str]  # by the names in exercises.text.DETAILS


@dataclass(frozen=True)
class Giver:
    """Who gives to whom, looked up once for any number of exercises, while the couple is held."""

    viewer: Viewer
    couple: Couple
    membership: Membership
    care: list[Care]
    at: datetime


@dataclass(frozen=True)
class Gift:
    """One exercise, for some of a couple's partners."""

    version: ExerciseVersion
    seats: Sequence[Partner]
    frame: Frame
    note: str = ""
    details: Details = field(default_factory=dict)
    reason: str = ""


@transaction.atomic
def assign(
    *, by: Viewer, couple: Couple, version: ExerciseVersion, partners: Iterable[Partner], frame: Frame | None,
    at: datetime, note: str = "", details: Details | None = None, due_on: date | None = None, rule: Rule | None = None,
    reason: str = "", instead: Mapping[UUID, ExerciseVersion] | None = None, replacing: Iterable[Assignment] = (),
    next_session_on: date | None = None,
) -> Assignment:  # fmt: skip
    """
    Give an exercise to some of a couple's partners, each alone, and plan a reminder where there is a day. By a `rule`
    it is given time and again; all of it is planned now. `instead` names another exercise for single partners, by
    their ids; without a `frame` each exercise has its own. The answer is the first assignment made.

    Where something speaks against it, it takes a `reason`, which is kept; past “not now” there is no way. Past what
    the clinic thinks is enough there is none either, but to take back others (`replacing`) in the same act. The next
    session's day is kept with the couple where it is said here.
    """
    for old in replacing:
        if old.couple_id != couple.pk:
            raise ValueError("what is replaced is of the same couple")
        # before the couple is held: whoever finishes an exercise holds that first, too
        withdraw(by=by, assignment=old, at=at)
    giver = hold(couple, by=by, at=at)
    if next_session_on:
        set_next_session(couple=couple, day=next_session_on, by=by, at=at)
    seats = seats_of(couple, {partner.pk for partner in partners})
    no_more_than_enough(giver, seats)
    shares: dict[UUID, tuple[ExerciseVersion, list[Partner]]] = {}
    for seat in seats:
        chosen = (instead or {}).get(seat.pk, version)
        shares.setdefault(chosen.pk, (chosen, []))[1].append(seat)
    made = []
    for chosen, theirs in shares.values():
        if rule:
            giving.may_recur(chosen.content).require()
        suggested = frame or Frame(chosen.content.frame)
        made.append(give(giver, Gift(chosen, theirs, suggested, note, details or {}, reason)))
        for seat in theirs:
            _hand_out(made[-1], seat, days_for(seat, rule=rule, due_on=due_on, at=at), at)
    return made[0]


def days_for(seat: Partner, *, rule: Rule | None, due_on: date | None, at: datetime) -> Sequence[date | None]:
    """The days that somebody is given an exercise for, in their own zone; without any, it is for no day."""
    return rule.days(today_in(ZoneInfo(seat.own_zone), at=at)) if rule else [due_on]


def hold(couple: Couple, *, by: Viewer, at: datetime) -> Giver:
    """The couple, held until the transaction ends, so that two who give to it go one by one."""
    couple = Couple.objects.select_for_update(of=("self",), no_key=True).get(pk=couple.pk)
    policies.may_assign(by, couple).require()
    membership = Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as)
    return Giver(by, couple, membership, care_of(couple, viewer=by), at)


def seats_of(couple: Couple, chosen: Collection[UUID]) -> list[Partner]:
    """The chosen partners of a couple. Raises ValueError where one is of another, or there is none."""
    seats = list(Partner.objects.filter(couple=couple, pk__in=chosen).select_related("person", "couple"))
    if not seats or len(seats) != len(chosen):
        raise ValueError("an exercise goes to one or both partners of its own couple")
    return seats


def no_more_than_enough(giver: Giver, seats: Iterable[Partner], *, more: Mapping[UUID, int] | None = None) -> None:
    """Raises Refused where somebody would have more open than the clinic thinks is enough; `more` are new, or one."""
    most = Clinic.objects.values_list("most_open", flat=True).get(pk=giver.couple.clinic_id)
    open_now = opened_by(seats, at=giver.at)
    for seat in seats:
        new = 1 if more is None else more.get(seat.pk, 0)
        if new:
            policies.may_have_open(seat.display_name, open_now[seat.pk] + new - 1, most=most).require()


def opened_by(seats: Iterable[Partner], *, at: datetime) -> Mapping[UUID, int]:
    """How many exercises each has open. One that comes time and again counts once; what is set aside does not."""
    rows = Homework.objects.opened(at).filter(state=HomeworkState.OPEN, partner__in=[seat.pk for seat in seats])
    counts = rows.order_by().values_list("partner").annotate(n=Count("assignment", distinct=True))
    return defaultdict(int, dict(counts))


def give(giver: Giver, gift: Gift) -> Assignment:
    """The assignment itself, with the reason for it; its copies are made by the caller."""
    version = gift.version
    if version.clinic_id:  # as it stands now: it may have been retired since the page was shown
        version = ExerciseVersion.objects.select_related("exercise").get(pk=version.pk)
        building.may_give_version(giver.viewer, version, giver.couple.clinic_id).require()
    chosen = {seat.pk for seat in gift.seats}
    giving.may_give(gift.version.content, giver.care, chosen, reason=gift.reason).require()
    assignment = Assignment.objects.create(
        clinic_id=giver.couple.clinic_id, couple=giver.couple, version=gift.version, frame=gift.frame,
        note=gift.note or None, details={k: v for k, v in gift.details.items() if v} or None, made_at=giver.at,
        assigned_by=giver.membership, secret=mutual.secret_for(gift.version.content),
    )  # fmt: skip
    _confirm(assignment, gift.reason)
    audit.record(verb="assignment.assigned", by=giver.viewer, subject=assignment, at=giver.at)
    return assignment


def _hand_out(assignment: Assignment, seat: Partner, days: Sequence[date | None], at: datetime) -> None:
    """A copy for each day, the first one open at once; and a reminder of each."""
    zone = ZoneInfo(seat.own_zone)
    copies = Homework.objects.bulk_create(
        Homework(
            clinic_id=assignment.clinic_id, couple_id=assignment.couple_id, assignment=assignment, partner=seat,
            occurrence=n, due_on=day, changed_at=at, opens_at=opens_at(day, zone, at=at) if n and day else at,
        )
        for n, day in enumerate(days)
    )  # fmt: skip
    for copy in copies:
        if copy.due_on:
            reminding.plan(homework=copy, partner=seat, due_on=copy.due_on, at=at)


def _confirm(assignment: Assignment, reason: str) -> None:
    """Keep the reason; an empty one too, and at one length, so that who cannot open it learns nothing of partners."""
    if giving.asks_for_care(assignment.version.content):
        AssignmentConfirmation.objects.create(
            clinic_id=assignment.clinic_id, couple_id=assignment.couple_id, assignment=assignment,
            author_id=assignment.assigned_by_id, reason=reason.strip().ljust(REASON), made_at=assignment.made_at,
        )  # fmt: skip


@transaction.atomic
def withdraw(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """Take an assignment back. What is finished stays as it is; what was written stays its author's."""
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    policies.may_withdraw(by, assignment).require()
    take_back([assignment.pk], at=at)
    audit.record(verb="assignment.withdrawn", by=by, subject=assignment, at=at)


def take_back(assignments: Collection[UUID], *, at: datetime) -> None:
    """What is not finished of these; what had not opened never will, and nobody learns that it was planned."""
    Assignment.objects.filter(pk__in=assignments, withdrawn_at__isnull=True).update(withdrawn_at=at)
    _take(Homework.objects.filter(assignment__in=assignments), at)


def take_back_planned(couple: Couple, *, at: datetime) -> None:
    """What a couple has not been shown yet: from now on nothing opens any more."""
    _take(Homework.objects.filter(couple=couple).exclude(opens_at__lte=at), at)


def take_back_unopened(assignments: Collection[UUID], *, at: datetime) -> None:
    """Of these, what nobody has been shown yet."""
    _take(Homework.objects.filter(assignment__in=assignments).exclude(opens_at__lte=at), at)


def _take(rows: QuerySet[Homework], at: datetime) -> None:
    waiting = rows.filter(state__in=[HomeworkState.OPEN, HomeworkState.SET_ASIDE])
    held = list(waiting.select_for_update(of=("self",), no_key=True).order_by("opens_at", "pk"))
    taken_back = [copy.pk for copy in held]
    Homework.objects.filter(pk__in=taken_back).update(state=HomeworkState.WITHDRAWN, changed_at=at)
    unopened = [copy.pk for copy in held if not copy.has_opened(at)]
    Homework.objects.filter(pk__in=unopened).update(opens_at=None)
    reminding.stop(homework=taken_back, at=at)
