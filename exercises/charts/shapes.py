"""What a chart is made of, as plain values. Nothing here knows of a person, a page or the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Mark = Literal["a", "b"]  # a: circles and a solid line; b: diamonds and a dashed one


@dataclass(frozen=True)
class Point:
    """One value on one day. `words` go beside the number in the table."""

    day: date
    value: float
    words: str = ""


@dataclass(frozen=True)
class Line:
    """The values of one person, in any order, and the name that stands at its end."""

    name: str
    mark: Mark
    points: tuple[Point, ...]

    @property
    def in_time(self) -> tuple[Point, ...]:
        """The points, the earliest first; those of one day in the order they came."""
        return tuple(sorted(self.points, key=lambda point: point.day))


@dataclass(frozen=True)
class Scale:
    """All that an instrument can say, from its lowest to its highest value. It is never zoomed."""

    low: float
    high: float
    low_words: str = ""
    high_words: str = ""
    step: float | None = None  # between two lines of the grid; None: whatever fits


@dataclass(frozen=True)
class Cutoff:
    """A published value that parts two groups, as a dotted line with its name; `source` is said in the caption."""

    value: float
    words: str
    source: str


@dataclass(frozen=True)
class Band:
    """Where a value can lie without a reliable change: the first one, less and more the amount; with its source."""

    low: float
    high: float
    words: str
    source: str


@dataclass(frozen=True)
class Chart:
    """One picture: one or two lines on one scale, and nothing drawn between them."""

    title: str
    lines: tuple[Line, ...]
    scale: Scale
    cutoff: Cutoff | None = None
    bands: Mapping[Mark, Band] = field(default_factory=dict)
    sessions: tuple[date, ...] = ()
    note: str = ""  # stands under the picture
    span: tuple[date, date] | None = None  # the days of the axis; None: from the first value to the last

    def __post_init__(self) -> None:
        if len({line.mark for line in self.lines}) < len(self.lines):
            raise ValueError("Two lines of one chart are drawn with the same mark.")
