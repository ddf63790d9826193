"""Where a day and a value lie in the picture, and what is written along its edges."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.utils.formats import date_format

from exercises.charts.lettering import number, width
from exercises.charts.shapes import Scale

LEAST_DAYS = 6  # an axis of one day would have no length
MOST_TICKS = 5
APART = 18.0  # between two numbers of the upright axis
DAYS = (1, 2, 7, 14)
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)


@dataclass(frozen=True)
class Days:
    """The axis of time: as far from one day to another as there are days between them."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + min(max(share, 0), 1) * (self.right - self.left)

    def ticks(self) -> list[tuple[date, str]]:
        """A few days with their names: days apart, or months, or years, whatever does not crowd."""
        for days in DAYS:
            if (self.last - self.first).days / days < MOST_TICKS:
                steps = [self.first + n * timedelta(days) for n in range(MOST_TICKS)]
                return [(day, date_format(day, "j M")) for day in steps if day <= self.last]
        for months in MONTHS[:-1]:
            found = self._months(months)
            if len(found) < MOST_TICKS:
                break
        else:
            found = self._months(MONTHS[-1])
        return found or [(self.first, date_format(self.first, "M Y"))]

    def _months(self, apart: int) -> list[tuple[date, str]]:
        """The first days of months, so many apart, counted from a year's beginning; the year is named once."""
        found: list[tuple[date, str]] = []
        for n in count(-(-(self.first.year * 12 + self.first.month - 1) // apart)):
            year, month = divmod(n * apart, 12)
            if year > date.max.year or (day := date(year, month + 1, 1)) > self.last:
                return found
            if day >= self.first:
                names_year = not found or year > found[-1][0].year
                found.append((day, date_format(day, "Y" if apart >= 12 else "M Y" if names_year else "M")))
        return found


def days_of(span: tuple[date, date], *, left: float, right: float) -> Days:
    """The axis between two days; one that is too short to draw is made longer on both sides."""
    first, last = span
    missing = max(0, LEAST_DAYS - (last - first).days)
    earlier = min(missing // 2, (first - date.min).days)
    first -= timedelta(earlier)
    last += timedelta(min(missing - earlier, (date.max - last).days))
    return Days(first, last, left, right)


@dataclass(frozen=True)
class Values:
    """The upright axis: all of the scale, the highest value at the top."""

    scale: Scale
    top: float
    bottom: float

    def at(self, value: float) -> float:
        low, high = self.scale.low, self.scale.high
        share = (value - low) / (high - low) if high > low else 0.5
        return self.bottom - min(max(share, 0), 1) * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """The ends of the scale, and what fits between them."""
        low, high = self.scale.low, self.scale.high
        if high <= low:
            return [low]
        step = self.scale.step or _handy((high - low) / (MOST_TICKS - 1))
        step *= max(1, math.ceil(APART * (high - low) / (step * (self.bottom - self.top))))
        inner = [low + n * step for n in range(math.ceil((high - low) / step))]
        kept = [value for value in inner if value == low or self.at(value) - self.top >= APART]
        return [*kept, high]


def _handy(step: float) -> float:
    """The next of 1, 2, 5, 10 and so on."""
    size = 10.0 ** math.floor(math.log10(step))
    return next((size * n for n in (1, 2, 5) if size * n >= step), size * 10)


def room_for_numbers(scale: Scale, top: float, bottom: float) -> float:
    """How much the numbers beside the upright axis take."""
    return max(width(number(value)) for value in Values(scale, top, bottom).ticks())
