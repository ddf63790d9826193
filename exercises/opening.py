"""
When the exercises of a plan open to one partner: pure. The twin of `eyelevel_open_next` (migration 0008), which does
the part of it that a partner sets off by their own finishing. A test holds the two together.

Nothing here knows of the other partner: what opens to somebody depends on the plan, their therapist and themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from exercises.recurrence import opens_at
from exercises.states import Gap


@dataclass(frozen=True)
class Slot:
    """A place in a plan. `after` names an earlier one."""

    pk: UUID
    gap: Gap
    days: int
    after: UUID | None


@dataclass(frozen=True)
class Standing:
    """Where one partner is with what lies in a slot."""

    opened_at: datetime | None = None  # once it has opened
    is_done: bool = False  # or set aside


def openings(
    slots: Iterable[Slot], standing: Mapping[UUID, Standing], *, start_on: date, zone: ZoneInfo, at: datetime
) -> dict[UUID, datetime | None]:
    """When each slot opens, in the order given; None where no day is known yet. What has opened stays so."""
    found: dict[UUID, datetime | None] = {}
    for slot in slots:
        now = standing.get(slot.pk, Standing())
        found[slot.pk] = now.opened_at or _opening(slot, found, standing, start_on, zone, at)
    return found


def _opening(
    slot: Slot, found: Mapping[UUID, datetime | None], standing: Mapping[UUID, Standing], start_on: date,
    zone: ZoneInfo, at: datetime,
) -> datetime | None:  # fmt: skip
    if slot.gap == Gap.SESSION:
        return None
    if slot.gap == Gap.DONE and slot.after:
        return at if standing.get(slot.after, Standing()).is_done else None
    if slot.gap == Gap.DAYS and slot.after:
        before = found[slot.after]
        if before is None:
            return None
        return opens_at(before.astimezone(zone).date() + timedelta(days=slot.days), zone, at=at)
    return opens_at(start_on + timedelta(days=slot.days), zone, at=at)
