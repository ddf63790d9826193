"""Who stays signed in for how long: decided by the server, whatever a page or a browser does."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.schedule import forget_ended_sessions
from tests.access.scene import build
from tests.cast import NOON, PASSWORD, Cast
from tests.second import fresh

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LEFT = "/account/left/"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.people[name])
    assert client.get("/account/").status_code == 200
    return client


def is_in(client: Client) -> bool:
    """Asked in a way that does not count as use."""
    return client.get(LEFT, headers=HTMX).status_code == 200


def left(client: Client) -> int:
    return client.get(LEFT).json()["left"]


LIMITS = [("alex", 15, 8), ("moreno", 30, 12), ("adair", 15, 8), ("both", 15, 8)]


@pytest.mark.parametrize(("name", "minutes", "hours"), LIMITS)
def test_it_ends_when_nothing_was_done_for_a_while(cast, clock, name, minutes, hours):
    client = signed_in(cast, name)
    clock.move_to(NOON + timedelta(minutes=minutes, seconds=-1))
    assert is_in(client)
    clock.move_to(NOON + timedelta(minutes=minutes))
    assert not is_in(client)


@pytest.mark.parametrize(("name", "minutes", "hours"), LIMITS)
def test_it_goes_on_while_something_is_done_but_not_past_the_hours(cast, clock, name, minutes, hours):
    client = signed_in(cast, name)
    at = NOON
    while at + timedelta(minutes=minutes - 1) < NOON + timedelta(hours=hours):
        at += timedelta(minutes=minutes - 1)
        clock.move_to(at)
        assert client.get("/account/").status_code == 200
    clock.move_to(NOON + timedelta(hours=hours, seconds=-1))
    assert client.get("/account/").status_code == 200
    clock.move_to(NOON + timedelta(hours=hours))
    assert client.get("/account/").status_code == 302


def test_it_sends_a_page_to_sign_in_and_back_and_tells_htmx(cast, clock):
    client = signed_in(cast, "alex")
    clock.move_to(NOON + timedelta(minutes=16))
    assert client.get("/account/", headers=HTMX).status_code == 401
    assert client.get("/account/messages/")["Location"] == "/sign-in/?next=/account/messages/"


def test_it_leaves_the_cookie_of_a_401_alone_and_takes_it_back_with_the_form(cast, clock):
    """A late 401 would otherwise take the cookie of the session that was opened in the meantime."""
    client = signed_in(cast, "alex")
    clock.move_to(NOON + timedelta(minutes=16))
    assert not client.get("/account/", headers=HTMX).cookies
    assert client.get("/account/reauth/", headers=HTMX).cookies["sessionid"].value == ""


def test_asking_how_long_changes_nothing_however_often(cast, clock):
    client = signed_in(cast, "alex")
    for minute in range(1, 15):
        clock.move_to(NOON + timedelta(minutes=minute))
        assert left(client) == (15 - minute) * 60
        assert client.head(LEFT).status_code == 200
    clock.move_to(NOON + timedelta(minutes=15))
    assert client.get(LEFT).status_code == 302


def test_one_press_stays_any_number_of_times(cast, clock):
    client = signed_in(cast, "alex")
    for n in range(1, 5):
        clock.move_to(NOON + n * timedelta(minutes=14))
        assert client.post(LEFT).json()["left"] == 15 * 60
        assert left(client) == 15 * 60


def test_staying_needs_the_token_of_the_page_that_asking_gives(cast, clock):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alex)
    assert client.post(LEFT).status_code == 403
    told = client.get(LEFT).json()
    assert told["user"] == str(cast.alex.pk)
    assert client.post(LEFT, headers={"X-CSRFToken": told["token"]}).status_code == 200


def test_it_writes_down_what_is_done_once_a_minute_at_most(cast, clock):
    client = signed_in(cast, "alex")

    def writes() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/account/")
        return sum("UPDATE" in one["sql"] and "django_session" in one["sql"] for one in asked)

    assert [writes() for _ in range(3)] == [0, 0, 0]
    clock.move_to(NOON + timedelta(seconds=59))
    assert writes() == 0
    clock.move_to(NOON + timedelta(seconds=60))
    assert [writes(), writes()] == [1, 0]


def test_saving_by_itself_counts_when_the_text_has_changed_and_only_then(cast, clock):
    scene = build(cast)
    client = signed_in(cast, "alex")
    path = reverse("homework-save", args=[scene.open.pk, 2])

    def save(text: str, seq: int) -> int:
        sent = {"answer": text, "tab": "t", "seq": seq, "version": 1}
        return client.post(path, sent, headers=HTMX).status_code

    clock.move_to(NOON + timedelta(minutes=10))
    assert save("changed", 1) == 200
    assert left(client) == 15 * 60
    clock.move_to(NOON + timedelta(minutes=20))
    assert save("changed", 2) == 200
    assert left(client) == 5 * 60
    assert save("x" * 100_001, 3) == 413
    conflict = {"answer": "other", "tab": "u", "seq": 1, "version": 0}
    assert client.post(path, conflict, headers=HTMX).status_code == 409
    assert left(client) == 5 * 60
    assert save("changed again", 4) == 200
    assert left(client) == 15 * 60


def test_an_empty_box_that_is_sent_empty_counts_as_nothing(cast, clock):
    scene = build(cast)
    client = signed_in(cast, "alex")
    clock.move_to(NOON + timedelta(minutes=10))
    path = reverse("homework-save", args=[scene.open.pk, 4])
    assert client.post(path, {"tab": "t", "seq": 1}, headers=HTMX).status_code == 200
    assert left(client) == 5 * 60


def test_a_note_that_saves_itself_counts_when_it_has_changed_and_only_then(cast, clock):
    scene = build(cast)
    client = fresh(signed_in(cast, "moreno"), cast.moreno)
    path = reverse("review-note", args=[scene.assignment.pk])
    for minute, text, seconds in [(3, "new", 1800), (6, "new", 1620), (9, "newer", 1800)]:
        clock.move_to(NOON + timedelta(minutes=minute))
        sent = {"text": text, "tab": "t", "seq": minute, "version": 1}
        assert client.post(path, sent, headers=HTMX).status_code == 200
        assert left(client) == seconds


def test_a_page_says_how_long_it_has(cast, clock):
    client = signed_in(cast, "alex")
    clock.move_to(NOON + timedelta(seconds=50))  # not written down yet, so the first minute still counts
    assert f'data-left="{left(client)}"' in client.get("/account/").content.decode()
    clock.move_to(NOON + timedelta(minutes=5))
    assert 'data-left="900"' in client.get("/account/").content.decode()
    assert "data-left" not in Client().get("/sign-in/").content.decode()


def test_signing_in_again_begins_the_hours_anew(cast, clock):
    client = signed_in(cast, "alex")
    for n in range(1, 34):
        clock.move_to(NOON + n * timedelta(minutes=14))
        client.get("/account/")
    assert left(client) < 20 * 60
    client.post("/account/reauth/", {"login": "alex@example.org", "password": PASSWORD}, headers=HTMX)
    clock.move_to(NOON + timedelta(minutes=33 * 14 + 13))
    assert client.get("/account/").status_code == 200
    clock.move_to(NOON + timedelta(hours=8, minutes=8))
    assert client.get("/account/").status_code == 200


def test_somebody_who_becomes_an_admin_has_the_shorter_time_at_once(cast, clock):
    client = signed_in(cast, "moreno")
    assert left(client) == 30 * 60
    cast.staff["moreno"].is_admin = True
    cast.staff["moreno"].save()
    client.get("/account/")
    assert left(client) == 15 * 60


def test_it_is_never_remembered(cast):
    answer = Client().post("/sign-in/", {"login": "alex@example.org", "password": PASSWORD, "remember": "on"})
    cookie = answer.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_a_request_that_comes_after_the_end_brings_no_session_back(cast, clock):
    """Leaving ends the session while a last save is on its way: that goes through, the session stays ended."""
    from accounts.commands import extend_session
    from accounts.sessions import SessionStore

    client = signed_in(cast, "alex")
    on_its_way = SessionStore(client.session.session_key)
    assert on_its_way["began"]
    client.get("/exit/")
    extend_session(session=on_its_way, until=NOON + timedelta(minutes=15))
    assert not Session.objects.exists()


def test_what_has_run_out_is_deleted(cast, clock):
    signed_in(cast, "alex")
    moreno = signed_in(cast, "moreno")
    clock.move_to(NOON + timedelta(minutes=20))
    forget_ended_sessions()
    assert [session.pk for session in Session.objects.all()] == [moreno.session.session_key]


def test_pages_for_everybody_write_no_session(client):
    for path in ("/sign-in/", "/help/", "/healthz/"):
        client.get(path)
    assert not Session.objects.exists()
