"""Forms for instruments: taken in, described, answered for, asked and answered. Forms never save."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Membership, Partner
from exercises.models import Asking, Instrument
from exercises.scoring import Direction, Item, Norms
from exercises.states import Rhythm
from exercises.text import tidy

SOURCE, LICENCE = 500, 1000  # characters
DIRECTIONS = [
    (Direction.BETTER.value, _("More points mean doing better")),
    (Direction.WORSE.value, _("More points mean doing less well")),
    (Direction.NEITHER.value, _("Neither: it says how somebody is, and not how well")),
]


def _direction() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("What do more points mean?"), choices=DIRECTIONS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what more points mean. The manual says so.")},
    )  # fmt: skip


class TakeInForm(forms.Form):
    """A file, and what no file says."""

    file = forms.FileField(
        label=_("A file"), help_text=_("A FHIR Questionnaire (JSON), with a number for each option."),
        error_messages={
            "required": _("Choose a file."), "empty": _("The file is empty."), "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
        },
    )  # fmt: skip
    direction = _direction()

    def __init__(self, *args: Any, authors: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authors = authors
        if len(authors) > 1:
            choices = [(str(one.pk), one.clinic.name) for one in authors]
            self.fields["author"] = forms.ChoiceField(label=_("Clinic"), choices=choices)

    @property
    def author(self) -> Membership:
        sent = self.cleaned_data.get("author", "")
        return next((one for one in self.authors if str(one.pk) == sent), self.authors[0])


def _number(label: Any, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, required=False, max_digits=12, decimal_places=6,
        error_messages={"invalid": _("Write a number, such as 7.5.")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip


def _source(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=SOURCE,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": True, "dir": "auto"}),
    )  # fmt: skip


class NormsForm(forms.Form):
    """What is published about an instrument. Each number may be missing; none stands there without its source."""

    direction = _direction()
    most_missing = forms.IntegerField(
        label=_("How many answers of the total may be missing"), min_value=0, required=False,
        help_text=_("The total is then worked out from the others. With 0, one missing answer means no total."),
    )  # fmt: skip
    missing_source = _source(_("Where that is from"))
    sd = _number(_("Standard deviation"))
    reliability = _number(_("Reliability r"), _("From 0 to 1."))
    change_source = _source(_("Where these two are from"))
    clinical_mean = _number(_("Mean of people in treatment"))
    clinical_sd = _number(_("Standard deviation of people in treatment"))
    norm_mean = _number(_("Mean of people who are not"))
    norm_sd = _number(_("Standard deviation of people who are not"))
    groups_source = _source(_("Where these four are from"))
    cut_off = _number(_("Published cut-off"), _("Taken before one that is worked out from the four numbers above."))
    cut_off_source = _source(_("Where the cut-off is from"))

    GROUPS = {
        "missing": ("most_missing",),
        "change": ("sd", "reliability"),
        "groups": ("clinical_mean", "clinical_sd", "norm_mean", "norm_sd"),
        "cut_off": ("cut_off",),
    }
    DEVIATIONS = ("sd", "clinical_sd", "norm_sd")

    def __init__(self, data: Any = None, *, instrument: Instrument) -> None:
        self.instrument = instrument
        super().__init__(data, initial=self._initial(instrument))

    @staticmethod
    def _initial(instrument: Instrument) -> dict[str, Any]:
        norms = {name: _shown(Fraction(kept)) for name, kept in instrument.norms.items()}
        sources = {f"{name}_source": words for name, words in instrument.sources.items()}
        return {**norms, **sources, "direction": instrument.direction, "most_missing": instrument.most_missing}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name in self.DEVIATIONS:
            if data.get(name) is not None and data[name] <= 0:
                self.add_error(name, _("A standard deviation is more than 0."))
        r = data.get("reliability")
        if r is not None and not 0 <= r <= 1:
            self.add_error("reliability", _("A reliability is from 0 to 1."))
        items = len(self.instrument.sheet.total.links)
        if (data.get("most_missing") or 0) >= items:
            self.add_error("most_missing", _("At least one answer is needed for a total."))
        for group, names in self.GROUPS.items():
            source = data[f"{group}_source"] = tidy(data.get(f"{group}_source", "")).strip()
            if any(data.get(name) for name in names) and not source:
                self.add_error(f"{group}_source", _("Say where this is from: authors, year and page or table."))
        return data

    @property
    def norms(self) -> Norms:
        names = [name for group, names in self.GROUPS.items() if group != "missing" for name in names]
        sent = {name: self.cleaned_data.get(name) for name in names}
        return Norms(**{name: Fraction(value) for name, value in sent.items() if isinstance(value, Decimal)})

    @property
    def sources(self) -> dict[str, str]:
        found = {group: self.cleaned_data[f"{group}_source"] for group in self.GROUPS}
        return {group: words for group, words in found.items() if words}

    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """The fields that rest on one source, under what they are for."""
        told = {
            "missing": (_("Missing answers"), ""),
            "change": (_("Reliable change"), _("Without both, no change is called reliable, and no band is drawn.")),
            "groups": (_("Two groups"), _("With all four, a cut-off between them is worked out.")),
            "cut_off": (_("Cut-off"), ""),
        }
        return [
            (*told[group], [self[name] for name in (*names, f"{group}_source")]) for group, names in self.GROUPS.items()
        ]


def _shown(value: Fraction) -> str:
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


class LicenceForm(forms.Form):
    """Somebody answers, by name, for the right to use an instrument."""

    sure = forms.BooleanField(
        label=_("I have checked that our clinic may use this instrument, in these words, on a screen."),
        error_messages={"required": _("Tick this once you have checked it.")},
    )
    licence = forms.CharField(
        label=_("What the permission rests on"), max_length=LICENCE,
        help_text=_("For example: the licence and its date, a letter of the authors, or that it is free for this use."),
        error_messages={"required": _("Say what the permission rests on.")},
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": True, "dir": "auto"}),
    )  # fmt: skip

    def clean_licence(self) -> str:
        return tidy(self.cleaned_data["licence"]).strip()


class AskForm(forms.Form):
    """Which instrument, whom, and when."""

    instrument = forms.ChoiceField(label=_("Instrument"), error_messages={"required": _("Choose an instrument.")})
    partners = forms.MultipleChoiceField(
        label=_("Whom"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one.")}
    )
    rhythm = forms.ChoiceField(
        label=_("When"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.SESSION,
        error_messages={"required": _("Choose when.")},
    )  # fmt: skip
    weeks = forms.IntegerField(
        label=_("Every so many weeks"), required=False, min_value=1, max_value=52, initial=4,
        help_text=_("Only where it is asked every few weeks."),
    )  # fmt: skip

    def __init__(self, *args: Any, instruments: Sequence[Instrument], places: Sequence[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instruments, self.places = instruments, places
        self.fields["instrument"].choices = [(str(one.pk), one.title) for one in instruments]  # type: ignore[attr-defined]
        self.fields["partners"].choices = [(str(one.pk), one.display_name) for one in places]  # type: ignore[attr-defined]
        self.fields["partners"].initial = [str(one.pk) for one in places]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("rhythm") == Rhythm.WEEKS and "weeks" not in self.errors and not data.get("weeks"):
            self.add_error("weeks", _("Say how many weeks."))
        return data

    @property
    def chosen(self) -> tuple[Instrument, list[Partner]]:
        instrument = next(one for one in self.instruments if str(one.pk) == self.cleaned_data["instrument"])
        return instrument, [one for one in self.places if str(one.pk) in self.cleaned_data["partners"]]


class ItemForm(forms.Form):
    """One question. Nothing is required: going on without an answer is an answer, too."""

    hide_optional = True

    def __init__(self, *args: Any, item: Item, said: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=item.text, required=False, widget=forms.RadioSelect, initial=said,
            choices=[(option.code, option.label) for option in item.options],
            error_messages={"invalid_choice": _("Choose one of the answers on this page.")},
        )  # fmt: skip


def rhythm_in_words(asking: Asking) -> Any:
    """When somebody is asked, as the therapist reads it."""
    if asking.rhythm != Rhythm.WEEKS:
        return asking.get_rhythm_display()
    return _("Every week") if asking.weeks == 1 else _("Every {n} weeks").format(n=asking.weeks)
