"""The days of what is given time and again: each local day once, whatever the clocks do there."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.recurrence import LONGEST, MOST, NoDays, Rule, opens_at, start_of, today_in

# north and south, half hours, a summer time of half an hour, midnights that are skipped and that come twice
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana", "Africa/Cairo"]
MONDAY = date(2026, 3, 2)
STARTS = st.dates(date(2025, 1, 1), date(2029, 12, 31))
RULES = st.builds(
    Rule,
    weekly=st.booleans(),
    weeks=st.integers(1, 12),
    weekdays=st.frozensets(st.integers(0, 6)).map(lambda days: tuple(sorted(days))),
    times=st.integers(1, MOST),
)


def days(start=MONDAY, **rule):
    return Rule(**rule).days(start)


def refused(start=MONDAY, **rule):
    with pytest.raises(NoDays) as told:
        days(start, **rule)
    return told.value.code


def test_it_comes_every_day_so_many_times():
    assert days(times=3) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]


def test_it_comes_every_day_until_a_day_that_is_the_last():
    assert days(until=date(2026, 3, 4)) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]


def test_it_comes_on_the_weekdays_that_are_chosen_and_begins_with_the_next():
    found = days(date(2026, 3, 3), weekly=True, weekdays=(0, 3), times=4)
    assert found == [date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 16)]


def test_it_comes_every_so_many_weeks_on_the_weekday_of_the_first():
    assert days(weekly=True, weeks=2, times=3) == [date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30)]


def test_whichever_end_comes_first_ends_it():
    assert len(days(times=10, until=date(2026, 3, 4))) == 3
    assert len(days(times=2, until=date(2026, 3, 4))) == 2


def test_it_refuses_what_never_ends():
    assert refused() == refused(weekly=True, weekdays=(1,)) == "endless"


def test_it_refuses_more_than_sixty_times_and_takes_sixty():
    assert len(days(until=MONDAY + timedelta(days=MOST - 1))) == MOST
    assert refused(until=MONDAY + timedelta(days=MOST)) == "too_many"
    assert refused(times=10**12) == "too_many"


def test_it_refuses_an_end_before_the_beginning_and_one_beyond_two_years():
    assert refused(until=date(2026, 3, 1)) == "none"
    assert refused(weekly=True, weeks=12, times=MOST) == "too_far"


def _days_or_none(rule, start):
    try:
        return rule.days(start)
    except NoDays as refusal:
        assert refusal.code == "too_far"
        return None


@given(rule=RULES, start=STARTS)
def test_each_day_comes_once_in_order_and_as_often_as_was_said(rule, start):
    found = _days_or_none(rule, start)
    if found is not None:
        assert len(found) == rule.times
        assert found == sorted(set(found))
        assert start <= found[0]
        assert found[-1] - start <= LONGEST
        if rule.weekly and rule.weekdays:
            assert {day.weekday() for day in found} <= set(rule.weekdays)


@pytest.mark.parametrize("zone", ZONES)
@given(rule=RULES, at=st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31)).map(lambda t: t.replace(tzinfo=UTC)))
def test_each_copy_opens_as_its_own_day_begins_there_across_every_change_of_the_clock(zone, rule, at):
    there = ZoneInfo(zone)
    found = _days_or_none(rule, today_in(there, at=at)) or []
    opening = [opens_at(day, there, at=at) for day in found]
    assert [moment.astimezone(there).date() for moment in opening] == found
    assert all(earlier.astimezone(UTC) < later.astimezone(UTC) for earlier, later in pairwise(opening))
    for day, moment in zip(found, opening, strict=True):
        before = (moment.astimezone(UTC) - timedelta(microseconds=1)).astimezone(there).date()
        assert before < day or moment == at


def test_where_midnight_is_skipped_the_day_begins_with_the_first_instant_of_it():
    cairo = ZoneInfo("Africa/Cairo")
    assert start_of(date(2026, 4, 24), cairo).astimezone(UTC) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert start_of(date(2026, 4, 24), cairo).astimezone(UTC).astimezone(cairo).hour == 1
