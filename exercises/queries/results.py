"""
What answers to instruments add up to, and how that has changed: a partner's own in words, both for their therapist.

Nothing of it is kept: it is worked out from the opened answers each time, by exercises.scoring.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404

from clients.models import Couple, Partner
from clients.viewer import Viewer
from exercises import scoring
from exercises.models import Asking, Instrument, Measurement
from exercises.scoring import Direction, Moved, NoScore, Scale, Score, Sheet, Verdict
from exercises.states import MeasureState
from safekeeping.sealing import Destroyed, open_together


@dataclass(frozen=True)
class Line:
    """One time somebody answered, or passed over; with what a scale came to, and how that compares with the first."""

    measurement: Measurement
    day: date
    score: Score | NoScore | None  # None: passed over
    verdict: Verdict | None = None
    moved: Moved | None = None

    @property
    def number(self) -> Decimal | None:
        return scoring.plain(self.score.value) if isinstance(self.score, Score) else None

    @property
    def is_short(self) -> bool:
        """Answered, and too little of it for a number."""
        return isinstance(self.score, NoScore)


@dataclass(frozen=True)
class ItemLine:
    """What somebody said to one item, the first time, the time before the latest, and the latest."""

    text: str
    first: str
    previous: str
    latest: str
    moved: Moved | None  # from the first to the latest, by what the options count


@dataclass(frozen=True)
class Person:
    """What one partner answered to one instrument, the oldest first."""

    partner: Partner
    instrument: Instrument
    measurements: Sequence[Measurement]
    zone: ZoneInfo

    def day(self, measurement: Measurement) -> date:
        return (measurement.finished_at or measurement.begun_at).astimezone(self.zone).date()

    def lines(self, scale: Scale | None = None) -> list[Line]:
        """Each time, by the total or by a subscale. Only the total has norms, and may have answers missing."""
        sheet, is_total = self.instrument.sheet, scale is None
        scale, norms = scale or sheet.total, self.instrument.published
        direction, found, first = Direction(self.instrument.direction), [], None
        for one in self.measurements:
            got = None
            if one.state == MeasureState.ANSWERED:
                most = self.instrument.most_missing if is_total else 0
                got = scoring.score(sheet, scale, answers_of(one), most_missing=most)
            verdict = moved = None
            if isinstance(got, Score):
                if first is not None and is_total:
                    verdict = scoring.verdict(first, got.value, norms, direction)
                if first is not None:
                    moved = scoring.moved(first, got.value, norms if is_total else scoring.Norms())
                first = got.value if first is None else first
            found.append(Line(one, self.day(one), got, verdict, moved))
        return found

    @cached_property
    def total(self) -> list[Line]:
        return self.lines()

    @cached_property
    def items(self) -> list[ItemLine]:
        """Item by item; nothing where it was answered less than twice."""
        answered = [answers_of(one) for one in self.measurements if one.state == MeasureState.ANSWERED]
        if len(answered) < 2:
            return []
        first, previous, latest = answered[0], answered[-2], answered[-1]
        return [
            ItemLine(
                item.text,
                _words(item, first),
                _words(item, previous),
                _words(item, latest),
                _moved(item, first, latest),
            )
            for item in self.instrument.sheet.items
        ]


def answers_of(measurement: Measurement) -> dict[str, str | None]:
    """The answers, opened; none where their author was erased and the key with them."""
    try:
        answers: Any = measurement.answers
    except Destroyed:
        return {}
    return answers or {}


def _words(item: scoring.Item, said: Mapping[str, str | None]) -> str:
    option = item.option(said.get(item.link))
    return option.label if option else ""


def _moved(item: scoring.Item, first: Mapping[str, str | None], latest: Mapping[str, str | None]) -> Moved | None:
    one, other = item.option(first.get(item.link)), item.option(latest.get(item.link))
    if one is None or other is None or one.weight is None or other.weight is None:
        return None
    return scoring.moved(one.weight, other.weight, scoring.Norms())


def _by_instrument(rows: Iterable[Measurement]) -> dict[UUID, list[Measurement]]:
    found: dict[UUID, list[Measurement]] = defaultdict(list)
    for row in rows:
        found[row.instrument_id].append(row)
    return found


# --- a partner's own


def own_results(*, viewer: Viewer) -> list[Person]:
    """What the viewer has answered, instrument by instrument; what they passed over is not listed. Two queries."""
    rows = Measurement.objects.own(viewer).filter(state=MeasureState.ANSWERED)
    found = list(rows.select_related("instrument", "partner__person", "partner__couple").order_by("finished_at", "pk"))
    open_together(*found)
    by_place: dict[tuple[UUID, UUID], list[Measurement]] = defaultdict(list)
    for row in found:
        by_place[row.partner_id, row.instrument_id].append(row)
    return [
        Person(rows[0].partner, rows[0].instrument, rows, ZoneInfo(rows[0].partner.own_zone))
        for rows in by_place.values()
    ]


def own_measurement_or_404(*, viewer: Viewer, pk: UUID) -> Measurement:
    return get_object_or_404(Measurement.objects.own(viewer).finished(), pk=pk)


# --- their therapist's


@dataclass(frozen=True)
class OfCouple:
    """One instrument, with both partners in the order of their seats, and how each is asked it now."""

    instrument: Instrument
    people: list[Person]
    askings: list[Asking]

    @property
    def sheet(self) -> Sheet:
        return self.instrument.sheet

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        low, high = scoring.span(self.sheet, self.sheet.total)
        return scoring.plain(low), scoring.plain(high)

    @property
    def cut_off_from(self) -> str:
        """Which of the sources the cut-off rests on."""
        return "cut_off" if self.instrument.published.cut_off is not None else "groups"

    @property
    def subscales(self) -> list[tuple[str, list[tuple[Person, list[Line]]]]]:
        return [(scale.title, [(one, one.lines(scale)) for one in self.people]) for scale in self.sheet.subscales]

    @property
    def is_answered(self) -> bool:
        return any(one.measurements for one in self.people)


def of_couple(couple: Couple, *, viewer: Viewer) -> list[OfCouple]:
    """Every instrument that either is asked or has answered. Four queries, however much was answered."""
    partners = list(Partner.objects.filter(couple=couple, couple__in=viewer.treats).select_related("person"))
    askings = Asking.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats, stopped_at=None)
    asked = list(askings.select_related("instrument", "partner__person").order_by("made_at", "partner__seat"))
    seen = Measurement.objects.visible_to(viewer).finished().filter(couple=couple, couple__in=viewer.treats)
    rows = list(seen.select_related("instrument").order_by("finished_at", "pk"))
    open_together(*rows)
    instruments = {one.instrument_id: one.instrument for one in asked} | {
        one.instrument_id: one.instrument for one in rows
    }
    by_instrument, zone = _by_instrument(rows), ZoneInfo(couple.time_zone)
    return [
        OfCouple(
            instrument,
            [
                Person(partner, instrument, [one for one in by_instrument[pk] if one.partner_id == partner.pk], zone)
                for partner in partners
            ],
            [one for one in asked if one.instrument_id == pk],
        )
        for pk, instrument in sorted(instruments.items(), key=lambda one: (one[1].title, one[1].pk))
    ]


def asking_or_404(couple: Couple, *, viewer: Viewer, pk: str) -> Asking:
    """One of the askings of a couple the viewer treats."""
    rows = Asking.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    try:
        wanted = UUID(pk)
    except ValueError:
        wanted = couple.pk  # of no asking
    return get_object_or_404(rows, pk=wanted)
