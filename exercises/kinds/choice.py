from typing import Any

from django import forms
from django.http import QueryDict

from exercises.content import Column, Step
from exercises.kinds.base import Kind, Shown, Value


def labels(of: Step | Column) -> dict[str, str]:
    """What each key stands for."""
    return {option.key: option.label for option in of.options}


class Choice(Kind):
    """One of several."""

    name = "choice"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        return {
            "answer": forms.ChoiceField(
                label=step.title, help_text=step.hint, required=False, choices=list(labels(step).items()),
                widget=forms.RadioSelect,
            )
        }  # fmt: skip

    def read(self, step: Step, data: QueryDict) -> Value:
        sent = data.get("answer", "")
        return sent if sent in labels(step) else None

    def show(self, step: Step, value: Value) -> Shown:
        return Shown(text=labels(step).get(value, "") if value else "")


class Choices(Kind):
    """Any number of several."""

    name = "choices"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        return {
            "answer": forms.MultipleChoiceField(
                label=step.title, help_text=step.hint, required=False, choices=list(labels(step).items()),
                widget=forms.CheckboxSelectMultiple,
            )
        }  # fmt: skip

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return {"answer": value or []}

    def read(self, step: Step, data: QueryDict) -> Value:
        sent = set(data.getlist("answer"))
        return [option.key for option in step.options if option.key in sent] or None

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        return [option.key for option in step.options if option.key in theirs or option.key in mine]

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        return set(mine) <= set(value or [])

    def show(self, step: Step, value: Value) -> Shown:
        known = labels(step)
        return Shown(items=tuple(known[key] for key in value or [] if key in known))


class Checklist(Choices):
    """Things to tick off as done."""

    name = "checklist"
