"""Giving an exercise, and starting a programme: what is sent, judged in sentences. Forms never save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Partner
from clients.policies import Care
from exercises import policies
from exercises.models import Assignment, ExerciseVersion
from exercises.policies import giving
from exercises.queries.given import OpenRow, open_by
from exercises.recurrence import MOST, NoDays, Rule, today_in
from exercises.states import Frame
from exercises.text import DETAIL, DETAILS, REASON, tidy
from safekeeping.verdict import Verdict

NOTE_MOST = 2_000
FROM_NOW = {"in-3": 3, "week": 7, "fortnight": 14}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
BAD_DATE = {"invalid": _("Write the date as in 2027-03-31, or leave it empty.")}
NO_DAYS = {
    "endless": _("Say when it ends: after how many times, or on which last day."),
    "none": _("This ends before it begins."),
    "too_many": _("That is more than {most} times. Choose an earlier end."),
    "too_far": _("That goes on for more than two years. Choose an earlier end."),
}


def day_field(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=False, help_text=hint, error_messages=BAD_DATE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def line_field(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=DETAIL, widget=forms.TextInput(attrs={"dir": "auto"})
    )


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why you give it all the same"), required=False, max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": True}),
        help_text=_("Kept for you, sealed. Nobody else reads it, and nothing changes for the partners."),
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a form is filled in from, looked up once."""

    couple: Couple
    places: Sequence[Partner]
    care: list[Care]
    titles: Mapping[str, str]  # of the library, by slug
    versions: Mapping[str, ExerciseVersion]  # of what was chosen
    open: Sequence[OpenRow]
    at: datetime

    def today(self, place: Partner) -> date:
        return today_in(ZoneInfo(place.own_zone), at=self.at)


