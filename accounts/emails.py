"""Letters about an account: one function a letter. No name, no clinic, nothing that tells what it is for."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User


def letter(name: str, subject: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Plain text first, and the same words as simple HTML."""
    context = {"front_door": f"{settings.SITE_URL}/", **context}
    message = EmailMultiAlternatives(subject, render_to_string(f"mail/{name}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return message


def invitation(*, email: str, token: str, until: datetime) -> None:
    """The one place outside the letter's own mailbox where the token is in the clear: on its way."""
    link = settings.SITE_URL + reverse("invitation", args=[token])
    letter("invitation", _("An invitation for you"), email, {"link": link, "until": until}).send()


def password_reset(user: User) -> None:
    key = default_token_generator.make_token(user)
    link = settings.SITE_URL + reverse("account_reset_password_from_key", args=[user.pk.hex, key])
    letter("password_reset", _("A new password"), user.email, {"link": link}).send()


def password_changed(user: User) -> None:
    link = settings.SITE_URL + reverse("account_reset_password")
    letter("password_changed", _("Your password was changed"), user.email, {"link": link}).send()
