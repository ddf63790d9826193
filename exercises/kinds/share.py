from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Step
from exercises.kinds.base import Shown, Value
from exercises.kinds.guess import ticked
from exercises.kinds.text import Prompt
from exercises.text import written


class Offer(Prompt):
    """
    One thing to tell the partner, one way, with nothing asked back; or to say aloud, with nothing typed.

    The answer holds `text`, `aloud`, or both. What is only to be said aloud has nothing in it to be read by anybody
    else: the partner hears it, or they do not.
    """

    name = "share"
    template = "exercises/steps/share.html"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        return {
            **super().fields(step, rows),
            "aloud": forms.BooleanField(label=_("I will say it aloud"), required=False),
        }

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        kept = value or {}
        return {"answer": kept.get("text"), "aloud": kept.get("aloud")}

    def read(self, step: Step, data: QueryDict) -> Value:
        text = written(data.get("answer", ""))
        return ({"text": text} if text else {}) | ({"aloud": True} if ticked(data, "aloud") else {}) or None

    def problems(self, step: Step, value: Value) -> dict[str, str]:
        return dict(super().problems(step, (value or {}).get("text")))

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        joined = {**theirs, **mine}
        one, other = theirs.get("text"), mine.get("text")
        if one and other and one != other:
            joined["text"] = super().join(step, one, other)
        return joined

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        kept = value or {}
        text = mine.get("text")
        has_text = not text or super().holds(step, kept.get("text"), text)
        return has_text and (not mine.get("aloud") or bool(kept.get("aloud")))

    def show(self, step: Step, value: Value) -> Shown:
        kept = value or {}
        return Shown(text=kept.get("text", ""), items=(_("I will say it aloud."),) if kept.get("aloud") else ())

    def offers(self, step: Step, value: Value) -> bool:
        return bool((value or {}).get("text"))
