"""Forms for what a therapist writes to partners."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Partner
from exercises.forms import NoteForm
from exercises.text import written

BOTH = "both"
REPLY = 2_000  # characters of a reply


class ReplyForm(forms.Form):
    """To whom, and what. Nobody is chosen beforehand, and each choice says who does not learn of it."""

    to = forms.ChoiceField(
        label=_("Who will read this?"), widget=forms.RadioSelect, error_messages={"required": _("Choose who reads it.")}
    )  # fmt: skip
    text = forms.CharField(
        label=_("What you want to say"), max_length=REPLY, error_messages={"required": _("Write a few words.")},
        help_text=_("It comes with no box to answer in, and nothing tells you whether it was read."),
        widget=forms.Textarea(attrs={"rows": 6, "data-grow": True, "data-limit": REPLY, "dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, places: list[Partner], **kwargs: Any) -> None:
        self.places = {str(place.pk): place for place in places}
        super().__init__(*args, **kwargs)
        choices = [(pk, self.readers(pk)) for pk in self.places]
        if len(self.places) > 1:
            choices.append((BOTH, self.readers(BOTH)))
        to = cast(forms.ChoiceField, self.fields["to"])
        to.choices = choices
        to.error_messages["invalid_choice"] = _("They cannot be written to about this any more. Your text is kept.")

    def readers(self, to: str) -> str:
        """Who reads it, and who is told nothing: as it stands at the choice and on the page before sending."""
        names = [place.display_name for place in self.places.values()]
        if to == BOTH:
            sentence = _("{names}: the same words, and each is told that it is for both.")
            return sentence.format(names=" · ".join(names))
        name = self.places[to].display_name
        others = [other for other in names if other != name]
        if not others:
            return str(_("{name} alone.")).format(name=name)
        return str(_("{name} alone. {other} is told nothing of it.")).format(name=name, other=others[0])

    def clean_text(self) -> str:
        text = written(self.cleaned_data["text"])
        if text is None:
            raise forms.ValidationError(_("Write a few words."))
        return text

    def chosen(self) -> list[Partner]:
        """Whom it goes to."""
        to = self.cleaned_data["to"]
        return list(self.places.values()) if to == BOTH else [self.places[to]]


class JointNoteForm(NoteForm):
    """A note for both partners: as one's own in all but its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("For both")
