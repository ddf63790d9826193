"""Form fields, and the one form around a new password, that several rooms of the house use."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.validators import known_zone, plain_line, zones

ENTER_A_NAME = _("Enter a name.")
ENTER_AN_ADDRESS = _("Enter an e-mail address.")


class NameField(forms.CharField):
    """One line that a person chose: a name, an alias, pronouns. Spelling is theirs."""

    def __init__(self, *, max_length: int = 80, missing: Any = ENTER_A_NAME, **kwargs: Any) -> None:
        messages = {
            "required": missing,
            "max_length": _("Use at most %(limit_value)d characters."),
            "null_characters_not_allowed": _("Leave out line breaks and other hidden characters."),
        }
        super().__init__(max_length=max_length, validators=[plain_line], error_messages=messages, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "spellcheck": "false", "maxlength": False}

    def to_python(self, value: Any) -> str:
        """Look before the white space at the ends is cut off: a line break there is one, too."""
        text = "" if value is None else str(value)
        if self.strip and text.strip(" ") != text.strip():
            raise ValidationError(_("Leave out line breaks and other hidden characters."), code="hidden")
        return super().to_python(value) or ""


class AddressField(forms.EmailField):
    """One e-mail address, kept in lower case."""

    def __init__(self, *, missing: Any = ENTER_AN_ADDRESS, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail address"))
        messages = {
            "required": missing,
            "invalid": _("Enter an e-mail address like name@example.org."),
            "null_characters_not_allowed": _("Enter an e-mail address like name@example.org."),
        }
        super().__init__(max_length=254, error_messages=messages, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        plain = {"spellcheck": "false", "autocapitalize": "none", "maxlength": False}
        return {"autocomplete": "off", **super().widget_attrs(widget), **plain}

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class ZoneField(forms.ChoiceField):
    """A time zone, by the name of a place, in groups by part of the world."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        kwargs.setdefault("help_text", _("Choose a city whose clock shows the same time as yours."))
        messages = {
            "required": _("Choose a time zone from the list."),
            "invalid_choice": _("Choose a time zone from the list."),
        }
        super().__init__(choices=grouped_zones, error_messages=messages, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """An older name of a zone stays good, though it is not offered."""
        try:
            known_zone(str(value))
        except ValidationError:
            return False
        return True


def grouped_zones() -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in zones()[1:]:
        region, _slash, place = zone.partition("/")
        groups.setdefault(region, []).append((zone, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *groups.items()]


class NewPasswordField(forms.CharField):
    """A password to be set. It is shown on demand by the browser alone, and never sent back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Password"))
        kwargs.setdefault(
            "help_text",
            _("Twelve characters or more. Three or four words that belong together only for you are fine."),
        )
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        messages = {"required": _("Choose a password.")}
        super().__init__(strip=False, max_length=1000, widget=widget, error_messages=messages, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": False}


class NewPasswordForm(forms.Form):
    """A new password, checked against what is easy to guess about this person."""

    password = NewPasswordField(label=_("New password"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
