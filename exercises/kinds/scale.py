from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Column, Step
from exercises.kinds.base import Kind, Shown, Value


def points(of: Step | Column) -> range:
    """The numbers of a scale: 0 to 10 where there are eleven, otherwise from 1."""
    return range(11) if of.points == 11 else range(1, of.points + 1)


class ScaleSelect(forms.RadioSelect):
    """Radio buttons in a row, with words at both ends."""

    template_name = "exercises/widgets/scale.html"

    def __init__(self, of: Step | Column) -> None:
        super().__init__()
        self.of = of

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "low": self.of.low, "middle": self.of.middle, "high": self.of.high}


def scale_field(of: Step | Column, label: str, hint: str = "") -> forms.Field:
    """A field for one point of a scale."""
    choices = [(str(n), str(n)) for n in points(of)]
    return forms.ChoiceField(label=label, help_text=hint, required=False, choices=choices, widget=ScaleSelect(of))


def read_point(of: Step | Column, sent: str) -> int | None:
    """The point that was sent, if it is one of the scale's."""
    known = sent.isascii() and sent.isdecimal() and len(sent) < 3 and int(sent) in points(of)
    return int(sent) if known else None


def show_point(of: Step | Column, value: int) -> str:
    """The number with its meaning, so that it can be read without the scale."""
    first, last = points(of)[0], points(of)[-1]
    return _("{value}, on a line from {first} ({low}) to {last} ({high})").format(
        value=value, first=first, low=of.low, last=last, high=of.high
    )


class Scale(Kind):
    """A number between two labelled ends."""

    name = "scale"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        return {"answer": scale_field(step, step.title, step.hint)}

    def read(self, step: Step, data: QueryDict) -> Value:
        return read_point(step, data.get("answer", ""))

    def show(self, step: Step, value: Value) -> Shown:
        return Shown(text="" if value is None else show_point(step, value))
