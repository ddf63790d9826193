import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
SIGN_IN, REAUTH = "/sign-in/", "/account/reauth/"
RIGHT = {"login": "alex@example.org", "password": PASSWORD}
WRONG = RIGHT | {"password": "not this one, sorry"}
PHONE, LAPTOP = {"User-Agent": "a phone"}, {"User-Agent": "a laptop"}
HTMX = {"HX-Request": "true"}


def without_tokens(text: bytes) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|name="login" value)="[^"]*"', "", text.decode())


def test_it_signs_in_without_a_word_of_welcome(cast: Cast, client: Client) -> None:
    answer = client.post(SIGN_IN, RIGHT | {"login": " Alex@Example.org "}, follow=True)
    assert answer.redirect_chain[0][0] == "/"
    assert client.session["_auth_user_id"] == str(cast.alex.pk)
    assert "Success" not in answer.content.decode()
    assert not list(answer.context["messages"])


def test_it_goes_on_to_where_one_was_going_on_this_site_only(cast: Cast, client: Client) -> None:
    for onward, lands in (("/account/", "/account/"), ("https://evil.example/", "/"), ("//evil.example", "/")):
        client.logout()
        assert client.post(SIGN_IN, RIGHT | {"next": onward})["Location"] == lands
    assert client.get(SIGN_IN)["Location"] == "/"


def test_it_says_the_same_for_an_unknown_address_and_a_wrong_password(cast: Cast, client: Client) -> None:
    known = client.post(SIGN_IN, WRONG)
    unknown = client.post(SIGN_IN, WRONG | {"login": "axel@example.org"})
    assert known.status_code == unknown.status_code == 422
    assert without_tokens(known.content) == without_tokens(unknown.content)
    assert known.headers == unknown.headers
    assert known.cookies.keys() == unknown.cookies.keys()


@pytest.mark.parametrize(
    "sent", [{}, {"login": "", "password": ""}, {"login": "al\x00ex@example.org", "password": "x"},
             {"login": "alex@example.org", "password": "x\x00"}, {"login": "x" * 5000, "password": "x"},
             {"login": "alex@example.org\r\nBcc: b@example.org", "password": "x"}]
)  # fmt: skip
def test_it_takes_odd_input_calmly(cast: Cast, client: Client, sent: dict[str, str]) -> None:
    for page in (SIGN_IN, REAUTH):
        assert client.post(page, sent).status_code == 422
    assert "_auth_user_id" not in client.session


def test_it_slows_down_guessing_for_one_account_from_one_device(cast: Cast, client: Client) -> None:
    for _ in range(5):
        assert client.post(SIGN_IN, WRONG, headers=PHONE).status_code == 422
    answer = client.post(SIGN_IN, RIGHT, headers=PHONE)
    assert answer.status_code == 429
    assert "Wait five minutes, then try again." in answer.content.decode()


def test_it_lets_nobody_lock_out_another(cast: Cast, client: Client) -> None:
    """Blake guesses at Alex's password, at home and elsewhere: Alex, on a phone of their own, still gets in."""
    for _ in range(7):
        Client().post(SIGN_IN, WRONG, headers=LAPTOP)
        Client().post(SIGN_IN, WRONG, headers=PHONE, REMOTE_ADDR="198.51.100.7")
    assert client.post(SIGN_IN, RIGHT, headers=PHONE).status_code == 302


def test_it_limits_what_one_address_may_try_in_all(cast: Cast, client: Client) -> None:
    statuses = [
        Client().post(SIGN_IN, WRONG | {"login": f"n{n}@example.org"}, headers={"User-Agent": str(n)}).status_code
        for n in range(32)
    ]
    assert statuses[:30] == [422] * 30
    assert statuses[30:] == [429] * 2


