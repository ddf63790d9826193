"""One assignment side by side: what both partners let their therapist read, step by step."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds import Shown, kind_of
from exercises.models import Assignment, Homework, HomeworkWish, Mark, Share
from exercises.queries.given import state_in_words
from exercises.queries.review import steps_of
from exercises.queries.wishes import STANDING
from exercises.states import BEFORE, Audience, Instead
from safekeeping.sealing import Cell as SealedCell
from safekeeping.sealing import SealedField, keyring, keys_of

_Sent = tuple[Any, str, bool, bool]  # words, readers, edited, new
SHARED = cast(SealedField, Share._meta.get_field("value"))
REASON = cast(SealedField, HomeworkWish._meta.get_field("reason"))


@dataclass(frozen=True)
class Column:
    """One partner on the review page. Both are drawn alike; where there is nothing to read, it does not say why."""

    copy: UUID
    name: str
    mark: str  # the shape and colour a person is drawn with: a or b
    state: str
    finished_at: datetime | None
    due_on: date | None
    has_earlier: bool  # there is something to read of the same exercise, from another time


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


class Wished(NamedTuple):
    """What one partner would rather have than this exercise, with the reason."""

    name: str
    words: str
    made_at: datetime
    reason: str


@dataclass(frozen=True)
class Review:
    """One assignment as its therapist reads it."""

    content: Content
    columns: list[Column]
    rows: list[ReviewRow]
    times: list[TimeRow]  # none where it was given once
    wishes: list[Wished]

    @property
    def has_new(self) -> bool:
        """Whether there is something that its therapist may not have looked at."""
        cells = (cell for row in self.rows for cell in row.cells)
        return bool(self.wishes) or any(cell.new or any(line.new for line in cell.lines) for cell in cells)


class Copy(NamedTuple):
    """One partner's copy for one time: the columns of it that the page asks for, and what was wished in its place."""

    pk: UUID
    occurrence: int
    state: str
    opens_at: datetime | None
    begun_at: datetime | None
    finished_at: datetime | None
    due_on: date | None
    partner: UUID
    seat: int
    given_name: str
    chosen_name: str | None
    wish: UUID | None
    instead: str | None
    reason: SealedCell | None
    wished_at: datetime | None
    has_earlier: bool

    @property
    def name(self) -> str:
        return self.chosen_name or self.given_name

    @property
    def mark(self) -> str:
        return "a" if self.seat == 1 else "b"

    def has_opened(self, at: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= at


COPY = (
    "pk", "occurrence", "state", "opens_at", "begun_at", "finished_at", "due_on", "partner", "partner__seat",
    "partner__name", "partner__person__chosen_name", "wish__pk", "wish__instead", "wish__reason", "wish__made_at",
)  # fmt: skip


def reviewed_or_404(*, viewer: Viewer, pk: UUID) -> Assignment:
    """An assignment to one of the viewer's couples, with its text, and the keys of its marked steps as `marked`."""
    marks = Mark.objects.filter(assignment=OuterRef("pk")).order_by().values("step_key")
    rows = Assignment.objects.visible_to(viewer).select_related("version", "couple")
    return get_object_or_404(rows.annotate(marked=ArraySubquery(marks)), pk=pk)


def is_to_read(assignment: Assignment, step_key: str, *, viewer: Viewer) -> bool:
    """Whether there is anything at a step that the therapist may read now: it may have been taken back."""
    return Share.objects.for_therapist(viewer).filter(assignment=assignment, step_key=step_key).exists()


def review(assignment: Assignment, *, viewer: Viewer, time: int | None = None) -> Review:
    """
    Both partners side by side, step by step, one of the `times` it was given: without a choice the latest with
    something to read. Three queries, however many answers; one more where it was given time and again.
    """
    viewer = _only_for(viewer, assignment.couple_id)
    every = _copies_of(assignment, viewer)
    times = _times(every, time, viewer)
    shown = next((one.number for one in times if one.is_shown), 0)
    copies = [copy for copy in every if copy.occurrence == shown]
    shares = _shares_of(copies, every, viewer)
    marked = set(assignment.marked)  # type: ignore[attr-defined]  # annotated in reviewed_or_404
    people = [(copy.pk, copy.name, copy.mark) for copy in copies]
    asks_before = any(key == BEFORE for _homework, key in shares)
    rows = []
    for step in steps_of(assignment.version.content):
        kind = kind_of(step)
        if kind.asks and kind.is_shared and (step.key != BEFORE or asks_before):
            cells = [_cell(step, name, mark, shares.get((pk, step.key), {})) for pk, name, mark in people]
            rows.append(ReviewRow(step, cells, step.key in marked))
    columns = [
        Column(
            copy.pk, copy.name, copy.mark, state_in_words(copy, viewer.at), copy.finished_at, copy.due_on,
            copy.has_earlier,
        )
        for copy in copies
    ]  # fmt: skip
    return Review(assignment.version.content, columns, rows, times if len(times) > 1 else [], _wishes(every))


def _only_for(viewer: Viewer, couple: UUID) -> Viewer:
    """The viewer as the therapist of one couple alone: the same rules, asked about fewer ids."""
    treats = viewer.treats & {couple}
    return Viewer(user_id=viewer.user_id, at=viewer.at, works_as=viewer.works_as, treats=treats)


def _copies_of(assignment: Assignment, viewer: Viewer) -> list[Copy]:
    """Every copy, with whether there is something to read of the same exercise from another time."""
    exercise = assignment.version.exercise_id
    others = Share.objects.for_therapist(viewer).filter(
        author=OuterRef("partner"), assignment__version__exercise=exercise
    )
    rows = Homework.objects.visible_to(viewer).filter(assignment=assignment).order_by("partner__seat", "occurrence")
    found = rows.values_list(*COPY, Exists(others.exclude(homework=OuterRef("pk"))))
    return [Copy(*row) for row in found]


def _times(copies: list[Copy], wanted: int | None, viewer: Viewer) -> list[TimeRow]:
    """Each time once, by its number, with the one that is shown."""
    days = {copy.occurrence: copy.due_on for copy in copies}
    numbers = sorted(days)
    if len(numbers) < 2:
        return [TimeRow(n, days[n], is_shown=True, has_texts=False, is_planned=False) for n in numbers]
    readable = Share.objects.for_therapist(viewer).filter(homework__in=[copy.pk for copy in copies])
    read = set(readable.values_list("homework", flat=True).distinct())
    texts = {copy.occurrence for copy in copies if copy.pk in read}
    opened = {copy.occurrence for copy in copies if copy.has_opened(viewer.at)}
    shown = wanted if wanted in days else max(texts or opened or numbers[:1])
    return [TimeRow(n, days[n], n == shown, n in texts, n not in opened) for n in numbers]


def _shares_of(copies: list[Copy], every: list[Copy], viewer: Viewer) -> dict[tuple[UUID, str], dict[str, _Sent]]:
    """What of these copies is the therapist's to read, opened; the keys of the whole page are asked for at once."""
    rows = Share.objects.for_therapist(viewer).filter(homework__in=[copy.pk for copy in copies])
    columns = ("pk", "author", "homework", "step_key", "line", "value", "audience", "edited")
    new: Any = Q(seen_at__isnull=True)  # whether, not when: times are dear to read
    sent = list(rows.values_list(*columns, new))
    cells = [row[5] for row in sent] + [copy.reason for copy in every]
    keyring.fetch(keys_of(cell for cell in cells if cell))
    found: dict[tuple[UUID, str], dict[str, _Sent]] = defaultdict(dict)
    for pk, author, homework, step_key, line, cell, audience, edited, is_new in sent:
        words = SHARED.opened(cell, row=pk, owner=author)
        found[homework, step_key][line] = (words, audience, edited, is_new)
    return found


def _wishes(copies: list[Copy]) -> list[Wished]:
    """What is wished now in place of an exercise that is open, or set aside."""
    return [
        Wished(
            copy.name, str(Instead(copy.instead).label), copy.wished_at,
            REASON.opened(copy.reason, row=copy.wish, owner=copy.partner) or "",
        )
        for copy in copies
        if copy.wish and copy.instead and copy.wished_at and copy.state in STANDING
    ]  # fmt: skip


def _cell(step: Step, name: str, mark: str, sent: Mapping[str, _Sent]) -> Cell:
    kind = kind_of(step)
    lines = [CellLine(kind.line_label(step, item.key), *sent[item.key]) for item in step.items if item.key in sent]
    if "" not in sent:
        return Cell(name, mark, None, Audience.ONLY_ME, edited=False, new=False, lines=lines)
    value, audience, edited, new = sent[""]
    return Cell(name, mark, kind.show(step, value), audience, edited, new, lines)
