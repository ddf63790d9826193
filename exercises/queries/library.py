"""What can be given, and by whom: built in for every therapist, a clinic's own in that clinic."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, JSONField, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clients.viewer import Viewer
from exercises.models import Exercise, ExerciseVersion, Programme


def versions_for(viewer: Viewer | None = None, clinic: UUID | None = None) -> QuerySet[ExerciseVersion]:
    """
    The version of each exercise that the viewer can give, in the order of the library; with a clinic, to couples of
    it. Without a viewer, what is built in.
    """
    rows = ExerciseVersion.objects.in_library_of(viewer or Viewer(user_id=None, at=timezone.now()))
    if clinic:
        rows = rows.filter(Q(clinic__isnull=True) | Q(clinic=clinic))
    return rows.order_by("exercise__number", "exercise__slug")


def exercise_or_404(*, viewer: Viewer, slug: str) -> Exercise:
    """An exercise that the viewer can give, with its versions."""
    rows = Exercise.objects.for_viewer(viewer).select_related("current", "newest", "author__person")
    return get_object_or_404(rows, slug=slug)


def shown_version(exercise: Exercise, *, viewer: Viewer) -> ExerciseVersion:
    """The version of it that the viewer would give."""
    found = exercise.newest if exercise.author_id in viewer.works_as else exercise.current
    if found is None:  # for_viewer gives nobody an exercise without a version
        raise LookupError(exercise.pk)
    return found


def current_versions(*, viewer: Viewer | None = None, clinic: UUID | None = None) -> dict[str, ExerciseVersion]:
    """The versions that the viewer can give, by slug."""
    return {row.exercise.slug: row for row in versions_for(viewer, clinic).select_related("exercise")}


def versions_of(
    slugs: Collection[str], *, viewer: Viewer | None = None, clinic: UUID | None = None
) -> dict[str, ExerciseVersion]:
    """Of some exercises, by slug. One query, whatever else there is."""
    rows = versions_for(viewer, clinic).filter(exercise__slug__in=slugs).select_related("exercise")
    return {row.exercise.slug: row for row in rows}


def titles(
    *, viewer: Viewer | None = None, clinic: UUID | None = None, with_text: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, ExerciseVersion]]:
    """
    The names of the exercises by slug, in their order; and of some of them the version that would be assigned. One
    query, in which the database sends the text of these alone.
    """
    names, versions = {}, {}
    rows = versions_for(viewer, clinic)
    wanted = (
        Case(When(exercise__slug__in=with_text, then="body")) if with_text else Value(None, output_field=JSONField())
    )
    for slug, exercise, pk, title, of_clinic, body in rows.values_list(
        "exercise__slug", "exercise", "pk", "title", "clinic", wanted
    ):
        names[slug] = title
        if slug in with_text:
            text = json.loads(body) if isinstance(body, str) else body
            versions[slug] = ExerciseVersion(pk=pk, exercise_id=exercise, title=title, clinic_id=of_clinic, body=text)
    return names, versions


def programmes() -> list[Programme]:
    """The programmes, by number."""
    return list(Programme.objects.order_by("number", "slug"))


def programme_or_404(*, slug: str) -> Programme:
    return get_object_or_404(Programme, slug=slug)
