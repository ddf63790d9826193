"""A calendar of one's own: read by a program that is nobody, as its person alone, and by no former address."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from django.test import Client
from django.urls import reverse

from clients.models import Appointment, Couple, Partner
from clients.states import CoupleState
from exercises.commands import calendar as commands
from exercises.models import CalendarFeed, Homework
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR
from tests.second import fresh

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
PAGE = "/account/calendar/"


def session(cast, at=NOON + DAY, couple=None, **more):
    couple = couple or cast.couple
    return Appointment.objects.create(clinic=couple.clinic, couple=couple, starts_at=at, made_at=NOON, **more)


def address(cast, name, **arranged):
    """A path that only this person's program knows."""
    by = cast.viewer(name)
    token = commands.make_address(by=by, at=NOON)
    if arranged:
        feed = CalendarFeed.objects.get(person=cast.people[name])
        commands.arrange(by=by, feed=feed, at=NOON, **{"title": "appointment", "due_days": False, **arranged})
    return reverse("calendar-feed", args=[token])


def read(path, client=None):
    """The calendar as an independent reader takes it apart."""
    with time_machine.travel(NOON, tick=False):
        answer = (client or Client()).get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return vobject.readOne(answer.content.decode())


def events(path):
    return list(read(path).contents.get("vevent", []))


def starts(path):
    return [event.dtstart.value for event in events(path)]


def test_it_says_when_and_nothing_else(cast):
    one = session(cast, minutes=50)
    (event,) = events(address(cast, "alex"))
    assert (event.dtstart.value, event.dtend.value) == (one.starts_at, one.starts_at + timedelta(minutes=50))
    assert event.summary.value == "Appointment"
    assert event.contents["class"][0].value == "PRIVATE"
    assert set(event.contents) == {"uid", "dtstamp", "dtstart", "dtend", "summary", "class", "transp"}


def test_it_names_nobody_and_no_clinic(cast):
    session(cast), session(cast, at=NOON + 2 * DAY, alone=cast.places["alex"])
    for name in ("alex", "blake", "moreno"):
        with time_machine.travel(NOON, tick=False):
            text = Client().get(address(cast, name)).content.decode().lower()
        words = ("alex", "blake", "moreno", "riverside", "river stones", "eye level", "therap", "couple", "homework")
        assert not [word for word in words if word in text]
        assert str(cast.couple.pk) not in text


def test_it_asks_to_be_read_again_in_some_hours(cast):
    calendar = read(address(cast, "alex"))
    assert calendar.contents["refresh-interval"][0].value == "PT6H"
    assert calendar.contents["refresh-interval"][0].params == {"VALUE": ["DURATION"]}


def test_it_keeps_a_session_with_one_alone_from_the_other(cast):
    session(cast, alone=cast.places["alex"])
    assert len(events(address(cast, "alex"))) == 1
    assert len(events(address(cast, "moreno"))) == 1
    assert not events(address(cast, "blake"))


def test_a_calendar_is_the_same_to_the_byte_whatever_the_other_has_alone(cast):
    session(cast, at=NOON + 3 * DAY)
    path = address(cast, "blake")
    with time_machine.travel(NOON, tick=False):
        before = Client().get(path)
        session(cast, alone=cast.places["alex"])
        after = Client().get(path)
    assert before.content == after.content
    assert before.headers == after.headers


def test_a_therapist_has_all_of_their_couples_and_nobody_elses(cast):
    mine = [session(cast), session(cast, at=NOON + 2 * DAY, couple=cast.neighbours)]
    session(cast, couple=cast.strangers)
    assert starts(address(cast, "moreno")) == [one.starts_at for one in mine]
    assert not starts(address(cast, "yilmaz"))


def test_somebody_in_two_couples_has_both(cast):
    Partner.objects.filter(pk=cast.places["casey"].pk).update(person=cast.alex)
    session(cast), session(cast, at=NOON + 2 * DAY, couple=cast.neighbours)
    assert len(events(address(cast, "alex"))) == 2


@pytest.mark.parametrize("name", ["alex", "moreno"])
def test_nothing_of_a_couple_that_has_ended_is_left(cast, name):
    session(cast)
    Couple.objects.filter(pk=cast.couple.pk).update(state=CoupleState.ENDED)
    assert not events(address(cast, name))


def test_what_is_called_off_is_gone(cast):
    session(cast, cancelled_at=NOON)
    assert not events(address(cast, "alex"))


def test_an_hour_on_the_wall_stays_one_when_the_clocks_change(cast):
    path = address(cast, "alex")
    wall = [datetime(2026, 3, day, 9, tzinfo=BERLIN) for day in (26, 29, 31)]
    for at in wall:
        session(cast, at=at)
    found = starts(path)
    assert found == wall
    assert [at.astimezone(BERLIN).hour for at in found] == [9, 9, 9]
    assert [at.utcoffset() for at in found] == [timedelta(0)] * 3


def test_an_entry_keeps_its_id_and_shares_it_with_nobody(cast):
    one = session(cast)
    path = address(cast, "alex")
    before = events(path)[0].uid.value
    Appointment.objects.filter(pk=one.pk).update(starts_at=one.starts_at + HOUR)
    assert events(path)[0].uid.value == before
    others = {events(address(cast, name))[0].uid.value for name in ("blake", "moreno")}
    assert before not in others
    assert len(others) == 2
    assert str(one.pk) not in others | {before}


def test_due_days_stand_in_it_only_when_wanted_and_leave_the_day_free(scene):
    cast = scene.cast
    Homework.objects.update(due_on=(NOON + DAY).date())
    assert not events(address(cast, "alex"))
    (event,) = events(address(cast, "alex", due_days=True))
    assert event.dtstart.value == (NOON + DAY).date()
    assert event.transp.value == "TRANSPARENT"
    assert event.summary.value == "Appointment"


