"""A therapist's side: the caseload, one couple, one assignment side by side, and what is new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds import Shown, kind_of
from exercises.kinds.before import before_step
from exercises.models import Assignment, Homework, Mark, PrivateNote, Share
from exercises.states import BEFORE, Audience, HomeworkState
from safekeeping.sealing import SealedField, keyring

_Sent = tuple[Any, str, bool, bool]  # words, readers, edited, new
SHARED = cast(SealedField, Share._meta.get_field("value"))
_OPEN = _("Not begun")
_BEGUN = _("Begun")


def steps_of(content: Content) -> list[Step]:
    """What partners are asked: the steps of an exercise, and the check before an offer."""
    return [*content.steps, before_step()]


def partners_of(couple: Couple, *, viewer: Viewer) -> list[Partner]:
    """Both partners of a couple, to assign to."""
    return list(Partner.objects.visible_to(viewer).filter(couple=couple).select_related("person", "couple"))


def couples_to_assign(*, viewer: Viewer) -> list[Couple]:
    """The viewer's couples whose work goes on."""
    return list(Couple.objects.filter(pk__in=viewer.treats, state=CoupleState.ACTIVE).order_by("alias"))


def assignment_or_404(*, viewer: Viewer, pk: UUID) -> Assignment:
    """An assignment to one of the viewer's couples, with its text."""
    rows = Assignment.objects.visible_to(viewer).select_related("version", "couple__clinic")
    return get_object_or_404(rows, pk=pk)


def unseen(viewer: Viewer) -> Q:
    """Shares that the viewer can read and has not looked at."""
    return Q(couple__in=viewer.treats) & _unseen_at(viewer)


def _unseen_at(viewer: Viewer) -> Q:
    """The same, where the couple is known to be the viewer's."""
    return Q(therapist_from__lte=viewer.at, seen_at__isnull=True)


class CaseloadRow(NamedTuple):
    """One couple on the caseload, made ready for a flat template that takes it apart in this order."""

    pk: str
    alias: str
    names: str
    state: str  # in words
    has_ended: bool
    new: int
    open: int
    marked: int
    joined: int


def caseload(*, viewer: Viewer, search: str = "") -> list[CaseloadRow]:
    """The viewer's couples, those with something new first. Two queries, however many couples."""
    names: dict[UUID, list[str]] = defaultdict(list)
    joined: dict[UUID, int] = defaultdict(int)
    for couple, name, chosen in (
        Partner.objects.filter(couple__in=viewer.treats)
        .order_by("seat")
        .values_list("couple", "name", "person__chosen_name")
    ):
        names[couple].append(chosen or name)
        joined[couple] += chosen is not None
    states = {state.value: (str(state.label), state == CoupleState.ENDED) for state in CoupleState}
    counts = [
        _count(Share.objects.filter(_unseen_at(viewer)), Count("homework", distinct=True)),
        _count(Homework.objects.filter(state=HomeworkState.OPEN), Count("pk")),
        _count(Mark.objects.all(), Count("pk")),
    ]
    couples = Couple.objects.filter(pk__in=viewer.treats).order_by("alias")
    rows = [
        CaseloadRow(str(pk), alias, " · ".join(names[pk]), *states[state], new, open_, marked, joined[pk])
        for pk, alias, state, new, open_, marked in couples.values_list("pk", "alias", "state", *counts)
    ]
    searched = search.casefold().split()
    found = [row for row in rows if all(word in f"{row.alias} {row.names}".casefold() for word in searched)]
    return sorted(found, key=lambda row: (row.has_ended, not row.new))


def _count(rows: QuerySet[Any], number: Count) -> Coalesce:
    """So many of these rows as belong to the couple of the outer query."""
    of_couple = rows.filter(couple=OuterRef("pk")).order_by().values("couple")
    return Coalesce(Subquery(of_couple.annotate(n=number).values("n")), 0)


@dataclass(frozen=True)
class AssignmentRow:
    """One assignment on a couple's page."""

    pk: UUID
    title: str
    made_at: datetime
    due_on: date | None
    withdrawn: bool
    copies: list[tuple[str, str]]  # name, state in words
    new: bool


def assignments_of(couple: Couple, *, viewer: Viewer, most: int = 50) -> list[AssignmentRow]:
    """A couple's assignments, the latest first, with where each partner is. Two queries."""
    new = Share.objects.filter(unseen(viewer), assignment=OuterRef("pk"))
    rows = (
        Assignment.objects.visible_to(viewer)
        .filter(couple=couple)
        .annotate(new=Exists(new))
        .order_by("-made_at")
        .values_list("pk", "version__title", "made_at", "due_on", "withdrawn_at", "new")[:most]
    )
    found = list(rows)
    copies: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for copy in (
        Homework.objects.visible_to(viewer)
        .filter(assignment__in=[row[0] for row in found])
        .select_related("partner__person")
        .order_by("partner__seat")
    ):
        copies[copy.assignment_id].append((copy.partner.display_name, state_in_words(copy)))
    return [
        AssignmentRow(pk, title, made_at, due_on, bool(withdrawn_at), copies[pk], new)
        for pk, title, made_at, due_on, withdrawn_at, new in found
    ]


