"""What a couple was given: the assignments on their therapist's page of them, and what somebody has open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Couple
from clients.viewer import Viewer
from exercises.models import Assignment, Homework, Share
from exercises.states import HomeworkState

_OPEN = _("Not begun")
_BEGUN = _("Begun")
_PLANNED = _("Planned")
_TIMES = _("{finished} of {opened} finished, {planned} planned")


def unseen(viewer: Viewer) -> Q:
    """Shares that the viewer can read and has not looked at."""
    return Q(couple__in=viewer.treats) & unseen_at(viewer)


def unseen_at(viewer: Viewer) -> Q:
    """The same, where the couple is known to be the viewer's."""
    return Q(therapist_from__lte=viewer.at, seen_at__isnull=True)


class Standing(Protocol):
    """A copy of homework, or as much of one as says where its partner is."""

    @property
    def state(self) -> str: ...
    @property
    def begun_at(self) -> datetime | None: ...
    def has_opened(self, at: datetime) -> bool: ...


def state_in_words(copy: Standing, at: datetime) -> str:
    """Where one partner is, for the therapist."""
    if copy.state == HomeworkState.OPEN:
        if not copy.has_opened(at):
            return str(_PLANNED)
        return str(_BEGUN if copy.begun_at else _OPEN)
    return str(HomeworkState(copy.state).label)


def states_in_words(copies: list[Homework], at: datetime) -> str:
    """The same of one exercise that was given several times."""
    if len(copies) == 1 or all(copy.state == HomeworkState.WITHDRAWN for copy in copies):
        return state_in_words(copies[0], at)
    opened = [copy for copy in copies if copy.has_opened(at)]
    finished = [copy for copy in opened if copy.state == HomeworkState.FINISHED]
    planned = [copy for copy in copies if copy not in opened and copy.state == HomeworkState.OPEN]
    return str(_TIMES).format(finished=len(finished), opened=len(opened), planned=len(planned))


@dataclass(frozen=True)
class AssignmentRow:
    """One assignment on a couple's page."""

    pk: UUID
    title: str
    made_at: datetime
    due_on: date | None  # the last day of it
    withdrawn: bool
    copies: list[tuple[str, str]]  # name, state in words
    new: bool


def assignments_of(couple: Couple, *, viewer: Viewer, most: int = 50) -> list[AssignmentRow]:
    """A couple's assignments, the latest first, with where each partner is; of a plan, what has opened. Two queries."""
    new = Share.objects.filter(unseen(viewer), assignment=OuterRef("pk"))
    opened = Homework.objects.opened(viewer.at).filter(assignment=OuterRef("pk"))
    rows = (
        Assignment.objects.visible_to(viewer)
        .filter(Exists(opened), couple=couple)
        .annotate(new=Exists(new))
        .order_by("-made_at", "pk")
        .values_list("pk", "version__title", "made_at", "withdrawn_at", "new")[:most]
    )
    found = list(rows)
    copies = _copies([row[0] for row in found], viewer)
    return [
        AssignmentRow(
            pk, title, made_at, max((c.due_on for c in copies[pk] if c.due_on), default=None), bool(withdrawn_at),
            _by_partner(copies[pk], viewer.at), new,
        )
        for pk, title, made_at, withdrawn_at, new in found
    ]  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """What was given from one session of both to the next. `since` is empty for what came before all that are known."""

    since: datetime | None
    rows: list[tuple[AssignmentRow, object]]


def by_session(rows: Iterable[tuple[AssignmentRow, object]], held: Sequence[datetime]) -> list[Stretch]:
    """Assignments, each with what else is said of it, under the session that they were given after."""
    stretches: dict[datetime | None, list[tuple[AssignmentRow, object]]] = {}
    for row, more in rows:
        since = max((one for one in held if one <= row.made_at), default=None)
        stretches.setdefault(since, []).append((row, more))
    return [Stretch(since, found) for since, found in stretches.items()]


def _copies(assignments: Iterable[UUID], viewer: Viewer) -> dict[UUID, list[Homework]]:
    found: dict[UUID, list[Homework]] = defaultdict(list)
    rows = Homework.objects.visible_to(viewer).filter(assignment__in=assignments).select_related("partner__person")
    for copy in rows.order_by("partner__seat", "occurrence"):
        found[copy.assignment_id].append(copy)
    return found


def _by_partner(copies: list[Homework], at: datetime) -> list[tuple[str, str]]:
    own: dict[str, list[Homework]] = defaultdict(list)
    names = {}
    for copy in copies:
        own[str(copy.partner_id)].append(copy)
        names[str(copy.partner_id)] = copy.partner.display_name
    return [(names[pk], states_in_words(rows, at)) for pk, rows in own.items()]


@dataclass(frozen=True)
class OpenRow:
    """An exercise that somebody has open, to be taken back for another."""

    assignment: UUID
    title: str
    names: str
    partners: frozenset[UUID]


def open_in(couple: Couple, *, viewer: Viewer) -> list[OpenRow]:
    """What the partners of a couple have open just now, the oldest first: each exercise once. One query."""
    rows = (
        Homework.objects.visible_to(viewer)
        .opened(viewer.at)
        .filter(couple=couple, state=HomeworkState.OPEN)
        .select_related("partner__person", "assignment__version")
        .only(
            "assignment__version__title", "assignment__made_at", "partner__name", "partner__person__chosen_name",
            "partner__seat", "couple_id",
        )
        .order_by("assignment__made_at", "assignment", "partner__seat")
    )  # fmt: skip
    titles: dict[UUID, str] = {}
    whose: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for copy in rows:
        titles[copy.assignment_id] = copy.assignment.version.title
        whose[copy.assignment_id][copy.partner_id] = copy.partner.display_name
    return [OpenRow(pk, title, " · ".join(whose[pk].values()), frozenset(whose[pk])) for pk, title in titles.items()]


def open_by(rows: Iterable[OpenRow], partner: UUID, *, without: Iterable[UUID] = ()) -> int:
    """How many of these somebody has open, apart from what is taken back."""
    away = set(without)
    return sum(partner in row.partners for row in rows if row.assignment not in away)
