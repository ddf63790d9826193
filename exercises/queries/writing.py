"""A partner's own side: their homework, what they wrote, and what was offered to them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, cast
from uuid import UUID

from django.db import connection
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from clients.viewer import Viewer
from exercises import policies
from exercises.content import Content, Step
from exercises.kinds import Shown, Value, kind_of
from exercises.kinds.before import NUMBER, before_step
from exercises.models import EarlierText, Homework, Reflection, Share
from exercises.states import CHOICES_IN, Audience, Frame, HomeworkState
from safekeeping.sealing import open_together

WITH_TEXT = ("assignment__version", "assignment__assigned_by__person", "couple", "partner")


def own_homework_or_404(*, viewer: Viewer, pk: UUID) -> Homework:
    """One's own copy of an exercise, with its text. The therapist's way to it is the review."""
    return get_object_or_404(Homework.objects.own(viewer).select_related(*WITH_TEXT), pk=pk)


def own_work_or_404(*, viewer: Viewer, pk: UUID) -> Homework:
    """The same for the page of one step, which shows no word of the therapist's: without whoever gave it."""
    rows = Homework.objects.own(viewer).select_related("assignment__version", "couple")
    return get_object_or_404(rows.defer("assignment__note", "assignment__details", "assignment__secret"), pk=pk)


def content_of(homework: Homework) -> Content:
    """The text of the exercise, in the version that was assigned."""
    return homework.assignment.version.content


def may_be_offered(homework: Homework) -> bool:
    """Whether anything of an exercise can be offered to the partner: then there is a private check before it."""
    return Audience.PARTNER in CHOICES_IN[Frame(homework.assignment.frame)]


def numbered_steps(homework: Homework) -> dict[int, Step]:
    """The pages of an exercise on which something can be written or read; the check before an offer is page 0."""
    steps = dict(enumerate(content_of(homework).steps, 1))
    return {**steps, NUMBER: before_step()} if may_be_offered(homework) else steps


WORDS_AROUND = {
    "why": _("Why"),
    "when": _("When"),
    "where": _("Where"),
    "how_long": _("How long"),
    "in_the_way": _("What could get in the way, and what then"),
}


def arranged(homework: Homework) -> list[tuple[str, str]]:
    """The therapist's words around an exercise, as (label, words): why comes first, what was left empty not at all."""
    words = cast(dict[str, str] | None, homework.assignment.details) or {}
    return [(str(label), words[name]) for name, label in WORDS_AROUND.items() if words.get(name)]


# On the first page of every partner, so written out, as the viewer is: what `own` says, of exercises that are not done.
TODAY = """
    SELECT copy.assignment_id, copy.occurrence, copy.id, text.title, (text.body ->> 'minutes')::int, copy.due_on,
           copy.step, copy.written_at, copy.state
      FROM exercises_homework copy
      JOIN exercises_assignment given ON given.id = copy.assignment_id
      JOIN exercises_exerciseversion text ON text.id = given.version_id
     WHERE copy.partner_id = ANY(%(places)s) AND copy.couple_id = ANY(%(couples)s) AND copy.opens_at <= %(at)s
       AND copy.state IN ('open', 'set_aside')
     ORDER BY copy.due_on, given.made_at, copy.id
"""


@dataclass(frozen=True)
class TodayRow:
    """An exercise on the partner's first page."""

    pk: UUID
    title: str
    minutes: int
    due_on: date | None
    step: int  # where to go on; 0 when not begun
    written_at: datetime | None
    state: str

    @property
    def is_fresh(self) -> bool:
        """Open, and nothing done at it yet."""
        return self.state == HomeworkState.OPEN and not self.step


def today(*, viewer: Viewer) -> list[TodayRow]:
    """
    What is open for a partner, the soonest first; what they set aside comes last. Of what comes time and again, and
    was not begun, the latest time alone: what was left does not pile up.
    """
    told: dict[str, Any] = {"at": viewer.at, "places": list(viewer.is_partner), "couples": list(viewer.takes_part)}
    with connection.cursor() as cursor:
        cursor.execute(TODAY, told)
        found = [(assignment, occurrence, TodayRow(*row)) for assignment, occurrence, *row in cursor.fetchall()]
    latest: dict[UUID, int] = {}
    for assignment, occurrence, row in found:
        if row.is_fresh:
            latest[assignment] = max(occurrence, latest.get(assignment, 0))
    kept = [row for assignment, occurrence, row in found if not row.is_fresh or latest[assignment] == occurrence]
    return sorted(kept, key=lambda row: row.state == HomeworkState.SET_ASIDE)


