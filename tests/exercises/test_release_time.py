"""The couple's next release: a time of day where they live, through every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Couple
from exercises.commands.sharing import next_release

# place, the last day before the clocks change, how the day of the change is (hours)
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 28), 23),
    ("Europe/Berlin", date(2026, 10, 24), 25),
    ("America/New_York", date(2026, 3, 7), 23),
    ("America/New_York", date(2026, 10, 31), 25),
    ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 3), 23.5),
    ("Africa/Casablanca", date(2026, 2, 14), 25),
    ("Asia/Kathmandu", date(2026, 3, 28), 24),
    ("Pacific/Apia", date(2026, 3, 28), 24),
]


def release(zone, after, at=time(18)):
    return next_release(Couple(time_zone=zone, release_at=at), after=after)


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_it_is_at_six_by_the_clock_on_the_wall_whatever_the_clocks_do(zone, day, hours):
    six = datetime.combine(day, time(18), ZoneInfo(zone)).astimezone(UTC)
    assert release(zone, six - timedelta(seconds=1)).astimezone(UTC) == six
    following = release(zone, six).astimezone(UTC)
    assert following - six == timedelta(hours=hours)
    assert following.astimezone(ZoneInfo(zone)).time() == time(18)


@pytest.mark.parametrize(("hour", "day"), [(0, 2), (16, 2), (17, 3), (23, 3)])
def test_it_is_today_before_six_and_tomorrow_from_six_on(hour, day):
    after = datetime(2026, 3, 2, hour, tzinfo=UTC)
    assert release("Europe/Berlin", after) == datetime(2026, 3, day, 18, tzinfo=ZoneInfo("Europe/Berlin"))


def test_it_comes_soon_after_where_the_chosen_time_is_skipped_by_the_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    found = release("Europe/Berlin", datetime(2026, 3, 29, 0, tzinfo=UTC), time(2, 30))
    assert found.astimezone(UTC).astimezone(berlin) == datetime(2026, 3, 29, 3, 30, tzinfo=berlin)


@given(
    zone=st.sampled_from([zone for zone, _day, _hours in CHANGES]),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    at=st.times().map(lambda moment: moment.replace(microsecond=0)),
)
def test_it_always_lies_ahead_and_within_a_day_and_an_hour(zone, after, at):
    ahead = release(zone, after, at).astimezone(UTC) - after
    assert timedelta(0) < ahead <= timedelta(hours=25)
