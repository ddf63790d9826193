"""When a reminder goes out: the evening before, by the clock on the wall where its reader is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from clients.models import Partner
from exercises.commands.reminding import send_due
from exercises.models import OutboxMessage
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR

SECOND = timedelta(seconds=1)
# Each a day on which the clocks change, or a zone far out.
EVES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
    ("Pacific/Kiritimati", date(2026, 3, 29)),
    ("Pacific/Pago_Pago", date(2026, 3, 29)),
]


def person(scene, name="alex", **fields):
    User.objects.filter(pk=scene.cast.people[name].pk).update(**fields)


def remind(scene, due_on, at=NOON):
    """Alex alone has an exercise for a day."""
    scene.assign("alex", due_on=due_on, at=at)
    return OutboxMessage.objects.first()


def wall(day, hour, zone="Europe/Berlin"):
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "eve"), EVES)
def test_it_goes_out_the_evening_before_by_the_clock_on_the_wall(scene, mailoutbox, zone, eve):
    person(scene, time_zone=zone)
    remind(scene, eve + DAY)
    six = wall(eve, 18, zone)
    assert send_due(at=six - SECOND).sent == 0
    assert send_due(at=six).sent == 1
    assert [mail.to for mail in mailoutbox] == [["alex@example.org"]]


@pytest.mark.parametrize("hour", [0, 7, 23])
def test_it_goes_out_at_the_hour_that_the_person_chose(scene, hour):
    person(scene, remind_at=time(hour))
    remind(scene, date(2026, 3, 10))
    moment = wall(date(2026, 3, 9), hour)
    assert send_due(at=moment - SECOND).sent == 0
    assert send_due(at=moment).sent == 1


@pytest.mark.parametrize(("zone", "eve"), [("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25))])
def test_it_goes_out_once_where_its_hour_is_skipped_or_comes_twice(scene, zone, eve):
    person(scene, time_zone=zone, remind_at=time(2, 30))
    remind(scene, eve + DAY)
    start = datetime.combine(eve, time(0), ZoneInfo(zone)).astimezone(UTC)
    assert [send_due(at=start + n * HOUR / 2).sent for n in range(12)].count(1) == 1


@pytest.mark.parametrize(
    ("made", "due", "planned"),
    [
        (wall(date(2026, 3, 9), 17), date(2026, 3, 10), date(2026, 3, 9)),
        (wall(date(2026, 3, 9), 18), date(2026, 3, 10), date(2026, 3, 10)),
        (wall(date(2026, 3, 10), 17), date(2026, 3, 10), date(2026, 3, 10)),
        (wall(date(2026, 3, 10), 18), date(2026, 3, 10), None),
        (wall(date(2026, 3, 11), 9), date(2026, 3, 10), None),
    ],
)
def test_it_is_planned_for_the_day_itself_once_the_evening_has_passed_and_then_not_at_all(scene, made, due, planned):
    message = remind(scene, due, at=made)
    assert (message and message.local_date) == planned


def test_it_follows_a_person_who_moves_east_and_west(scene):
    remind(scene, date(2026, 3, 10))
    eve = date(2026, 3, 9)
    person(scene, time_zone="America/New_York")
    assert send_due(at=wall(eve, 18, "Europe/Berlin")).sent == 0
    person(scene, time_zone="Asia/Kathmandu")
    assert send_due(at=wall(eve, 18, "Asia/Kathmandu") - SECOND).sent == 0
    assert send_due(at=wall(eve, 18, "Asia/Kathmandu")).sent == 1


def test_it_follows_a_person_who_chooses_another_hour(scene):
    remind(scene, date(2026, 3, 10))
    person(scene, remind_at=time(20))
    assert send_due(at=wall(date(2026, 3, 9), 18)).sent == 0
    assert send_due(at=wall(date(2026, 3, 9), 20)).sent == 1


def test_it_goes_out_once_though_its_reader_moves_on_afterwards(scene):
    remind(scene, date(2026, 3, 10))
    assert send_due(at=wall(date(2026, 3, 9), 18)).sent == 1
    person(scene, time_zone="America/New_York")
    assert send_due(at=wall(date(2026, 3, 9), 18, "America/New_York")).sent == 0


@pytest.mark.parametrize(("late", "sent"), [(timedelta(0), 1), (DAY, 1), (DAY + SECOND, 0)])
def test_it_goes_out_up_to_a_day_late_and_then_not_any_more(scene, late, sent):
    message = remind(scene, date(2026, 3, 10))
    run = send_due(at=wall(date(2026, 3, 9), 18) + late)
    assert (run.sent, run.stopped) == (sent, 1 - sent)
    message.refresh_from_db()
    assert message.state == ("sent" if sent else "stopped")


def test_it_waits_for_somebody_who_has_not_joined_and_reaches_them_when_they_have(scene):
    blake = scene.cast.places["blake"]
    Partner.objects.filter(pk=blake.pk).update(person=None)
    scene.assign("blake", due_on=date(2026, 3, 10))
    evening = wall(date(2026, 3, 9), 18)
    assert send_due(at=evening).sent == 0
    Partner.objects.filter(pk=blake.pk).update(person=scene.cast.blake)
    assert send_due(at=evening + HOUR).sent == 1


def test_it_is_planned_by_the_couples_own_clock_for_somebody_who_has_not_joined(scene):
    Partner.objects.filter(pk=scene.cast.places["blake"].pk).update(person=None)
    scene.assign("blake", due_on=date(2026, 3, 2), at=wall(date(2026, 3, 2), 17))
    assert OutboxMessage.objects.get().local_date == date(2026, 3, 2)
