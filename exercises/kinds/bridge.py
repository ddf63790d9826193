from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exercises.content import Step
from exercises.kinds.base import Kind, Laid, Shown, Value
from exercises.kinds.text import too_long
from exercises.states import LaidFor
from exercises.text import SHORT, written

BETWEEN = " / "


class Bridge(Kind):
    """
    One small step of one's own, and whether one agrees to it. Both halves are shown once each has agreed to theirs.

    The answer is the words of one's half, and whether they are agreed to.
    """

    name = "bridge"
    is_offered = False
    laid_for = LaidFor.BOTH
    lays_words = True
    template = "exercises/steps/bridge.html"
    who_reads = gettext_lazy(
        "Who will read this: only you, until you choose at the end. Apart from that, once you have each agreed to your "
        "own half, both halves can be shown to the two of you and your therapist."
    )

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        widget = forms.Textarea(attrs={"rows": 3, "data-grow": True, "data-limit": SHORT, "dir": "auto"})
        half = forms.CharField(label=_("My half: one small step of my own"), required=False, widget=widget)
        return {"half": half, "agreed": forms.BooleanField(label=_("I agree to my half as it is"), required=False)}

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return dict(value) if value else {}

    def read(self, step: Step, data: QueryDict) -> Value:
        half = written(data.get("half", ""))
        return {"half": half, "agreed": bool(data.get("agreed"))} if half else None

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        return {"half": too_long(value["half"], SHORT)} if value and len(value["half"]) > SHORT else {}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        """One after the other: words that nobody has agreed to yet."""
        return {"half": f"{theirs['half']}{BETWEEN}{mine['half']}", "agreed": False}

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        return bool(value and (value == mine or value["half"].endswith(f"{BETWEEN}{mine['half']}")))

    def laid(self, step: Step, value: Value) -> Laid:
        if not value or not value["agreed"] or len(value["half"]) > SHORT:
            return Laid()
        return Laid(is_there=True, words=value["half"])

    def show(self, step: Step, value: Value) -> Shown:
        if not value:
            return Shown()
        return Shown(text=value["half"], items=(_("I agree to my half"),) if value["agreed"] else ())
