"""A chart laid out for the page: every coordinate and every word that the template prints."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from exercises.charts.axes import Days, Values, days_of, room_for_numbers
from exercises.charts.labels import ABOVE, BELOW, Label, along, first_free, inside, spread
from exercises.charts.lettering import SIZE, fitted, number, place, width
from exercises.charts.shapes import Chart, Line, Mark, Point
from exercises.charts.words import caption, described, sources

WIDTH, HEIGHT = 340.0, 196.0
TOP, BOTTOM = 20.0, HEIGHT - 36.0  # of the plot: above and below is room for a number beside a point
BESIDE = 8.0  # between the plot and what is written next to it
MOST_NAME = 92.0  # for the last value and the name
GAP = 3  # a distance of more than so many usual ones has more than two values missing
CROWD = 40  # with more values than this they are drawn small
BOX = (0.0, 0.0, WIDTH, HEIGHT)


@dataclass(frozen=True)
class Stroke:
    """One line as two paths: the way from value to value, and the shapes that stand at each."""

    mark: Mark
    way: str
    shapes: str
    leader: str  # from the last value to its name


@dataclass(frozen=True)
class Shade:
    """A band over the whole width."""

    mark: Mark
    y: str
    height: str


@dataclass(frozen=True)
class Row:
    """One value in the table."""

    day: date
    name: str
    value: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """What the template prints. `labels` lists all words of the picture; with less than two values there is none."""

    key: str
    title: str
    description: str
    caption: list[str]
    sources: list[str]
    rows: list[Row]
    names: int  # how many lines: with one, the table needs no names
    has_words: bool
    csv: str
    is_drawn: bool
    left: str = ""
    right: str = ""
    grid: tuple[str, ...] = ()
    sessions: str = ""
    cutoff: str = ""
    shades: tuple[Shade, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    labels: tuple[Label, ...] = ()
    width: str = place(WIDTH)
    height: str = place(HEIGHT)
    across: str = ""  # the width of the plot


def draw(chart: Chart, *, key: str, csv: str = "") -> Drawing:
    """`key` names the picture among those of its page; `csv` is where the same rows are to be had as a file."""
    lines = [line for line in chart.lines if line.points]
    rows = sorted(
        (Row(point.day, line.name, number(point.value), point.words) for line in lines for point in line.in_time),
        key=lambda row: row.day,
    )
    drawn = max((len(line.points) for line in lines), default=0) > 1
    sessions = _sessions_between(chart, _span(chart, lines)) if drawn else []
    about = {
        "key": key, "title": chart.title, "rows": rows, "names": len(chart.lines), "csv": csv if rows else "",
        "has_words": any(row.words for row in rows), "description": described(chart, len(sessions)),
        "caption": caption(chart), "sources": sources(chart, len(sessions)) if drawn else [],
    }  # fmt: skip
    if not drawn:
        return Drawing(**about, is_drawn=False)  # type: ignore[arg-type]
    return _picture(chart, lines, sessions, about)


def _span(chart: Chart, lines: list[Line]) -> tuple[date, date]:
    days = [point.day for line in lines for point in line.points]
    first, last = chart.span or (min(days), max(days))
    return min(first, *days), max(last, *days)


def _sessions_between(chart: Chart, span: tuple[date, date]) -> list[date]:
    return sorted({day for day in chart.sessions if span[0] <= day <= span[1]})


def _picture(chart: Chart, lines: list[Line], sessions: list[date], about: dict[str, object]) -> Drawing:
    left = room_for_numbers(chart.scale, TOP, BOTTOM) + BESIDE
    ends = {line.mark: fitted(_end_words(line), MOST_NAME) for line in lines}
    right = WIDTH - 1 - BESIDE - max(width(words) for words in ends.values())
    days, values = days_of(_span(chart, lines), left=left, right=right), Values(chart.scale, TOP, BOTTOM)
    named = _named(lines, ends, values, right + BESIDE)
    first = _first_values([line for line in lines if len(line.points) > 1], days, values)
    labels = [*_along_the_edges(days, values), *named, *first]
    if chart.cutoff:
        labels += _cutoff_words(chart, lines, days, values, labels)
    return Drawing(
        **about,  # type: ignore[arg-type]
        is_drawn=True,
        left=place(left),
        right=place(right),
        across=place(right - left),
        grid=tuple(place(values.at(value)) for value in values.ticks()),
        sessions="".join(f"M{place(days.at(day))} {place(BOTTOM + 2)}v5" for day in sessions),
        cutoff=place(values.at(chart.cutoff.value)) if chart.cutoff else "",
        shades=_shades(chart, lines, values),
        strokes=tuple(_stroke(line, label, days, values) for line, label in zip(lines, named, strict=True)),
        labels=tuple(labels),
    )


def _end_words(line: Line) -> str:
    return f"{number(line.in_time[-1].value)} {line.name}"


def _along_the_edges(days: Days, values: Values) -> list[Label]:
    """The numbers of the scale, and days, months or years."""
    numbers = [
        Label(values_left, values.at(value) + SIZE / 3, "end", number(value))
        for values_left in [days.left - BESIDE / 2]
        for value in values.ticks()
    ]
    dates = [
        Label(inside(days.at(day), words, 1, WIDTH - 1), HEIGHT - 4, "middle", words) for day, words in days.ticks()
    ]
    return numbers + along(dates)


def _named(lines: list[Line], ends: dict[Mark, str], values: Values, x: float) -> list[Label]:
    """The last value of each with its name, beside the plot, apart from each other."""
    wanted = [values.at(line.in_time[-1].value) + SIZE / 3 for line in lines]
    heights = spread(wanted, top=SIZE, bottom=BOTTOM + SIZE / 3)
    return [Label(x, y, "start", ends[line.mark], line.mark) for line, y in zip(lines, heights, strict=True)]


def _first_values(lines: list[Line], days: Days, values: Values) -> list[Label]:
    """The first value of each: of two, the higher one's stands above it and the other's below, so they never meet."""
    ordered = sorted(lines, key=lambda line: -line.in_time[0].value)
    found = []
    for line in ordered:
        first, second = line.in_time[:2]
        above = line is ordered[0] if len(ordered) > 1 else second.value <= first.value
        words = number(first.value)
        y = values.at(first.value) + (-ABOVE if above else BELOW)
        found.append(Label(inside(days.at(first.day), words, days.left, days.right), y, "middle", words, line.mark))
    return found


def _cutoff_words(chart: Chart, lines: list[Line], days: Days, values: Values, labels: list[Label]) -> list[Label]:
    """The name of the cut-off on its line, where it hides fewest values; without room, in the caption alone."""
    if not chart.cutoff:
        return []
    y = values.at(chart.cutoff.value)
    words = fitted(chart.cutoff.words, (days.right - days.left) * 0.9)
    places = [
        Label(x, y + dy, anchor, words)  # type: ignore[arg-type]
        for dy in (-4, SIZE)
        for x, anchor in ((days.right, "end"), (days.left, "start"), ((days.left + days.right) / 2, "middle"))
    ]
    spots = [(days.at(point.day), values.at(point.value)) for line in lines for point in line.points]

    def hides(label: Label) -> int:
        left, top, right, bottom = label.box
        return sum(left <= x <= right and top <= at <= bottom for x, at in spots)

    found = first_free(sorted(places, key=hides), labels, (days.left, 0, days.right, HEIGHT))
    return [found] if found else []


def _shades(chart: Chart, lines: list[Line], values: Values) -> tuple[Shade, ...]:
    bands = [(line.mark, chart.bands[line.mark]) for line in lines if line.mark in chart.bands]
    return tuple(
        Shade(mark, place(values.at(band.high)), place(values.at(band.low) - values.at(band.high)))
        for mark, band in bands
    )


def _stroke(line: Line, label: Label, days: Days, values: Values) -> Stroke:
    at = [(days.at(point.day), values.at(point.value)) for point in line.in_time]
    way = " ".join(
        "M" + "L".join(f"{place(x)} {place(y)}" for x, y in at[begin:end])
        for begin, end in _without_gaps(line.in_time)
        if end - begin > 1
    )
    small = len(at) > CROWD
    shapes = "".join(_shape(line.mark, x, y, 1.6 if small else 3.6) for x, y in at)
    x, y = at[-1]
    leader = f"M{place(x)} {place(y)}L{place(label.x - 2)} {place(label.y - SIZE / 3)}"
    return Stroke(line.mark, way, shapes, leader)


def _without_gaps(points: tuple[Point, ...]) -> list[tuple[int, int]]:
    """The stretches of a line between its gaps, as begin and end."""
    apart = [(later.day - earlier.day).days for earlier, later in pairwise(points)]
    usual = median([days for days in apart if days] or [0])
    cuts = [n for n, days in enumerate(apart, 1) if usual and days > GAP * usual]
    return list(zip([0, *cuts], [*cuts, len(points)], strict=True))


def _shape(mark: Mark, x: float, y: float, r: float) -> str:
    """A circle, or a diamond that looks as large."""
    if mark == "a":
        d = place(2 * r)
        return f"M{place(x - r)} {place(y)}a{place(r)} {place(r)} 0 1 0 {d} 0a{place(r)} {place(r)} 0 1 0 -{d} 0z"
    r *= 1.3
    p = place(r)
    return f"M{place(x)} {place(y - r)}l{p} {p} -{p} {p} -{p} -{p}z"
