from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Couple, Partner
from clients.states import CoupleState
from tests.cast import Cast
from tests.clients.conftest import ClientOf

pytestmark = pytest.mark.django_db
NEW = {
    "alias": "New leaf", "time_zone": "Europe/Berlin",
    "name_1": "Robin", "email_1": "robin@example.org", "name_2": "Sam", "email_2": "sam@example.org",
}  # fmt: skip


@pytest.fixture
def moreno(client_of: ClientOf) -> Client:
    return client_of("moreno")


def test_it_adds_a_couple_from_two_identical_blocks(moreno: Client, mailoutbox: Any) -> None:
    text = moreno.get(reverse("couple-new")).content.decode()
    assert text.count('autocomplete="off"') == 2
    answer = moreno.post(reverse("couple-new"), NEW)
    couple = Couple.objects.get(alias="New leaf")
    assert answer["Location"] == reverse("couple", args=[couple.pk])
    assert not mailoutbox


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email_2", "robin@example.org", "Both addresses lead to the same mailbox."),
        ("email_2", "ROBIN@example.org", "Both addresses lead to the same mailbox."),
        ("email_2", "robin+sam@example.org", "Both addresses lead to the same mailbox."),
        ("email_1", "no address", "Enter an e-mail address like name@example.org."),
        ("email_1", "robin@example.org\nBcc: all@example.org", "Enter an e-mail address like name@example.org."),
        ("email_1", "rob\x00in@example.org", "Enter an e-mail address like name@example.org."),
        ("name_1", "Ro\x00bin", "hidden characters"),
        ("name_2", "\u202eSam", "turn the writing around"),
        ("name_2", "Sam\r\nTo: all@example.org", "hidden characters"),
        ("alias", "", "Enter a name for your lists."),
        ("alias", "New\u2028leaf", "hidden characters"),
        ("time_zone", "Nowhere", "Choose a time zone from the list."),
    ],
)
def test_it_says_what_is_wrong_with_a_couple(moreno: Client, field: str, value: str, sentence: str) -> None:
    answer = moreno.post(reverse("couple-new"), NEW | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Couple.objects.filter(alias="New leaf").exists()


def test_it_invites_each_partner_separately(cast: Cast, moreno: Client, on_commit: Any, mailoutbox: Any) -> None:
    Partner.objects.filter(pk=cast.places["alex"].pk).update(person=None, joined_at=None)
    with on_commit():
        answer = moreno.post(reverse("partner-invite", args=[cast.places["alex"].pk]))
    assert answer["Location"] == reverse("couple", args=[cast.couple.pk])
    assert [letter.to for letter in mailoutbox] == [["alex@example.org"]]
    page = moreno.get(answer["Location"]).content.decode()
    assert "Invited on" in page
    assert "Send again" in page
    assert moreno.post(reverse("partner-revoke", args=[cast.places["alex"].pk])).status_code == 302
    assert "Not invited yet" in moreno.get(answer["Location"]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_says_when_the_letter_did_not_go_out(cast: Cast, moreno: Client, monkeypatch: Any) -> None:
    def refuse(**_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr("accounts.emails.invitation", refuse)
    Partner.objects.filter(pk=cast.places["alex"].pk).update(person=None, joined_at=None)
    answer = moreno.post(reverse("partner-invite", args=[cast.places["alex"].pk]), follow=True)
    assert "The letter could not be sent." in answer.content.decode()


def test_it_says_that_somebody_has_joined_already(cast: Cast, moreno: Client) -> None:
    answer = moreno.post(reverse("partner-invite", args=[cast.places["alex"].pk]))
    assert answer.status_code == 403
    assert "They have already joined." in answer.content.decode()


def test_it_edits_a_couple(cast: Cast, moreno: Client) -> None:
    page = reverse("couple-edit", args=[cast.couple.pk])
    assert moreno.post(page, {"alias": "Slate", "time_zone": "Asia/Tokyo", "release_at": "20:30"}).status_code == 302
    cast.couple.refresh_from_db()
    assert (cast.couple.alias, cast.couple.time_zone) == ("Slate", "Asia/Tokyo")
    assert cast.couple.release_at.isoformat() == "20:30:00"
    assert moreno.post(page, {"alias": "Slate", "time_zone": "Asia/Tokyo", "release_at": "25:00"}).status_code == 422


def test_it_pauses_and_goes_on(cast: Cast, moreno: Client) -> None:
    page = reverse("couple-edit", args=[cast.couple.pk])
    for turn, state in (("pause", CoupleState.PAUSED), ("resume", CoupleState.ACTIVE)):
        assert moreno.post(page, {"turn": turn}).status_code == 302
        cast.couple.refresh_from_db()
        assert cast.couple.state == state
    assert moreno.post(page, {"turn": "resume"}).status_code == 403


def test_it_corrects_an_address_until_they_have_joined(cast: Cast, moreno: Client) -> None:
    page = reverse("partner-edit", args=[cast.places["alex"].pk])
    assert moreno.get(page).status_code == 403
    Partner.objects.filter(pk=cast.places["alex"].pk).update(person=None, joined_at=None)
    assert moreno.post(page, {"name": "Alex", "email": "blake+a@example.org"}).status_code == 422
    assert moreno.post(page, {"name": "Alex", "email": "alex@example.com"}).status_code == 302
    assert Partner.objects.get(pk=cast.places["alex"].pk).email == "alex@example.com"


def test_it_never_shows_one_partner_the_other(cast: Cast, client_of: ClientOf) -> None:
    """Neither their address, nor whether they have joined."""
    client = client_of("alex")
    pages = ["account", "account-messages", "account_change_password", "safety", "help", "privacy", "accessibility"]
    before = {page: client.get(reverse(page)).content.decode() for page in pages}
    assert not any("blake" in text.lower() for text in before.values())
    Partner.objects.filter(pk=cast.places["blake"].pk).update(person=None, joined_at=None)
    for page in pages:
        after = client.get(reverse(page)).content.decode()
        assert len(after) == len(before[page])
