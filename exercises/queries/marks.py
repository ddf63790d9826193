"""What a therapist has marked to bring up in the next session."""

from dataclasses import dataclass
from uuid import UUID

from clients.models import Couple
from clients.viewer import Viewer
from exercises.models import Mark
from exercises.queries.review import steps_of


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
