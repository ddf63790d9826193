"""Keeping and moving sessions: what is sent, judged in sentences. Forms never save."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _

from clients.models import Appointment, Partner
from clients.policies.appointments import may_begin
from clients.walltime import NoSuchTime, comes_twice, instant

MOST_TIMES, MOST_WEEKS = 26, 12
SKIPPED = _(
    "On {day} the clocks go forward: the times from {first} up to {until} do not exist that day. Choose another time."
)


def _number(label: Any, low: int, high: int, first: int, hint: Any = "") -> forms.IntegerField:
    bad = _("Enter a whole number from {low} to {high}.").format(low=low, high=high)
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, initial=first, help_text=hint,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), bad),
    )  # fmt: skip


class WhenForm(forms.Form):
    """A day, an hour on the wall where the couple lives, and how long."""

    hide_optional = True
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Write the date as in 2027-03-31.")),
    )  # fmt: skip
    moment = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Write the time as in 18:30.")),
    )  # fmt: skip
    minutes = _number(_("Minutes"), 5, 480, 50)

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at
        self.starts: list[datetime] = []  # once it is valid

    def days(self) -> list[date]:
        """Every day that is meant, the first one first."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        moment = self.cleaned_data["moment"]
        try:
            self.starts = [instant(day, moment, self.zone) for day in self.days()]
        except NoSuchTime as none:
            gap = none.gap
            raise forms.ValidationError(
                {"moment": SKIPPED.format(
                    day=date_format(gap.day, "j F Y"), first=time_format(gap.first, "H:i"),
                    until=time_format(gap.until, "H:i"),
                )}
            ) from None  # fmt: skip
        except OverflowError:
            raise forms.ValidationError({"day": _("Choose an earlier day.")}) from None
        verdict = may_begin(self.starts, self.at)
        if not verdict:
            raise forms.ValidationError({"day": str(verdict.reason)})
        return self.cleaned_data

    def twice(self) -> list[date]:
        """The days on which the time comes twice, as the clocks are put back; the first of the two is meant."""
        return [
            day
            for day in (self.days() if self.starts else ())
            if comes_twice(day, self.cleaned_data["moment"], self.zone)
        ]


class AppointmentForm(WhenForm):
    """One session or a series, with both or with one of them alone."""

    with_whom = forms.ChoiceField(label=_("With"), required=False)
    weeks = _number(_("Weeks between"), 1, MOST_WEEKS, 1)
    times = _number(_("How many sessions"), 1, MOST_TIMES, 1, _("One is a single session; up to 26."))
    field_order = ["with_whom", "day", "moment", "minutes", "times", "weeks"]

    def __init__(self, *args: Any, places: Sequence[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        alone = [(pk, _("{name} alone").format(name=place.display_name)) for pk, place in self.places.items()]
        self.fields["with_whom"].choices = [("", _("Both")), *alone]  # type: ignore[attr-defined]

    def days(self) -> list[date]:
        data = self.cleaned_data
        return [data["day"] + n * timedelta(weeks=data["weeks"]) for n in range(data["times"])]

    def made(self) -> dict[str, Any]:
        """What `commands.make` takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("day", "moment", "minutes", "weeks", "times")} | {
            "alone": self.places.get(data["with_whom"])
        }


class MoveForm(WhenForm):
    """Another day or hour for one session, or for this one and those after it."""

    later = forms.BooleanField(label=_("Those after it in the series, too"), required=False)

    def __init__(self, *args: Any, appointment: Appointment, after: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment, self.after = appointment, after
        if not after:
            del self.fields["later"]

    def days(self) -> list[date]:
        rows = [self.appointment, *(self.after if self.cleaned_data.get("later") else ())]
        days = [row.starts_at.astimezone(self.zone).date() for row in rows]
        return [day + (self.cleaned_data["day"] - days[0]) for day in days]

    def moved(self) -> dict[str, Any]:
        """What `commands.move` takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("day", "moment", "minutes")} | {"later": data.get("later", False)}
