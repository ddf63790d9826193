"""Reading what somebody else wrote is a deed, too: it stands in the audit trail, and nowhere that anybody is told."""

from datetime import datetime
from uuid import UUID

from clients.models import Couple
from clients.policies import may_treat
from clients.viewer import Viewer
from exercises import policies
from exercises.models import Assignment, Homework
from safekeeping import audit


def read_review(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """A therapist opens what both wrote at an assignment."""
    policies.may_review(by, assignment).require()
    audit.record(verb="assignment.read", by=by, subject=assignment, at=at)


def read_caseload(*, by: Viewer, at: datetime) -> None:
    """A therapist has what their couples said in check-ins opened on one list: a line for each clinic."""
    for clinic in sorted(by.works_at):
        audit.record(verb="caseload.read", by=by, subject=f"clients.Clinic:{clinic}", at=at, clinic_id=clinic)


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


def read_progress(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """A therapist looks at what both marked from week to week."""
    may_treat(by, couple).require()
    audit.record(verb="progress.read", by=by, subject=couple, at=at)


def take_progress_along(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """A therapist takes the same out of here, as a file."""
    may_treat(by, couple).require()
    audit.record(verb="progress.taken_along", by=by, subject=couple, at=at)


def take_own_progress_along(*, by: Viewer, at: datetime) -> None:
    """Somebody takes their own marks out of here, as a file."""
    audit.record(verb="progress.taken_along", by=by, subject=f"accounts.User:{by.user_id}", at=at)
