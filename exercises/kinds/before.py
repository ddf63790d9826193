from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Step
from exercises.kinds.base import Kind, Shown, Value
from exercises.kinds.text import too_long
from exercises.states import BEFORE
from exercises.text import MOST, written

NUMBER = 0  # the page of the check, before the first step: it belongs to no exercise's own pages


def before_step() -> Step:
    """The private check before an offer goes out. The product asks it; no exercise's file can."""
    text = _("Two questions for you alone. You can leave them empty, or look at them only in your head.")
    return Step(key=BEFORE, kind=Before.name, title=_("Before you share"), text=text)


class Before(Kind):
    """
    What somebody hopes to hear back, and whether they would share it anyway: kept as a reflection of their own.

    It is never offered to the partner, and no choice about an exercise covers it: a therapist reads it where its author
    has chosen so for this alone.
    """

    name = "before"
    is_offered = False
    follows = False
    template = "exercises/steps/before.html"

    @property
    def anyway(self) -> dict[str, str]:
        """The answers to the second question."""
        return {"yes": _("Yes"), "no": _("No"), "unsure": _("I’m not sure")}

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        widget = forms.Textarea(attrs={"rows": 3, "data-grow": True, "data-limit": MOST, "dir": "auto"})
        return {
            "hoping": forms.CharField(label=_("What am I hoping to hear back?"), required=False, widget=widget),
            "anyway": forms.ChoiceField(
                label=_("Would I still share it if nothing came?"), required=False, choices=list(self.anyway.items()),
                widget=forms.RadioSelect,
            ),
        }  # fmt: skip

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return dict(value or {})

    def read(self, step: Step, data: QueryDict) -> Value:
        hoping, anyway = written(data.get("hoping", "")), data.get("anyway", "")
        kept = ({"hoping": hoping} if hoping else {}) | ({"anyway": anyway} if anyway in self.anyway else {})
        return kept or None

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        hoping = (value or {}).get("hoping", "")
        return {"hoping": too_long(hoping, MOST)} if len(hoping) > MOST else {}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        joined = {**theirs, **mine}
        if len({answer["anyway"] for answer in (theirs, mine) if "anyway" in answer}) > 1:
            return None
        texts = [answer["hoping"] for answer in (theirs, mine) if "hoping" in answer]
        if texts:
            joined["hoping"] = "\n\n".join(dict.fromkeys(texts))
        return joined

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        kept, hoping = value or {}, mine.get("hoping")
        has_text = not hoping or kept.get("hoping") == hoping or kept.get("hoping", "").endswith(f"\n\n{hoping}")
        return has_text and mine.get("anyway") in (None, kept.get("anyway"))

    def show(self, step: Step, value: Value) -> Shown:
        kept = value or {}
        labels = {name: str(field.label) for name, field in self.fields(step).items()}
        texts = {"hoping": kept.get("hoping", ""), "anyway": self.anyway.get(kept.get("anyway", ""), "")}
        cells = tuple((labels[name], text) for name, text in texts.items() if text)
        return Shown(rows=(("", cells),) if cells else ())
