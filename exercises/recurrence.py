"""The days of what is given time and again. Days are local: each partner has them in their own zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, WEEKLY, rrule

MOST = 60  # times
LONGEST = timedelta(days=731)


class NoDays(ValueError):
    """A rule that no exercise can be given by; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Rule:
    """Every day; or every so many weeks, on the weekday of the first day or on several (0: Monday)."""

    weekly: bool = False
    weeks: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    times: int | None = None

    def days(self, start: date) -> list[date]:
        """
        The days from `start` on, in order. Raises NoDays: endless (nothing says when it ends), too_many, too_far, or
        none (it ends before it begins).
        """
        if self.until is None and self.times is None:
            raise NoDays("endless")
        first = datetime.combine(start, time())
        by = {"interval": self.weeks, "byweekday": self.weekdays or None} if self.weekly else {}
        found: list[date] = []
        most = min(self.times or MOST + 1, MOST + 1)
        for moment in islice(rrule(WEEKLY if self.weekly else DAILY, dtstart=first, **by), most):
            if self.until and moment.date() > self.until:
                break
            found.append(moment.date())
        if not found:
            raise NoDays("none")
        if len(found) > MOST:
            raise NoDays("too_many")
        if found[-1] - start > LONGEST:
            raise NoDays("too_far")
        return found


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins somewhere: where the clock skips midnight, the first there is of that day."""
    return datetime.combine(day, time(), zone)


def opens_at(day: date, zone: ZoneInfo, *, at: datetime) -> datetime:
    """When what is given for a day opens: as the day begins, or now where it has begun."""
    return max(start_of(day, zone), at)


def today_in(zone: ZoneInfo, *, at: datetime) -> date:
    return at.astimezone(zone).date()
