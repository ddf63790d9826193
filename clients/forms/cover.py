"""Who stands in for a colleague, and from when to when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Membership


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages={"required": _("Choose a day.")})


class CoverForm(forms.Form):
    """A colleague, a first and a last day."""

    stands_in = forms.TypedChoiceField(
        label=_("Who stands in?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a therapist.")}
    )
    first = _day(_("First day"))
    last = _day(_("Last day"))

    def __init__(self, *args: Any, colleagues: Sequence[Membership], today: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(today)
        by_id = {str(one.pk): one for one in colleagues}
        field = self.fields["stands_in"]
        choices = [(pk, one.display_name) for pk, one in by_id.items()]
        field.choices = choices  # type: ignore[attr-defined]
        field.coerce = by_id.__getitem__  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes after the first, or is the same."))
        elif last and last < self.today:
            self.add_error("last", _("This day is past."))
        elif first and last and (last - first).days > 366:
            self.add_error("last", _("A year at most. After that, move the couples."))
        return data
