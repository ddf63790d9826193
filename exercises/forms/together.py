"""Forms for what somebody would rather have, for resting, goals and agreements."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises.content import Column, Step
from exercises.kinds.scale import scale_field
from exercises.states import SETS_ASIDE, Instead, Rest
from exercises.text import MOST, REASON, SHORT, tidy, written

TERM = 1_000  # characters of one term of an agreement


def _box(label: Any, most: int, *, rows: int = 3, hint: Any = "", required: Any = "") -> forms.CharField:
    """A box that grows. `required` is what to say where it was left empty."""
    return forms.CharField(
        label=label, required=bool(required), max_length=most, help_text=hint, error_messages={"required": required},
        widget=forms.Textarea(attrs={"rows": rows, "data-grow": True, "data-limit": most, "dir": "auto"}),
    )  # fmt: skip


class WishForm(forms.Form):
    """What somebody would rather have: nothing chosen beforehand, and no reason needed."""

    hide_optional = True
    instead = forms.ChoiceField(
        label=_("What would suit you better?"), choices=Instead.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one, or go back.")},
    )  # fmt: skip
    reason = _box(
        _("If you would like to say why"), REASON, hint=_("You do not need a reason. Leave it empty if you like.")
    )

    def clean_reason(self) -> str:
        return written(self.cleaned_data["reason"]) or ""


INSTEAD_HINTS = {
    instead: _("The exercise is set aside. You can pick it up again whenever you like.")
    if instead in SETS_ASIDE
    else _("The exercise stays open.")
    for instead in Instead
}


class RestForm(forms.Form):
    """How long somebody rests."""

    hide_optional = True
    lasts = forms.ChoiceField(
        label=_("How long?"), choices=Rest.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one, or go back.")},
    )  # fmt: skip


class GoalForm(forms.Form):
    """A goal in somebody's own words."""

    hide_optional = True
    text = _box(
        _("What would it look like if it were reached?"), MOST, rows=4,
        hint=_("A day, a moment, a small thing you would notice. In your own words."),
        required=_("Write a few words, or go back."),
    )  # fmt: skip

    def clean_text(self) -> str:
        text = written(self.cleaned_data["text"])
        if text is None:
            raise forms.ValidationError(_("Write a few words, or go back."))
        return text


class RatingForm(forms.Form):
    """How near a goal is, today."""

    hide_optional = True
    line = forms.CharField(
        label=_("A line about it, if you like"), required=False, max_length=SHORT,
        widget=forms.TextInput(attrs={"data-limit": SHORT, "dir": "auto", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = Column(
            key="point", label="", kind="scale", low=gettext("Not there at all"), high=gettext("Just as I wrote it"),
            points=11,
        )  # fmt: skip
        point = scale_field(ends, gettext("How near is it, today?"))
        point.required = True
        point.error_messages["required"] = gettext("Choose a number, or leave it for another day.")
        self.fields = {"point": point, **self.fields}

    def clean_line(self) -> str:
        return tidy(self.cleaned_data["line"]).strip()


class TermsForm(forms.Form):
    """The terms of an agreement, one box each; a term may stay empty."""

    hide_optional = True

    def __init__(self, data: QueryDict | None = None, *, step: Step, terms: Any) -> None:
        self.step = step
        super().__init__(data, initial={f"term-{key}": text for key, text in terms.items()})
        for item in step.items:
            self.fields[f"term-{item.key}"] = _box(item.label, TERM, rows=2)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.terms():
            raise forms.ValidationError(_("Write down at least one of these, or go back."))
        return self.cleaned_data

    def terms(self) -> dict[str, str]:
        """What was written, by the key of each term."""
        sent = {item.key: written(self.cleaned_data.get(f"term-{item.key}", "")) for item in self.step.items}
        return {key: text for key, text in sent.items() if text is not None}
