from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from exercises.models import Exercise, ExerciseVersion

LEVELS = {0: "", 1: "affection", 2: "touch", 3: "sexual"}


@dataclass(frozen=True)
class LibraryRow:
    """One exercise on a list."""

    slug: str
    title: str
    summary: str
    minutes: int
    format: str
    level: str
    has_cautions: bool


def library(*, search: str = "") -> list[LibraryRow]:
    """The exercises in use, by number; `search` finds words in title, summary and purpose."""
    rows = Exercise.objects.filter(retired_at__isnull=True, current__isnull=False).order_by("number")
    words = search.casefold().split()
    found = []
    for slug, body in rows.values_list("slug", "current__body"):
        text = f"{body['title']} {body['summary']} {body['purpose']}".casefold()
        if all(word in text for word in words):
            found.append(
                LibraryRow(
                    slug, body["title"], body["summary"], body["minutes"], body["format"],
                    LEVELS[body["content_level"]], bool(body["cautions"]),
                )
            )  # fmt: skip
    return found


def exercise_or_404(*, slug: str) -> Exercise:
    """An exercise in use, with its current version."""
    return get_object_or_404(
        Exercise.objects.select_related("current").filter(current__isnull=False, retired_at__isnull=True),
        slug=slug,
    )


def current_versions() -> dict[str, ExerciseVersion]:
    """The version that would be assigned, by slug."""
    rows = Exercise.objects.select_related("current").filter(current__isnull=False, retired_at__isnull=True)
    return {row.slug: row.current for row in rows.order_by("number") if row.current}
