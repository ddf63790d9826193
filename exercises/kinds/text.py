from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Step
from exercises.kinds.base import Kind, Shown, Value
from exercises.text import MOST, SHORT, written


def too_long(text: str, most: int) -> str:
    """The sentence that says how far a text is over its limit, and that it is kept."""
    sentence = _(
        "This is {over:,} characters longer than the {most:,} that fit here. "
        "It is kept as it is: make it shorter to go on."
    )
    return sentence.format(over=len(text) - most, most=most)


class Prompt(Kind):
    """A long text, in a box that grows."""

    name = "prompt"
    most = MOST
    lines = 8
    between = "\n\n"  # two texts that are joined

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        widget = forms.Textarea(attrs={"rows": self.lines, "data-grow": True, "data-limit": self.most, "dir": "auto"})
        return {"answer": forms.CharField(label=step.title, help_text=step.hint, required=False, widget=widget)}

    def read(self, step: Step, data: QueryDict) -> Value:
        return written(data.get("answer", ""))

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        if value and len(value) > self.most:
            return {"answer": too_long(value, self.most)}
        return {}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        return f"{theirs}{self.between}{mine}"

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        return value == mine or (value or "").endswith(f"{self.between}{mine}")

    def show(self, step: Step, value: Value) -> Shown:
        return Shown(text=value or "")


class Short(Prompt):
    """A line."""

    name = "short"
    most = SHORT
    between = " / "

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        widget = forms.TextInput(attrs={"data-limit": self.most, "dir": "auto", "autocomplete": "off"})
        return {"answer": forms.CharField(label=step.title, help_text=step.hint, required=False, widget=widget)}
