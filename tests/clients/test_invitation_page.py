from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, User
from clients import commands
from clients.models import Partner
from tests.cast import PASSWORD, Cast, app_of
from tests.clients.conftest import ClientOf
from tests.second import code

pytestmark = pytest.mark.django_db
ROBIN = {
    "chosen_name": "Robin",
    "pronouns": "they/them",
    "time_zone": "Europe/Lisbon",
    "password": "four quiet garden words",
}
CLOSED = "This invitation can no longer be used. Ask for a new one."


@pytest.fixture
def robin(cast: Cast) -> Partner:
    couple = commands.add_couple(
        therapist=cast.staff["moreno"], alias="New leaf", time_zone="Europe/Berlin",
        people=[("Robin", "robin@example.org"), ("Sam", "sam@example.org")], by=None, at=timezone.now(),
    )  # fmt: skip
    return Partner.objects.select_related("couple").get(couple=couple, name="Robin")


@pytest.fixture
def link(cast: Cast, robin: Partner) -> str:
    moreno = cast.viewer("moreno", at=timezone.now())
    _invitation, token = commands.invite_partner(partner=robin, by=moreno, at=timezone.now())
    return reverse("invitation", args=[token])


def test_it_says_who_invites_and_that_nothing_is_shared(client: Client, link: str) -> None:
    page = client.get(link)
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Moreno of Riverside invites you", "Nobody reads what you write until you choose", 'value="Robin"'):
        assert words in text
    for secret in ("Sam<", "Sam ", "sam@example.org", "New leaf"):
        assert secret not in text


def test_it_changes_nothing_when_a_mail_scanner_opens_it(client: Client, link: str, robin: Partner) -> None:
    for look in (client.get, client.head, client.get):
        assert look(link).status_code == 200
    assert client.options(link).status_code == 405
    robin.refresh_from_db()
    assert robin.person is None
    assert Invitation.objects.get(pk=robin.invitation_id).accepted_at is None


def test_it_lets_the_holder_in_and_signs_them_in(client: Client, link: str, robin: Partner) -> None:
    answer = client.post(link, ROBIN)
    assert (answer.status_code, answer["Location"]) == (302, reverse("welcome"))
    robin.refresh_from_db()
    assert robin.person and robin.person.pronouns == "they/them"
    assert client.session["_auth_user_id"] == str(robin.person_id)


def test_it_closes_alike_whatever_the_reason(client: Client, cast: Cast, robin: Partner, link: str) -> None:
    pages = [client.get(reverse("invitation", args=["never-was"]))]
    robin.refresh_from_db()
    letters = Invitation.objects.filter(pk=robin.invitation_id)
    letters.update(expires_at=timezone.now() - timedelta(seconds=1))
    pages += [client.get(link), client.post(link, ROBIN)]
    letters.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now())
    pages += [client.get(link), client.post(link, ROBIN)]
    letters.update(revoked_at=None, accepted_at=timezone.now())
    pages += [client.get(link), client.post(link, ROBIN)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert len({str(page.headers) for page in pages}) == 1
    assert CLOSED in pages[0].content.decode()
    assert not User.objects.filter(email="robin@example.org").exists()


@pytest.mark.parametrize("token", ["%00", "a%2Fb", "%E2%80%AE", "x" * 3000, "' OR 1=1 --"])
def test_it_takes_any_token_calmly(client: Client, cast: Cast, token: str) -> None:
    assert client.get(f"/invite/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("chosen_name", "", "Enter a name."),
        ("chosen_name", "Ro\x00bin", "hidden characters"),
        ("chosen_name", "Ro\u202ebin", "turn the writing around"),
        ("chosen_name", "Robin\r\nBcc: all@example.org", "hidden characters"),
        ("chosen_name", "Robin\n", "hidden characters"),
        ("chosen_name", "R" * 81, "Use at most 80 characters."),
        ("pronouns", "the\u2066y", "turn the writing around"),
        ("time_zone", "Mars/Olympus", "Choose a time zone from the list."),
        ("time_zone", "../../etc/passwd", "Choose a time zone from the list."),
        ("time_zone", "Europe/\x00", "Choose a time zone from the list."),
        ("password", "short", "at least 12 characters"),
        ("password", "password1234", "too common"),
        ("password", "robin@example.org", "too similar"),
    ],
)
def test_it_says_in_words_what_is_wrong(client: Client, link: str, field: str, value: str, sentence: str) -> None:
    answer = client.post(link, ROBIN | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not User.objects.filter(email="robin@example.org").exists()


def test_it_never_sends_the_password_back_nor_logs_the_link(client: Client, link: str, caplog: Any) -> None:
    answer = client.post(link, ROBIN | {"chosen_name": ""})
    assert answer.status_code == 422
    assert not caplog.records
    assert ROBIN["password"] not in answer.content.decode()


def test_it_asks_the_holder_of_an_account_to_sign_in_first(client: Client, cast: Cast, robin: Partner) -> None:
    Partner.objects.filter(pk=robin.pk).update(email="yilmaz@example.org")
    robin.refresh_from_db()
    _invitation, token = commands.invite_partner(partner=robin, by=None, at=timezone.now())
    link = reverse("invitation", args=[token])
    text = client.get(link).content.decode()
    assert "You already have an account with this address: sign in to accept." in text
    assert client.post(link, ROBIN).status_code == 200
    robin.refresh_from_db()
    assert robin.person is None
    sign_in = client.post(reverse("account_login"), {"login": "yilmaz@example.org", "password": PASSWORD, "next": link})
    assert sign_in["Location"] == reverse("mfa_authenticate")
    assert client.post(sign_in["Location"], {"code": code()})["Location"] == link
    assert client.post(link)["Location"] == "/"
    robin.refresh_from_db()
    assert robin.person == cast.people["yilmaz"]


@pytest.mark.parametrize("name", ["alex", "blake", "moreno", "adair"])
def test_it_is_never_accepted_by_somebody_else(client_of: ClientOf, robin: Partner, link: str, name: str) -> None:
    client = client_of(name)
    for answer in (client.get(link), client.post(link, ROBIN)):
        assert answer.status_code == 403
        assert "another address" in answer.content.decode()
        assert "robin@" not in answer.content.decode()
    robin.refresh_from_db()
    assert robin.person is None


def test_it_brings_in_staff(client: Client, cast: Cast, client_of: ClientOf, on_commit: Any, mailoutbox: Any) -> None:
    with on_commit():
        answer = client_of("adair").post(
            reverse("staff-new"), {"name": "Jo", "email": "Jo@Example.org", "roles": ["therapist", "admin"]}
        )
    assert answer.status_code == 302
    [letter] = mailoutbox
    link = letter.body.split("http://")[1].split()[0].partition("/")[2]
    page = client.get("/" + link).content.decode()
    assert "Adair invites you to the staff of Riverside" in page
    assert "You will be a therapist and a clinic admin." in page
    assert client.post("/" + link, ROBIN | {"chosen_name": "Jo"}).status_code == 302
    assert client.get(reverse("people"))["Location"] == reverse("mfa_index")
    app_of(User.objects.get(email="jo@example.org")).save()
    assert client.get(reverse("people")).status_code == 200
    assert client.get(reverse("couple-new")).status_code == 200
