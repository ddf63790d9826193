"""Validation, in sentences. Forms never save."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exercises.content import Step
from exercises.kinds import Value, kind_of
from exercises.states import CHOICES_IN, Audience, Frame
from exercises.text import KEPT, MOST, tidy
from exercises.versions import Stamp


def tidied(data: QueryDict) -> QueryDict:
    """What a page sent, with every text tidied."""
    clean = QueryDict(mutable=True)
    for name, values in data.lists():
        clean.setlist(name, [tidy(value) for value in values])
    return clean


def number_in(data: QueryDict, name: str) -> int:
    """A count that a page sent. What is not a number counts as none."""
    sent = data.get(name, "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 0


def stamp_of(data: QueryDict) -> Stamp:
    """Which version, page and save a page says this is."""
    return Stamp(version=number_in(data, "version"), tab=tidy(data.get("tab", ""))[:36], seq=number_in(data, "seq"))


class StepForm(forms.Form):
    """One step of an exercise. `answer` is what was written, kept whether or not it may go on."""

    hide_optional = True  # every question is: the page says so once
    is_kept = True  # the problems of a text say that it is kept: where it is not, they are left unsaid

    def __init__(self, data: QueryDict | None = None, *, step: Step, value: Value = None, rows: int = 0) -> None:
        self.step, self.kind = step, kind_of(step)
        self.sent = tidied(data) if data is not None else QueryDict()
        self.answer: Value = self.kind.read(step, self.sent) if data is not None else value
        super().__init__(self.sent if data is not None else None, initial=self.kind.initial(step, value))
        many = len(self.answer) if isinstance(self.answer, list) else 0
        self.fields.update(self.kind.fields(step, rows=max(rows, many)))

    def clean(self) -> dict[str, Any]:
        problems = self.kind.problems(self.step, self.answer) if self.is_kept else {}
        for name, sentence in (self.too_much or problems).items():
            self.add_error(name, sentence)
        return self.cleaned_data

    @property
    def too_much(self) -> dict[str, str]:
        """What to say of each field that was sent with more than can be kept; none of it may be saved then."""
        sentence = _(
            "This is longer than {most:,} characters, more than can be kept. "
            "It is still on this page: shorten it, or copy it somewhere safe."
        )
        over = [name for name in self.fields if any(len(text) > KEPT for text in self.sent.getlist(name))]
        return {name: str(sentence).format(most=KEPT) for name in over}

    @property
    def row_count(self) -> int:
        return len({name.rpartition("-")[2] for name in self.fields}) if self.step.columns else 0

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of a table, row by row, under the name of each row."""
        labels = [item.label for item in self.step.items] or [
            str(_("Row {n}").format(n=n + 1)) for n in range(self.row_count)
        ]
        return [(label, [self[f"{column.key}-{n}"] for column in self.step.columns]) for n, label in enumerate(labels)]

    @property
    def has_room(self) -> bool:
        """Whether another row can be offered."""
        return bool(self.step.columns) and not self.step.items and self.row_count < self.step.max


HINTS = {
    Audience.ONLY_ME: _("Your therapist cannot open this."),
    Audience.THERAPIST: _("Your therapist can read it, in a little while. Your partner cannot."),
    Audience.SESSION: _("Your therapist can read it, and may open it when you are in the room together."),
    Audience.PARTNER: _("Offered to your partner. Nothing is asked back."),
}


class SharingForm(forms.Form):
    """Who can read an exercise: nothing chosen beforehand, the most private first."""

    def __init__(self, data: QueryDict | None = None, *, frame: Frame, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.steps = steps
        offered = [(a.value, a.label) for a in CHOICES_IN[frame]]
        self.fields["audience"] = forms.ChoiceField(
            label=_("Who can read this?"),
            choices=offered,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose who can read this. Until you do, it is only for you.")},
        )
        for step in steps:
            self.fields[f"each-{step.key}"] = forms.ChoiceField(
                label=step.title, required=False, choices=[("", _("As chosen above")), *offered]
            )

    def single(self) -> list[forms.BoundField]:
        """The fields for single answers."""
        return [self[f"each-{step.key}"] for step in self.steps]

    def chosen(self) -> tuple[Audience, dict[str, Audience]]:
        """The readers of all of it, and of single steps by key."""
        data = self.cleaned_data
        each = {s.key: Audience(data[f"each-{s.key}"]) for s in self.steps if data[f"each-{s.key}"]}
        return Audience(data["audience"]), each


class NoteForm(forms.Form):
    """A therapist's private note."""

    text = forms.CharField(
        label=_("Private note"), required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-grow": True, "data-limit": MOST, "dir": "auto"}),
    )  # fmt: skip

    def clean_text(self) -> str:
        text = tidy(self.cleaned_data["text"])
        if len(text) > MOST:
            raise forms.ValidationError(
                _("This note is longer than {most:,} characters. It is still on this page: make it shorter to save it.")
                .format(most=MOST)
            )  # fmt: skip
        return text
