"""After a new password by letter alone, private writing stays closed until it is known who asked."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import commands, queries
from accounts.models import User
from accounts.policies import Oneself
from clients import commands as clinic
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, Cast, app_of
from tests.exercises.page import HTMX, masked
from tests.second import code, fresh

pytestmark = pytest.mark.django_db
NEW = "four quiet garden words"
CLOSED = "/account/closed/"
DAY = timedelta(days=1)


def reset(user: User) -> Client:
    """Choose a new password with the key of a letter, in a new browser, and sign in with it."""
    client = Client()
    key = default_token_generator.make_token(user)
    form = client.get(reverse("account_reset_password_from_key", args=[user.pk.hex, key]))["Location"]
    assert client.post(form, {"password": NEW}).status_code == 302
    client.post("/sign-in/", {"login": user.email, "password": NEW})
    return client


def test_it_opens_the_account_and_not_the_writing(cast: Cast) -> None:
    client = reset(cast.alex)
    assert client.get("/account/").status_code == 200
    for name in ("today", "reflections", "shared"):
        assert client.get(reverse(name))["Location"] == CLOSED
        assert client.get(reverse(name), headers=HTMX)["HX-Redirect"] == CLOSED
    real, never = (client.get(f"/w/{pk}/")["Location"] for pk in (cast.couple.pk, cast.alex.pk))
    assert real == never == CLOSED
    page = client.get(CLOSED).content.decode()
    assert "Tell your therapist that it was you" in page
    assert "Your partner is told nothing." in page
    assert AuditEvent.objects.filter(verb="account.password_reset").count() == 1


def test_it_leaves_what_was_being_typed_on_the_page(cast: Cast) -> None:
    client = reset(cast.alex)
    answer = client.post(f"/w/{cast.couple.pk}/1/save/", {"answer": "x"}, headers=HTMX)
    assert (answer.status_code, "HX-Redirect" in answer) == (403, False)


def test_it_closes_nothing_after_a_password_that_one_changed_oneself(cast: Cast, client: Client) -> None:
    fresh(client, cast.alex)
    commands.change_password(user=cast.alex, password=NEW, by=Oneself(cast.alex.pk), at=NOON)
    cast.alex.refresh_from_db()
    assert not cast.alex.is_locked(NOON)
    fresh(client, cast.alex)
    assert client.get("/today/").status_code == 200
    assert client.get(CLOSED)["Location"] == "/"


def test_it_signs_every_device_out(cast: Cast, client: Client) -> None:
    client.force_login(cast.alex)
    reset(cast.alex)
    assert client.get("/account/").status_code == 302


def test_a_second_step_from_before_opens_it_at_once(cast: Cast) -> None:
    app_of(cast.alex).save()
    client = reset(cast.alex)
    assert client.get("/account/").status_code == 302, "nobody is signed in yet"
    assert client.post("/sign-in/second/", {"code": code()}).status_code == 302
    assert client.get("/today/").status_code == 200
    assert AuditEvent.objects.filter(verb="account.opened_again", actor_id=cast.alex.pk).exists()


def test_a_printed_recovery_code_opens_it_at_once(cast: Cast) -> None:
    app_of(cast.alex).save()
    commands.make_codes(user=cast.alex, by=Oneself(cast.alex.pk), at=NOON)
    first, *_rest = commands.show_codes(user=cast.alex, by=Oneself(cast.alex.pk))
    client = reset(cast.alex)
    client.post("/sign-in/second/", {"code": first})
    assert client.get("/today/").status_code == 200


def test_a_factor_opens_it_from_the_page_that_says_so(cast: Cast, client: Client) -> None:
    app_of(cast.alex).save()
    User.objects.filter(pk=cast.alex.pk).update(locked_since=NOON)
    fresh(client, cast.alex)
    assert "/account/again/code/?next=/" in client.get(CLOSED).content.decode()
    assert client.post("/account/again/code/", {"code": code(), "next": "/"})["Location"] == "/"
    assert client.get("/today/").status_code == 200


def test_the_new_password_alone_neither_opens_it_nor_adds_a_second_step(cast: Cast) -> None:
    """Whoever reads the mailbox could otherwise open it, or keep its owner out."""
    client = reset(cast.alex)
    assert client.post("/account/again/", {"password": NEW, "next": "/today/"})["Location"] == "/today/"
    assert client.get("/today/")["Location"] == CLOSED
    for page in ("totp/", "passkeys/"):
        assert client.get(f"/account/security/{page}").status_code == 403
        assert client.post(f"/account/security/{page}", {"code": "000000"}).status_code == 403
    client.post("/account/password/", {"old": NEW, "password": NEW + " again"})
    assert client.get("/today/")["Location"] == CLOSED
    assert not queries.has_factor(cast.alex)


def test_the_therapists_check_opens_it_two_days_later(
    cast: Cast, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    moreno, path = Client(), reverse("partner-check", args=[cast.places["alex"].pk])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        alex = reset(cast.alex)
        fresh(moreno, cast.moreno)
        assert "until it is checked" in moreno.get(reverse("couple", args=[cast.couple.pk])).content.decode()
        assert "Was it Alex?" in moreno.get(path).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            assert moreno.post(path).status_code == 302
        assert told == [("tell_of_change", str(cast.alex.pk), "account.check_noted")]
        assert "It opens on" in alex.get(CLOSED).content.decode()
        assert moreno.post(path).status_code == 403, "once"
        clock.shift(2 * DAY - timedelta(seconds=1))
        assert fresh(alex, User.objects.get(pk=cast.alex.pk)).get("/today/")["Location"] == CLOSED
        clock.shift(timedelta(seconds=1))
        assert alex.get("/today/").status_code == 200
        assert fresh(moreno, cast.moreno).get(path).status_code == 403
    check = AuditEvent.objects.get(verb="account.check_noted")
    assert (check.actor_id, check.subject) == (cast.moreno.pk, f"accounts.User:{cast.alex.pk}")


def test_the_owner_objects_and_it_stays_closed(cast: Cast) -> None:
    moreno, path = fresh(Client(), cast.moreno), reverse("partner-check", args=[cast.places["alex"].pk])
    alex = reset(cast.alex)
    moreno.post(path)
    assert moreno.post(path, {"was": "somebody-else"}).status_code == 302
    user = User.objects.get(pk=cast.alex.pk)
    assert user.is_locked(timezone.now() + 30 * DAY)
    assert alex.get("/account/").status_code == 302, "whoever had the password is signed out"
    assert moreno.post(path, {"was": "somebody-else"}).status_code == 403


def test_another_letter_begins_the_wait_anew(cast: Cast) -> None:
    reset(cast.alex)
    clinic.note_check(place=cast.places["alex"], by=cast.viewer("moreno", timezone.now()), at=timezone.now())
    reset(User.objects.get(pk=cast.alex.pk))
    assert User.objects.get(pk=cast.alex.pk).is_locked(timezone.now() + 30 * DAY)


@pytest.mark.parametrize("name", ["alex", "blake", "yilmaz", "former", "okafor", "adair", "both", "casey"])
def test_nobody_but_their_therapist_says_that_it_was_them(cast: Cast, name: str) -> None:
    reset(cast.alex)
    now = timezone.now()
    with pytest.raises(Refused):
        clinic.note_check(place=cast.places["alex"], by=cast.viewer(name, now), at=now)
    assert User.objects.get(pk=cast.alex.pk).opens_at is None


def test_the_other_partner_sees_nothing_of_it(cast: Cast) -> None:
    blake = fresh(Client(), cast.blake)
    pages = ["/today/", "/shared/", "/account/", "/account/security/", "/account/closed/"]
    before = [(masked(a), sorted(a.headers.items())) for a in map(blake.get, pages)]
    reset(cast.alex)
    now = timezone.now()
    clinic.note_check(place=cast.places["alex"], by=cast.viewer("moreno", now), at=now)
    assert [(masked(a), sorted(a.headers.items())) for a in map(blake.get, pages)] == before
    assert blake.get(reverse("partner-check", args=[cast.places["alex"].pk])).status_code == 404


def test_another_admin_checks_for_staff_and_nobody_for_themselves(cast: Cast) -> None:
    now = timezone.now()
    for name in ("former", "both"):
        commands.reset_password(user=cast.people[name], password=NEW, by=Oneself(cast.people[name].pk), at=now)
        cast.people[name].refresh_from_db()
    both, adair = cast.viewer("both", now), cast.viewer("adair", now)
    with pytest.raises(Refused):
        clinic.note_check(place=cast.staff["both"], by=both, at=now)
    clinic.note_check(place=cast.staff["both"], by=adair, at=now)
    former = fresh(Client(), cast.people["former"])
    assert former.get(reverse("caseload"))["Location"] == CLOSED
    assert "Tell an admin of your clinic" in former.get(CLOSED).content.decode()
    browser = fresh(Client(), cast.people["adair"])
    assert "until it is checked" in browser.get(reverse("staff", args=[cast.staff["former"].pk])).content.decode()
    assert browser.post(reverse("staff-check", args=[cast.staff["former"].pk])).status_code == 302


def test_the_database_opens_only_what_is_closed(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.alex.pk).update(opens_at=NOON)
    User.objects.filter(pk=cast.alex.pk).update(locked_since=NOON, opens_at=NOON)
