"""Pictures of what answers to instruments add up to: both partners' for their therapist, and one's own."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from exercises import scoring
from exercises.charts import Band, Chart, Cutoff, Line, Mark, Point, Scale
from exercises.queries.results import OfCouple, Person
from exercises.scoring import Direction, Sheet

MARKS: tuple[Mark, Mark] = ("a", "b")


def _ends(direction: Direction) -> tuple[str, str]:
    """What the least and the most of a scale mean."""
    if direction is Direction.NEITHER:
        return "", ""
    well, less = _("doing better"), _("doing less well")
    return (less, well) if direction is Direction.BETTER else (well, less)


def charts_from(row: OfCouple, sessions: tuple[date, ...]) -> list[Chart]:
    """The pictures of one instrument: none where it was not answered."""
    if not row.is_answered:
        return []
    ends = _ends(Direction(row.instrument.direction))
    sheet, norms = row.sheet, row.instrument.published
    least, cut, bands = scoring.least_change(norms), scoring.cut_off(norms), {}
    if least is not None:
        for mark, person in zip(MARKS, row.people, strict=False):
            first = next((line.number for line in person.total if line.number is not None), None)
            if first is not None:
                low, high = float(first - least), float(first + least)
                bands[mark] = Band(low, high, _("no reliable change"), row.instrument.sources.get("change", ""))
    cutoff = (
        Cutoff(float(cut), _("cut-off"), row.instrument.sources.get(row.cut_off_from, "")) if cut is not None else None
    )
    total = Chart(
        row.instrument.title, _lines(row.people, None), _scale(sheet, sheet.total, ends), cutoff=cutoff,
        bands=bands, sessions=sessions,
    )  # fmt: skip
    subscales = [
        Chart(scale.title, _lines(row.people, scale), _scale(sheet, scale, ends), sessions=sessions)
        for scale in sheet.subscales
    ]
    return [total, *subscales]


def own_charts_from(rows: Sequence[Person]) -> list[Chart]:
    """One's own totals: without a band, a cut-off or a word that judges."""
    return [
        Chart(
            row.instrument.title, (_line(row, "a", None, ""),), _scale(row.instrument.sheet, row.instrument.sheet.total)
        )
        for row in rows
        if len([line for line in row.total if line.number is not None]) > 1
    ]


def _lines(people: Sequence[Person], scale: scoring.Scale | None) -> tuple[Line, ...]:
    drawn = (_line(one, mark, scale, one.partner.display_name) for mark, one in zip(MARKS, people, strict=False))
    return tuple(line for line in drawn if line.points)


def _line(person: Person, mark: Mark, scale: scoring.Scale | None, name: str) -> Line:
    points = (Point(line.day, float(line.number)) for line in person.lines(scale) if line.number is not None)
    return Line(name, mark, tuple(points))


def _scale(sheet: Sheet, scale: scoring.Scale, ends: tuple[str, str] = ("", "")) -> Scale:
    low, high = scoring.span(sheet, scale)
    return Scale(float(low), float(high), *ends)
