import datetime
import re
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import deliveries
from accounts.models import User
from safekeeping.models import AuditEvent
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
CHANGE, ASK = "/account/password/", "/password/reset/"
NEW = "four quiet garden words"


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the worker would be given to do."""
    given: list[tuple[str, str]] = []
    monkeypatch.setattr(deliveries, "hand_over", lambda task, user_id: given.append((task.name, user_id)))
    return given


def link_for(user: User) -> str:
    deliveries.send_password_reset(str(user.pk))
    found = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_it_changes_a_password_and_ends_other_sessions(
    cast: Cast, client: Client, handed_over: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(cast.alex)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(CHANGE, {"old": PASSWORD, "password": NEW})
    assert answer["Location"] == CHANGE
    assert client.get(CHANGE).status_code == 200
    assert elsewhere.get(CHANGE).status_code == 302
    cast.alex.refresh_from_db()
    assert cast.alex.check_password(NEW)
    assert cast.alex.password.startswith("argon2")
    assert handed_over == [("accounts.deliveries.tell_password_changed", str(cast.alex.pk))]
    assert AuditEvent.objects.get().verb == "account.password_changed"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"old": "wrong", "password": NEW}, "This is not your current password."),
        ({"old": "", "password": NEW}, "Enter your current password."),
        ({"old": PASSWORD, "password": "short"}, "at least 12 characters"),
        ({"old": PASSWORD, "password": "alex@example.org"}, "too similar"),
        ({"old": PASSWORD, "password": "a\x00b" * 12}, "ull characters"),
        ({"old": PASSWORD, "password": "x" * 1001}, "1000"),
    ],
)
def test_it_says_what_is_wrong_with_a_password(cast: Cast, client: Client, sent: dict[str, str], sentence: str) -> None:
    client.force_login(cast.alex)
    answer = client.post(CHANGE, sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    cast.alex.refresh_from_db()
    assert cast.alex.check_password(PASSWORD)


def test_it_limits_guessing_at_the_current_password(cast: Cast, client: Client) -> None:
    client.force_login(cast.alex)
    statuses = [client.post(CHANGE, {"old": "wrong", "password": NEW}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_it_answers_a_known_and_an_unknown_address_alike(
    cast: Cast, client: Client, handed_over: list[tuple[str, str]]
) -> None:
    known = client.post(ASK, {"email": "Alex@example.org"}, follow=True)
    unknown = client.post(ASK, {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert known.headers == unknown.headers
    assert [name for name, _id in handed_over] == ["accounts.deliveries.send_password_reset"] * 2
    assert handed_over[0][1] == str(cast.alex.pk)
    deliveries.send_password_reset(handed_over[1][1])
    assert UUID(handed_over[1][1])
    assert not mail.outbox


def test_it_sends_nothing_to_a_closed_account(cast: Cast) -> None:
    User.objects.filter(pk=cast.alex.pk).update(is_active=False)
    deliveries.send_password_reset(str(cast.alex.pk))
    deliveries.tell_password_changed(str(cast.alex.pk))
    assert not mail.outbox


def test_it_limits_letters_to_one_address(cast: Cast, client: Client) -> None:
    statuses = [client.post(ASK, {"email": "alex@example.org"}).status_code for _ in range(4)]
    assert statuses == [302] * 3 + [429]
    elsewhere = client.post(ASK, {"email": "alex@example.org"}, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_it_writes_a_neutral_letter(cast: Cast) -> None:
    link_for(cast.alex)
    deliveries.tell_password_changed(str(cast.alex.pk))
    for letter in mail.outbox:
        assert letter.to == ["alex@example.org"]
        for word in ("Alex", "Riverside", "Moreno", "therap", "couple", "partner", "intim"):
            assert word not in letter.subject + letter.body + letter.alternatives[0].content
        assert "<img" not in letter.alternatives[0].content


def test_it_sets_a_password_once_and_the_key_leaves_the_address(cast: Cast, client: Client) -> None:
    link = link_for(cast.alex)
    moved = client.get(link)
    form = moved["Location"]
    assert form.endswith("-new/")
    assert client.get(form).status_code == 200
    assert client.post(form, {"password": "short"}).status_code == 422
    assert client.post(form, {"password": NEW})["Location"] == reverse("account_reset_password_from_key_done")
    assert client.get(reverse("account_reset_password_from_key_done")).status_code == 200
    cast.alex.refresh_from_db()
    assert cast.alex.check_password(NEW)
    assert "_auth_user_id" not in client.session
    for used in (link, form):
        answer = client.get(used)
        assert answer.status_code == 404
        assert "This link can no longer be used" in answer.content.decode()


def test_it_needs_the_key_in_the_same_browser(cast: Cast, client: Client) -> None:
    form = client.get(link_for(cast.alex))["Location"]
    assert Client().get(form).status_code == 404
    assert Client().post(form, {"password": NEW}).status_code == 404


def test_it_opens_with_no_key_of_another_or_an_old_one(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = default_token_generator.make_token(cast.blake)
    name = "account_reset_password_from_key"
    assert client.get(reverse(name, args=[cast.alex.pk.hex, key])).status_code == 404
    assert client.get(reverse(name, args=[UUID(int=0).hex, key])).status_code == 404
    assert client.get(reverse(name, args=[cast.alex.pk.hex, "%00"])).status_code == 404
    link = link_for(cast.alex)
    late = datetime.datetime.now() + datetime.timedelta(hours=1, seconds=2)
    monkeypatch.setattr(default_token_generator, "_now", lambda: late)
    assert client.get(link).status_code == 404


def test_it_signs_out_whoever_else_is_at_this_browser(cast: Cast, client: Client) -> None:
    link = link_for(cast.alex)
    client.force_login(cast.blake)
    assert client.get(link).status_code == 302
    assert client.get("/account/").status_code == 302


def test_it_does_not_fail_when_the_queue_is_away(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.undo()
    task = deliveries.send_password_reset

    def away(**_kwargs: object) -> None:
        raise task.OperationalError

    monkeypatch.setattr(task, "apply_async", away)
    for address in ("alex@example.org", "nobody@example.org"):
        assert client.post(ASK, {"email": address}).status_code == 302
    assert "The queue is away" in caplog.text
    assert "example.org" not in caplog.text


def test_it_tries_again_when_the_mail_server_is_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_user: User) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr("accounts.emails.password_reset", away)
    tried = deliveries.send_password_reset.apply(args=[str(cast.alex.pk)], retries=5)
    assert isinstance(tried.result, SMTPServerDisconnected)
