"""What two people's answers have in common, and nothing else of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection

from clients.models import Partner
from clients.viewer import Viewer
from exercises import mutual, policies
from exercises.content import Step
from exercises.kinds import kind_of
from exercises.models import Assignment, Homework, MutualMark
from exercises.queries.library import versions_of
from exercises.states import LaidFor
from safekeeping.sealing import Cell, Destroyed, SealedField, keyring

WORDS = cast(SealedField, MutualMark._meta.get_field("words"))


class Alike(NamedTuple):
    """One of two rows of marks that are alike, as PostgreSQL gives it out."""

    assignment: UUID
    step_key: str
    shown_to: str
    mark: UUID
    partner: UUID
    words: Any
    places: list[int]


@dataclass(frozen=True)
class Mutual:
    """What stands for both at one step: things that both said yes to, or the two halves with whose they are."""

    step: Step
    items: tuple[str, ...] = ()
    halves: tuple[tuple[str, str], ...] = ()

    @property
    def is_there(self) -> bool:
        return bool(self.items or self.halves)


def has_mutual(homework: Homework) -> bool:
    """Whether the exercise has something of which both see what is mutual. It tells about the exercise alone."""
    return any(map(mutual.is_for_both, homework.assignment.version.content.steps))


def for_partner(homework: Homework, *, viewer: Viewer) -> list[Mutual]:
    """What both partners see of one exercise, step by step; empty ones alike, whatever the reason is."""
    may_see = policies.may_see_what_is_mutual(viewer, homework)
    return _mutual(homework.assignment, _alike([homework.assignment_id]) if may_see else [])


def for_therapist(assignment: Assignment, *, viewer: Viewer) -> list[Mutual]:
    """The same for their therapist."""
    if not any(map(mutual.is_for_both, assignment.version.content.steps)) or assignment.couple_id not in viewer.treats:
        return []
    return _mutual(assignment, _alike([assignment.pk]))


def readiness(assignment: Assignment, *, viewer: Viewer) -> "Readiness | None":
    """Of one assignment, where it asks for it."""
    if not any(step.kind == "readiness" for step in assignment.version.content.steps):
        return None
    return readiness_of([assignment.pk], viewer=viewer).get(assignment.pk)


@dataclass(frozen=True)
class Readiness:
    """Whether both are ready for what comes after an assignment, and which exercise that is, where there is one."""

    both: bool
    next: str


def readiness_of(assignments: Iterable[UUID], *, viewer: Viewer) -> dict[UUID, Readiness]:
    """For a therapist: of those assignments that ask for it. Who is not ready, nobody is told."""
    asking = dict(
        Assignment.objects.visible_to(viewer)
        .filter(pk__in=list(assignments), version__body__steps__contains=[{"kind": "readiness"}])
        .values_list("pk", "version__exercise__slug")
    )
    if not asking:
        return {}
    ready = {row.assignment for row in _alike(list(asking)) if row.shown_to == LaidFor.THERAPIST}
    after = {pk: _next(slug) for pk, slug in asking.items() if pk in ready}
    known = set(versions_of(after.values(), viewer=viewer)) if after else set()
    return {pk: Readiness(both=pk in ready, next=slug if (slug := after.get(pk, "")) in known else "") for pk in asking}


def _next(slug: str) -> str:
    """The slug that is one on: touch-in-steps-2 after touch-in-steps-1."""
    stem, _, number = slug.rpartition("-")
    return f"{stem}-{int(number) + 1}" if number.isascii() and number.isdecimal() else ""


def _alike(assignments: list[UUID]) -> list[Alike]:
    """Asked as who entered the transaction: the viewer of these rules is not told to PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM eyelevel_mutual(%s)", [assignments])
        return [Alike(*row) for row in cursor.fetchall()]


def _mutual(assignment: Assignment, rows: list[Alike]) -> list[Mutual]:
    found: dict[str, list[Alike]] = defaultdict(list)
    for row in rows:
        found[row.step_key].append(row)
    names = _names({row.partner for row in rows if not row.places})
    return [
        _at(assignment, step, found[step.key], names)
        for step in assignment.version.content.steps
        if mutual.is_for_both(step)
    ]


def _at(assignment: Assignment, step: Step, rows: list[Alike], names: dict[UUID, str]) -> Mutual:
    if not rows:
        return Mutual(step)
    if kind_of(step).lays_words:
        words = {row.partner: _opened(row) for row in rows}
        if not all(words.values()):
            return Mutual(step)
        return Mutual(step, halves=tuple((names[pk], words[pk]) for pk in names if pk in words))
    secret = secret_of(assignment)
    items = mutual.items_at(secret, step, rows[0].places) if secret else []
    return Mutual(step, items=tuple(item.label for item in items))


def secret_of(assignment: Assignment) -> str | None:
    """None where it went with whoever gave the exercise, and was erased: then nothing can be told any more."""
    try:
        return cast("str | None", assignment.secret)
    except Destroyed:
        return None


def _opened(row: Alike) -> str:
    """The words of one half; none where whoever wrote them was erased."""
    if row.words is None:
        return ""
    cell = Cell(row.words)
    keyring.fetch({cell.key_id})
    try:
        return cast(str, WORDS.opened(cell, row=row.mark, owner=row.partner)).strip()
    except Destroyed:
        return ""


def _names(partners: set[UUID]) -> dict[UUID, str]:
    """By seat, as everywhere where both stand beside each other."""
    if not partners:
        return {}
    places = Partner.objects.filter(pk__in=partners).select_related("person").order_by("seat")
    return {place.pk: place.display_name for place in places}
