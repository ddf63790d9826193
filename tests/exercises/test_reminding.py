"""A reminder is planned in a person's own time, asked again when it falls due, and sent by real SMTP or not at all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from clients.models import Couple, Partner
from exercises.commands import assigning, reminding, writing
from exercises.models import OutboxMessage
from exercises.states import Audience, HomeworkState, OutboxState
from tests.cast import NOON
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene

WEDNESDAY = date(2026, 3, 4)
EVE = datetime(2026, 3, 3, 18, tzinfo=ZoneInfo("Europe/Berlin"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    with post_office(settings) as office:
        yield office


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


@pytest.mark.parametrize(
    ("zone", "due_on", "expected"),
    [
        ("Pacific/Auckland", date(2026, 4, 5), datetime(2026, 4, 4, 5, tzinfo=UTC)),
        ("Pacific/Auckland", date(2026, 4, 6), datetime(2026, 4, 5, 6, tzinfo=UTC)),  # clocks went back
        ("Asia/Kolkata", date(2026, 3, 29), datetime(2026, 3, 28, 12, 30, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 17, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 30), datetime(2026, 3, 29, 16, tzinfo=UTC)),  # clocks went forward
        ("Europe/Lisbon", date(2026, 10, 26), datetime(2026, 10, 25, 18, tzinfo=UTC)),  # and back
        ("America/New_York", date(2026, 3, 9), datetime(2026, 3, 8, 22, tzinfo=UTC)),
        ("Pacific/Honolulu", date(2026, 3, 9), datetime(2026, 3, 9, 4, tzinfo=UTC)),
    ],
)
def test_it_means_the_evening_of_the_persons_own_zone(scene: Scene, post: Post, zone, due_on, expected):
    User.objects.filter(pk=scene.cast.alex.pk).update(time_zone=zone)
    scene.assign("alex", due_on=due_on)

    assert reminding.send_due(at=expected - SECOND).sent == 0
    assert reminding.send_due(at=expected).sent == 1


def test_it_follows_a_person_who_moves_or_changes_the_hour_after_it_was_planned(scene: Scene, post: Post):
    scene.assign("alex", due_on=WEDNESDAY)
    User.objects.filter(pk=scene.cast.alex.pk).update(time_zone="America/New_York", remind_at=time(8))

    eight_there = datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert reminding.send_due(at=eight_there - SECOND).sent == 0
    assert reminding.send_due(at=eight_there).sent == 1


def test_it_falls_on_the_day_itself_where_the_eve_has_passed_and_is_not_planned_where_both_have(scene: Scene):
    scene.assign("alex", due_on=NOON.date())
    assert OutboxMessage.objects.get().local_date == NOON.date()
    scene.assign("blake", due_on=NOON.date(), at=NOON + timedelta(hours=8))
    assert OutboxMessage.objects.count() == 1


def test_it_is_planned_in_the_transaction_of_its_cause(scene: Scene):
    with pytest.raises(RuntimeError), reminding.transaction.atomic():
        scene.assign(due_on=WEDNESDAY)
        raise RuntimeError
    assert not OutboxMessage.objects.exists()


class TestNotSent:
    def finished(self, scene: Scene, assignment: Any) -> None:
        scene.finish(Audience.ONLY_ME, assignment=assignment)

    def set_aside(self, scene: Scene, assignment: Any) -> None:
        homework = scene.homework(assignment=assignment)
        writing.move(by=scene.viewer("alex"), homework=homework, to=HomeworkState.SET_ASIDE, at=NOON)

    def withdrawn(self, scene: Scene, assignment: Any) -> None:
        assigning.withdraw(by=scene.viewer("moreno"), assignment=assignment, at=NOON)

    def paused(self, scene: Scene, assignment: Any) -> None:
        Couple.objects.filter(pk=scene.cast.couple.pk).update(state="paused")

    def ended(self, scene: Scene, assignment: Any) -> None:
        Couple.objects.filter(pk=scene.cast.couple.pk).update(state="ended")

    def opted_out(self, scene: Scene, assignment: Any) -> None:
        User.objects.filter(pk=scene.cast.alex.pk).update(wants_reminders=False)

    def closed_account(self, scene: Scene, assignment: Any) -> None:
        User.objects.filter(pk=scene.cast.alex.pk).update(is_active=False)

    @pytest.mark.parametrize(
        "cause", ["finished", "set_aside", "withdrawn", "paused", "ended", "opted_out", "closed_account"]
    )
    def test_it_sends_nothing_once(self, scene: Scene, post: Post, cause: str):
        assignment = scene.assign("alex", due_on=WEDNESDAY)
        getattr(self, cause)(scene, assignment)

        reminding.send_due(at=EVE)
        assert post.mails == []
        assert states() == [OutboxState.STOPPED]

    def test_it_sends_nothing_to_a_place_nobody_has_taken(self, scene: Scene, post: Post):
        scene.assign("alex", due_on=WEDNESDAY)
        Partner.objects.filter(pk=scene.cast.places["alex"].pk).update(person=None)
        assert reminding.send_due(at=EVE).sent == 0
        assert states() == [OutboxState.WAITING]

    def test_it_sends_nothing_that_is_a_day_late(self, scene: Scene, post: Post):
        scene.assign("alex", due_on=WEDNESDAY)
        assert reminding.send_due(at=EVE + timedelta(hours=24, seconds=1)).stopped == 1
        assert post.mails == []


def test_it_says_the_same_neutral_words_to_everybody(scene: Scene, post: Post, settings: Any):
    scene.assign(due_on=WEDNESDAY, note="About last night.")
    reminding.send_due(at=EVE)

    subjects, bodies = set(), set()
    for mail in post.mails:
        stop = mail["List-Unsubscribe"].strip(" <>")
        subjects.add(mail["Subject"])
        bodies.add(mail.get_content().replace("\r\n", "\n").replace(stop, "STOP"))
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop.startswith(settings.SITE_URL)
    assert subjects == {"A note for you"}
    (body,) = bodies
    assert f"{settings.SITE_URL}/\n" in body
    telling = [
        "small one",
        "alex",
        "blake",
        "moreno",
        "riverside",
        "couple",
        "partner",
        "therap",
        "exercise",
        "last night",
    ]
    assert not [word for word in telling if word in (body + "A note for you").casefold()]


def test_it_stops_by_one_click_in_the_mail_program_without_signing_in(scene: Scene, post: Post, client, settings: Any):
    scene.assign("alex", due_on=WEDNESDAY)
    scene.assign("alex", due_on=WEDNESDAY + timedelta(days=1))
    reminding.send_due(at=EVE)
    stop = post.mails[0]["List-Unsubscribe"].strip(" <>").removeprefix(settings.SITE_URL)

    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    reminding.send_due(at=EVE + timedelta(days=1))
    assert len(post.mails) == 1


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