class _Readers(TypedDict):
    audience: Audience
    amended: bool
    therapist_from: datetime | None
    partner_from: datetime | None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something that can have readers of its own: a whole answer, or one line of it."""

    audience: Audience
    amended: bool  # other words than those that were shared
    therapist_from: datetime | None
    partner_from: datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnLine(Piece):
    """One line of an answer, as its author can open it; without words where it was opened, and emptied since."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer(Piece):
    """One step with what its author wrote there, and who can read it."""

    number: int
    step: Step
    value: Shown
    version: int
    skipped: bool
    offers: bool  # whether there is something in it that could be offered whole
    follows: bool  # whether it goes with the rest of the exercise, where nothing is chosen for it
    is_shared: bool  # whether anybody but its author may read it at all
    lines: tuple[OwnLine, ...]

    @property
    def is_empty(self) -> bool:
        return self.value == Shown()

    @property
    def opened(self) -> list[OwnLine]:
        """The lines that somebody else can read, or will."""
        return [line for line in self.lines if line.audience != Audience.ONLY_ME]

    def goes_to(self, audience: Audience, own: Audience | None) -> Audience:
        """Who would read all of it, by a choice for the exercise and one for this answer."""
        return policies.readers_of(audience, own, follows=self.follows, offers=self.offers, is_shared=self.is_shared)


def reflection_at(homework: Homework, step: Step, *, viewer: Viewer) -> Reflection | None:
    """What the viewer wrote at a step."""
    return Reflection.objects.visible_to(viewer).filter(homework=homework, step_key=step.key).first()


def answers(homework: Homework, *, viewer: Viewer) -> list[Answer]:
    """
    Every step that asks something, with the viewer's own answer, in the order of the exercise; then the private check,
    where something was written there. Two queries.
    """
    written = {r.step_key: r for r in Reflection.objects.visible_to(viewer).filter(homework=homework)}
    shares: dict[str, dict[str, Share]] = defaultdict(dict)
    for share in Share.objects.filter(author__in=viewer.is_partner, homework=homework):
        shares[share.step_key][share.line] = share
    open_together(*written.values(), *(share for found in shares.values() for share in found.values()))
    found = [
        _answer(number, step, written.get(step.key), shares[step.key])
        for number, step in numbered_steps(homework).items()
        if kind_of(step).asks
    ]
    return [one for one in found if one.number != NUMBER or not one.is_empty or one.audience != Audience.ONLY_ME]


def _answer(number: int, step: Step, reflection: Reflection | None, shares: Mapping[str, Share]) -> Answer:
    kind, value = kind_of(step), reflection.value if reflection else None
    texts = {line.key: line.text for line in kind.own_lines(step, value)}
    keys = [*texts, *(key for key in shares if key and key not in texts)]
    return Answer(
        number=number,
        step=step,
        value=kind.show(step, value),
        version=reflection.version if reflection else 0,
        skipped=bool(reflection and reflection.skipped),
        offers=kind.offers(step, value),
        follows=kind.follows,
        is_shared=kind.is_shared,
        lines=tuple(
            OwnLine(key=key, label=kind.line_label(step, key), text=text, **_readers(shares.get(key), text))
            for key, text in ((key, texts.get(key, "")) for key in keys)
        ),
        **_readers(shares.get(""), value),
    )


def _readers(share: Share | None, words: Value) -> _Readers:
    """What a share says of its readers, beside the words as they are now."""
    return {
        "audience": Audience(share.audience) if share else Audience.ONLY_ME,
        "amended": bool(share and share.value != words),
        "therapist_from": share.therapist_from if share else None,
        "partner_from": share.partner_from if share else None,
    }


@dataclass(frozen=True)
class WritingRow:
    """One exercise in My writing."""

    pk: UUID
    title: str
    written_at: datetime
    finished: bool


def my_writing(*, viewer: Viewer, before: datetime | None = None, most: int = 30) -> tuple[list[WritingRow], bool]:
    """What one has written, the latest first, and whether there is more before it. Kept whatever became of it."""
    rows = Homework.objects.own(viewer).filter(written_at__isnull=False).order_by("-written_at")
    if before:
        rows = rows.filter(written_at__lt=before)
    fields = rows.values_list("pk", "assignment__version__title", "written_at", "finished_at")[: most + 1]
    found = [WritingRow(pk, title, written, bool(finished)) for pk, title, written, finished in fields if written]
    return found[:most], len(found) > most


def earlier_texts(homework: Homework, *, viewer: Viewer) -> list[tuple[str, datetime, Shown]]:
    """Texts that gave way to another, as (step title, when, text), the latest first."""
    steps = {step.key: step for step in numbered_steps(homework).values()}
    rows = EarlierText.objects.visible_to(viewer).filter(reflection__homework=homework).order_by("-kept_at")
    found = [(steps.get(text.reflection.step_key), text) for text in rows.select_related("reflection")]
    return [(step.title, text.kept_at, kind_of(step).show(step, text.value)) for step, text in found if step]
