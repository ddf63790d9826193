"""The builder's side of the library: what somebody makes, and what a clinic has been offered."""

from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404

from clients.models import Membership
from clients.viewer import Viewer
from exercises.content.drafts import Body
from exercises.models import Exercise, ExerciseDraft, ExerciseVersion
from exercises.states import ExerciseState

WITH_VERSIONS = ("newest", "current", "offered", "author__person", "draft")


def authors(*, viewer: Viewer) -> list[Membership]:
    """Whom the viewer can make exercises as: once for each clinic they work at."""
    rows = Membership.objects.filter(pk__in=viewer.works_as).select_related("clinic")
    return list(rows.order_by("clinic__name"))


def own_exercises(*, viewer: Viewer) -> list[Exercise]:
    """What the viewer has made, the retired last."""
    rows = Exercise.objects.visible_to(viewer).filter(author__in=viewer.works_as)
    return list(rows.select_related(*WITH_VERSIONS).order_by("retired_at", "-number"))


def own_exercise_or_404(*, viewer: Viewer, pk: UUID) -> Exercise:
    rows = Exercise.objects.visible_to(viewer).filter(author__in=viewer.works_as)
    return get_object_or_404(rows.select_related(*WITH_VERSIONS), pk=pk)


def draft_of(exercise: Exercise) -> ExerciseDraft | None:
    """What is being changed, if anything is."""
    draft: ExerciseDraft | None = getattr(exercise, "draft", None)
    return draft


def body_of(exercise: Exercise) -> Body:
    """The draft, or the newest version where nothing is being changed."""
    draft = draft_of(exercise)
    if draft:
        return dict(draft.body)
    return dict(exercise.newest.body) if exercise.newest else {}


def clinic_exercises(*, viewer: Viewer) -> list[Exercise]:
    """What the viewer's clinics have been offered, the waiting first, and what they have approved."""
    rows = Exercise.objects.visible_to(viewer).filter(clinic__in=viewer.runs)
    found = rows.select_related("offered", "current", "author__person", "clinic").order_by("number")
    return sorted(found, key=lambda one: (one.state != ExerciseState.OFFERED, one.state == ExerciseState.RETIRED))


@dataclass(frozen=True)
class Offer:
    """An exercise as an admin reads it: what is offered, or what the clinic has, and what it had before."""

    exercise: Exercise
    version: ExerciseVersion
    before: ExerciseVersion | None


def offer_or_404(*, viewer: Viewer, pk: UUID) -> Offer:
    rows = Exercise.objects.visible_to(viewer).filter(clinic__in=viewer.runs)
    exercise = get_object_or_404(rows.select_related(*WITH_VERSIONS[:-1]), pk=pk)
    version = exercise.offered or exercise.current
    if version is None:  # visible_to gives admins no such row
        raise LookupError(exercise.pk)
    return Offer(exercise, version, exercise.current if exercise.offered else None)
