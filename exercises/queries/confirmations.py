"""A therapist's own reasons for giving what asked for care."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from clients.models import Couple
from clients.viewer import Viewer
from exercises.models import AssignmentConfirmation


@dataclass(frozen=True)
class ReasonRow:
    """Why an exercise was given all the same."""

    assignment: UUID
    title: str
    made_at: datetime
    reason: str


def reasons_for(couple: Couple, *, viewer: Viewer) -> list[ReasonRow]:
    """The viewer's own, the latest first; where none was needed, there are no words and no row."""
    rows = AssignmentConfirmation.objects.visible_to(viewer).filter(couple=couple).select_related("assignment__version")
    found = [
        ReasonRow(row.assignment_id, row.assignment.version.title, row.made_at, cast(str, row.reason).strip())
        for row in rows.defer("assignment__version__body").order_by("-made_at", "pk")
    ]
    return [row for row in found if row.reason]
