from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from exercises.content import Step
from exercises.kinds.base import Kind, Laid, Shown, Value
from exercises.states import LaidFor

READY = "ready"
ANSWERS = {
    READY: gettext_lazy("I am ready for the next step"),
    "stay": gettext_lazy("I would like to stay here"),
    "back": gettext_lazy("I would like to step back"),
}


class Readiness(Kind):
    """Whether one is ready for what comes next. Nobody reads the answer; the therapist learns when both are."""

    name = "readiness"
    is_offered = is_shared = False
    laid_for = LaidFor.THERAPIST
    who_reads = gettext_lazy(
        "Who will read this: nobody but you, whatever you choose at the end. Your therapist is told when both of you "
        "are ready, and never who is not."
    )

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        return {
            "answer": forms.ChoiceField(
                label=step.title, help_text=step.hint, required=False, choices=list(ANSWERS.items()),
                widget=forms.RadioSelect,
            )
        }  # fmt: skip

    def read(self, step: Step, data: QueryDict) -> Value:
        sent = data.get("answer", "")
        return sent if sent in ANSWERS else None

    def laid(self, step: Step, value: Value) -> Laid:
        return Laid(is_there=value == READY)

    def show(self, step: Step, value: Value) -> Shown:
        return Shown(text=str(ANSWERS[value]) if value in ANSWERS else "")
