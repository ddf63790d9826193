"""What partners marked from week to week, as charts: of both, as far as their therapist may read; or one's own."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from textwrap import shorten
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from clients.models import Appointment, Couple
from clients.viewer import Viewer
from exercises.charts import Chart, Line, Mark, Point, Scale
from exercises.charts.words import since_first, ways_in_words
from exercises.models import Reflection, Share
from exercises.queries.goals import GoalRow, goals_of, own_goals
from exercises.queries.marked import MEASURES, Asked, Measured, Said, asked_in, measured_in
from safekeeping.sealing import open_together

NEAR = 1  # of our own scales nobody knows how far chance reaches: one point, either way, is no difference
MOST_TITLE = 140  # of a goal's words
MARKS: tuple[Mark, Mark] = ("a", "b")


@dataclass(frozen=True)
class Section:
    """The charts of one measure, or of the goals, under one heading."""

    title: str
    charts: tuple[tuple[str, Chart], ...]  # with what names each on its page


# --- of both, for their therapist


def progress_of(couple: Couple, *, viewer: Viewer, since: date | None = None) -> list[Section]:
    """
    Both partners in one picture for each scale, as far as each let their therapist read, and each goal by itself.

    Seven queries and the keys, however much there is. The days are those of the couple's zone.
    """
    zone = ZoneInfo(couple.time_zone)
    both = goals_of(couple, viewer=viewer)
    who = {partner.pk: (partner.display_name, MARKS[partner.seat - 1]) for partner, _rows in both}
    sections = [
        Section(measured.content.title, tuple(_charts_of_both(measured, who)))
        for measured in measured_in(_sent(couple, viewer=viewer, zone=zone))
    ]
    goals = [chart for partner, rows in both for chart in _goals(rows, *who[partner.pk], zone)]
    sections.append(Section(_("Goals"), tuple(goals)))
    sessions = _sessions(couple, viewer, zone)
    return [
        replace(section, charts=tuple((key, _for_therapist(chart, sessions)) for key, chart in section.charts))
        for section in _on_one_axis(sections, since, _day(viewer.at, zone))
    ]


def _for_therapist(chart: Chart, sessions: tuple[date, ...]) -> Chart:
    return replace(chart, sessions=sessions, note=ways_in_words(chart))


def _sent(couple: Couple, *, viewer: Viewer, zone: ZoneInfo) -> list[Said]:
    """What the therapist may read by now, of the exercises that are measures."""
    shares = (
        Share.objects.visible_to(viewer)
        .filter(
            couple=couple, couple__in=viewer.treats, therapist_from__lte=viewer.at, line="",
            assignment__version__exercise__slug__in=MEASURES,
        )
        .select_related("homework", "assignment")
        .defer("assignment__note", "assignment__details")
        .order_by("shared_at", "pk")
    )  # fmt: skip
    rows = list(shares)
    open_together(*rows)
    return [
        Said(
            row.author_id, row.assignment.version_id, row.step_key, row.value,
            _day(row.homework.finished_at or row.shared_at, zone),
        )
        for row in rows
    ]  # fmt: skip


def _charts_of_both(measured: Measured, who: dict[UUID, tuple[str, Mark]]) -> Iterator[tuple[str, Chart]]:
    for asked in asked_in(measured.content):
        lines = tuple(
            Line(name, mark, tuple(measured.values.get((asked.key, author), ())))
            for author, (name, mark) in who.items()
        )
        title = " · ".join(filter(None, (asked.item_label, asked.label)))
        yield f"{measured.slug}-{asked.key}", Chart(title, lines, asked.scale)


def _sessions(couple: Couple, viewer: Viewer, zone: ZoneInfo) -> tuple[date, ...]:
    """The days of both's sessions so far. Those with one of them alone stand in no picture of both."""
    rows = Appointment.objects.visible_to(viewer).standing().filter(couple=couple, alone__isnull=True)
    begun = rows.filter(starts_at__lte=viewer.at).order_by("starts_at").values_list("starts_at", flat=True)
    return tuple(at.astimezone(zone).date() for at in begun)


