"""Times as they stand on a wall: what instant they mean, and days on which the clocks are turned."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gap:
    """A day on which the clocks skip the times from `first` until `until`, both on the wall."""

    day: date
    first: time
    until: time


class NoSuchTime(ValueError):
    """A time that a day does not have."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.day.isoformat())
        self.gap = gap


def instant(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """The instant of a time on the wall; of one that comes twice, the first. Raises NoSuchTime for one that is none."""
    wall = datetime.combine(day, moment)
    found = wall.replace(tzinfo=zone)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTime(_gap_around(found))
    return found.astimezone(UTC)


def comes_twice(day: date, moment: time, zone: ZoneInfo) -> bool:
    """Whether the clocks are put back over this time."""
    first, second = (datetime.combine(day, moment, zone).replace(fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)


def _gap_around(missing: datetime) -> Gap:
    """The times that are skipped: from the turn in the old offset until the turn in the new."""
    zone = missing.tzinfo
    before, after = ((missing.replace(tzinfo=UTC) + way) for way in (-DAY, DAY))
    old, new = (missing.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    turn = after.replace(microsecond=0, tzinfo=None)
    return Gap(missing.date(), (turn + old).time(), (turn + new).time())


def weeks_apart(day: date, moment: time, zone: ZoneInfo, *, weeks: int, times: int) -> list[datetime]:
    """The instants of a series: the same time on the wall, so many weeks apart. Raises NoSuchTime."""
    return [instant(day + n * timedelta(weeks=weeks), moment, zone) for n in range(times)]