def test_it_answers_too_many_requests_with_a_calm_page(cast: Cast, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post(SIGN_IN, WRONG)
    answer = client.post(SIGN_IN, WRONG)
    assert answer.status_code == 429
    assert "Please wait a little" in answer.content.decode()


@pytest.mark.parametrize(("proxies", "counted"), [(0, 2), (1, 5)])
def test_it_reads_the_address_from_our_own_proxy_alone(
    cast: Cast, client: Client, settings: Any, proxies: int, counted: int
) -> None:
    """With one proxy of ours, the last forwarded address counts; one that the client made up before it does not."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip", "login_failed": "100/m/ip"}
    through = [
        client.post(SIGN_IN, WRONG, headers={"X-Forwarded-For": f"1.2.3.4, 198.51.100.{n}"}).status_code == 422
        for n in range(5)
    ]
    assert sum(through) == counted


def test_it_closes_nothing_but_the_closed_account(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.alex.pk).update(is_active=False)
    assert client.post(SIGN_IN, RIGHT)["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(SIGN_IN, WRONG).status_code == 422


def test_it_signs_out_and_has_the_browser_forget(cast: Cast, client: Client) -> None:
    client.force_login(cast.alex)
    assert "Sign out of this device?" in client.get("/sign-out/").content.decode()
    assert "_auth_user_id" in client.session
    answer = client.post("/sign-out/")
    assert answer["Location"] == SIGN_IN
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "_auth_user_id" not in client.session
    assert client.get("/sign-out/")["Location"] == SIGN_IN


def test_it_has_no_sign_up(client: Client) -> None:
    for path in ("/signup/", "/accounts/signup/", "/account/signup/", "/accounts/login/", "/account/email/"):
        assert client.get(path).status_code in {302, 404}
        assert client.post(path, RIGHT).status_code in {302, 404}
    assert not User.objects.exists()


def test_it_gives_a_dialog_to_sign_in_over_an_open_page(cast: Cast, client: Client) -> None:
    part, page = client.get(REAUTH, headers=HTMX), client.get(REAUTH)
    assert part.status_code == page.status_code == 200
    text = part.content.decode()
    assert text.strip().startswith('<div id="reauth-form"')
    assert "<html" not in text
    for piece in ('autocomplete="username"', 'autocomplete="current-password"', "csrfmiddlewaretoken"):
        assert piece in text
    assert "<html" in page.content.decode()


def test_it_tells_the_open_page_who_signed_in(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    form = client.get(REAUTH, headers=HTMX).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    wrong = client.post(REAUTH, WRONG | {"csrfmiddlewaretoken": token[1]}, headers=HTMX)
    assert wrong.status_code == 422
    assert wrong.content.decode().strip().startswith('<div id="reauth-form"')
    done = client.post(REAUTH, RIGHT | {"csrfmiddlewaretoken": token[1]}, headers=HTMX)
    assert done.status_code == 200
    assert done["HX-Trigger-After-Settle"] == '{"signed-in": {}}'
    told = re.search(r'<div id="reauth-done" data-user="([^"]+)" data-csrf="([^"]+)"', done.content.decode())
    assert told
    assert told[1] == str(cast.alex.pk)
    theme = {"chosen_name": "Alex", "time_zone": "UTC", "theme": "dim"}
    assert client.post("/account/", theme, headers={"X-CSRFToken": told[2]}).status_code == 302
    assert client.post("/account/", theme, headers={"X-CSRFToken": token[1]}).status_code == 403


def test_it_works_as_a_page_too(cast: Cast, client: Client) -> None:
    assert client.post(REAUTH, RIGHT)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.alex.pk)


def test_it_lets_another_person_in_at_the_dialog_with_a_session_of_their_own(cast: Cast, client: Client) -> None:
    client.force_login(cast.alex)
    before = client.session.session_key
    done = client.post(REAUTH, {"login": "blake@example.org", "password": PASSWORD}, headers=HTMX)
    assert f'data-user="{cast.blake.pk}"' in done.content.decode()
    assert client.session.session_key != before


def test_it_throttles_the_dialog_as_it_does_the_page(cast: Cast, client: Client, settings: Any) -> None:
    for _ in range(5):
        client.post(SIGN_IN, WRONG)
    answer = client.post(REAUTH, RIGHT, headers=HTMX)
    assert answer.status_code == 422
    assert "Wait five minutes" in answer.content.decode()
    settings.ACCOUNT_RATE_LIMITS = {"login": "0/m/ip"}
    answer = client.post(REAUTH, RIGHT, headers=HTMX)
    assert (answer.status_code, "Wait five minutes" in answer.content.decode()) == (422, True)
    assert "_auth_user_id" not in client.session
