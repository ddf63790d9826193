"""What a chart says to whoever does not see it; and how one value stands to another, without a judgement."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from exercises.charts.lettering import number
from exercises.charts.shapes import Chart, Line, Scale


def day_in_words(day: date) -> str:
    return str(date_format(day, "j F Y"))


def compared(first: float, last: float, *, near: float = 0) -> str:
    """One word for the way from one value to another; less than `near`, or as much, counts as none."""
    if abs(last - first) <= near:
        return pgettext("a value, beside an earlier one", "about the same") if near else _("the same")
    if last > first:
        return pgettext("a value, beside an earlier one", "higher")
    return pgettext("a value, beside an earlier one", "lower")


def way(first: float, last: float) -> str:
    """As in “17 → 23, higher”."""
    return _("{first} → {last}, {compared}").format(
        first=number(first), last=number(last), compared=compared(first, last)
    )


def scale_in_words(scale: Scale) -> str:
    """What the numbers can be, and what they mean."""
    low, high = number(scale.low), number(scale.high)
    if scale.low_words and scale.high_words:
        words = _("{low} is “{low_words}”, {high} is “{high_words}”.")
        return words.format(low=low, high=high, low_words=scale.low_words, high_words=scale.high_words)
    return _("The scale runs from {low} to {high}.").format(low=low, high=high)


def line_in_words(line: Line) -> str:
    """One sentence about a line that has values."""
    points = line.in_time
    first, last = points[0], points[-1]
    if len(points) == 1:
        words = _("{name}: {value} on {day}.")
        return words.format(name=line.name, value=number(last.value), day=day_in_words(last.day))
    values = [point.value for point in points]
    words = ngettext(
        "{name}: {n} value between {least} and {most}, first {first} on {began}, last {last} on {ended}, {compared}.",
        "{name}: {n} values between {least} and {most}, first {first} on {began}, last {last} on {ended}, {compared}.",
        len(points),
    )
    return words.format(
        name=line.name, n=len(points), least=number(min(values)), most=number(max(values)),
        first=number(first.value), began=day_in_words(first.day), last=number(last.value),
        ended=day_in_words(last.day), compared=compared(first.value, last.value),
    )  # fmt: skip


def described(chart: Chart, sessions: int) -> str:
    """All that is to be seen in the picture, for whoever hears it."""
    said = [line_in_words(line) for line in chart.lines if line.points]
    said.append(_("The scale runs from {low} to {high}.").format(
        low=number(chart.scale.low), high=number(chart.scale.high)
    ))  # fmt: skip
    if sessions:
        said.append(ngettext("{n} session is marked.", "{n} sessions are marked.", sessions).format(n=sessions))
    return " ".join(said)


def caption(chart: Chart) -> list[str]:
    """What stands above the picture: what there is to say of it, and what its numbers mean."""
    return [one for one in (chart.note, scale_in_words(chart.scale)) if one]


def sources(chart: Chart, sessions: int) -> list[str]:
    """What stands under it: whatever is drawn beside the lines, and where it comes from."""
    said = []
    if chart.cutoff:
        words = _("Dotted line: {words}, {value}. Source: {source}.")
        said.append(
            words.format(words=chart.cutoff.words, value=number(chart.cutoff.value), source=chart.cutoff.source)
        )
    for line in chart.lines:
        if band := chart.bands.get(line.mark):
            words = _("Shaded, for {name}: {words}, {low} to {high}. Source: {source}.")
            said.append(words.format(
                name=line.name, words=band.words, low=number(band.low), high=number(band.high), source=band.source
            ))  # fmt: skip
    if sessions:
        said.append(_("The small marks under the picture are sessions."))
    return said


def ways_in_words(chart: Chart) -> str:
    """For a therapist: the way of each line, one beside the other in the order of the chart."""
    said = []
    for line in chart.lines:
        if len(points := line.in_time) > 1:
            words = _("{name}: {way}")
            said.append(words.format(name=line.name, way=way(points[0].value, points[-1].value)))
    return " · ".join(said)


def since_first(line: Line, *, near: float) -> str:
    """For whoever it is about: how the last value stands to the first, and nothing of what that would mean."""
    points = line.in_time
    if len(points) < 2:
        return ""
    first, last = points[0].value, points[-1].value
    if abs(last - first) <= near:
        words = _("{name}: {first} at first, {last} the last time. That is about the same.")
    elif last > first:
        words = _("{name}: {first} at first, {last} the last time. That is higher than at first.")
    else:
        words = _("{name}: {first} at first, {last} the last time. That is lower than at first.")
    return words.format(name=line.name, first=number(first), last=number(last))
