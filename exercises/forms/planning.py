"""Starting a programme, and another exercise in its place. Forms never save."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from exercises.content import Item, Sequence
from exercises.forms.assigning import Known, PartnersForm, day_field, reason_field
from exercises.models import ExerciseVersion
from exercises.policies import giving
from exercises.policies.giving import Concern
from exercises.recurrence import today_in
from exercises.text import tidy


@dataclass(frozen=True)
class ItemChoice:
    """One item of a programme, with what speaks against it for whom it would be."""

    item: Item
    version: ExerciseVersion | None
    concerns: list[Concern]
    is_left_out: bool

    @property
    def is_refused(self) -> bool:
        return self.version is None or any(concern.code == "not_now" for concern in self.concerns)


class StartForm(PartnersForm):
    """To whom, from when, and without what."""

    start_on = day_field(_("From"), _("The first exercises open on this day, in each partner’s own time zone."))
    leave_out = forms.MultipleChoiceField(label=_("Leave out"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, sequence: Sequence, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        self.sequence = sequence
        self.fields["leave_out"].choices = [(item.key, item.exercise) for item in sequence.items]  # type: ignore[attr-defined]

    def choices(self) -> list[ItemChoice]:
        """Every item, as it stands with what is chosen just now."""
        chosen, left_out = {seat.pk for seat in self.seats()}, self["leave_out"].value() or []
        found = []
        for item in self.sequence.items:
            version = self.known.versions.get(item.exercise)
            against = list(giving.concerns(version.content, self.known.care, chosen)) if version and chosen else []
            found.append(ItemChoice(item, version, against, item.key in left_out))
        return found

    def clean_start_on(self) -> Any:
        today = today_in(ZoneInfo(self.known.couple.time_zone), at=self.known.at)
        day = self.cleaned_data["start_on"] or today
        if day < today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = [choice for choice in self.choices() if not choice.is_left_out]
        if not kept:
            self.add_error("leave_out", _("Keep one exercise at least."))
        for choice in kept:
            if choice.is_refused:
                title = choice.version.title if choice.version else choice.item.exercise
                sentence = _("“{title}” cannot be given to them. Tick it to leave it out.").format(title=title)
                self.add_error("leave_out", sentence)
        asks = any(choice.concerns for choice in kept if not choice.is_refused)
        if asks and not tidy(data.get("reason", "")).strip():
            self.add_error("reason", _("Say why you give it all the same."))
        return data

    def started(self) -> dict[str, Any]:
        """What `commands.planning.start` takes."""
        data = self.cleaned_data
        return {
            "partners": self.seats(),
            "start_on": data["start_on"],
            "keys": {choice.item.key for choice in self.choices() if not choice.is_left_out},
            "reason": tidy(data["reason"]),
        }


class ChangeForm(forms.Form):
    """Another exercise in the same place of a plan."""

    hide_optional = True
    exercise = forms.ChoiceField(label=_("Exercise"))
    reason = reason_field()

    def __init__(self, *args: Any, known: Known, seats: set[UUID], titles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.seats = known, seats
        self.fields["exercise"].choices = [("", _("Choose an exercise")), *titles.items()]  # type: ignore[attr-defined]

    def version(self) -> ExerciseVersion | None:
        return self.known.versions.get(self["exercise"].value() or "")

    def concerns(self) -> list[Concern]:
        version = self.version()
        return list(giving.concerns(version.content, self.known.care, self.seats)) if version else []

    def clean(self) -> dict[str, Any]:
        data, version = self.cleaned_data, self.version()
        if version and "reason" in data:
            verdict = giving.may_give(version.content, self.known.care, self.seats, reason=tidy(data["reason"]))
            if not verdict:
                self.add_error("reason" if verdict.code == "reason_needed" else "exercise", str(verdict.reason))
        return data
