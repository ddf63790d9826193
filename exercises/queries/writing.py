"""A partner's own side: their homework, what they wrote, and what was offered to them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db.models import Min
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from clients.viewer import Viewer
from exercises.content import Content, Step
from exercises.kinds import Shown, kind_of
from exercises.models import EarlierText, Homework, Reflection, Share
from exercises.states import Audience, HomeworkState
from safekeeping.sealing import open_together

WITH_TEXT = ("assignment__version", "assignment__assigned_by__person", "couple", "partner")


def own_homework_or_404(*, viewer: Viewer, pk: UUID) -> Homework:
    """One's own copy of an exercise, with its text. The therapist's way to it is the review."""
    return get_object_or_404(Homework.objects.own(viewer).select_related(*WITH_TEXT), pk=pk)


def content_of(homework: Homework) -> Content:
    """The text of the exercise, in the version that was assigned."""
    return homework.assignment.version.content


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
    rows = (
        Homework.objects.own(viewer)
        .filter(state__in=[HomeworkState.OPEN, HomeworkState.SET_ASIDE], couple__in=viewer.takes_part)
        .order_by("due_on", "assignment__made_at", "pk")
        .values_list(
            "assignment", "occurrence", "pk", "assignment__version__title", "assignment__version__body__minutes",
            "due_on", "step", "written_at", "state",
        )
    )  # fmt: skip
    found = [(assignment, occurrence, TodayRow(*row)) for assignment, occurrence, *row in rows]
    latest: dict[UUID, int] = {}
    for assignment, occurrence, row in found:
        if row.is_fresh:
            latest[assignment] = max(occurrence, latest.get(assignment, 0))
    kept = [row for assignment, occurrence, row in found if not row.is_fresh or latest[assignment] == occurrence]
    return sorted(kept, key=lambda row: row.state == HomeworkState.SET_ASIDE)


@dataclass(frozen=True)
class Answer:
    """One step with what its author wrote there, and who can read it."""

    number: int
    step: Step
    value: Shown
    version: int
    skipped: bool
    audience: Audience
    amended: bool  # other words than those that were shared
    therapist_from: datetime | None
    partner_from: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.value == Shown()


def reflection_at(homework: Homework, step: Step, *, viewer: Viewer) -> Reflection | None:
    """What the viewer wrote at a step."""
    return Reflection.objects.visible_to(viewer).filter(homework=homework, step_key=step.key).first()


def answers(homework: Homework, *, viewer: Viewer) -> list[Answer]:
    """Every step that asks something, with the viewer's own answer, in the order of the exercise. Two queries."""
    written = {r.step_key: r for r in Reflection.objects.visible_to(viewer).filter(homework=homework)}
    shares = {s.step_key: s for s in Share.objects.filter(author__in=viewer.is_partner, homework=homework)}
    open_together(*written.values(), *shares.values())
    return [
        _answer(number, step, written.get(step.key), shares.get(step.key))
        for number, step in enumerate(content_of(homework).steps, 1)
        if kind_of(step).asks
    ]


def _answer(number: int, step: Step, reflection: Reflection | None, share: Share | None) -> Answer:
    return Answer(
        number=number,
        step=step,
        value=kind_of(step).show(step, reflection.value if reflection else None),
        version=reflection.version if reflection else 0,
        skipped=bool(reflection and reflection.skipped),
        audience=Audience(share.audience) if share else Audience.ONLY_ME,
        amended=bool(reflection and share and share.value != reflection.value),
        therapist_from=share.therapist_from if share else None,
        partner_from=share.partner_from if share else None,
    )


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
    steps = {step.key: step for step in content_of(homework).steps}
    rows = EarlierText.objects.visible_to(viewer).filter(reflection__homework=homework).order_by("-kept_at")
    found = [(steps.get(text.reflection.step_key), text) for text in rows.select_related("reflection")]
    return [(step.title, text.kept_at, kind_of(step).show(step, text.value)) for step, text in found if step]


@dataclass(frozen=True)
class SharedRow:
    """An exercise of which something was offered to the viewer. Days only: it carries nobody's clock."""

    pk: UUID
    title: str
    day: datetime


def shared_with_me(*, viewer: Viewer) -> list[SharedRow]:
    """What the viewer's partner has offered and is released, the latest release first."""
    rows = (
        Share.objects.visible_to(viewer)
        .filter(couple__in=viewer.takes_part, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        .exclude(author__in=viewer.is_partner)
        .values("homework", "assignment__version__title")
        .annotate(day=Min("partner_from"))
        .order_by("-day", "homework")
    )
    return [SharedRow(row["homework"], row["assignment__version__title"], row["day"]) for row in rows]


@dataclass(frozen=True)
class SharedPage:
    """What one partner offered of one exercise: its questions and their words."""

    title: str
    author: str
    answers: list[tuple[Step, Shown, bool]]  # step, text, edited
    clinic: UUID


def shared_page(*, viewer: Viewer, pk: UUID) -> SharedPage | None:
    """The released offers of one exercise, or None where there are none for the viewer."""
    shares = list(
        Share.objects.visible_to(viewer)
        .filter(homework=pk, couple__in=viewer.takes_part, audience=Audience.PARTNER, partner_from__lte=viewer.at)
        .exclude(author__in=viewer.is_partner)
        .select_related("assignment__version", "author__person")
    )
    if not shares:
        return None
    content = shares[0].assignment.version.content
    by_key = {share.step_key: share for share in shares}
    rows = [
        (step, kind_of(step).show(step, by_key[step.key].value), by_key[step.key].edited_since_release)
        for step in content.steps
        if step.key in by_key
    ]
    return SharedPage(content.title, shares[0].author.display_name, rows, shares[0].clinic_id)
