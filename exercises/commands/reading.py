"""Reading what somebody else wrote is a deed, too: it stands in the audit trail, and nowhere that anybody is told."""

from datetime import datetime
from uuid import UUID

from clients.viewer import Viewer
from exercises import policies
from exercises.models import Assignment, Homework
from safekeeping import audit


def read_review(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """A therapist opens what both wrote at an assignment."""
    policies.may_review(by, assignment).require()
    audit.record(verb="assignment.read", by=by, subject=assignment, at=at)


def read_note(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """A therapist opens their own note on an assignment: they alone can, so whoever sits there has done it as them."""
    policies.may_review(by, assignment).require()
    audit.record(verb="note.read", by=by, subject=assignment, at=at)


def read_offer(*, by: Viewer, homework: UUID, clinic: UUID, at: datetime) -> None:
    """A partner opens what was offered to them. To whoever offered it, this line does not exist."""
    audit.record(verb="offer.read", by=by, subject=f"exercises.Homework:{homework}", at=at, clinic_id=clinic)


def take_along(*, by: Viewer, homework: Homework, at: datetime) -> None:
    """A partner takes what they wrote at an exercise out of here, as a file."""
    policies.may_take_along(by, homework).require()
    audit.record(verb="homework.taken_along", by=by, subject=homework, at=at)
