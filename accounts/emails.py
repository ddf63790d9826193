"""Letters about an account: one function a letter. No name, no clinic, nothing that tells what it is for."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import Change

HAPPENED = {
    Change.FACTOR_ADDED: _("A second step was added to signing in."),
    Change.FACTOR_REMOVED: _("A second step was taken away from signing in."),
    Change.CODES_MADE: _("New recovery codes were made. The former ones no longer work."),
    Change.CODE_USED: _("A recovery code was used."),
    Change.SESSIONS_ENDED: _("One or more devices were signed out."),
    Change.CHECK_NOTED: _("After your new password, somebody was asked to open your page again. It opens in two days."),
}


def letter(name: str, subject: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Plain text first, and the same words as simple HTML."""
    context = {"front_door": f"{settings.SITE_URL}/", **context}
    message = EmailMultiAlternatives(subject, render_to_string(f"mail/{name}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return message


def invitation(*, email: str, token: str, until: datetime) -> None:
    """The one place outside the letter's own mailbox where the token is in the clear: on its way."""
    link = settings.SITE_URL + reverse("invitation", args=[token])
    letter("invitation", gettext("An invitation for you"), email, {"link": link, "until": until}).send()


def password_reset(user: User) -> None:
    key = default_token_generator.make_token(user)
    link = settings.SITE_URL + reverse("account_reset_password_from_key", args=[user.pk.hex, key])
    letter("password_reset", gettext("A new password"), user.email, {"link": link}).send()


def password_changed(user: User) -> None:
    link = settings.SITE_URL + reverse("account_reset_password")
    letter("password_changed", gettext("Your password was changed"), user.email, {"link": link}).send()


def sign_in_changed(user: User, change: Change) -> None:
    """One letter for all changes: what happened, and whom to tell. It holds no link to press in a hurry."""
    letter("sign_in_changed", gettext("Your account"), user.email, {"happened": HAPPENED[change]}).send()
