"""Numbers in what partners answered: which question each belongs to, on which scale, and on which day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from exercises.charts import Point, Scale
from exercises.content import Column, Content, Step
from exercises.kinds.scale import points
from exercises.models import ExerciseVersion

MEASURES = ("weekly-check-in", "four-kinds-of-closeness")  # whose scales are drawn


@dataclass(frozen=True)
class Asked:
    """One question with a scale: a step, or a row and a column of one."""

    step: str
    item: str
    item_label: str
    of: Step | Column

    @property
    def column(self) -> str:
        return self.of.key if isinstance(self.of, Column) else ""

    @property
    def key(self) -> str:
        return "-".join(filter(None, (self.step, self.item, self.column)))

    @property
    def label(self) -> str:
        return self.of.label if isinstance(self.of, Column) else self.of.title

    @property
    def scale(self) -> Scale:
        numbers = points(self.of)
        return Scale(numbers[0], numbers[-1], self.of.low, self.of.high)


def asked_in(content: Content) -> Iterator[Asked]:
    """The scales of an exercise, in its order."""
    for step in content.steps:
        if step.kind == "scale":
            yield Asked(step.key, "", "", step)
        for item in step.items if step.kind == "rows" else ():
            yield from (
                Asked(step.key, item.key, item.label, column) for column in step.columns if column.kind == "scale"
            )


@dataclass(frozen=True)
class Said:
    """What somebody answered at one step, and the day it counts for."""

    author: UUID
    version: UUID
    step: str
    value: Any
    day: date


def _marked(asked: Asked, content: Content, value: Any) -> int | None:
    """The number in an answer, if there is one."""
    if asked.item:
        step = next(step for step in content.steps if step.key == asked.step)
        place = [item.key for item in step.items].index(asked.item)
        rows = cast(list[dict[str, Any]], value or [])
        value = rows[place].get(asked.column) if place < len(rows) else None
    return int(value) if value not in (None, "") and int(value) in points(asked.of) else None


Values = dict[tuple[str, UUID], list[Point]]  # of a question and a person


@dataclass(frozen=True)
class Measured:
    """One exercise as it was worded last, and everybody's numbers by question and person."""

    slug: str
    content: Content
    values: Values


def measured_in(said: list[Said]) -> list[Measured]:
    """In the order of MEASURES. Numbers on another scale than the latest wording has are left out. One query."""
    used = {one.version for one in said}
    rows = ExerciseVersion.objects.filter(pk__in=used).select_related("exercise").order_by("number")
    versions = {row.pk: row for row in rows}
    latest = {row.exercise.slug: row.content for row in rows}
    found = []
    for slug in MEASURES:
        if slug in latest:
            mine = [one for one in said if versions[one.version].exercise.slug == slug]
            values = _values(latest[slug], [(one, versions[one.version].content) for one in mine])
            found.append(Measured(slug, latest[slug], values))
    return found


def _values(latest: Content, said: list[tuple[Said, Content]]) -> Values:
    scales = {asked.key: asked.scale for asked in asked_in(latest)}
    found: Values = defaultdict(list)
    for one, content in said:
        for asked in asked_in(content):
            if asked.step == one.step and scales.get(asked.key) == asked.scale:
                marked = _marked(asked, content, one.value)
                if marked is not None:
                    found[asked.key, one.author].append(Point(one.day, marked))
    return found
