from functools import cached_property

from django.db import models

from exercises.content import Content
from safekeeping.models import Record


class Exercise(Record):
    """One exercise of the library, under its lasting name. What it says is in its versions."""

    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField()
    current = models.ForeignKey("ExerciseVersion", models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Safekeeping:
        plain = {"id", "slug", "number", "current", "retired_at"}
        sealed: set[str] = set()


class ExerciseVersion(Record):
    """An exercise's text as it stood once. It never changes: what has been assigned keeps its version."""

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    loaded_at = models.DateTimeField()

    class Safekeeping:
        plain = {"id", "exercise", "number", "title", "digest", "body", "loaded_at"}
        sealed: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exercise", "number"], name="versions_are_numbered")]

    @cached_property
    def content(self) -> Content:
        """The text itself; it was checked when it was loaded, and has not changed since."""
        return Content.from_checked(self.body)
