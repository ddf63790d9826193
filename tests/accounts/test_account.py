import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import commands, queries
from accounts.policies import Oneself
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS, Cast

pytestmark = pytest.mark.django_db
ABOUT = {"chosen_name": "Álex ☀", "pronouns": "they/them", "time_zone": "Asia/Kathmandu", "theme": "dim"}


@pytest.fixture
def alex(cast: Cast, client: Client) -> Client:
    client.force_login(cast.alex)
    return client


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("page", ["account", "account-messages", "account_change_password"])
def test_it_is_there_for_everyone_signed_in(cast: Cast, client: Client, name: str, page: str) -> None:
    assert client.get(reverse(page)).status_code == 302
    client.force_login(cast.people[name])
    text = client.get(reverse(page)).content.decode()
    is_partner = name in {"alex", "blake", "casey", "ellis"}
    assert ('class="partner"' in text, 'class="staff"' in text) == (is_partner, not is_partner)


def test_it_saves_what_one_says_of_oneself(cast: Cast, alex: Client) -> None:
    assert alex.post(reverse("account"), ABOUT)["Location"] == reverse("account")
    cast.alex.refresh_from_db()
    assert {name: getattr(cast.alex, name) for name in ABOUT} == ABOUT
    page = alex.get(reverse("account")).content.decode()
    assert "Saved." in page
    assert 'class="theme-dim"' in page
    assert AuditEvent.objects.get(verb="account.changed").actor_id == cast.alex.pk


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("chosen_name", "", "Enter a name."),
        ("chosen_name", "   ", "Enter a name."),
        ("chosen_name", "A\x00", "hidden characters"),
        ("chosen_name", "A\x07", "hidden characters"),
        ("chosen_name", "A\u2069", "turn the writing around"),
        ("chosen_name", "A\u202a", "turn the writing around"),
        ("pronouns", "x" * 41, "Use at most 40 characters."),
        ("pronouns", "they\nthem", "hidden characters"),
        ("time_zone", "", "Choose a time zone from the list."),
        ("time_zone", "/etc/localtime", "Choose a time zone from the list."),
        ("time_zone", "a" * 500, "Choose a time zone from the list."),
        ("time_zone", "localtime", "Choose a time zone from the list."),
        ("theme", "neon", "Choose one of the colours."),
    ],
)
def test_it_says_what_is_wrong(alex: Client, cast: Cast, field: str, value: str, sentence: str) -> None:
    answer = alex.post(reverse("account"), ABOUT | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    cast.alex.refresh_from_db()
    assert cast.alex.chosen_name == "Alex"


def test_it_shows_names_as_text(alex: Client) -> None:
    alex.post(reverse("account"), ABOUT | {"chosen_name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in alex.get(reverse("account")).content.decode()


def test_it_keeps_an_older_name_of_a_time_zone(cast: Cast, alex: Client) -> None:
    assert alex.post(reverse("account"), ABOUT | {"time_zone": "US/Pacific"}).status_code == 302
    assert alex.get(reverse("account")).status_code == 200


def test_it_sets_reminders_and_shows_their_exact_words(cast: Cast, alex: Client) -> None:
    page = reverse("account-messages")
    text = alex.get(page).content.decode()
    assert "A note for you" in text
    assert "Something is waiting for you whenever you have a quiet moment." in text
    assert alex.post(page, {"remind_at": "07:00"}).status_code == 302
    cast.alex.refresh_from_db()
    assert (cast.alex.wants_reminders, cast.alex.remind_at) == (False, datetime.time(7))
    for odd in ("07:30", "", "midnight", "\x00"):
        assert alex.post(page, {"wants_reminders": "on", "remind_at": odd}).status_code == 422


def test_it_stops_reminders_by_one_click_without_a_session(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    link = reverse("unsubscribe", args=[queries.unsubscribe_token(cast.alex)])
    for look in (client.get, client.head, client.get):
        assert look(link).status_code == 200
    cast.alex.refresh_from_db()
    assert cast.alex.wants_reminders
    for _twice in range(2):
        answer = client.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies.get("sessionid")
    cast.alex.refresh_from_db()
    cast.blake.refresh_from_db()
    assert (cast.alex.wants_reminders, cast.blake.wants_reminders) == (False, True)
    assert AuditEvent.objects.filter(verb="account.reminders_stopped").count() == 1


@pytest.mark.parametrize("token", ["x", "%00", "0" * 32, "0" * 32 + ":forged", ":", "x" * 5000])
def test_it_stops_nothing_for_a_forged_link(cast: Cast, client: Client, token: str) -> None:
    for send in (client.get, client.post):
        assert send(f"/unsubscribe/{token}/").status_code == 404
    alex, blake = queries.unsubscribe_token(cast.alex), queries.unsubscribe_token(cast.blake)
    swapped = alex.split(":")[0] + ":" + blake.split(":")[1]
    assert client.post(f"/unsubscribe/{swapped}/").status_code == 404


def test_it_changes_ones_own_account_only(cast: Cast) -> None:
    blake = Oneself(cast.blake.pk)
    about: dict[str, Any] = {"chosen_name": "x", "pronouns": "", "time_zone": "UTC", "theme": "dim"}
    with pytest.raises(Refused):
        commands.change_account(user=cast.alex, **about, by=blake, at=NOON)
    with pytest.raises(Refused):
        commands.change_reminders(user=cast.alex, wants_reminders=False, remind_at=datetime.time(7), by=blake, at=NOON)
    with pytest.raises(Refused):
        commands.stop_reminders(user=cast.alex, by=blake, at=NOON)
    with pytest.raises(Refused):
        commands.change_password(user=cast.alex, password="x", by=blake, at=NOON)
    assert not AuditEvent.objects.exists()


def test_it_never_audits_what_was_said(cast: Cast, alex: Client) -> None:
    alex.post(reverse("account"), ABOUT)
    for event in AuditEvent.objects.values():
        assert not any(said in str(event) for said in (*ABOUT.values(), "alex@example.org"))
