"""What every kind of step can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from exercises.content import Step

Value = Any  # JSON: text, a number, a key, a list of keys, or a table
Table = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Shown:
    """An answer made ready for reading: running text, a list, or rows of (row label, ((column, text), ...))."""

    text: str = ""
    items: tuple[str, ...] = ()
    rows: Table = ()


class Kind:
    """
    One kind of step. `answer` is the name of its field, where it has but one. What a file may say of such a step stands
    in `exercises/content/kinds/<name>.json`.
    """

    name = ""
    asks = True  # whether there is anything to answer
    is_offered = True  # whether a whole answer may be offered to the partner
    template = "exercises/steps/field.html"  # the part of the page that asks
    script = ""  # a module in static/js that its page needs
    page = ""  # the URL of a page of its own, in place of the page of a step

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        """The form fields of the step; `rows` is how many rows a table offers at least."""
        return {}

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        """What the fields show for a kept answer."""
        return {"answer": value}

    def read(self, step: Step, data: QueryDict) -> Value:
        """The answer in what a page sent, without judging it; None when there is none."""
        raise NotImplementedError

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        """What stands in the way of going on, as a sentence for each field."""
        return {}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        """Two answers of one person in one; None where one of them would have to give way."""
        return None

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        """Whether all of an answer of mine stands in this one already, as after joining the two."""
        return bool(value == mine)

    def show(self, step: Step, value: Value) -> Shown:
        """The answer for reading."""
        raise NotImplementedError

    def export(self, step: Step, value: Value) -> list[tuple[str, str]]:
        """The answer as lines of a table that stands by itself: what was asked, and what was answered."""
        shown = self.show(step, value)
        lines = [(step.title, text) for text in (shown.text, *shown.items) if text]
        return lines + [
            (" · ".join(filter(None, (step.title, row, column))), text)
            for row, cells in shown.rows
            for column, text in cells
        ]
