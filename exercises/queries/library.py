from django.shortcuts import get_object_or_404

from exercises.models import Exercise, ExerciseVersion
from exercises.queries.finding import in_use


def exercise_or_404(*, slug: str) -> Exercise:
    """An exercise in use, with its current version."""
    return get_object_or_404(in_use().select_related("current"), slug=slug)


def current_versions() -> dict[str, ExerciseVersion]:
    """The version that would be assigned, by slug."""
    return {row.slug: row.current for row in in_use().select_related("current") if row.current}