def test_days_of_the_other_are_nowhere(scene):
    Homework.objects.filter(partner=scene.cast.places["blake"]).update(due_on=(NOON + DAY).date())
    assert not events(address(scene.cast, "alex", due_days=True))


def test_lines_are_as_short_as_the_format_asks(cast):
    for n in range(3):
        session(cast, at=NOON + n * DAY + HOUR)
    with time_machine.travel(NOON, tick=False):
        body = Client().get(address(cast, "alex")).content
    lines = body.split(b"\r\n")
    assert len(lines) > 20
    assert max(map(len, lines)) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")


# --- whose an address is


def refused(path):
    with time_machine.travel(NOON, tick=False):
        answer = Client().get(path)
    return answer.status_code, answer.content, sorted(answer.headers.items())


def test_unknown_former_and_switched_off_are_answered_alike(cast):
    unknown = refused(reverse("calendar-feed", args=["guessed"]))
    assert unknown[0] == 404
    former = address(cast, "alex")
    now = address(cast, "alex")
    assert refused(former) == unknown
    assert events(now) == []
    commands.switch_off(by=cast.viewer("alex"), feed=CalendarFeed.objects.get(), at=NOON)
    assert refused(now) == unknown
    assert not CalendarFeed.objects.exists()


def test_an_address_of_somebody_whose_account_is_closed_is_none(cast):
    path = address(cast, "alex")
    cast.alex.is_active = False
    cast.alex.save()
    assert refused(path) == refused(reverse("calendar-feed", args=["guessed"]))


def test_whoever_is_signed_in_is_shown_whose_address_it_is_and_not_their_own(cast):
    session(cast, alone=cast.places["alex"])
    browser = fresh(Client(), cast.blake)
    assert len(read(address(cast, "alex"), browser).contents["vevent"]) == 1
    assert "vevent" not in read(address(cast, "blake"), browser).contents


def test_reading_it_leaves_nothing_behind(cast):
    path = address(cast, "alex")
    before = AuditEvent.objects.count()
    with time_machine.travel(NOON, tick=False):
        answer = Client().get(path)
    assert not answer.cookies
    assert AuditEvent.objects.count() == before


def test_only_the_hash_of_an_address_is_kept(cast):
    token = commands.make_address(by=cast.viewer("alex"), at=NOON)
    (row,) = CalendarFeed.objects.values_list()
    assert token not in repr(row)
    assert len(token) >= 43


@pytest.mark.parametrize(("known", "code"), [(True, 200), (False, 404)])
def test_it_can_be_asked_for_only_so_often(cast, known, code):
    """Known or not, in the same way; and one address takes no other's turns."""
    path = address(cast, "alex") if known else reverse("calendar-feed", args=["guessed"])
    client = Client()
    assert [client.get(path).status_code for _ in range(61)] == [code] * 60 + [429]
    assert client.get(address(cast, "blake")).status_code == 200


# --- the page


@pytest.fixture
def browser(cast, clock):
    return fresh(Client(), cast.alex)


def test_the_page_shows_an_address_once(cast, browser):
    shown = browser.post(PAGE, {"go": "make"}).content.decode()
    path = shown.split("/cal/")[1].split('"')[0]
    assert Client().get(f"/cal/{path}").status_code == 200
    assert path not in browser.get(PAGE).content.decode()


def test_pressed_twice_the_second_address_counts(cast, browser):
    first, second = (browser.post(PAGE, {"go": "make"}).content.decode().split("/cal/")[1].split('"')[0] for _ in "12")
    assert Client().get(f"/cal/{first}").status_code == 404
    assert Client().get(f"/cal/{second}").status_code == 200


def test_words_and_days_are_chosen_on_the_page(cast, browser):
    browser.post(PAGE, {"go": "make"})
    assert browser.post(PAGE, {"go": "save", "title": "busy", "due_days": "on"}).status_code == 302
    feed = CalendarFeed.objects.get()
    assert (feed.title, feed.due_days) == ("busy", True)
    assert browser.post(PAGE, {"go": "save", "title": "Therapy with Blake"}).status_code == 422


def test_words_stay_when_the_address_changes(cast, browser):
    browser.post(PAGE, {"go": "make"})
    browser.post(PAGE, {"go": "save", "title": "busy"})
    browser.post(PAGE, {"go": "make"})
    assert CalendarFeed.objects.get().title == "busy"


def test_an_address_is_made_only_after_signing_in_afresh(cast, clock):
    stale = fresh(Client(), cast.alex, ago=700)
    assert stale.get(PAGE).status_code == 200
    answer = stale.post(PAGE, {"go": "make"})
    assert answer.headers["Location"].startswith("/account/again/")
    assert not CalendarFeed.objects.exists()


def test_it_is_switched_off_on_the_page(cast, browser):
    browser.post(PAGE, {"go": "make"})
    browser.post(PAGE, {"go": "off"})
    assert not CalendarFeed.objects.exists()
    assert browser.post(PAGE, {"go": "off"}).status_code == 302


def test_what_is_done_with_an_address_stands_in_the_trail(cast, browser):
    for data in ({"go": "make"}, {"go": "save", "title": "busy"}, {"go": "off"}):
        browser.post(PAGE, data)
    verbs = AuditEvent.objects.filter(verb__startswith="calendar").order_by("at").values_list("verb", flat=True)
    assert set(verbs) == {"calendar.address_made", "calendar.arranged", "calendar.switched_off"}
