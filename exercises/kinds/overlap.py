from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exercises.content import Step
from exercises.kinds.base import Kind, Laid, Shown, Value
from exercises.states import LaidFor

YES, MAYBE, NO = "yes", "maybe", "no"
MARKS = {YES: gettext_lazy("Yes"), MAYBE: gettext_lazy("Maybe"), NO: gettext_lazy("No")}


class MarkSelect(forms.RadioSelect):
    """Radio buttons in a row."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "scale"})


class Overlap(Kind):
    """
    Yes, maybe or no to each of several things, marked in private. What both marked yes is shown to both, once.

    The answer is the marks by the items' keys, and whether a maybe may count where the other one allows it, too.
    """

    name = "overlap"
    is_offered = False
    laid_for = LaidFor.BOTH
    template = "exercises/steps/overlap.html"
    who_reads = gettext_lazy(
        "Who will read this: only you, until you choose at the end. Apart from that, what you both say yes to can be "
        "shown to the two of you and your therapist."
    )

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        marks: dict[str, forms.Field] = {
            f"mark-{item.key}": forms.ChoiceField(
                label=item.label, required=False, choices=list(MARKS.items()), widget=MarkSelect
            )
            for item in step.items
        }
        return marks | {
            "maybe": forms.BooleanField(
                label=_("A maybe may count, where the other one allows it, too"), required=False
            )
        }  # fmt: skip

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        kept = value or {"marks": {}, "maybe": False}
        return {**{f"mark-{key}": mark for key, mark in kept["marks"].items()}, "maybe": kept["maybe"]}

    def read(self, step: Step, data: QueryDict) -> Value:
        sent = {item.key: data.get(f"mark-{item.key}", "") for item in step.items}
        marks = {key: mark for key, mark in sent.items() if mark in MARKS}
        return {"marks": marks, "maybe": bool(data.get("maybe"))} if marks else None

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        """Marks of both; where one thing was marked in two ways, one has to give way. A maybe counts if both say so."""
        one, other = theirs["marks"], mine["marks"]
        if any(one[key] != other[key] for key in one.keys() & other.keys()):
            return None
        marks = {item.key: {**one, **other}[item.key] for item in step.items if item.key in one or item.key in other}
        return {"marks": marks, "maybe": theirs["maybe"] and mine["maybe"]}

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        return bool(value and mine["marks"].items() <= value["marks"].items() and value["maybe"] <= mine["maybe"])

    def laid(self, step: Step, value: Value) -> Laid:
        marks, maybe = (value["marks"], value["maybe"]) if value else ({}, False)
        marked = [marks.get(item.key) for item in step.items]
        items = tuple((mark == YES, maybe and mark in {YES, MAYBE}) for mark in marked)
        return Laid(is_there=any(map(any, items)), items=items)

    def show(self, step: Step, value: Value) -> Shown:
        if not value:
            return Shown()
        marks = value["marks"]
        lines = [f"{item.label}: {MARKS[marks[item.key]]}" for item in step.items if item.key in marks]
        return Shown(items=(*lines, *([_("A maybe may count")] if value["maybe"] else [])))
