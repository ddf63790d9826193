"""Giving homework to a couple, and taking it back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from clients.models import Couple, Membership, Partner
from clients.queries.care import care_of
from clients.viewer import Viewer
from exercises import policies
from exercises.building import policies as building
from exercises.commands import reminding
from exercises.models import Assignment, AssignmentConfirmation, ExerciseVersion, Homework
from exercises.states import Frame, HomeworkState
from exercises.text import REASON
from safekeeping import audit


@transaction.atomic
def assign(
    *, by: Viewer, couple: Couple, version: ExerciseVersion, partners: Iterable[Partner], frame: Frame,
    at: datetime, note: str = "", due_on: date | None = None, reason: str = "",
) -> Assignment:  # fmt: skip
    """
    Give an exercise to some of a couple's partners, each alone, and plan a reminder where there is a day.

    Where something speaks against it, it takes a `reason`, which is kept; past “not now” there is no way.
    """
    couple = Couple.objects.select_for_update(of=("self",), no_key=True).get(pk=couple.pk)
    policies.may_assign(by, couple).require()
    if version.clinic_id:  # as it stands now: it may have been retired since the page was shown
        version = ExerciseVersion.objects.select_related("exercise").get(pk=version.pk)
        building.may_give_version(by, version, couple.clinic_id).require()
    chosen = {partner.pk for partner in partners}
    seats = list(Partner.objects.filter(couple=couple, pk__in=chosen).select_related("person", "couple"))
    if not seats or len(seats) != len(chosen):
        raise ValueError("an exercise goes to one or both partners of its own couple")
    policies.may_give(version.content, care_of(couple, viewer=by), chosen, reason=reason).require()
    assignment = Assignment.objects.create(
        clinic_id=couple.clinic_id, couple=couple, version=version, frame=frame, note=note or None, due_on=due_on,
        made_at=at, assigned_by=Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as),
    )  # fmt: skip
    _confirm(assignment, reason)
    for partner in seats:
        copy = Homework.objects.create(
            clinic_id=couple.clinic_id, couple=couple, assignment=assignment, partner=partner, changed_at=at
        )
        if due_on:
            reminding.plan(homework=copy, partner=partner, due_on=due_on, at=at)
    audit.record(verb="assignment.assigned", by=by, subject=assignment, at=at)
    return assignment


def _confirm(assignment: Assignment, reason: str) -> None:
    """Keep the reason; an empty one too, and at one length, so that who cannot open it learns nothing of partners."""
    if policies.asks_for_care(assignment.version.content):
        AssignmentConfirmation.objects.create(
            clinic_id=assignment.clinic_id, couple_id=assignment.couple_id, assignment=assignment,
            author_id=assignment.assigned_by_id, reason=reason.strip().ljust(REASON), made_at=assignment.made_at,
        )  # fmt: skip


@transaction.atomic
def withdraw(*, by: Viewer, assignment: Assignment, at: datetime) -> None:
    """Take an assignment back. What is finished stays as it is; what was written stays its author's."""
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    policies.may_withdraw(by, assignment).require()
    Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=at)
    copies = Homework.objects.select_for_update(no_key=True).filter(
        assignment=assignment, state__in=[HomeworkState.OPEN, HomeworkState.SET_ASIDE]
    )
    taken_back = [copy.pk for copy in copies]
    Homework.objects.filter(pk__in=taken_back).update(state=HomeworkState.WITHDRAWN, changed_at=at)
    reminding.stop(homework=taken_back, at=at)
    audit.record(verb="assignment.withdrawn", by=by, subject=assignment, at=at)
