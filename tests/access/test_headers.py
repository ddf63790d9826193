"""The same headers on every answer, whatever it is: a header never tells what a body hides, and nothing is kept."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access.scene import NOW, OFFERED, SECRET, Scene, build
from tests.access.test_matrix import IN, MATRIX
from tests.cast import PASSWORD
from tests.second import fresh

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FIXED = {
    "Content-Security-Policy": "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
ON_PAGES = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}


def _breaks(monkeypatch: Any) -> None:
    """The page of help fails."""
    pattern = next(p for p in get_resolver().url_patterns[2].url_patterns if p.name == "help")

    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("on purpose")

    fail.login_required = False  # type: ignore[attr-defined]
    monkeypatch.setattr(pattern, "callback", fail)
    get_resolver()._callback_strs = set()


def too_often(client: Client) -> Any:
    wrong = {"login": "alex@example.org", "password": "wrong, and again"}
    return [client.post("/sign-in/", wrong) for _ in range(6)][-1]


def step(scene: Scene, name: str = "homework-step") -> str:
    return reverse(name, args=[scene.open.pk, 2])


def headers_of(answer: Any, *names: str) -> dict[str, str | None]:
    """The named headers; the rules of a policy sorted, as their order is no part of it."""
    found = {name: answer.headers.get(name) for name in names}
    policy = found.get("Content-Security-Policy") or ""
    return found | {"Content-Security-Policy": "; ".join(sorted(policy.split("; ")))}


def met(scene: Scene) -> str:
    """Where something is written already."""
    kinds = [one.kind for one in scene.assignment.version.content.steps]
    return reverse("homework-step", args=[scene.open.pk, kinds.index("prompt") + 1])


Ask = Callable[[Client, Client, Scene], Any]
ANSWERS: list[tuple[int, str, Ask]] = [
    (200, "a page", lambda nobody, alex, scene: alex.get("/today/")),
    (200, "a part", lambda nobody, alex, scene: alex.get("/account/reauth/", headers=HTMX)),
    (200, "how long is left", lambda nobody, alex, scene: alex.get("/account/left/")),
    (200, "without signing in", lambda nobody, alex, scene: nobody.get("/sign-in/")),
    (200, "health", lambda nobody, alex, scene: nobody.get("/healthz/")),
    (302, "to sign in", lambda nobody, alex, scene: nobody.get("/today/")),
    (302, "after a deed", lambda nobody, alex, scene: alex.post(step(scene), {"version": 1, "answer": "more"})),
    (303, "leaving", lambda nobody, alex, scene: alex.get("/exit/")),
    (401, "signed out", lambda nobody, alex, scene: nobody.get("/today/", headers=HTMX)),
    (403, "not now", lambda nobody, alex, scene: alex.post(reverse("homework-resume", args=[scene.open.pk]))),
    (404, "no such page", lambda nobody, alex, scene: alex.get("/nowhere/")),
    (404, "no such file", lambda nobody, alex, scene: alex.get("/static/nowhere.css")),
    (404, "another's", lambda nobody, alex, scene: alex.get(reverse("review", args=[scene.assignment.pk]))),
    (405, "wrong way", lambda nobody, alex, scene: alex.get(step(scene, "homework-save"))),
    (409, "two texts", lambda nobody, alex, scene: alex.post(met(scene), {"version": 0, "answer": "other"})),
    (413, "too much", lambda nobody, alex, scene: alex.post(step(scene), {"answer": "x" * 100_001})),
    (422, "a wrong form", lambda nobody, alex, scene: nobody.post("/sign-in/", {})),
    (429, "too often", lambda nobody, alex, scene: too_often(nobody)),
    (500, "a mistake of ours", lambda nobody, alex, scene: nobody.get("/help/")),
    (400, "a host that is not ours", lambda nobody, alex, scene: nobody.get("/", headers={"Host": "evil.example"})),
]


@pytest.mark.parametrize(("code", "kind", "ask"), ANSWERS, ids=[f"{code} {kind}" for code, kind, _ in ANSWERS])
def test_it_has_the_same_headers_whatever_the_answer(cast, monkeypatch, code, kind, ask):
    if code == 500:
        _breaks(monkeypatch)
    scene = build(cast)
    alex = Client(raise_request_exception=False)
    with time_machine.travel(NOW, tick=False):
        alex.force_login(cast.alex)
        answer = ask(Client(raise_request_exception=False), alex, scene)
    assert answer.status_code == code
    assert headers_of(answer, *FIXED, *ON_PAGES) == FIXED | ON_PAGES
    allowed = [rule for rule in answer.headers["Permissions-Policy"].split(", ") if not rule.endswith("=()")]
    assert not allowed
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_static_file_has_them_too_but_may_be_kept():
    answer = Client().get("/static/js/page.js")
    answer.close()
    assert headers_of(answer, *FIXED) == FIXED
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_the_way_to_https_has_them_and_says_to_stay_there(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 1000
    answer = Client().get("/help/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/help/")
    assert headers_of(answer, *FIXED, *ON_PAGES) == FIXED | ON_PAGES
    secure = Client().get("/help/", secure=True)
    assert secure.headers["Strict-Transport-Security"] == "max-age=1000"


ASKED = """
from intimacy_site import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,
      s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.CSRF_COOKIE_AGE, s.SESSION_EXPIRE_AT_BROWSER_CLOSE)
"""


def test_in_production_cookies_are_bound_to_the_host_and_the_site_to_https():
    variables = os.environ | {
        "ENVIRONMENT": "production", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "a.example", "SITE_URL": "https://a.example",
        "EMAIL_URL": "smtp://localhost", "DEFAULT_FROM_EMAIL": "a@a.example",
        "DATABASE_URL": "postgres://a:b@localhost/c", "REDIS_URL": "redis://localhost",
    }  # fmt: skip
    said = subprocess.run([sys.executable, "-c", ASKED], env=variables, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["__Host-session", "__Host-csrf", *["True"] * 3, "31536000", "True", "None", "True"]


def test_cookies_are_for_this_site_and_this_window_only(cast):
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": "alex@example.org", "password": PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"], cookie["max-age"]) == (
            True, "Lax", "/", "", "",
        )  # fmt: skip


FILES = {"healthz", "session-left", "reflection-file", "progress-file", "calendar-feed", "export-file"}  # no title
PARTNER_PAGES = [
    (name, kind, who)
    for method, name, kind, row in MATRIX
    for who, code in (("alex", row[1]), ("blake", row[2]))
    if method == "get" and code == IN and name not in FILES
]


@pytest.mark.parametrize(("name", "kind", "who"), PARTNER_PAGES, ids=[f"{n}-{w}" for n, _, w in PARTNER_PAGES])
def test_a_partners_page_says_nothing_in_its_title_its_address_or_its_icon(cast, name, kind, who):
    scene = build(cast)
    client = Client()
    with time_machine.travel(NOW, tick=False):
        fresh(client, cast.people[who])
        path = reverse(name, kwargs=scene.paths[kind])
        page = client.get(path).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    content = scene.assignment.version.content
    telling = [content.title, content.slug, SECRET, OFFERED, "Riverside", cast.couple.alias]
    telling += [step.title for step in content.steps] + [user.chosen_name for user in cast.people.values()]
    assert title.endswith(" · Eye Level")
    assert not [word for word in telling if word.lower() in f"{title} {path}".lower()]
    assert page.count('rel="icon"') == 1
    assert 'href="/static/img/favicon.svg"' in page
    assert page.count("data-exit") >= 2
