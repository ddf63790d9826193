"""The one reminder there is: the same words for everybody, nobody's name, and a way to stop it."""

from email import message_from_bytes
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from exercises.commands.reminding import send_due
from exercises.models import OutboxMessage
from tests.cast import NOON
from tests.exercises.scene import DAY

EVENING = NOON.replace(hour=17)


@pytest.fixture
def mails(scene, mailoutbox):
    """What Alex and Blake receive."""
    scene.assign(due_on=(NOON + DAY).date(), note="marigold")
    send_due(at=EVENING)
    return sorted(mailoutbox, key=lambda mail: mail.to)


def stop_link(mail):
    return mail.extra_headers["List-Unsubscribe"].strip("<>")


def test_it_says_the_same_to_everybody_but_for_the_link_to_stop(mails):
    one, other = mails
    assert one.subject == other.subject
    assert one.body.replace(stop_link(one), "") == other.body.replace(stop_link(other), "")
    assert stop_link(one) != stop_link(other)


def test_it_tells_nothing_of_whom_it_is_from_or_what_it_is_about(mails):
    words = ["Alex", "Blake", "Moreno", "Riverside", "River stones", "small one", "marigold", "exercise", "therap",
             "couple", "partner", "intima", "clinic", "homework"]  # fmt: skip
    for mail in mails:
        text = f"{mail.subject} {mail.body} {mail.from_email}".replace(stop_link(mail), "")
        assert not [word for word in words if word.lower() in text.lower()]


def test_it_leads_to_the_front_door_and_no_further(mails):
    links = [word for word in mails[0].body.split() if word.startswith("http")]
    assert links == [f"{settings.SITE_URL}/", stop_link(mails[0])]


def test_it_is_the_same_mail_when_it_is_sent_twice(mails, mailoutbox):
    first = {mail.to[0]: mail.extra_headers["Message-ID"] for mail in mails}
    mailoutbox.clear()
    OutboxMessage.objects.update(state="waiting")
    send_due(at=EVENING)
    assert {mail.to[0]: mail.extra_headers["Message-ID"] for mail in mailoutbox} == first
    assert len(set(first.values())) == 2


def test_it_carries_the_headers_that_mail_programs_ask_for(mails):
    parsed = message_from_bytes(mails[0].message().as_bytes())
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed.get_content_type() == "text/plain"
    assert len(parsed.get_all("Message-ID")) == 1
    assert parsed["From"] == settings.DEFAULT_FROM_EMAIL


def test_it_is_stopped_in_one_step_without_signing_in(scene, mails):
    path = urlsplit(stop_link(mails[0])).path
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert User.objects.get(pk=scene.cast.alex.pk).wants_reminders
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wanted = {name: User.objects.get(pk=scene.cast.people[name].pk).wants_reminders for name in ("alex", "blake")}
    assert wanted == {"alex": False, "blake": True}
