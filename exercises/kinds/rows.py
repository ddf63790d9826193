from collections.abc import Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from exercises.content import Column, Step
from exercises.kinds.base import Kind, Shown, Value
from exercises.kinds.choice import labels
from exercises.kinds.scale import read_point, scale_field, show_point
from exercises.kinds.text import too_long
from exercises.text import MOST, SHORT, written

MOST_OF = {"short": SHORT, "prompt": MOST}
BETWEEN = {"short": " / ", "prompt": "\n\n"}  # two texts that are joined
TYPED = 40  # characters that are kept of a date that cannot be read


class DayInput(forms.DateInput):
    """A calendar field; a line of text where what was typed is no day, as a calendar field would show nothing."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        day = _day(value) if value else None
        context = super().get_context(name, day.isoformat() if day else value, attrs)
        if value and not day:
            context["widget"]["type"] = "text"
        return context


class Rows(Kind):
    """
    A small table: one row for each of the step's items, or as many as are wanted.

    The answer is a list of rows in the order of the page; a row is a column's key with what stands there.
    """

    name = "rows"
    template = "exercises/steps/rows.html"

    def how_many(self, step: Step, value: Value, rows: int = 0) -> int:
        """How many rows the page shows."""
        if step.items:
            return len(step.items)
        return min(step.max, max(step.count, rows, len(value or [])))

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        offered = self.how_many(step, None, rows)
        return {f"{column.key}-{n}": _field(column) for n in range(offered) for column in step.columns}

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return {f"{key}-{n}": cell for n, row in enumerate(value or []) for key, cell in row.items()}

    def read(self, step: Step, data: QueryDict) -> Value:
        most = len(step.items) or step.max
        rows = [
            {column.key: cell for column in step.columns if (cell := _read(column, data.get(f"{column.key}-{n}", "")))}
            for n in range(most)
        ]
        while rows and not rows[-1]:
            rows.pop()
        return rows or None

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        return {
            f"{column.key}-{n}": sentence
            for n, row in enumerate(value or [])
            for column in step.columns
            if (sentence := _problem(column, row.get(column.key, "")))
        }

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        """Row by row where rows have names, otherwise one table after the other as far as there is room."""
        if not step.items:
            rows = [row for row in theirs + [row for row in mine if row not in theirs] if row]
            return rows if len(rows) <= step.max else None
        blank: dict[str, str] = {}
        rows = [_both(step, one, other) for one, other in zip_longest(theirs, mine, fillvalue=blank)]
        return None if None in rows else rows

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        rows = value or []
        if not step.items:
            return all(row in rows for row in mine if row)
        return len(mine) <= len(rows) and all(_holds(step, *pair) for pair in zip(rows, mine, strict=False))

    def show(self, step: Step, value: Value) -> Shown:
        shown = []
        for n, row in enumerate(value or []):
            label = step.items[n].label if step.items else ""
            cells = tuple((c.label, _show(c, row[c.key])) for c in step.columns if c.key in row)
            if cells:
                shown.append((label, cells))
        return Shown(rows=tuple(shown))

    def row_label(self, step: Step, n: int) -> str:
        """What a row is called on the page."""
        return step.items[n].label if step.items else _("Row {n}").format(n=n + 1)


def _both(step: Step, theirs: dict[str, str], mine: dict[str, str]) -> dict[str, str] | None:
    joined = {**theirs, **mine}
    for column in step.columns:
        one, other = theirs.get(column.key), mine.get(column.key)
        if one is None or other is None or one == other:
            continue
        if column.kind not in MOST_OF:
            return None
        joined[column.key] = BETWEEN[column.kind].join([one, other])
    return joined


def _holds(step: Step, row: dict[str, str], mine: dict[str, str]) -> bool:
    ends = {column.key: BETWEEN[column.kind] for column in step.columns if column.kind in BETWEEN}
    return all(
        row.get(key) == cell or (key in ends and row.get(key, "").endswith(f"{ends[key]}{cell}"))
        for key, cell in mine.items()
    )


def _problem(column: Column, cell: str) -> str:
    if column.kind in MOST_OF and len(cell) > MOST_OF[column.kind]:
        return too_long(cell, MOST_OF[column.kind])
    if column.kind == "date" and cell and _day(cell) is None:
        return _("Write the date as in 2027-03-31, or leave it empty.")
    return ""


def _field(column: Column) -> forms.Field:
    if column.kind == "scale":
        return scale_field(column, column.label)
    if column.kind == "choice":
        choices = list(labels(column).items())
        return forms.ChoiceField(label=column.label, required=False, choices=choices, widget=forms.RadioSelect)
    widget: forms.Widget = forms.TextInput(attrs={"data-limit": SHORT, "dir": "auto", "autocomplete": "off"})
    if column.kind == "date":
        widget = DayInput(attrs={"type": "date"})
    if column.kind == "prompt":
        widget = forms.Textarea(attrs={"rows": 3, "data-grow": True, "data-limit": MOST, "dir": "auto"})
    return forms.CharField(label=column.label, required=False, widget=widget)


def _read(column: Column, sent: str) -> Value:
    if column.kind == "scale":
        point = read_point(column, sent)
        return None if point is None else str(point)
    if column.kind == "choice":
        return sent if sent in labels(column) else None
    if column.kind == "date":
        typed = sent.strip()[:TYPED].strip()
        day = _day(typed)
        return day.isoformat() if day else typed or None
    return written(sent)


def _show(column: Column, cell: str) -> str:
    if column.kind == "scale":
        return show_point(column, int(cell))
    if column.kind == "choice":
        return labels(column).get(cell, "")
    day = _day(cell) if column.kind == "date" else None
    return date_format(day, "j F Y") if day else cell


def _day(sent: str) -> date | None:
    try:
        return parse_date(sent)
    except ValueError:
        return None
