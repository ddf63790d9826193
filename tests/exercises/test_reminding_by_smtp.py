"""Reminders by real SMTP: a server that asks to wait, refuses, or is away."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from exercises.commands import reminding
from exercises.models import OutboxMessage
from exercises.states import OutboxState
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene

WEDNESDAY = date(2026, 3, 4)
EVE = datetime(2026, 3, 3, 18, tzinfo=ZoneInfo("Europe/Berlin"))
SECOND = timedelta(seconds=1)


def states() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("state", flat=True))


def addresses(post: Post) -> list[str]:
    return sorted(mail["To"] for mail in post.mails)


def test_it_reminds_each_person_once_on_the_eve_at_their_hour(scene: Scene, post: Post):
    scene.assign(due_on=WEDNESDAY)

    assert reminding.send_due(at=EVE - SECOND).sent == 0
    assert reminding.send_due(at=EVE).sent == 2
    assert reminding.send_due(at=EVE + timedelta(minutes=1)).sent == 0
    assert addresses(post) == ["alex@example.org", "blake@example.org"]


def test_it_tries_again_later_when_the_server_asks_to_and_longer_each_time(scene: Scene, post: Post):
    scene.assign("alex", due_on=WEDNESDAY)
    post.answers["alex@example.org"] = "451 Try again later"
    at, waits = EVE, []
    for _attempt in range(3):
        assert reminding.send_due(at=at).failed == 1
        message = OutboxMessage.objects.get()
        waits.append(message.not_before - at)
        assert reminding.send_due(at=message.not_before - SECOND).failed == 0
        at = message.not_before
    assert waits == sorted(set(waits))

    post.answers.clear()
    assert reminding.send_due(at=at).sent == 1


def test_it_gives_up_on_an_address_that_does_not_exist_and_goes_on_with_the_others(scene: Scene, post: Post):
    scene.assign(due_on=WEDNESDAY)
    post.answers["alex@example.org"] = "550 No such mailbox"
    run = reminding.send_due(at=EVE)

    assert (run.sent, run.failed) == (1, 1)
    assert addresses(post) == ["blake@example.org"]
    assert states() == [OutboxState.FAILED, OutboxState.SENT]


def test_it_loses_nothing_while_the_server_is_away(scene: Scene, settings: Any):
    scene.assign(due_on=WEDNESDAY)
    with post_office(settings):
        pass
    assert reminding.send_due(at=EVE).failed == 2
    with post_office(settings) as post:
        assert reminding.send_due(at=EVE + timedelta(minutes=1)).sent == 2
        assert addresses(post) == ["alex@example.org", "blake@example.org"]
