"""The second step of signing in: set up, asked for, right once, and needed before any work with couples."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import commands, deliveries, queries
from accounts.models import User
from accounts.policies import Oneself
from accounts.states import Change
from clients.models import Clinic, Membership
from exercises.commands.demo import ADMIN, THERAPIST, load_demo
from exercises.commands.demo import PASSWORD as DEMO
from exercises.commands.library import load_library
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PASSWORD, TOTP_KEY, Cast, app_of
from tests.exercises.page import HTMX
from tests.second import Passkey, code, fresh

pytestmark = pytest.mark.django_db
SIGN_IN, SECOND, SECURITY = "/sign-in/", "/sign-in/second/", "/account/security/"
TOTP, PASSKEYS, CODES = SECURITY + "totp/", SECURITY + "passkeys/", SECURITY + "recovery-codes/"
MORENO = {"login": "moreno@example.org", "password": PASSWORD}
PHONE, LAPTOP = {"User-Agent": "a phone"}, {"User-Agent": "a laptop"}


def options(page: Any) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]+)"', page.content.decode())
    assert found
    asked: dict[str, Any] = json.loads(html.unescape(found[1]))
    return asked


def key_on(page: Any) -> str:
    found = re.search(r'id="key">([A-Z2-7]+)<', page.content.decode())
    assert found
    return found[1]


def shown_codes(page: Any) -> list[str]:
    return re.findall(r"<li>(\d{8})</li>", page.content.decode())


def whole_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    return kept + str([session.get_decoded() for session in Session.objects.all()])


# --- setting up


def test_it_sets_up_an_app_and_shows_recovery_codes_once(
    cast: Cast, client: Client, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    fresh(client, cast.alex)
    page = client.get(TOTP)
    key = key_on(page)
    assert "<svg " in page.content.decode()
    assert client.post(TOTP, {"code": "000000"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(TOTP, {"code": code(key=key)})["Location"] == CODES
    assert client.head(CODES).status_code == 405
    codes = shown_codes(client.get(CODES))
    assert len(set(codes)) == 10
    again = client.get(CODES)
    assert not shown_codes(again)
    assert "Your codes were made on" in again.content.decode()
    assert not shown_codes(client.get(SECURITY))
    assert told == [("tell_of_change", str(cast.alex.pk), "factor.added")]
    [event] = AuditEvent.objects.filter(verb="factor.added")
    assert (event.actor_id, event.subject) == (cast.alex.pk, f"accounts.User:{cast.alex.pk}")


def test_it_keeps_the_keys_sealed_in_the_database_and_while_they_are_set_up(cast: Cast, client: Client) -> None:
    fresh(client, cast.alex)
    key = key_on(client.get(TOTP))
    assert key not in whole_database()
    client.post(TOTP, {"code": code(key=key)})
    codes = shown_codes(client.get(CODES))
    kept = whole_database()
    assert '"1:' in kept
    assert not [secret for secret in (key, *codes) if secret in kept]


def test_it_opens_a_sealed_key_with_its_own_secret_or_a_former_one_and_no_other(settings: Any) -> None:
    sealed = get_adapter().encrypt("a key")
    assert get_adapter().decrypt(sealed) == "a key"
    assert get_adapter().encrypt("a key") != sealed
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, as long as you like"
    for broken in (sealed, "1:", "a key in the clear!!", sealed[:-4]):
        with pytest.raises((InvalidTag, ValueError)):
            get_adapter().decrypt(broken)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert get_adapter().decrypt(sealed) == "a key"


def test_it_signs_out_what_had_no_second_step(cast: Cast, client: Client) -> None:
    elsewhere = Client()
    elsewhere.force_login(cast.alex)
    fresh(client, cast.alex)
    client.post(TOTP, {"code": code(key=key_on(client.get(TOTP)))})
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_it_has_one_app_at_a_time(cast: Cast, client: Client) -> None:
    fresh(client, cast.moreno)
    assert client.get(TOTP)["Location"] == SECURITY
    moreno = Oneself(cast.moreno.pk)
    with pytest.raises(Refused):
        commands.add_totp(user=cast.moreno, secret=TOTP_KEY, by=moreno, at=NOON, keep="")


def test_it_changes_nobody_elses(cast: Cast) -> None:
    blake, app = Oneself(cast.blake.pk), queries.factors_of(cast.moreno).totp
    for deed in (
        lambda: commands.add_totp(user=cast.alex, secret=TOTP_KEY, by=blake, at=NOON, keep=""),
        lambda: commands.add_passkey(user=cast.alex, name="x", credential={}, by=blake, at=NOON, keep=""),
        lambda: commands.make_codes(user=cast.moreno, by=blake, at=NOON),
        lambda: commands.show_codes(user=cast.moreno, by=blake),
        lambda: commands.remove_factor(user=cast.moreno, factor=app, required=False, by=blake, at=NOON),
        lambda: commands.open_again(user=cast.alex, by=blake, at=NOON),
        lambda: commands.offer_factor(user=cast.alex, by=blake, at=NOON),
    ):
        with pytest.raises(Refused):
            deed()
    assert not AuditEvent.objects.exists()


def test_it_makes_new_codes_and_the_former_ones_end(cast: Cast, client: Client, told: list[Any]) -> None:
    fresh(client, cast.moreno)
    assert client.post(CODES)["Location"] == CODES
    former = shown_codes(client.get(CODES))
    client.post(CODES)
    newer = shown_codes(client.get(CODES))
    assert not set(former) & set(newer)
    somewhere = Client()
    somewhere.post(SIGN_IN, MORENO)
    assert somewhere.post(SECOND, {"code": former[0]}).status_code == 422
    assert somewhere.post(SECOND, {"code": newer[0]}).status_code == 302


def test_it_makes_no_codes_without_a_factor(cast: Cast, client: Client) -> None:
    fresh(client, cast.alex)
    assert client.get(CODES)["Location"] == SECURITY
    assert client.post(CODES).status_code == 403
    assert not Authenticator.objects.filter(user=cast.alex).exists()


def test_it_removes_a_factor_of_a_partner_and_the_last_one_takes_the_codes_along(
    cast: Cast, client: Client, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    app_of(cast.alex).save()
    fresh(client, cast.alex).post(CODES)
    Passkey().kept_for(cast.alex)
    assert client.post(TOTP + "remove/")["Location"] == SECURITY
    assert queries.factors_of(cast.alex).codes_made_at
    ref = queries.factors_of(cast.alex).passkeys[0].ref
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{PASSKEYS}{ref}/")["Location"] == SECURITY
    assert not Authenticator.objects.filter(user=cast.alex).exists()
    assert told == [("tell_of_change", str(cast.alex.pk), "factor.removed")]
    assert client.post(f"{PASSKEYS}{ref}/").status_code == 404


def test_it_leaves_staff_their_last_factor(cast: Cast, client: Client) -> None:
    fresh(client, cast.moreno)
    answer = client.post(TOTP + "remove/")
    assert answer.status_code == 403
    assert "Add another one first" in answer.content.decode()
    Passkey().kept_for(cast.moreno)
    assert client.post(TOTP + "remove/").status_code == 302
    assert queries.has_factor(cast.moreno)


def test_it_never_shows_the_number_of_a_passkey(cast: Cast, client: Client) -> None:
    factor = Passkey().kept_for(cast.alex)
    page = fresh(client, cast.alex).get(SECURITY).content.decode()
    assert f"passkeys/{queries.factors_of(cast.alex).passkeys[0].ref}/" in page
    assert f"passkeys/{factor.pk}/" not in page
    assert client.get(f"{PASSKEYS}{factor.pk}/").status_code == 404


# --- signing in


def test_it_asks_for_the_second_step_before_a_session_is_one(cast: Cast, client: Client) -> None:
    assert client.post(SIGN_IN, MORENO | {"next": "/t/library/"})["Location"] == SECOND
    assert "_auth_user_id" not in client.session
    assert client.get("/t/").status_code == 302
    assert client.get(SECOND).status_code == 200
    assert client.post(SECOND, {"code": "12"}).status_code == 422
    assert "_auth_user_id" not in client.session
    assert client.post(SECOND, {"code": code()})["Location"] == "/t/library/"
    assert client.session["_auth_user_id"] == str(cast.moreno.pk)


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_goes_on_to_this_site_only(cast: Cast, client: Client, onward: str) -> None:
    client.post(SIGN_IN, MORENO | {"next": onward})
    assert client.post(f"{SECOND}?next={onward}", {"code": code(), "next": onward})["Location"] == "/"


def test_it_has_no_second_step_without_the_first(cast: Cast, client: Client) -> None:
    assert client.post(SECOND, {"code": code()})["Location"] == SIGN_IN
    client.post(SIGN_IN, MORENO | {"password": "not this one"})
    assert client.post(SECOND, {"code": code()})["Location"] == SIGN_IN
    with time_machine.travel(timezone.now() - timedelta(minutes=16)):
        client.post(SIGN_IN, MORENO)
    assert client.post(SECOND, {"code": code()})["Location"] == SIGN_IN


def test_it_takes_a_code_once(cast: Cast, client: Client) -> None:
    now = code()
    client.post(SIGN_IN, MORENO)
    assert client.post(SECOND, {"code": now}).status_code == 302
    client.post("/sign-out/")
    client.post(SIGN_IN, MORENO)
    assert client.post(SECOND, {"code": now}).status_code == 422
    # allauth remembers for half a minute; a code is right for longer, as clocks differ
    cache.delete(f"allauth.mfa.totp.used?user={cast.moreno.pk}&code={now}")
    assert client.post(SECOND, {"code": f"{now[:3]} {now[3:]}"}).status_code == 422


def test_it_takes_the_code_of_setting_up_for_nothing_else(cast: Cast, client: Client) -> None:
    fresh(client, cast.alex)
    key = key_on(client.get(TOTP))
    now = code(key=key)
    client.post(TOTP, {"code": now})
    client.post("/sign-out/")
    client.post(SIGN_IN, {"login": "alex@example.org", "password": PASSWORD})
    assert client.post(SECOND, {"code": now}).status_code == 422


def test_it_allows_for_a_clock_that_is_half_a_minute_late_and_no_later(cast: Cast, client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        client.post(SIGN_IN, MORENO)
        assert client.post(SECOND, {"code": code(ago=2)}).status_code == 422
        assert client.post(SECOND, {"code": code(ago=1)}).status_code == 302


def test_it_takes_a_recovery_code_once_and_tells_its_owner(
    cast: Cast, client: Client, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    commands.make_codes(user=cast.moreno, by=Oneself(cast.moreno.pk), at=NOON)
    first, *_rest = commands.show_codes(user=cast.moreno, by=Oneself(cast.moreno.pk))
    client.post(SIGN_IN, MORENO)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(SECOND, {"code": first}).status_code == 302
    assert told == [("tell_of_change", str(cast.moreno.pk), "recovery_codes.used")]
    client.post("/sign-out/")
    client.post(SIGN_IN, MORENO)
    assert client.post(SECOND, {"code": first}).status_code == 422


def test_it_slows_guessing_down_on_one_device_and_keeps_nobody_out_elsewhere(cast: Cast, client: Client) -> None:
    """Blake knows the password, and guesses at home and elsewhere. The one whose account it is gets in."""
    for place in ("127.0.0.1", "198.51.100.7"):
        guess = Client(headers=LAPTOP, REMOTE_ADDR=place)
        guess.post(SIGN_IN, MORENO)
        for _ in range(5):
            assert guess.post(SECOND, {"code": "000000"}).status_code == 422
        answer = guess.post(SECOND, {"code": code()})
        assert (answer.status_code, "Wait five minutes" in answer.content.decode()) == (422, True)
    client.post(SIGN_IN, MORENO, headers=PHONE)
    assert client.post(SECOND, {"code": code()}, headers=PHONE).status_code == 302


def test_it_stops_whoever_pretends_to_have_many_devices(cast: Cast) -> None:
    said = []
    for n in range(5):
        guess = Client(headers={"User-Agent": f"device {n}"})
        guess.post(SIGN_IN, MORENO)
        said += [guess.post(SECOND, {"code": "000000"}).content.decode() for _ in range(5)]
    assert ["Wait five minutes" in page for page in said] == [False] * 20 + [True] * 5


ODD: list[dict[str, str]] = [
    {}, {"code": ""}, {"code": "\x00"}, {"code": "x" * 5000}, {"code": "٠١٢٣٤٥"},
    {"code": "000000", "credential": "{}"},
    {"credential": ""}, {"credential": "null"}, {"credential": "[]"}, {"credential": "{}"}, {"credential": '"x"'},
    {"credential": "{"}, {"credential": '{"id": 1, "response": {}}'}, {"credential": '{"id":"AA"}'},
    {"credential": json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}})},
    {"credential": json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "attestationObject": "oA"}})},
]  # fmt: skip


@pytest.mark.parametrize("sent", ODD)
def test_it_takes_odd_input_calmly(cast: Cast, client: Client, sent: dict[str, str]) -> None:
    Passkey().kept_for(cast.moreno)
    client.post(SIGN_IN, MORENO)
    assert client.post(SECOND, sent).status_code in {200, 422}
    assert "_auth_user_id" not in client.session
    fresh(client, cast.alex)
    for page in (TOTP, PASSKEYS):
        client.get(page)
        assert client.post(page, {"name": "x", **sent}).status_code == 422
    assert client.post("/account/again/", sent).status_code in {200, 422}
    assert not queries.has_factor(cast.alex)


# --- passkeys


def test_it_adds_a_passkey_and_signs_in_with_it(cast: Cast, client: Client) -> None:
    passkey = Passkey()
    made = passkey.create(options(fresh(client, cast.alex).get(PASSKEYS)))
    assert client.post(PASSKEYS, {"name": "", "credential": json.dumps(made)}).status_code == 422
    made = passkey.create(options(client.get(PASSKEYS)))
    assert client.post(PASSKEYS, {"name": "my phone", "credential": json.dumps(made)})["Location"] == CODES
    assert "my phone" in client.get(SECURITY).content.decode()
    client.post("/sign-out/")
    client.post(SIGN_IN, {"login": "alex@example.org", "password": PASSWORD})
    answer = json.dumps(passkey.get(options(client.get(SECOND))))
    assert client.post(SECOND, {"credential": answer})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.alex.pk)
    client.post("/sign-out/")
    client.post(SIGN_IN, {"login": "alex@example.org", "password": PASSWORD})
    client.get(SECOND)
    assert client.post(SECOND, {"credential": answer}).status_code == 422, "an answer from before"


def test_it_refuses_a_passkey_of_somebody_else_and_a_forged_one(cast: Cast, client: Client) -> None:
    own, theirs = Passkey(), Passkey()
    own.kept_for(cast.alex)
    theirs.kept_for(cast.blake)
    client.post(SIGN_IN, {"login": "alex@example.org", "password": PASSWORD})
    asked = options(client.get(SECOND))
    forged = Passkey(id=own.id)
    for wrong in (theirs, forged):
        assert client.post(SECOND, {"credential": json.dumps(wrong.get(asked))}).status_code == 422
        asked = options(client.get(SECOND))


def test_it_looks_at_where_a_passkey_was_used(cast: Cast, client: Client, settings: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # as in production
    own = Passkey()
    own.kept_for(cast.alex)
    client.post(SIGN_IN, {"login": "alex@example.org", "password": PASSWORD})
    look_alike = Passkey(key=own.key, id=own.id, origin="https://testserver.evil.example")
    assert (
        client.post(SECOND, {"credential": json.dumps(look_alike.get(options(client.get(SECOND))))}).status_code == 422
    )
    assert client.post(SECOND, {"credential": json.dumps(own.get(options(client.get(SECOND))))}).status_code == 302


# --- required of staff, offered to partners


def without_a_factor(cast: Cast, name: str) -> User:
    Authenticator.objects.filter(user=cast.people[name]).delete()
    return cast.people[name]


@pytest.mark.parametrize("name", ["moreno", "adair", "both"])
def test_it_leads_staff_to_a_second_step_before_any_work(cast: Cast, client: Client, name: str) -> None:
    fresh(client, without_a_factor(cast, name))
    for page in ("front-door", "today", "caseload", "inbox", "library", "people", "clinic-settings"):
        assert client.get(reverse(page))["Location"] == SECURITY, page
    pk = cast.couple.pk
    assert client.get(reverse("couple", args=[pk]))["Location"] == SECURITY
    assert client.get(reverse("people"), headers=HTMX)["HX-Redirect"] == SECURITY
    refused = client.post(reverse("review-note", args=[pk]), {"text": "x"}, headers=HTMX)
    assert (refused.status_code, "HX-Redirect" in refused) == (403, False)
    assert "First, a second step" in client.get(SECURITY).content.decode()
    for page in ("account", "account_change_password", "safety", "help", "privacy"):
        assert client.get(reverse(page)).status_code == 200, page
    app_of(cast.people[name]).save()
    assert client.get(reverse("people" if name == "adair" else "caseload")).status_code == 200


def test_it_guards_every_page_of_work_that_there_is(cast: Cast, client: Client) -> None:
    """Whatever page is added later, in these rooms it needs a second factor, or says that it is for everybody."""
    fresh(client, without_a_factor(cast, "moreno"))
    asked = []
    for pattern in (p for group in get_resolver().url_patterns for p in getattr(group, "url_patterns", [group])):
        view = pattern.callback
        if not getattr(view, "login_required", True) or view.__module__.startswith("accounts."):
            continue
        filled = {"pk": cast.couple.pk, "number": 1, "slug": "x", "key": "x"}
        wanted = {n: v for n, v in filled.items() if n in pattern.pattern.converters}
        answer = client.get(reverse(pattern.name, kwargs=wanted))
        asked.append(pattern.name)
        assert answer.status_code == 302 and answer["Location"] == SECURITY, pattern.name
    assert len(asked) > 30


def test_recovery_codes_alone_are_no_factor(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.moreno).update(type=Authenticator.Type.RECOVERY_CODES)
    assert fresh(client, cast.moreno).get(reverse("caseload"))["Location"] == SECURITY


def test_it_asks_no_factor_of_a_demonstration_and_always_of_a_real_clinic(cast: Cast, client: Client) -> None:
    load_library(at=timezone.now())
    load_demo(at=timezone.now())
    for _name, address in (THERAPIST, ADMIN):
        browser = Client()
        assert browser.post(SIGN_IN, {"login": address, "password": DEMO})["Location"] == "/"
        assert browser.get("/", follow=True).status_code == 200
    demo = Clinic.objects.get(is_demo=True)
    without_a_factor(cast, "moreno")
    Membership.objects.create(clinic=demo, person=cast.moreno, name="M", email="moreno@example.org", is_therapist=True)
    assert fresh(client, cast.moreno).get(reverse("caseload"))["Location"] == SECURITY


def test_it_asks_no_factor_of_partners(cast: Cast, client: Client) -> None:
    assert fresh(client, cast.alex).get(reverse("today")).status_code == 200


def test_it_offers_a_partner_a_second_step_once(cast: Cast, client: Client) -> None:
    alex = Oneself(cast.alex.pk)
    assert commands.offer_factor(user=cast.alex, by=alex, at=NOON)
    assert not commands.offer_factor(user=cast.alex, by=alex, at=NOON)
    app_of(cast.blake).save()
    assert not commands.offer_factor(user=cast.blake, by=Oneself(cast.blake.pk), at=NOON)
    page = fresh(client, cast.alex).get("/welcome/").content.decode()
    assert "Not now" in page
    assert client.get(reverse("today")).status_code == 200


# --- in the dialog over an open page


def test_it_asks_for_both_steps_in_the_dialog(cast: Cast, client: Client) -> None:
    asked = client.post("/account/reauth/", MORENO, headers=HTMX)
    assert asked.status_code == 200
    assert 'id="reauth-second"' in asked.content.decode()
    assert "HX-Trigger-After-Settle" not in asked
    assert "_auth_user_id" not in client.session
    wrong = client.post("/account/reauth/", {"code": "1"}, headers=HTMX)
    assert (wrong.status_code, 'id="reauth-second"' in wrong.content.decode()) == (422, True)
    done = client.post("/account/reauth/", {"code": code()}, headers=HTMX)
    assert done["HX-Trigger-After-Settle"] == '{"signed-in": {}}'
    assert f'data-user="{cast.moreno.pk}"' in done.content.decode()


def test_it_asks_for_both_steps_without_a_script_too(cast: Cast, client: Client) -> None:
    assert client.post("/account/reauth/", MORENO)["Location"] == SECOND
    assert client.post("/account/reauth/", {"code": code()})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.moreno.pk)


def test_it_begins_anew_when_the_first_step_is_too_long_ago(cast: Cast, client: Client) -> None:
    answer = client.post("/account/reauth/", {"code": code()}, headers=HTMX)
    assert (answer.status_code, 'id="reauth-form"' in answer.content.decode()) == (422, True)


def test_it_lets_somebody_with_a_second_step_in_over_the_page_of_another(cast: Cast, client: Client) -> None:
    client.force_login(cast.alex)
    client.post("/account/reauth/", MORENO, headers=HTMX)
    assert "_auth_user_id" not in client.session
    client.post("/account/reauth/", {"code": code()}, headers=HTMX)
    assert client.session["_auth_user_id"] == str(cast.moreno.pk)


# --- letters


@pytest.mark.parametrize("change", list(Change))
def test_it_tells_of_each_change_in_neutral_words_to_that_person_alone(cast: Cast, change: Change) -> None:
    deliveries.tell_of_change(str(cast.alex.pk), change.value)
    [letter] = mail.outbox
    assert letter.to == ["alex@example.org"]
    for word in ("Alex", "Riverside", "Moreno", "herap", "couple", "artner", "linic", "http"):
        assert word not in letter.subject + letter.body + letter.alternatives[0].content, word
    User.objects.filter(pk=cast.alex.pk).update(is_active=False)
    deliveries.tell_of_change(str(cast.alex.pk), change.value)
    assert len(mail.outbox) == 1