class PartnersForm(forms.Form):
    """To one partner or both."""

    hide_optional = True  # all but the exercise is: the page says so once
    partners = forms.MultipleChoiceField(
        label=_("For whom"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one partner or both.")},
    )  # fmt: skip

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.places = known, {str(place.pk): place for place in known.places}
        self.fields["partners"].choices = [(pk, p.display_name) for pk, p in self.places.items()]  # type: ignore[attr-defined]

    def seats(self) -> list[Partner]:
        """Those chosen just now."""
        return [self.places[pk] for pk in self["partners"].value() or [] if pk in self.places]

    def told_nothing(self) -> list[str]:
        """Who learns nothing of it, where it is for one alone."""
        seats = self.seats()
        return [place.display_name for place in self.known.places if seats and place not in seats]


class AssignForm(PartnersForm):
    """Giving an exercise: which, to whom, why, when and where, until when, and what it is meant for."""

    exercise = forms.ChoiceField(label=_("Exercise"))
    why = line_field(_("Why"), _("They read this first: what you hope it is good for."))
    when = line_field(_("When"))
    where = line_field(_("Where"))
    how_long = line_field(_("How long"))
    in_the_way = line_field(_("What could get in the way, and what then"))
    note = forms.CharField(
        label=_("A note to them"), required=False, max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": True, "dir": "auto"}),
    )  # fmt: skip
    due = forms.ChoiceField(label=_("Until when"), required=False, widget=forms.RadioSelect)
    next_session_on = day_field(_("Next session"))
    due_on = day_field(_("Day"))
    every = forms.ChoiceField(
        label=_("How often"), required=False, choices=[("day", _("Every day")), ("week", _("Every so many weeks"))]
    )
    weeks = forms.IntegerField(
        label=_("Weeks between"), required=False, min_value=1, max_value=12,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Enter a whole number from 1 to 12.")),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("On"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(str(n), name) for n, name in enumerate(WEEKDAYS)],
        help_text=_("Without a choice, on the weekday of the first time."),
    )  # fmt: skip
    times = forms.IntegerField(
        label=_("How many times"), required=False, min_value=1, max_value=MOST,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Enter a whole number from 1 to 60.")),
    )  # fmt: skip
    until = day_field(_("Or until"))
    frame = forms.ChoiceField(
        label=_("What it is meant for"), required=False, widget=forms.RadioSelect,
        choices=[("", _("As the exercise suggests")), *Frame.choices],
        help_text=_("Whatever you choose, each partner decides alone who reads their words."),
    )  # fmt: skip
    reason = reason_field()
    replace = forms.MultipleChoiceField(
        label=_("Take back in its place"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["exercise", "partners"]
    RULE = frozenset({"every", "weeks", "weekdays", "times", "until", "due", "due_on", "next_session_on"})

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, known=known, **kwargs)
        titles = list(known.titles.items())
        self.fields["exercise"].choices = [("", _("Choose an exercise")), *titles]  # type: ignore[attr-defined]
        for pk, place in self.places.items():
            label = _("Instead, for {name}").format(name=place.display_name)
            same = [("", _("the same")), *titles]
            self.fields[f"instead-{pk}"] = forms.ChoiceField(label=label, required=False, choices=same)
        self.fields["due"].choices = self._ends()  # type: ignore[attr-defined]
        self.fields["replace"].choices = [  # type: ignore[attr-defined]
            (str(row.assignment), f"{row.title} ({row.names})") for row in known.open
        ]

    def _ends(self) -> list[tuple[str, Any]]:
        return [
            ("session", _("By the next session")), ("in-3", _("In 3 days")), ("week", _("In a week")),
            ("fortnight", _("In two weeks")), ("date", _("By a day I choose")),
            ("again", _("Time and again")), ("none", _("No day")),
        ]  # fmt: skip

    def instead(self) -> list[forms.BoundField]:
        return [self[f"instead-{pk}"] for pk in self.places]

    def end(self) -> str:
        """Which end is chosen just now. A form that says none and has a day means that day."""
        chosen = self["due"].value() or ""
        return chosen or ("date" if self["due_on"].value() else "none")

    # --- judging

    def clean_note(self) -> str:
        return tidy(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        """What the command asks as well, said beside the field in which it can be put right."""
        data = self.cleaned_data
        for name in DETAILS:
            data[name] = tidy(data.get(name, "")).strip()
        if "partners" in data:
            self._judge_days(data)
            self._judge_what_is_open(data)
        if "exercise" in data and "partners" in data and "reason" in data:
            self._judge_care(data)
        return data

    def _judge_days(self, data: dict[str, Any]) -> None:
        end, seats = self.end(), self.seats()
        name = {"session": "next_session_on", "date": "due_on"}.get(end)
        if end == "again":
            self._judge_rule(data)
        elif name and name not in self.errors:
            if data[name] is None:
                self.add_error(name, _("Choose a day."))
            elif any(data[name] < self.known.today(seat) for seat in seats):
                sentence = _("This day has passed. Choose today or a later day, or leave it empty.")
                self.add_error(name, sentence)

    def _judge_rule(self, data: dict[str, Any]) -> None:
        if self.RULE & self.errors.keys():
            return
        try:
            self.days()
        except NoDays as refused:
            self.add_error("until" if data["until"] else "times", str(NO_DAYS[refused.code]).format(most=MOST))
        refusals = [verdict for version, _seats in self.gifts() if not (verdict := giving.may_recur(version.content))]
        for verdict in refusals[:1]:
            self.add_error("due", str(verdict.reason))

    def _judge_care(self, data: dict[str, Any]) -> None:
        for version, seats in self.gifts():
            chosen = {seat.pk for seat in seats}
            verdict = giving.may_give(version.content, self.known.care, chosen, reason=tidy(data["reason"]))
            if not verdict:
                self.add_error("reason" if verdict.code == "reason_needed" else "exercise", str(verdict.reason))

    def _judge_what_is_open(self, data: dict[str, Any]) -> None:
        if "replace" in data:
            for verdict in self.crowded():
                self.add_error("replace", str(verdict.reason))

    # --- what is chosen just now, for the page and for the command

    def gifts(self) -> list[tuple[ExerciseVersion, list[Partner]]]:
        """Each exercise that is chosen, with those it is for."""
        found: dict[str, list[Partner]] = {}
        for seat in self.seats():
            slug = self[f"instead-{seat.pk}"].value() or self["exercise"].value() or ""
            found.setdefault(slug, []).append(seat)
        return [(self.known.versions[slug], seats) for slug, seats in found.items() if slug in self.known.versions]

    def concerns(self) -> list[giving.Concern]:
        """What speaks against what is chosen."""
        found = {}
        for version, seats in self.gifts():
            for concern in giving.concerns(version.content, self.known.care, {seat.pk for seat in seats}):
                found[concern.sentence] = concern
        return list(found.values())

    def crowded(self) -> list[Verdict]:
        """Who has as many open as their clinic thinks is enough, after what is taken back."""
        away = {row.assignment for row in self.known.open if str(row.assignment) in (self["replace"].value() or [])}
        verdicts = (
            policies.may_have_open(
                seat.display_name,
                open_by(self.known.open, seat.pk, without=away),
                most=self.known.couple.clinic.most_open,
            )
            for seat in self.seats()
        )
        return [verdict for verdict in verdicts if not verdict]

    def rule(self) -> Rule | None:
        data = self.cleaned_data
        if self.end() != "again":
            return None
        return Rule(
            weekly=data["every"] == "week", weeks=data["weeks"] or 1, until=data["until"], times=data["times"],
            weekdays=tuple(int(n) for n in data["weekdays"]) if data["every"] == "week" else (),
        )  # fmt: skip

    def due_day(self) -> date | None:
        """The day it is for, where it is for one: counted where the couple lives."""
        data, end = self.cleaned_data, self.end()
        if end in FROM_NOW:
            return today_in(ZoneInfo(self.known.couple.time_zone), at=self.known.at) + timedelta(days=FROM_NOW[end])
        name = {"session": "next_session_on", "date": "due_on"}.get(end)
        return data.get(name) if name else None

    def days(self) -> list[tuple[str, list[date]]]:
        """The days that each is given it for, as they will be made; raises NoDays."""
        rule, due = self.rule(), self.due_day()
        return [
            (seat.display_name, rule.days(self.known.today(seat)) if rule else [due] if due else [])
            for seat in self.seats()
        ]

    def assigned(self, open_: Mapping[str, Assignment]) -> dict[str, Any]:
        """What `commands.assign` takes; `open_` are the assignments that can be replaced, by their ids."""
        data, versions = self.cleaned_data, self.known.versions
        instead = {UUID(pk): versions[slug] for pk in self.places if (slug := data[f"instead-{pk}"])}
        return {
            "version": versions[data["exercise"]],
            "instead": instead,
            "partners": self.seats(),
            "note": data["note"],
            "details": {name: data[name] for name in DETAILS},
            "due_on": self.due_day(),
            "rule": self.rule(),
            "frame": Frame(data["frame"]) if data["frame"] else None,
            "reason": tidy(data["reason"]),
            "replacing": [open_[pk] for pk in data["replace"]],
            "next_session_on": data["next_session_on"] if self.end() == "session" else None,
        }
