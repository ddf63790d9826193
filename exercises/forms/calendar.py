"""What a calendar looks like to whoever glances at it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exercises.states import FeedTitle


class CalendarForm(forms.Form):
    """Words for every entry, and whether due days stand in it."""

    title = forms.ChoiceField(
        label=_("What each entry is called"),
        choices=FeedTitle.choices,
        initial=FeedTitle.APPOINTMENT,
        help_text=_("The same word for all. No names, and nothing about what it is for."),
    )
    due_days = forms.BooleanField(
        label=_("Also show the days my own exercises are due"),
        required=False,
        help_text=_("As a whole day with the same word, shown as free."),
    )
