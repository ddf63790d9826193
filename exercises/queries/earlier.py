"""Earlier and later answers of one partner to the same exercise, of which their therapist may still read something."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404

from clients.viewer import Viewer
from exercises.content import Step
from exercises.kinds import Shown, kind_of
from exercises.models import Homework, Share
from exercises.queries.review import steps_of
from safekeeping.sealing import open_together

MOST = 12  # times on one page, the latest of them


@dataclass(frozen=True)
class Answered:
    """What somebody answered at one time, if their therapist may read it."""

    made_at: datetime
    due_on: date | None
    is_this: bool  # the time one came from
    shown: Shown | None
    audience: str
    edited: bool
    lines: list[tuple[str, str, str]]  # label, words, readers


@dataclass(frozen=True)
class Earlier:
    """One question with one person's answers over time, the latest first."""

    step: Step
    answers: list[Answered]


def copy_or_404(*, viewer: Viewer, pk: UUID) -> Homework:
    """One partner's copy, for their therapist alone: its own partner has their own pages."""
    rows = Homework.objects.visible_to(viewer).filter(couple__in=viewer.treats, pk=pk)
    copy = rows.select_related("assignment__version", "assignment__couple", "partner__person").first()
    if copy is None:
        raise Http404
    return copy


def answers_over_time(copy: Homework, *, viewer: Viewer) -> list[Earlier]:
    """Step by step of the exercise as it was given this time. Two queries, and one for the keys, however many."""
    exercise = copy.assignment.version.exercise_id
    readable = Share.objects.for_therapist(viewer).filter(author=copy.partner_id, couple=copy.couple_id)
    times = list(
        Homework.objects.visible_to(viewer)
        .filter(
            partner=copy.partner_id, couple=copy.couple_id, assignment__version__exercise=exercise,
            pk__in=readable.values("homework"),
        )
        .select_related("assignment").defer("assignment__note", "assignment__details", "assignment__secret")
        .order_by("-assignment__made_at", "-occurrence", "pk")[:MOST]
    )  # fmt: skip
    shares = list(readable.filter(homework__in=[time.pk for time in times]))
    open_together(*shares)
    of: dict[tuple[UUID, str], dict[str, Share]] = defaultdict(dict)
    for share in shares:
        of[share.homework_id, share.step_key][share.line] = share
    found = []
    for step in steps_of(copy.assignment.version.content):
        rows = [_answered(step, time, of[time.pk, step.key], copy) for time in times if (time.pk, step.key) in of]
        if rows and kind_of(step).is_shared:
            found.append(Earlier(step, rows))
    return found


def _answered(step: Step, time: Homework, shares: dict[str, Share], copy: Homework) -> Answered:
    kind, whole = kind_of(step), shares.get("")
    return Answered(
        time.assignment.made_at, time.due_on, time.pk == copy.pk,
        kind.show(step, whole.value) if whole else None,
        whole.audience if whole else "", bool(whole and whole.edited),
        [
            (kind.line_label(step, item.key), str(shares[item.key].value), shares[item.key].audience)
            for item in step.items if item.key in shares
        ],
    )  # fmt: skip