def state_in_words(copy: Homework) -> str:
    """Where one partner is, for the therapist."""
    if copy.state == HomeworkState.OPEN:
        return str(_BEGUN if copy.begun_at else _OPEN)
    return str(HomeworkState(copy.state).label)


@dataclass(frozen=True)
class Column:
    """One partner on the review page. Both are drawn alike; where there is nothing to read, it does not say why."""

    name: str
    mark: str  # the shape and colour a person is drawn with: a or b
    state: str
    finished_at: datetime | None


class Cell(NamedTuple):
    """One partner's text at one step, if it is for the therapist to read; and single lines that were opened."""

    name: str
    mark: str
    shown: Shown | None
    audience: str
    edited: bool
    new: bool
    lines: list["CellLine"]


class CellLine(NamedTuple):
    """One line of an answer that its author opened by itself."""

    label: str
    text: str
    audience: str
    edited: bool
    new: bool


class ReviewRow(NamedTuple):
    """One step, side by side."""

    step: Step
    cells: list[Cell]
    marked: bool


@dataclass(frozen=True)
class Review:
    """One assignment as its therapist reads it."""

    content: Content
    columns: list[Column]
    rows: list[ReviewRow]
    note: PrivateNote | None


def review(assignment: Assignment, *, viewer: Viewer) -> Review:
    """Both partners side by side, step by step. Four queries, however many answers."""
    viewer = _only_for(viewer, assignment.couple_id)
    copies = list(
        Homework.objects.visible_to(viewer)
        .filter(assignment=assignment)
        .select_related("partner__person")
        .order_by("partner__seat")
    )
    sent: Iterable[tuple[Any, ...]] = (
        Share.objects.visible_to(viewer)
        .filter(homework__in=[copy.pk for copy in copies])
        .values_list("pk", "author", "homework", "step_key", "line", "value", "audience", "edited", "seen_at")
    )
    keyring.fetch({row[5].key_id for row in sent if row[5]})
    shares: dict[tuple[UUID, str], dict[str, _Sent]] = defaultdict(dict)
    for pk, author, homework, step_key, line, cell, audience, edited, seen_at in sent:
        words = SHARED.opened(cell, row=pk, owner=author)
        shares[homework, step_key][line] = (words, audience, edited, seen_at is None)
    marked = set(Mark.objects.visible_to(viewer).filter(assignment=assignment).values_list("step_key", flat=True))
    content = assignment.version.content
    people = [(copy.pk, copy.partner.display_name, _shape(copy)) for copy in copies]
    rows = [
        ReviewRow(
            step,
            [_cell(step, name, shape, shares.get((pk, step.key), {})) for pk, name, shape in people],
            step.key in marked,
        )
        for step in steps_of(content)
        if kind_of(step).asks
        and kind_of(step).is_shared
        and (step.key != BEFORE or any(key == BEFORE for _homework, key in shares))
    ]
    columns = [
        Column(copy.partner.display_name, _shape(copy), state_in_words(copy), copy.finished_at) for copy in copies
    ]
    return Review(content, columns, rows, note_on(assignment, viewer=viewer))


def _shape(copy: Homework) -> str:
    return "a" if copy.partner.seat == 1 else "b"


def _cell(step: Step, name: str, shape: str, sent: Mapping[str, _Sent]) -> Cell:
    kind = kind_of(step)
    lines = [CellLine(kind.line_label(step, item.key), *sent[item.key]) for item in step.items if item.key in sent]
    if "" not in sent:
        return Cell(name, shape, None, Audience.ONLY_ME, edited=False, new=False, lines=lines)
    value, audience, edited, new = sent[""]
    return Cell(name, shape, kind.show(step, value), audience, edited, new, lines)


def _only_for(viewer: Viewer, couple: UUID) -> Viewer:
    """The viewer as the therapist of one couple alone: the same rules, asked about fewer ids."""
    treats = viewer.treats & {couple}
    return Viewer(user_id=viewer.user_id, at=viewer.at, works_as=viewer.works_as, treats=treats)


def note_on(assignment: Assignment, *, viewer: Viewer) -> PrivateNote | None:
    """The viewer's own note."""
    return PrivateNote.objects.visible_to(viewer).filter(assignment=assignment).first()


@dataclass(frozen=True)
class MarkRow:
    """Something to bring up in the next session."""

    assignment: UUID
    exercise: str
    question: str
    step_key: str


def marks_of(couple: Couple, *, viewer: Viewer) -> list[MarkRow]:
    """What is marked for a couple's next session, in the order it was marked."""
    rows = Mark.objects.visible_to(viewer).filter(couple=couple).select_related("assignment__version")
    return [
        MarkRow(mark.assignment_id, mark.assignment.version.title, _question(mark), mark.step_key)
        for mark in rows.order_by("marked_at")
    ]


def _question(mark: Mark) -> str:
    steps = steps_of(mark.assignment.version.content)
    return next((step.title for step in steps if step.key == mark.step_key), mark.step_key)
