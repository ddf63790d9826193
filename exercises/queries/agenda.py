"""The agenda of the next session, as its therapist plans it: from what waits, and in their own words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from clients.models import Couple
from clients.queries.appointments import last_session_at
from clients.viewer import Viewer
from exercises.kinds import Shown, kind_of
from exercises.models import AgendaItem, Assignment, Homework, HomeworkWish, Mark, SessionNote, Share
from exercises.policies.sessions import may_publish
from exercises.queries.review import steps_of
from exercises.queries.sessions import words_of
from exercises.queries.wishes import STANDING
from exercises.states import WEEKLY_CHECK_IN, AgendaKind, Audience, HomeworkState, Instead
from safekeeping.sealing import open_together

GOING_ON = timedelta(hours=12)  # a session counts as the present one for so long after it began


@dataclass(frozen=True)
class AgendaRow:
    """One thing to talk about. `item` is none until something was done with it; `words` are for the therapist alone."""

    kind: AgendaKind
    source: UUID | None
    title: str
    about: str = ""
    words: str = ""
    assignment: UUID | None = None
    step_key: str = ""
    item: AgendaItem | None = None
    may_publish: bool = False
    changed_at: datetime | None = None  # of what its author can change
    ready: tuple[str, ...] = ()  # who has given an answer to be opened in the room

    @property
    def key(self) -> str:
        """What a form names it by."""
        return f"{self.kind}:{self.source or (self.item.pk if self.item else '')}"

    @property
    def is_done(self) -> bool:
        """Talked about; and nothing was written anew since."""
        done_at = self.item.done_at if self.item else None
        return done_at is not None and (self.changed_at is None or self.changed_at <= done_at)

    @property
    def is_published(self) -> bool:
        return self.item is not None and self.item.published_at is not None


def agenda(couple: Couple, *, viewer: Viewer) -> list[AgendaRow]:
    """What is planned, in its order, and after it what waits."""
    rows = AgendaItem.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats, closed_at__isnull=True)
    items = list(rows.select_related("assignment__version").order_by("position", "pk"))
    open_together(*items)
    waiting = {(row.kind, row.source): row for row in _sources(couple, viewer)}
    planned = []
    for item in items:
        row = waiting.pop((AgendaKind(item.kind), item.source), None)
        if row is not None:
            planned.append(replace(row, item=item))
        elif item.source is None:
            words = words_of(item)
            planned.append(AgendaRow(AgendaKind.OWN, None, words, item=item, may_publish=True))
        elif item.published_at and item.assignment:  # its mark is gone, and both can still read it
            title = item.assignment.version.title
            planned.append(AgendaRow(AgendaKind(item.kind), item.source, title, item=item, may_publish=True))
    return [*planned, *waiting.values()]


def _sources(couple: Couple, viewer: Viewer) -> Iterator[AgendaRow]:
    over = dict(
        AgendaItem.objects.visible_to(viewer)
        .filter(couple=couple, closed_at__isnull=False, done_at__isnull=False, source__isnull=False)
        .values_list("source").annotate(last=Max("closed_at"))
    )  # fmt: skip
    yield from _check_in(couple, viewer, over)
    yield from _raised(couple, viewer, over)
    yield from _marked(couple, viewer)
    yield from _wished(couple, viewer, over)


def _marked(couple: Couple, viewer: Viewer) -> Iterator[AgendaRow]:
    marks = list(
        Mark.objects.visible_to(viewer)
        .filter(couple=couple)
        .select_related("assignment__version")
        .order_by("marked_at")
    )
    given = _given_to([mark.assignment_id for mark in marks], viewer)
    ready = _ready(couple, viewer) if marks else {}
    for mark in marks:
        content = mark.assignment.version.content
        title = next((step.title for step in steps_of(content) if step.key == mark.step_key), mark.step_key)
        yield AgendaRow(
            AgendaKind.MARK, mark.pk, title, about=mark.assignment.version.title, assignment=mark.assignment_id,
            step_key=mark.step_key, ready=tuple(ready.get((mark.assignment_id, mark.step_key), ())),
            may_publish=bool(may_publish(AgendaKind.MARK, given_to=given[mark.assignment_id])),
        )  # fmt: skip


def _given_to(assignments: list[UUID], viewer: Viewer) -> Counter[UUID]:
    """How many of the two each was given to."""
    rows = Homework.objects.visible_to(viewer).filter(assignment__in=assignments).opened(viewer.at)
    pairs = rows.exclude(state=HomeworkState.WITHDRAWN).values_list("assignment", "partner").distinct()
    return Counter(assignment for assignment, _partner in pairs)


def _ready(couple: Couple, viewer: Viewer) -> dict[tuple[UUID, str], list[str]]:
    """Who has given a whole answer to be opened with both in the room, by assignment and step."""
    found: dict[tuple[UUID, str], list[str]] = {}
    for share in _for_the_room(couple, viewer).select_related("author__person"):
        names = found.setdefault((share.assignment_id, share.step_key), [])
        if share.author.display_name not in names:
            names.append(share.author.display_name)
    return found


def _for_the_room(couple: Couple, viewer: Viewer) -> QuerySet[Share]:
    """Whole answers that were given to be opened in a session, and those that both can read already."""
    rows = Share.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats, line="")
    both = Q(audience=Audience.SESSION) | Q(audience=Audience.PARTNER, partner_from__lte=viewer.at)
    return rows.filter(both, therapist_from__lte=viewer.at).order_by("author__seat", "-shared_at")


def _raised(couple: Couple, viewer: Viewer, over: dict[UUID, datetime]) -> Iterator[AgendaRow]:
    notes = SessionNote.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats, text__isnull=False)
    found = list(notes.select_related("partner__person").order_by("written_at"))
    open_together(*found)
    for note in found:
        if note.pk not in over or over[note.pk] < note.written_at:
            yield AgendaRow(
                AgendaKind.RAISED, note.pk, note.partner.display_name, words=str(note.text or ""),
                changed_at=note.written_at,
            )  # fmt: skip


def _wished(couple: Couple, viewer: Viewer, over: dict[UUID, datetime]) -> Iterator[AgendaRow]:
    rows = HomeworkWish.objects.visible_to(viewer).filter(
        couple=couple, couple__in=viewer.treats, instead=Instead.SESSION, homework__state__in=STANDING
    )
    found = list(rows.select_related("homework__assignment__version", "partner__person").order_by("made_at"))
    open_together(*found)
    for wish in found:
        if wish.pk not in over or over[wish.pk] < wish.made_at:
            assignment = wish.homework.assignment
            yield AgendaRow(
                AgendaKind.WISH, wish.pk, wish.partner.display_name, about=assignment.version.title,
                words=str(wish.reason or ""), assignment=assignment.pk, changed_at=wish.made_at,
            )  # fmt: skip


def _check_in(couple: Couple, viewer: Viewer, over: dict[UUID, datetime]) -> Iterator[AgendaRow]:
    """The weekly check-in, where one has opened since the last session: not the one that is just going on."""
    before = Viewer(user_id=viewer.user_id, at=viewer.at - GOING_ON, treats=viewer.treats)
    since = last_session_at(couple, viewer=before) or couple.made_at
    copies = Homework.objects.visible_to(viewer).opened(viewer.at).exclude(state=HomeworkState.WITHDRAWN)
    copies = copies.filter(couple=couple, assignment__version__exercise__slug=WEEKLY_CHECK_IN, opens_at__gte=since)
    copy = copies.select_related("assignment__version").order_by("-opens_at").first()
    if copy is None or not copy.opens_at:
        return
    assignment: Assignment = copy.assignment
    if assignment.pk in over and over[assignment.pk] >= copy.opens_at:
        return
    given = _given_to([assignment.pk], viewer)[assignment.pk]
    yield AgendaRow(
        AgendaKind.CHECK_IN, assignment.pk, assignment.version.title, assignment=assignment.pk,
        may_publish=bool(may_publish(AgendaKind.CHECK_IN, given_to=given)),
    )  # fmt: skip


@dataclass(frozen=True)
class InTheRoom:
    """One answer that its author gave to be opened with both in the room."""

    name: str
    shown: Shown


def read_in_room(item: AgendaItem, *, viewer: Viewer) -> list[InTheRoom]:
    """What was given to be opened in a session, at the step an item is about. Nothing else, and no empty place."""
    if not item.opens or item.assignment is None or item.published_at is None:
        return []
    step = next((step for step in steps_of(item.assignment.version.content) if step.key == item.step_key), None)
    rows = _for_the_room(item.couple, viewer).filter(assignment=item.assignment_id, step_key=item.step_key)
    latest = {share.author_id: share for share in reversed(rows.select_related("author__person"))}
    open_together(*latest.values())
    return [
        InTheRoom(one.author.display_name, kind_of(step).show(step, one.value))
        for one in sorted(latest.values(), key=lambda one: one.author.seat)
        if step
    ]
