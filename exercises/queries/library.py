from collections.abc import Collection

from django.shortcuts import get_object_or_404

from exercises.models import Exercise, ExerciseVersion, Programme
from exercises.queries.finding import in_use


def exercise_or_404(*, slug: str) -> Exercise:
    """An exercise in use, with its current version."""
    return get_object_or_404(in_use().select_related("current"), slug=slug)


def current_versions() -> dict[str, ExerciseVersion]:
    """The version that would be assigned, by slug."""
    return {row.slug: row.current for row in in_use().select_related("current") if row.current}


def versions_of(slugs: Collection[str]) -> dict[str, ExerciseVersion]:
    """The versions of some exercises that would be assigned, by slug. One query, whatever else there is."""
    rows = in_use().filter(slug__in=slugs).select_related("current")
    return {row.slug: row.current for row in rows if row.current}


def titles() -> dict[str, str]:
    """The exercises in use by slug, in their order: their names alone. One query."""
    return dict(in_use().values_list("slug", "current__title"))


def programmes() -> list[Programme]:
    """The programmes, by number."""
    return list(Programme.objects.order_by("number", "slug"))


def programme_or_404(*, slug: str) -> Programme:
    return get_object_or_404(Programme, slug=slug)
