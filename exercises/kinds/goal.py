from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Step
from exercises.kinds.base import Shown, Value
from exercises.kinds.text import Prompt
from exercises.text import written


class Goal(Prompt):
    """What it would look like if reached, with a tick to keep it as a goal. The answer is the text and the tick."""

    name = "goal"
    template = "exercises/steps/goal.html"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        keep = forms.BooleanField(
            label=_("Keep this as a goal"), required=False,
            help_text=_(
                "Once you finish and let your therapist read this answer, it becomes a goal in your goals. If you "
                "change the text here later, the goal stays as it is. If you keep it for yourself, it stays an answer."
            ),
        )  # fmt: skip
        return {**super().fields(step, rows), "keep": keep}

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return {"answer": value["text"], "keep": value["keep"]} if value else {}

    def read(self, step: Step, data: QueryDict) -> Value:
        text = written(data.get("answer", ""))
        return None if text is None else {"text": text, "keep": data.get("keep", "").lower() in {"on", "true"}}

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        return super().problems(step, value["text"]) if value else {}

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        return {"text": super().join(step, theirs["text"], mine["text"]), "keep": mine["keep"]}

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        if not value:
            return False
        return value["keep"] == mine["keep"] and super().holds(step, value["text"], mine["text"])

    def show(self, step: Step, value: Value) -> Shown:
        return Shown(text=value["text"] if value else "")
