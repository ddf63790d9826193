"""allauth's forms for second factors, in our words, with our throttle, and calm about odd input."""

import json
import struct
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidTag
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import queries, throttle
from accounts.fields import NameField
from accounts.models import User

ODD = (LookupError, TypeError, AttributeError, ValueError, struct.error)  # what broken credentials raise
MOST = 20_000  # characters of a credential; real ones have about two thousand
ALIVE = 90  # seconds that a code can be right: its own thirty, and thirty on either side


def wrong_code() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


def _once(user: User, code: str) -> bool:
    """Whether a code comes for the first time. allauth remembers it for thirty seconds; ours is right for longer."""
    key = f"accounts.totp.used:{user.pk}:{normalize_user_code(code)}"
    return bool(cache.add(key, "y", timeout=ALIVE))


class CodeField(forms.CharField):
    """Six digits of an app, or a recovery code: typed, pasted, or filled in by the device."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        messages = {
            "required": _("Enter the code."),
            "null_characters_not_allowed": get_adapter().error_messages["incorrect_code"],
        }
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), error_messages=messages, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": False}


class CodeForm(AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    hide_optional = True
    user: User
    authenticator: Authenticator
    code = CodeField(label=_("Code"), help_text=_("Six digits from your app. A recovery code works here as well."))
    is_all_there_is = True  # on its page: one can type at once

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = self.is_all_there_is

    def clean_code(self) -> str:
        """As allauth checks it, but tries are counted for a device of an account, and a code is right once."""
        throttle.count_a_try(self.user)
        code: str = self.cleaned_data["code"]
        for factor in queries.codes_of(self.user):
            if factor.wrap().validate_code(code) and (self._is_recovery(factor) or _once(self.user, code)):
                factor.user = self.user
                self.authenticator = factor
                throttle.forget_tries(self.user)
                return code
        raise wrong_code()

    @staticmethod
    def _is_recovery(factor: Authenticator) -> bool:
        return bool(factor.type == Authenticator.Type.RECOVERY_CODES)

    @property
    def used_recovery_code(self) -> bool:
        return self._is_recovery(self.authenticator)


class CodeAgainForm(CodeForm):
    """The same by somebody who is signed in already."""

    is_all_there_is = False

    def save(self) -> None:
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class PasskeyForm(AuthenticateWebAuthnForm):
    """The answer of a passkey. It cannot be guessed, so tries are not counted: nobody is kept out by others' tries."""

    used_recovery_code = False

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        try:
            webauthn.parse_authentication_response(credential)
            return webauthn.complete_authentication(self.user, credential)
        except ODD as error:
            raise wrong_code() from error


class PasskeyAgainForm(PasskeyForm):
    reauthenticated = True


class NewPasskeyForm(AddWebAuthnForm):
    hide_optional = True
    name = NameField(
        label=_("A name for it"),
        max_length=40,
        missing=_("Give it a name that tells it from others."),
        help_text=_("So that you know it on your list, for example “my phone”."),
    )

    def clean(self) -> dict[str, Any]:
        sent = json.dumps(self.cleaned_data.get("credential"))
        if len(sent) > MOST or "\\u0000" in sent:
            raise wrong_code()
        try:
            cleaned: dict[str, Any] = super().clean()
        except ODD as error:
            raise wrong_code() from error
        return cleaned

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return name


class TotpForm(ActivateTOTPForm):
    """The first code of a new app. Its key waits in the session, sealed as it will be in the database."""

    hide_optional = True
    user: User
    secret: str
    code = CodeField(label=_("Code"), help_text=_("The six digits that your app shows now."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session, adapter = context.request.session, get_adapter()
        try:
            session[SECRET_SESSION_KEY] = adapter.decrypt(session[SECRET_SESSION_KEY])
        except (KeyError, ValueError, InvalidTag):
            session.pop(SECRET_SESSION_KEY, None)
        super().__init__(*args, **kwargs)
        session[SECRET_SESSION_KEY] = adapter.encrypt(self.secret)

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not _once(self.user, code):
            raise wrong_code()
        return code
