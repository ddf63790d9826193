"""What is not to happen at a screen that somebody left open: sign in afresh first, then come back."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from clients.models import Couple, Membership
from tests.accounts.test_second_factor import options
from tests.cast import PASSWORD, Cast, app_of
from tests.exercises.page import HTMX
from tests.second import Passkey, code, fresh

pytestmark = pytest.mark.django_db
AGAIN, SECURITY = "/account/again/", "/account/security/"
LATE = 601.0

OWN = ["mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "devices-end-others"]
OWN_RECORDS = ["mfa_remove_webauthn", "device-end"]


def asks(path: str) -> str:
    return f"{AGAIN}?next={quote(path, safe='')}"


def stale(client: Client, user: User) -> Client:
    return fresh(client, user, ago=LATE)


@pytest.mark.parametrize("name", [*OWN, *OWN_RECORDS])
def test_it_asks_before_ones_own_factors_and_sessions(cast: Cast, client: Client, name: str) -> None:
    path = reverse(name, args=[uuid4()] if name in OWN_RECORDS else [])
    stale(client, cast.alex)
    assert client.get(path)["Location"] == asks(path)
    assert client.post(path)["Location"] == asks(path)
    assert client.post(path, headers=HTMX)["HX-Redirect"] == asks(path)
    assert "Nothing has changed yet. Sign in again, then do it once more." in client.get(asks(path)).content.decode()


@pytest.mark.parametrize("name", ["staff", "couple-move"])
def test_it_lets_an_admin_read_and_asks_before_a_change(cast: Cast, client: Client, name: str) -> None:
    record = cast.staff["former"] if name == "staff" else cast.couple
    path = reverse(name, args=[record.pk])
    stale(client, cast.people["adair"])
    assert client.get(path).status_code == 200
    sent = {"roles": ["admin"]} if name == "staff" else {"to": cast.staff["yilmaz"].pk}
    assert client.post(path, sent)["Location"] == asks(path)
    assert Membership.objects.get(pk=cast.staff["former"].pk).is_therapist
    assert Couple.objects.get(pk=cast.couple.pk).therapist == cast.staff["moreno"]
    assert client.post(asks(path), {"password": PASSWORD})["Location"] == path
    assert client.post(path, sent).status_code == 302
    now = Membership.objects.get(pk=cast.staff["former"].pk), Couple.objects.get(pk=cast.couple.pk)
    assert not now[0].is_therapist or now[1].therapist == cast.staff["yilmaz"]


@pytest.mark.parametrize(
    ("name", "who", "of"),
    [("partner-check", "moreno", "alex"), ("staff-check", "adair", "former"), ("staff-sessions", "adair", "former")],
)
def test_it_asks_before_what_is_done_for_another(cast: Cast, client: Client, name: str, who: str, of: str) -> None:
    path = reverse(name, args=[(cast.places if of == "alex" else cast.staff)[of].pk])
    stale(client, cast.people[who])
    for ask in (client.get, client.post):
        assert ask(path)["Location"] == asks(path)


def test_it_decides_by_role_first(cast: Cast, client: Client) -> None:
    stale(client, cast.alex)
    for name in ("staff-sessions", "partner-check", "couple-move"):
        assert client.post(reverse(name, args=[uuid4()])).status_code == 404


def test_it_holds_for_ten_minutes(cast: Cast, client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fresh(client, cast.alex, ago=599)
        assert client.get(SECURITY + "totp/").status_code == 200
        clock.shift(2)
        assert client.get(SECURITY + "totp/").status_code == 302


def test_it_counts_signing_in_itself(cast: Cast, client: Client) -> None:
    client.post("/sign-in/", {"login": "alex@example.org", "password": PASSWORD})
    assert client.get(SECURITY + "totp/").status_code == 200


def test_it_counts_for_the_person_who_did_it(cast: Cast, client: Client) -> None:
    fresh(client, cast.alex)
    client.force_login(cast.blake)
    assert client.get(SECURITY + "totp/").status_code == 302


def test_it_needs_no_more_than_the_current_password_to_change_it(cast: Cast, client: Client) -> None:
    stale(client, cast.alex)
    sent = {"old": "wrong", "password": "four quiet garden words"}
    assert client.post("/account/password/", sent).status_code == 422
    assert client.post("/account/password/", sent | {"old": PASSWORD}).status_code == 302


def test_it_comes_back_with_a_code_or_a_passkey_too(cast: Cast, client: Client) -> None:
    path, passkey = SECURITY + "recovery-codes/", Passkey()
    app_of(cast.alex).save()
    passkey.kept_for(cast.alex)
    stale(client, cast.alex)
    assert client.post(AGAIN + "code/", {"code": "1", "next": path}).status_code == 422
    assert client.post(AGAIN + "code/", {"code": code(), "next": path})["Location"] == path
    assert client.get(path).status_code == 200
    stale(client, cast.alex)
    answer = passkey.get(options(client.get(asks(path))))
    sent = {"credential": json.dumps(answer), "next": path}
    assert client.post(AGAIN + "passkey/", sent)["Location"] == path
    assert client.get(path).status_code == 200


def test_it_refuses_a_wrong_password_and_many_of_them(cast: Cast, client: Client) -> None:
    stale(client, cast.alex)
    said: list[Any] = [client.post(AGAIN, {"password": "wrong"}) for _ in range(12)]
    assert [answer.status_code for answer in said[:5]] == [422] * 5
    assert said[-1].status_code == 429
    assert client.get(SECURITY + "totp/").status_code == 302


def test_it_takes_the_password_of_nobody_else(cast: Cast, client: Client) -> None:
    cast.blake.set_password("four quiet garden words")
    cast.blake.save()
    stale(client, cast.alex)
    assert client.post(AGAIN, {"password": "four quiet garden words"}).status_code == 422


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_comes_back_to_this_site_only(cast: Cast, client: Client, onward: str) -> None:
    stale(client, cast.alex)
    assert client.post(AGAIN, {"password": PASSWORD, "next": onward})["Location"] == SECURITY
    assert "evil" not in client.get(AGAIN, {"next": onward}).content.decode()
