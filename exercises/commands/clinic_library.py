"""An exercise on its way to all therapists of a clinic, and out of use. What is assigned stays as it is, always."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.viewer import Viewer
from exercises.building import policies
from exercises.models import Exercise
from exercises.states import ExerciseState
from safekeeping import audit


class OtherVersion(Exception):
    """What was read is not what is offered now."""


def _held(exercise: Exercise) -> Exercise:
    return Exercise.objects.select_for_update(of=("self",), no_key=True).get(pk=exercise.pk)


@transaction.atomic
def offer(*, by: Viewer, exercise: Exercise, at: datetime) -> None:
    """Offer the newest version. What the clinic has of it already stays in use meanwhile."""
    exercise = _held(exercise)
    policies.may_offer(by, exercise).require()
    exercise.state, exercise.offered_id, exercise.handed_back = ExerciseState.OFFERED, exercise.newest_id, ""
    exercise.save(update_fields=["state", "offered", "handed_back"])
    audit.record(verb="exercise.offered", by=by, subject=exercise, at=at)


@transaction.atomic
def take_back(*, by: Viewer, exercise: Exercise, at: datetime) -> None:
    """The author takes an offer back before it is answered."""
    exercise = _held(exercise)
    policies.may_take_back_offer(by, exercise).require()
    _as_before(exercise)
    audit.record(verb="exercise.taken_back", by=by, subject=exercise, at=at)


def _as_before(exercise: Exercise) -> None:
    """As it stood before the offer: approved in an earlier version, or its author's alone."""
    exercise.state = ExerciseState.APPROVED if exercise.current_id else ExerciseState.MINE
    exercise.offered = None
    exercise.save(update_fields=["state", "offered", "handed_back"])


@transaction.atomic
def approve(*, by: Viewer, exercise: Exercise, version: UUID | None, at: datetime) -> None:
    """All therapists of the clinic have this version from now on. Raises OtherVersion where another one is offered."""
    exercise = _held(exercise)
    policies.may_answer_offer(by, exercise).require()
    if exercise.offered_id != version:
        raise OtherVersion
    exercise.state, exercise.current_id, exercise.offered = ExerciseState.APPROVED, exercise.offered_id, None
    exercise.save(update_fields=["state", "current", "offered"])
    audit.record(verb="exercise.approved", by=by, subject=exercise, at=at)


@transaction.atomic
def hand_back(*, by: Viewer, exercise: Exercise, sentence: str, at: datetime) -> None:
    """Not for the clinic, or not yet, with a sentence for its author."""
    exercise = _held(exercise)
    policies.may_answer_offer(by, exercise).require()
    exercise.handed_back = sentence
    _as_before(exercise)
    audit.record(verb="exercise.handed_back", by=by, subject=exercise, at=at)


@transaction.atomic
def retire(*, by: Viewer, exercise: Exercise, at: datetime) -> None:
    """Nobody gives it any more."""
    exercise = _held(exercise)
    policies.may_retire(by, exercise).require()
    exercise.state, exercise.retired_at, exercise.offered = ExerciseState.RETIRED, at, None
    exercise.save(update_fields=["state", "retired_at", "offered"])
    audit.record(verb="exercise.retired", by=by, subject=exercise, at=at)
