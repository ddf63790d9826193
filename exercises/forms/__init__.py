"""Validation, in sentences. Forms never save."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exercises.content import Step
from exercises.kinds import Value, kind_of
from exercises.queries.writing import Answer, OwnLine
from exercises.states import BEFORE_BOTH, CHOICES_IN, Audience, Frame
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
    def parts(self) -> Any:
        """The fields as the step's own template takes them apart."""
        return self.kind.parts(self.step, self)

    @property
    def row_count(self) -> int:
        return len({name.rpartition("-")[2] for name in self.fields}) if self.step.columns else 0

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of a table, row by row, under the name of each row."""
        labels = [item.label for item in self.step.items] or [
            str(_("Row {n}").format(n=n + 1)) for n in range(self.row_count)
        ]
        return [(label, [self[f"{column.key}-{n}"] for column in self.step.columns]) for n, label in enumerate(labels)]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields that belong together, under the label of each group."""
        return [(label, [self[name] for name in names]) for label, names in self.kind.groups(self.step)]

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


SHOW, HIDE = "show", "hide"
MUTUAL = {
    SHOW: _("It may be shown to the two of us and our therapist"),
    HIDE: _("Keep my part of it hidden. Nobody is told"),
}


class SharingForm(forms.Form):
    """Who can read an exercise: nothing chosen or ticked beforehand, the most private first."""

    def __init__(
        self, data: QueryDict | None = None, *, frame: Frame, answers: list[Answer], lays: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.answers = [answer for answer in answers if answer.is_shared]
        self.reaches_partner = Audience.PARTNER in CHOICES_IN[frame]
        self.reaches_both = bool({*BEFORE_BOTH} & {*CHOICES_IN[frame]})
        if lays:
            self.fields["mutual"] = forms.ChoiceField(
                label=_("And what you both say yes to?"),
                help_text=_("This is apart from the choice above."),
                choices=list(MUTUAL.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one. Until you do, nothing of it is shown.")},
            )
        offered = [(a.value, a.label) for a in CHOICES_IN[frame]]
        self.fields["audience"] = forms.ChoiceField(
            label=_("Who can read this?"),
            choices=offered,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose who can read this. Until you do, it is only for you.")},
        )
        for answer in self.answers:
            among = [one for one in offered if answer.offers or one[0] not in BEFORE_BOTH]
            self.fields[f"each-{answer.step.key}"] = forms.ChoiceField(
                label=answer.step.title, required=False, choices=[("", self._unless_chosen(answer)), *among]
            )
            lines = [(line.key, line.label) for line in answer.lines if line.text]
            if lines and self.reaches_partner:
                self.fields[f"open-{answer.step.key}"] = forms.MultipleChoiceField(
                    label=answer.step.title, required=False, choices=lines, widget=forms.CheckboxSelectMultiple
                )

    def _unless_chosen(self, answer: Answer) -> Any:
        """What becomes of an answer for which nothing is chosen by itself."""
        if not answer.follows:
            return _("Only me, unless I choose here")
        if self.reaches_both and not answer.offers:
            return _("As chosen above, but never before my partner")
        return _("As chosen above")

    def staying(self) -> list[Answer]:
        """The answers that stay with their author when all of the exercise is offered."""
        return [a for a in self.answers if self.reaches_both and a.follows and not a.offers]

    def check(self) -> Answer | None:
        """The private check, for which nothing but a choice of its own counts."""
        return next((answer for answer in self.answers if not answer.follows), None)

    @property
    def hides(self) -> bool:
        """Whether their part of what both say yes to stays hidden."""
        return self.cleaned_data.get("mutual") == HIDE

    def single(self) -> list[forms.BoundField]:
        """The fields for single answers."""
        return [self[f"each-{answer.step.key}"] for answer in self.answers]

    def lines(self) -> list[tuple[str, list[tuple[OwnLine, BoundWidget]]]]:
        """The lines that can be opened one by one, each with its box, under the heading of their step."""
        found = []
        for answer in self.answers:
            if f"open-{answer.step.key}" in self.fields:
                texts = [line for line in answer.lines if line.text]
                boxes = self[f"open-{answer.step.key}"].subwidgets
                found.append((answer.step.title, list(zip(texts, boxes, strict=True))))
        return found

    def chosen(self) -> tuple[Audience, dict[str, Audience], set[tuple[str, str]]]:
        """The readers of all of it, those of single steps by key, and the lines that are opened to the partner."""
        data = self.cleaned_data
        keys = [answer.step.key for answer in self.answers]
        each = {key: Audience(data[f"each-{key}"]) for key in keys if data[f"each-{key}"]}
        lines = {(key, line) for key in keys for line in data.get(f"open-{key}", ())}
        return Audience(data["audience"]), each, lines


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
