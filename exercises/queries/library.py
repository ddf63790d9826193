from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext

from clients.viewer import Viewer
from exercises.models import Exercise, ExerciseVersion

LEVELS = {0: "", 1: "affection", 2: "touch", 3: "sexual"}


class LibraryRow(NamedTuple):
    """One exercise on a list, made ready for a flat template that takes it apart in this order."""

    slug: str
    title: str
    summary: str
    length: str
    format: str
    level: str
    has_cautions: bool


def library(*, viewer: Viewer, search: str = "") -> list[LibraryRow]:
    """
    The exercises that the viewer can give, by number; `search` finds words in title, summary and purpose. Of their
    text the database sends what is on the list alone.
    """
    versions = ExerciseVersion.objects.in_library_of(viewer).order_by("exercise__number")
    names = ["title", "summary", "minutes", "format", "content_level", "cautions"]
    words = search.casefold().split()
    if words:
        names.append("purpose")
    length = gettext("%(n)s min")
    found = []
    columns: list[str | KeyTextTransform] = ["exercise__slug", *(KeyTextTransform(name, "body") for name in names)]
    for slug, title, summary, minutes, form, level, cautions, *more in versions.values_list(*columns):
        text = " ".join([title, summary, *more]).casefold() if words else ""
        if all(word in text for word in words):
            found.append(
                LibraryRow(
                    slug, title, summary, length % {"n": minutes}, form, LEVELS[int(level)], cautions != "[]"
                )
            )  # fmt: skip
    return found


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
    """
    The versions that the viewer can give to couples of a clinic, by slug; without a viewer, what is built in.
    """
    rows = ExerciseVersion.objects.in_library_of(viewer or Viewer(user_id=None, at=timezone.now()))
    if clinic:
        rows = rows.filter(Q(clinic__isnull=True) | Q(clinic=clinic))
    return {row.exercise.slug: row for row in rows.select_related("exercise").order_by("exercise__number")}