# --- one's own


def own_progress(*, viewer: Viewer) -> list[Section]:
    """
    The viewer's own alone, whoever else reads it, in words that do not judge. Four queries and the keys, however much.
    """
    zone = get_current_timezone()
    kept = (
        Reflection.objects.visible_to(viewer)
        .filter(homework__assignment__version__exercise__slug__in=MEASURES)
        .select_related("homework__assignment")
        .defer("homework__assignment__note", "homework__assignment__details")
        .order_by("written_at", "pk")
    )
    rows = list(kept)
    open_together(*rows)
    said = [
        Said(
            row.author_id, row.homework.assignment.version_id, row.step_key, row.value,
            _day(row.homework.finished_at or row.written_at, zone),
        )
        for row in rows
    ]  # fmt: skip
    sections = [
        Section(measured.content.title, tuple(_own_charts(measured, sorted(viewer.is_partner))))
        for measured in measured_in(said)
    ]
    sections.append(Section(_("Goals"), tuple(_goals(own_goals(viewer=viewer), _("You"), "a", zone))))
    return [
        replace(section, charts=tuple((key, _for_oneself(chart)) for key, chart in section.charts))
        for section in _on_one_axis(sections, None, _day(viewer.at, zone))
    ]


def _own_charts(measured: Measured, places: list[UUID]) -> Iterator[tuple[str, Chart]]:
    """What is asked of one thing twice, as it is and as it is wished, makes one picture."""
    names = {"": _("You"), "now": _("now"), "wished": _("wished")}
    together: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for asked in asked_in(measured.content):
        together[asked.step, asked.item].append(asked)
    for group in together.values():
        lines = tuple(
            Line(
                names.get(asked.column, asked.label), mark,
                tuple(point for place in places for point in measured.values.get((asked.key, place), ())),
            )
            for asked, mark in zip(group, MARKS, strict=False)
        )  # fmt: skip
        first = group[0]
        yield f"{measured.slug}-{first.step}-{first.item}", Chart(first.item_label or first.label, lines, first.scale)


def _for_oneself(chart: Chart) -> Chart:
    return replace(chart, note=" ".join(filter(None, (since_first(line, near=NEAR) for line in chart.lines))))


# --- both


def _goals(rows: list[GoalRow], name: str, mark: Mark, zone: tzinfo) -> Iterator[tuple[str, Chart]]:
    """Each goal by itself, from its first rating on: goals are never laid side by side."""
    scale = Scale(0, 10, _("Not there at all"), _("Just as I wrote it"))
    for row in rows:
        rated = tuple(Point(_day(rating.rated_at, zone), rating.point, rating.line) for rating in reversed(row.ratings))
        title = shorten(row.text, MOST_TITLE, placeholder="…")
        yield f"goal-{row.goal.pk}", Chart(title, (Line(name, mark, rated),), scale)


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _on_one_axis(sections: list[Section], since: date | None, today: date) -> list[Section]:
    """Every chart from the same first day to today; those in which nothing is left, are left out."""
    cut = [replace(one, charts=tuple((key, _since(chart, since)) for key, chart in one.charts)) for one in sections]
    days = [point.day for section in cut for _key, chart in section.charts for point in _points(chart)]
    span = (since or min(days, default=today), today)
    kept = (
        replace(one, charts=tuple((key, replace(chart, span=span)) for key, chart in one.charts if _points(chart)))
        for one in cut
    )
    return [section for section in kept if section.charts]


def _since(chart: Chart, since: date | None) -> Chart:
    if since is None:
        return chart
    lines = (replace(line, points=tuple(point for point in line.points if point.day >= since)) for line in chart.lines)
    return replace(chart, lines=tuple(lines))


def _points(chart: Chart) -> list[Point]:
    return [point for line in chart.lines for point in line.points]
