"""The values of charts as a table for a file: numbers as numbers, days in the order that machines read."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from exercises.charts.shapes import Chart


def table(charts: Iterable[Chart]) -> Iterator[list[str | float]]:
    """One row for each value, the charts one after the other, each in the order of time."""
    yield [_("What"), _("Who"), _("Day"), _("Value"), _("Lowest"), _("Highest"), _("Words")]
    for chart in charts:
        for line in chart.lines:
            for point in line.in_time:
                low, high = chart.scale.low, chart.scale.high
                yield [chart.title, line.name, point.day.isoformat(), point.value, low, high, point.words]
