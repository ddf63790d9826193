"""What every kind of step can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise

from exercises.content import Step
from exercises.states import LaidFor

Value = Any  # JSON: text, a number, a key, a list of keys, or a table
Table = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Shown:
    """An answer made ready for reading: running text, a list, or rows of (row label, ((column, text), ...))."""

    text: str = ""
    items: tuple[str, ...] = ()
    rows: Table = ()


class Line(NamedTuple):
    """One line of an answer, in its author's own words, that can be opened to the partner by itself."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Laid:
    """
    What an answer lays beside the other partner's. Of a step of both sides only what both lay alike is ever seen, and
    only where both have laid something (`is_there`). `items` has each of the step's items in their order: whether it is
    a yes, and whether it is a yes or a maybe that may count. `words` are shown where both are there.
    """

    is_there: bool = False
    items: tuple[tuple[bool, bool], ...] = ()
    words: str = ""


class Kind:
    """
    One kind of step. `answer` is the name of its field, where it has but one. What a file may say of such a step stands
    in `exercises/content/kinds/<name>.json`.
    """

    name = ""
    asks = True  # whether there is anything to answer
    is_offered = True  # whether a whole answer may be offered to the partner
    follows = True  # whether who reads all of an exercise reads this, where nothing is chosen for it by itself
    is_shared = True  # whether anybody but its author may read the answer at all
    laid_for: LaidFor | None = None  # whether an answer is laid beside the other partner's, and who sees what is alike
    lays_words = False  # whether words are laid with it, shown where both are there
    who_reads: str | Promise = ""  # said beside the field where it is more than "only you, until you choose"
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

    def laid(self, step: Step, value: Value) -> Laid:
        """What an answer lays beside the other partner's, where `laid_for` says that it does."""
        raise NotImplementedError

    def parts(self, step: Step, form: forms.Form) -> Any:
        """The fields of the step as its template takes them apart, where they are more than a list."""
        return None

    def show(self, step: Step, value: Value) -> Shown:
        """The answer for reading."""
        raise NotImplementedError

    def offers(self, step: Step, value: Value) -> bool:
        """Whether there is something in an answer that the partner could read, were it offered whole."""
        return self.is_offered

    def own_lines(self, step: Step, value: Value) -> list[Line]:
        """The lines with words in them that their author can open to the partner one by one."""
        return []

    def line_label(self, step: Step, key: str) -> str:
        """What a line is called, for whoever reads it alone."""
        return ""

    def groups(self, step: Step) -> list[tuple[str, list[str]]]:
        """The fields that belong together on the page, by their names, under the label of each group."""
        return []

    def export(self, step: Step, value: Value) -> list[tuple[str, str]]:
        """The answer as lines of a table that stands by itself: what was asked, and what was answered."""
        shown = self.show(step, value)
        lines = [(step.title, text) for text in (shown.text, *shown.items) if text]
        return lines + [
            (" · ".join(filter(None, (step.title, row, column))), text)
            for row, cells in shown.rows
            for column, text in cells
        ]
