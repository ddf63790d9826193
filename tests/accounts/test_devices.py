"""Where one is signed in: listed for oneself alone, and each can be ended."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import commands, queries
from accounts.devices import Kind, browser_of, kind_of
from accounts.models import Device, key_hash
from accounts.policies import Oneself
from accounts.schedule import forget_ended_sessions
from clients import commands as clinic
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PASSWORD, Cast
from tests.second import fresh

pytestmark = pytest.mark.django_db
SECURITY, DEVICES = "/account/security/", "/account/security/devices/"
NEW = "four quiet garden words"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML) Chrome/140.0 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (Linux; Android 15; SM-X710) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("agent", "kind", "browser"),
    [
        (IPHONE, Kind.PHONE, "Safari"), (PIXEL, Kind.PHONE, "Chrome"), (TABLET, Kind.TABLET, "Samsung"),
        (EDGE, Kind.COMPUTER, "Edge"), (FIREFOX, Kind.COMPUTER, "Firefox"), ("curl/8", Kind.OTHER, ""),
        ("", Kind.OTHER, ""), ("\x00" * 5000, Kind.OTHER, ""),
    ],
)  # fmt: skip
def test_it_tells_devices_apart_coarsely(agent: str, kind: Kind, browser: str) -> None:
    assert (kind_of(agent), browser_of(agent)) == (kind, browser)


def signed_in(login: str, agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    assert client.post("/sign-in/", {"login": login, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def phone(cast: Cast) -> Client:
    return signed_in("alex@example.org", IPHONE)


@pytest.fixture
def laptop(cast: Cast) -> Client:
    return signed_in("alex@example.org", FIREFOX)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def device(client: Client) -> Device:
    return Device.objects.get(key_hash=key_hash(client.session.session_key or ""))


def test_it_lists_ones_own_devices_and_marks_this_one(cast: Cast, phone: Client, laptop: Client) -> None:
    signed_in("blake@example.org", EDGE)
    page = phone.get(SECURITY).content.decode()
    assert "A phone, Safari</strong> <span" in page
    assert page.count("this one") == 1
    assert "A computer, Firefox</strong><br>" in page
    assert "Edge" not in page


def test_it_keeps_neither_the_key_of_a_session_nor_where_it_was(cast: Cast, phone: Client) -> None:
    [kept] = Device.objects.values()
    assert set(kept) == {"id", "user_id", "key_hash", "kind", "browser", "since"}
    assert phone.session.session_key not in str(kept)


def test_it_signs_one_device_out(
    cast: Cast, phone: Client, laptop: Client, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    path = f"{DEVICES}{device(laptop).pk}/"
    assert "Sign that device out?" in phone.get(path).content.decode()
    assert (is_in(phone), is_in(laptop)) == (True, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.post(path)["Location"] == SECURITY
    assert (is_in(phone), is_in(laptop)) == (True, False)
    assert told == [("tell_of_change", str(cast.alex.pk), "sessions.ended")]
    assert AuditEvent.objects.get(verb="sessions.ended").actor_id == cast.alex.pk
    assert phone.post(path).status_code == 404


def test_it_signs_this_device_out(cast: Cast, phone: Client) -> None:
    assert phone.post(f"{DEVICES}{device(phone).pk}/")["Location"] == "/sign-in/"
    assert not is_in(phone)
    assert not Device.objects.exists()


def test_it_signs_all_others_out(cast: Cast, phone: Client, laptop: Client) -> None:
    blake = signed_in("blake@example.org", EDGE)
    assert laptop.get(DEVICES).status_code == 200
    assert laptop.post(DEVICES)["Location"] == SECURITY
    assert (is_in(phone), is_in(laptop), is_in(blake)) == (False, True, True)


def test_it_knows_no_device_of_another(cast: Cast, phone: Client) -> None:
    blake = signed_in("blake@example.org", EDGE)
    theirs, never = (phone.post(f"{DEVICES}{pk}/") for pk in (device(blake).pk, uuid4()))
    assert theirs.status_code == never.status_code == 404
    assert theirs.content == never.content
    assert is_in(blake)
    alex = Oneself(cast.alex.pk)
    for deed in (commands.end_session, commands.end_other_sessions):
        more = {"device_id": device(blake).pk} if deed is commands.end_session else {"keep": ""}
        with pytest.raises(Refused):
            deed(user=cast.blake, by=alex, at=NOON, **more)  # type: ignore[operator]


def test_it_forgets_a_device_that_signs_out(cast: Cast, phone: Client) -> None:
    before = phone.cookies["sessionid"].value
    phone.post("/sign-out/")
    assert not Device.objects.exists()
    phone.cookies["sessionid"] = before
    assert not is_in(phone)


def test_it_ends_other_sessions_with_a_new_password_and_keeps_this_one(
    cast: Cast, phone: Client, laptop: Client
) -> None:
    since = device(laptop).since
    before = laptop.cookies["sessionid"].value
    assert laptop.post("/account/password/", {"old": PASSWORD, "password": NEW}).status_code == 302
    assert (is_in(phone), is_in(laptop)) == (False, True)
    [left] = queries.devices_of(cast.alex, at=timezone.now())
    assert (left.since, queries.is_here(left, laptop.session.session_key or "")) == (since, True)
    laptop.cookies["sessionid"] = before
    assert not is_in(laptop)


@pytest.mark.parametrize("ending", [True, False])
def test_it_signs_staff_out_with_another_role_or_none(cast: Cast, client: Client, ending: bool) -> None:
    fresh(client, cast.people["former"])
    adair, former = cast.viewer("adair"), cast.staff["former"]
    if ending:
        clinic.end_staff(membership=former, by=adair, at=NOON)
    else:
        clinic.change_staff(membership=former, is_therapist=True, is_admin=True, by=adair, at=NOON)
    assert not is_in(client)


def test_an_admin_signs_a_member_of_staff_out_and_no_more(
    cast: Cast, client: Client, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    fresh(client, cast.people["former"])
    adair = fresh(Client(), cast.people["adair"])
    password = cast.people["former"].password
    path = reverse("staff-sessions", args=[cast.staff["former"].pk])
    assert "Sign Former out everywhere?" in adair.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert adair.post(path).status_code == 302
    assert (is_in(client), is_in(adair)) == (False, True)
    cast.people["former"].refresh_from_db()
    assert cast.people["former"].password == password
    assert queries.has_factor(cast.people["former"])
    assert told == [("tell_of_change", str(cast.people["former"].pk), "sessions.ended")]
    with pytest.raises(Refused):
        clinic.end_staff_sessions(membership=cast.staff["okafor"], by=cast.viewer("adair"), at=NOON)


def test_it_lists_no_session_that_has_run_out_and_forgets_it(cast: Cast, client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.alex)
        assert len(queries.devices_of(cast.alex, at=NOON)) == 1
    late = NOON + timedelta(hours=9)
    assert not queries.devices_of(cast.alex, at=late)
    with time_machine.travel(late, tick=False):
        forget_ended_sessions()
    assert not Device.objects.exists()
    assert not Session.objects.exists()
