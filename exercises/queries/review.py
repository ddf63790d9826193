"""A therapist's side: the caseload, one couple, one assignment side by side, and what is new."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds import Shown, kind_of
from exercises.kinds.before import before_step
from exercises.models import Assignment, Homework, Mark, PrivateNote, Share
from exercises.queries.given import state_in_words
from exercises.states import BEFORE, Audience
from safekeeping.sealing import SealedField, keyring

_Sent = tuple[Any, str, bool, bool]  # words, readers, edited, new
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHARED = cast(SealedField, Share._meta.get_field("value"))


def steps_of(content: Content) -> list[Step]:
    """What partners are asked: the steps of an exercise, and the check before an offer."""
    return [*content.steps, before_step()]


def partners_of(couple: Couple, *, viewer: Viewer) -> list[Partner]:
    """Both partners of a couple, to assign to."""
    return list(Partner.objects.visible_to(viewer).filter(couple=couple).select_related("person", "couple"))


def couple_with_partners_or_404(*, viewer: Viewer, pk: UUID) -> tuple[Couple, list[Partner]]:
    """A couple the viewer treats, with both partners. One query."""
    rows = Partner.objects.visible_to(viewer).filter(couple=pk, couple__in=viewer.treats)
    places = list(rows.select_related("person", "couple__clinic"))
    if not places:
        raise Http404
    return places[0].couple, places


def couples_to_assign(*, viewer: Viewer) -> list[Couple]:
    """The viewer's couples whose work goes on."""
    return list(Couple.objects.filter(pk__in=viewer.treats, state=CoupleState.ACTIVE).order_by("alias"))


def assignment_or_404(*, viewer: Viewer, pk: UUID) -> Assignment:
    """An assignment to one of the viewer's couples, with its text."""
    rows = Assignment.objects.visible_to(viewer).select_related("version", "couple__clinic")
    return get_object_or_404(rows, pk=pk)


def assignments_by_id(ids: Iterable[str], *, viewer: Viewer, couple: Couple | None = None) -> dict[str, Assignment]:
    """Of some ids that a page sent, those of assignments to the viewer's couples, or to one of them."""
    wanted = [UUID(one) for one in ids if _UUID.fullmatch(one)]
    if not wanted:
        return {}
    rows = Assignment.objects.visible_to(viewer).filter(pk__in=wanted).select_related("version__exercise")
    return {str(row.pk): row for row in rows if couple is None or row.couple_id == couple.pk}


def partners_given(assignment: Assignment, *, viewer: Viewer) -> set[UUID]:
    """Whom an assignment is for."""
    copies = Homework.objects.visible_to(viewer).filter(assignment=assignment)
    return set(copies.values_list("partner", flat=True))


@dataclass(frozen=True)
class Column:
    """One partner on the review page. Both are drawn alike; where there is nothing to read, it does not say why."""

    name: str
    mark: str  # the shape and colour a person is drawn with: a or b
    state: str
    finished_at: datetime | None
    due_on: date | None


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


class TimeRow(NamedTuple):
    """One of the times that an exercise was given, as a link."""

    number: int
    day: date | None
    is_shown: bool
    has_texts: bool
    is_planned: bool


@dataclass(frozen=True)
class Review:
    """One assignment as its therapist reads it."""

    content: Content
    columns: list[Column]
    rows: list[ReviewRow]
    note: PrivateNote | None
    times: list[TimeRow]  # none where it was given once


def review(assignment: Assignment, *, viewer: Viewer, time: int | None = None) -> Review:
    """
    Both partners side by side, step by step, one of the `times` it was given: without a choice the latest with
    something to read. Four queries, however many answers.
    """
    viewer = _only_for(viewer, assignment.couple_id)
    every = _copies_of(assignment, viewer)
    times = _times(every, time, viewer.at)
    copies = [copy for copy in every if copy.occurrence == next((t.number for t in times if t.is_shown), 0)]
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
        Column(copy.partner.display_name, _shape(copy), state_in_words(copy, viewer.at), copy.finished_at, copy.due_on)
        for copy in copies
    ]
    return Review(content, columns, rows, note_on(assignment, viewer=viewer), times if len(times) > 1 else [])


def _copies_of(assignment: Assignment, viewer: Viewer) -> list[Any]:
    """Every copy, with whether there is something to read in it."""
    shares = Share.objects.visible_to(viewer).filter(homework=OuterRef("pk"))
    rows = Homework.objects.visible_to(viewer).filter(assignment=assignment).annotate(has_texts=Exists(shares))
    return list(rows.select_related("partner__person").order_by("partner__seat", "occurrence"))


def _times(copies: list[Any], wanted: int | None, at: datetime) -> list[TimeRow]:
    """Each time once, by its number, with the one that is shown."""
    numbers = sorted({copy.occurrence for copy in copies})
    texts = {copy.occurrence for copy in copies if copy.has_texts}
    opened = {copy.occurrence for copy in copies if copy.has_opened(at)}
    shown = wanted if wanted in numbers else max(texts or opened or numbers[:1], default=0)
    days = {copy.occurrence: copy.due_on for copy in copies}
    return [TimeRow(n, days[n], n == shown, n in texts, n not in opened) for n in numbers]


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
