import datetime
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from accounts.fields import AddressField, NameField, NewPasswordForm, ZoneField
from accounts.models import Theme


class SignInForm(LoginForm):
    """allauth's form, with its checks and throttles, in our words."""

    hide_optional = True
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = AddressField(missing=_("Enter your e-mail address."))
        login.widget.attrs["autocomplete"] = "username"
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = _("Enter your password.")
        self.fields = {"login": login, "password": password}

    @property
    def was_throttled(self) -> bool:
        return self.has_error("__all__", "too_many_login_attempts")


class ResetForm(forms.Form):
    email = AddressField(missing=_("Enter your e-mail address."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your current password.")},
    )
    field_order = ["old", "password"]

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your current password."), code="wrong")
        return old


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, with allauth's check and throttle."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = _("Enter your password.")


class AccountForm(forms.Form):
    chosen_name = NameField(label=_("Name"), help_text=_("What you want to be called here."))
    pronouns = NameField(
        label=_("Pronouns"),
        max_length=40,
        required=False,
        help_text=_("The words others use for you, for example they/them."),
    )
    time_zone = ZoneField()
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the colours."),
            "invalid_choice": _("Choose one of the colours."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen_name"].widget.attrs["autocomplete"] = "name"


def hours() -> list[tuple[str, str]]:
    """The full hours of a day that a reminder can come at."""
    times = [datetime.time(hour) for hour in range(6, 23)]
    return [(time.strftime("%H:%M"), formats.time_format(time, "H:i")) for time in times]


class RemindersForm(forms.Form):
    wants_reminders = forms.BooleanField(label=_("Send me reminders by e-mail"), required=False)
    remind_at = forms.TypedChoiceField(
        label=_("At what time of day"),
        choices=hours,
        coerce=datetime.time.fromisoformat,
        error_messages={
            "required": _("Choose a time from the list."),
            "invalid_choice": _("Choose a time from the list."),
        },
    )
