"""Forms around a session: what a partner would like to raise, a line of the agenda, and what is summed up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exercises.states import Audience
from exercises.text import DETAIL, MOST, tidy, written

LINE = 300  # characters of a line of the agenda
MOST_MINUTES = 180
FEW_WORDS = _("Write a few words, or go back.")
NOTE_READERS = [
    (Audience.ONLY_ME.value, _("Only me")),
    (Audience.THERAPIST.value, _("My therapist, before the session")),
]


def _box(label: Any, most: int, rows: int, hint: Any = "", **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows, "data-grow": True, "data-limit": most, "dir": "auto"}), **kwargs,
    )  # fmt: skip


class RaiseForm(forms.Form):
    """Something to raise, and who hears of it beforehand. Left empty, there is nothing."""

    hide_optional = True
    text = _box(
        _("Something I’d like to raise"), MOST, 5, _("A word is enough. You can leave it empty."), required=False
    )
    audience = forms.ChoiceField(
        label=_("Who can read this?"), choices=NOTE_READERS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can read this. Until you do, nothing is kept.")},
    )  # fmt: skip

    def clean_text(self) -> str:
        return written(self.cleaned_data["text"]) or ""

    def audience_chosen(self) -> Audience:
        return Audience(self.cleaned_data["audience"])


class MinutesForm(forms.Form):
    """How long to stay with something, or no time at all."""

    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Enter a whole number from 1 to 180, or leave it empty.")
        ),
    )  # fmt: skip


class ItemForm(MinutesForm):
    """A line in the therapist's own words."""

    hide_optional = True
    text = forms.CharField(
        label=_("Something to talk about"), max_length=LINE, error_messages={"required": FEW_WORDS},
        help_text=_("In your own words. For you alone, until you publish it to both."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "data-limit": LINE}),
    )  # fmt: skip
    field_order = ["text", "minutes"]

    def clean_text(self) -> str:
        text = written(self.cleaned_data["text"])
        if text is None:
            raise forms.ValidationError(FEW_WORDS)
        return " ".join(text.split())


class SummaryForm(forms.Form):
    """Joint words for both, and what the next assignment begins from."""

    hide_optional = True
    text = _box(
        _("What we talked about"), MOST, 5,
        _("Both partners read the same words. Leave out what only one of them told you."),
        error_messages={"required": FEW_WORDS},
    )  # fmt: skip
    then = _box(
        _("What comes next"), DETAIL, 2, _("Both read this, too. The next assignment begins with it."), required=False
    )
    exercise = forms.ChoiceField(
        label=_("Exercise for the next assignment"), required=False, help_text=_("For you alone, until you assign it.")
    )

    def __init__(self, *args: Any, titles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"].choices = [("", _("None, for now")), *titles.items()]  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = written(self.cleaned_data["text"])
        if text is None:
            raise forms.ValidationError(FEW_WORDS)
        return text

    def clean_then(self) -> str:
        return tidy(self.cleaned_data["then"]).strip()
