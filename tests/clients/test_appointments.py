"""Sessions are kept, moved and called off by the clock on the couple's wall; of one alone, nobody else is told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clients.commands import appointments as commands
from clients.models import Appointment, Couple
from clients.queries import appointments as queries
from clients.states import CoupleState
from clients.walltime import Gap, NoSuchTime, comes_twice, instant
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON
from tests.exercises.page import html, words

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAY = date(2026, 3, 10)
SIX = time(18)


def make(scene, day=DAY, moment=SIX, alone=None, **more):
    return commands.make(
        by=scene.viewer("moreno"), couple=scene.cast.couple, alone=scene.cast.places[alone] if alone else None,
        day=day, moment=moment, **{"minutes": 50, **more}, at=NOON,
    )  # fmt: skip


def move(scene, one, day, moment=SIX, later=False, seen=None):
    commands.move(
        by=scene.viewer("moreno"), appointment=one, day=day, moment=moment, minutes=50, later=later,
        seen=seen or one.starts_at, at=NOON,
    )  # fmt: skip


def on_the_wall():
    rows = Appointment.objects.standing().order_by("starts_at")
    return [row.starts_at.astimezone(BERLIN).strftime("%m-%d %H:%M") for row in rows]


# --- the clock on the wall


@pytest.mark.parametrize(
    ("zone", "day", "moment", "first", "until"),
    [
        ("Europe/Berlin", SPRING, time(2), time(2), time(3)),
        ("Europe/Berlin", SPRING, time(2, 59), time(2), time(3)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), time(2), time(2, 30)),
        ("America/Santiago", date(2026, 9, 6), time(0), time(0), time(1)),
    ],
)
def test_it_says_which_times_a_day_does_not_have(zone, day, moment, first, until):
    with pytest.raises(NoSuchTime) as none:
        instant(day, moment, ZoneInfo(zone))
    assert none.value.gap == Gap(day, first, until)


def test_it_takes_the_first_of_two():
    assert comes_twice(AUTUMN, time(2, 30), BERLIN)
    assert instant(AUTUMN, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert not comes_twice(AUTUMN, time(3), BERLIN)
    assert not comes_twice(SPRING, time(2, 30), BERLIN)


# --- keeping


def test_a_series_keeps_its_hour_when_the_clocks_change(scene):
    made = make(scene, day=date(2026, 3, 17), times=4, weeks=1)
    assert on_the_wall() == ["03-17 18:00", "03-24 18:00", "03-31 18:00", "04-07 18:00"]
    assert [one.starts_at.hour for one in made] == [17, 17, 16, 16]
    assert len({one.series for one in made}) == 1


def test_a_series_that_meets_the_gap_is_not_made_in_part(scene):
    with pytest.raises(NoSuchTime):
        make(scene, day=date(2026, 3, 22), moment=time(2, 30), times=3)
    assert not Appointment.objects.exists()


def test_it_keeps_nothing_in_the_past_nor_twice_at_one_time(scene):
    with pytest.raises(Refused) as past:
        make(scene, day=date(2026, 3, 1))
    make(scene)
    with pytest.raises(Refused) as taken:
        make(scene, day=DAY - timedelta(weeks=1), times=2)
    assert (past.value.verdict.code, taken.value.verdict.code) == ("past", "taken")
    assert Appointment.objects.count() == 1


def test_it_keeps_none_for_a_couple_whose_work_has_ended_or_of_another_therapist(scene):
    (kept,) = make(scene)
    with pytest.raises(Refused):
        commands.make(by=scene.viewer("yilmaz"), couple=scene.cast.couple, alone=None, day=DAY, moment=time(9),
                      minutes=50, at=NOON)  # fmt: skip
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    for deed in (lambda: make(scene, moment=time(9)), lambda: move(scene, kept, DAY, time(8))):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.verdict.code == "ended"


# --- moving and calling off


def test_it_moves_one_and_leaves_the_rest(scene):
    made = make(scene, times=3)
    move(scene, made[1], date(2026, 3, 18), time(9, 30))
    assert on_the_wall() == ["03-10 18:00", "03-18 09:30", "03-24 18:00"]


@pytest.mark.parametrize("days", [7, -7, 1])
def test_it_moves_this_and_those_after_it_into_each_others_places(scene, days):
    made = make(scene, day=date(2026, 3, 17), times=3)
    move(scene, made[0], date(2026, 3, 17) + timedelta(days=days), later=True)
    first = date(2026, 3, 17) + timedelta(days=days)
    assert on_the_wall() == [f"{first + timedelta(weeks=n):%m-%d} 18:00" for n in range(3)]


def test_it_moves_none_of_them_where_one_would_meet_the_gap(scene):
    made = make(scene, day=date(2026, 3, 17), times=3)
    with pytest.raises(NoSuchTime):
        move(scene, made[0], date(2026, 3, 15), time(2, 30), later=True)
    assert on_the_wall()[0] == "03-17 18:00"


def test_two_windows_move_the_same_session_and_the_second_is_told(scene):
    (one,) = make(scene)
    seen = one.starts_at
    move(scene, one, date(2026, 3, 11), seen=seen)
    for deed in (
        lambda: move(scene, one, date(2026, 3, 12), seen=seen),
        lambda: commands.cancel(by=scene.viewer("moreno"), appointment=one, later=False, seen=seen, at=NOON),
    ):
        with pytest.raises(commands.MovedMeanwhile):
            deed()
    assert on_the_wall() == ["03-11 18:00"]


def test_what_has_begun_or_was_called_off_stays_as_it_is(scene):
    (one,) = make(scene)
    begun = scene.viewer("moreno", one.starts_at)
    with pytest.raises(Refused) as refused:
        commands.cancel(by=begun, appointment=one, later=False, seen=one.starts_at, at=one.starts_at)
    assert refused.value.verdict.code == "begun"
    commands.cancel(by=scene.viewer("moreno"), appointment=one, later=False, seen=one.starts_at, at=NOON)
    with pytest.raises(Refused) as refused:
        move(scene, one, DAY, time(9))
    assert refused.value.verdict.code == "cancelled"


def test_it_calls_off_one_or_this_and_those_after_it(scene):
    made = make(scene, times=4)
    by = scene.viewer("moreno")
    commands.cancel(by=by, appointment=made[0], later=False, seen=made[0].starts_at, at=NOON)
    assert len(on_the_wall()) == 3
    commands.cancel(by=by, appointment=made[2], later=True, seen=made[2].starts_at, at=NOON)
    assert on_the_wall() == ["03-17 18:00"]


def test_the_trail_says_what_was_done_and_neither_when_it_is_nor_with_whom(scene):
    (one,) = make(scene, alone="alex")
    move(scene, one, date(2026, 3, 11))
    lines = AuditEvent.objects.filter(verb__startswith="appointment.").order_by("at", "pk")
    assert {line.verb for line in lines} == {"appointment.made", "appointment.moved"}
    assert {line.subject for line in lines} == {f"clients.Appointment:{one.pk}"}


# --- who is told


def test_the_other_partner_is_told_nothing_of_a_session_alone(scene):
    make(scene, alone="alex")
    both = [scene.cast.couple]
    assert [one.alone for one in queries.coming_to(both, viewer=scene.viewer("alex"))] == [True]
    assert queries.coming_to(both, viewer=scene.viewer("blake")) == []
    assert queries.next_session(scene.cast.couple, viewer=scene.viewer("moreno")) is None


def test_a_day_by_hand_counts_where_no_session_is_kept(scene):
    Couple.objects.filter(pk=scene.cast.couple.pk).update(next_session_on=DAY)
    couple = Couple.objects.get(pk=scene.cast.couple.pk)
    (by_hand,) = queries.coming_to([couple], viewer=scene.viewer("blake"))
    assert (by_hand.day, by_hand.starts_at) == (DAY, None)
    make(scene, day=date(2026, 3, 12))
    (kept,) = queries.coming_to([couple], viewer=scene.viewer("blake"))
    assert kept.day == date(2026, 3, 12)


# --- the pages

SENT = {"day": "2026-03-10", "moment": "18:00", "minutes": "50", "times": "1", "weeks": "1"}


def path(scene):
    return reverse("appointments", args=[scene.cast.couple.pk])


def test_it_keeps_a_series_from_the_page_and_lists_it(scene, moreno: Client):
    answer = moreno.post(
        path(scene), {**SENT, "times": "3", "weeks": "2", "with_whom": str(scene.cast.places["alex"].pk)}
    )
    assert answer.status_code == 302
    page = words(moreno.get(path(scene)))
    for said in ("Tuesday 10 March 2026, 18:00", "Tuesday 7 April 2026, 18:00", "Alex alone", "one of a series"):
        assert said in page


def test_it_refuses_a_time_in_the_gap_with_the_times_that_are_none(scene, moreno: Client):
    answer = moreno.post(path(scene), {**SENT, "day": "2026-03-29", "moment": "02:30"})
    assert answer.status_code == 422
    assert "the times from 02:00 up to 03:00 do not exist that day" in words(answer)


def test_it_keeps_the_first_of_a_time_that_comes_twice_and_says_so(scene, moreno: Client):
    moreno.post(path(scene), {**SENT, "day": "2026-10-25", "moment": "02:30"})
    assert Appointment.objects.get().starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "The first of the two is kept." in html(moreno.get(path(scene)))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": "2026-03-01"}, "That time is past."),
        ({"day": ""}, "Write the date as in"),
        ({"day": "9999-12-31", "times": "26", "weeks": "12"}, "Choose an earlier day."),
        ({"moment": "late"}, "Write the time as in"),
        ({"times": "27"}, "from 1 to 26"),
        ({"minutes": "0"}, "from 5 to 480"),
    ],
)
def test_it_says_what_is_wrong(scene, moreno: Client, sent, said):
    answer = moreno.post(path(scene), {**SENT, **sent})
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert not Appointment.objects.exists()


def test_it_warns_of_an_overlap_once_and_keeps_it_all_the_same(scene, moreno: Client):
    Appointment.objects.create(
        clinic=scene.cast.riverside, couple=scene.cast.neighbours, starts_at=datetime(2026, 3, 10, 16, 30, tzinfo=UTC),
        made_at=NOON,
    )  # fmt: skip
    answer = moreno.post(path(scene), SENT)
    assert answer.status_code == 422
    assert "Old oak, 10 March 2026, 17:30" in words(answer)
    assert moreno.post(path(scene), {**SENT, "anyway": "yes"}).status_code == 302
    assert moreno.post(path(scene), {**SENT, "day": "2026-03-12"}).status_code == 302


def test_it_names_the_therapists_own_time_where_that_differs(scene, moreno: Client):
    scene.cast.moreno.time_zone = "America/New_York"
    scene.cast.moreno.save()
    make(scene)
    page = words(moreno.get(path(scene)))
    assert "10 March 2026, 18:00" in page
    assert "on your clock Tuesday 13:00" in page
    month = words(moreno.get(reverse("calendar"), {"month": "2026-03"}))
    assert "13:00 · River stones" in month
    assert "theirs: Tuesday 18:00" in month


def test_the_page_of_a_session_tells_the_second_window_and_keeps_what_it_chose(scene, moreno: Client):
    (one,) = make(scene, times=2)[:1]
    page = reverse("appointment", args=[one.pk])
    sent = {"day": "2026-03-11", "moment": "09:00", "minutes": "50", "seen": one.starts_at.isoformat()}
    assert moreno.get(page).status_code == 200
    assert moreno.post(page, sent).status_code == 302
    late = moreno.post(page, {**sent, "day": "2026-03-12"})
    assert late.status_code == 409
    assert "Wednesday 11 March 2026, 09:00" in words(late)
    assert 'value="2026-03-12"' in html(late)
    late = moreno.post(reverse("appointment-cancel", args=[one.pk]), {"seen": sent["seen"]})
    assert late.status_code == 409
    assert on_the_wall() == ["03-11 09:00", "03-17 18:00"]


def test_the_page_moves_those_after_it_and_calls_them_off(scene, moreno: Client):
    first, *_rest = make(scene, times=3)
    page = reverse("appointment", args=[first.pk])
    sent = {"day": "2026-03-11", "moment": "18:00", "minutes": "50", "later": "on", "seen": first.starts_at.isoformat()}
    assert moreno.post(page, sent).status_code == 302
    assert on_the_wall() == ["03-11 18:00", "03-18 18:00", "03-25 18:00"]
    now = Appointment.objects.get(pk=first.pk).starts_at.isoformat()
    moreno.post(reverse("appointment-cancel", args=[first.pk]), {"seen": now, "which": "later"})
    assert on_the_wall() == []


@pytest.mark.parametrize("month", ["", "2026-13", "nonsense", "0001-01", "99999-01", "2026-03"])
def test_the_calendar_shows_a_month_whatever_is_asked(scene, moreno: Client, month):
    make(scene)
    answer = moreno.get(reverse("calendar"), {"month": month})
    assert answer.status_code == 200
    assert "18:00 · River stones" in words(answer)


def test_the_calendar_leaves_out_what_an_ended_couple_would_have_had(scene, moreno: Client):
    make(scene)
    Couple.objects.filter(pk=scene.cast.couple.pk).update(state=CoupleState.ENDED)
    with time_machine.travel(NOON, tick=False):
        assert "River stones" not in words(moreno.get(reverse("calendar")))
