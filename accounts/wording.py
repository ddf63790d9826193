"""The one wording of all reminders, here so that the page that previews it and the letter cannot differ."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse


def reminder(*, stop_token: str) -> tuple[str, str]:
    """Subject and body of every reminder: no name, no title, nothing that tells what this site is for."""
    stop = settings.SITE_URL + reverse("unsubscribe", args=[stop_token])
    lines = render_to_string("mail/reminder.txt", {"front_door": f"{settings.SITE_URL}/", "stop": stop})
    subject, _newline, body = lines.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"
