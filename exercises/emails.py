"""One function a message. None carries an answer, a title, or anybody's name."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import translation

from accounts import wording
from accounts.queries import unsubscribe_token
from exercises.models import OutboxMessage


def reminder(message: OutboxMessage, *, connection: BaseEmailBackend) -> EmailMessage:
    """The one reminder there is: the same words for everybody, and the front door. Sent twice, it is the same mail."""
    person = message.partner.person
    if person is None:
        raise ValueError("nobody to write to yet")
    token = unsubscribe_token(person)
    with translation.override(person.language):
        subject, body = wording.reminder(stop_token=token)
    stop = settings.SITE_URL + reverse("unsubscribe", args=[token])
    return EmailMessage(
        subject=subject,
        body=body,
        to=[person.email],
        connection=connection,
        headers={
            "Message-ID": f"<{message.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
