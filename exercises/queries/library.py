import json
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Case, JSONField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from exercises.models import Exercise, ExerciseVersion, Programme

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


def library(*, search: str = "") -> list[LibraryRow]:
    """
    The exercises in use, by number; `search` finds words in title, summary and purpose. Of their text the database
    sends what is on the list alone.
    """
    exercises = Exercise.objects.filter(retired_at__isnull=True, current__isnull=False).order_by("number")
    names = ["title", "summary", "minutes", "format", "content_level", "cautions"]
    words = search.casefold().split()
    if words:
        names.append("purpose")
    length = gettext("%(n)s min")
    found = []
    for slug, title, summary, minutes, form, level, cautions, *more in exercises.values_list(
        "slug", *(KeyTextTransform(name, "current__body") for name in names)
    ):
        text = " ".join([title, summary, *more]).casefold() if words else ""
        if all(word in text for word in words):
            found.append(
                LibraryRow(
                    slug, title, summary, length % {"n": minutes}, form, LEVELS[int(level)], cautions != "[]"
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


def versions_of(slugs: Collection[str]) -> dict[str, ExerciseVersion]:
    """The versions of some exercises that would be assigned, by slug. One query, whatever else there is."""
    rows = Exercise.objects.select_related("current").filter(
        slug__in=slugs, current__isnull=False, retired_at__isnull=True
    )
    return {row.slug: row.current for row in rows if row.current}


def titles(*, with_text: Collection[str] = ()) -> tuple[dict[str, str], dict[str, ExerciseVersion]]:
    """
    The names of the exercises in use by slug, in their order; and of some of them the version that would be assigned.
    One query, in which the database sends the text of these alone.
    """
    names, versions = {}, {}
    rows = Exercise.objects.filter(current__isnull=False, retired_at__isnull=True).order_by("number", "slug")
    wanted = (
        Case(When(slug__in=with_text, then="current__body")) if with_text else Value(None, output_field=JSONField())
    )
    for slug, exercise, pk, title, body in rows.values_list("slug", "pk", "current", "current__title", wanted):
        names[slug] = title
        if slug in with_text:
            text = json.loads(body) if isinstance(body, str) else body
            versions[slug] = ExerciseVersion(pk=pk, exercise_id=exercise, title=title, body=text)
    return names, versions


def programmes() -> list[Programme]:
    """The programmes, by number."""
    return list(Programme.objects.order_by("number", "slug"))


def programme_or_404(*, slug: str) -> Programme:
    return get_object_or_404(Programme, slug=slug)
