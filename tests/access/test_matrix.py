"""
Every URL asked by every person, as a page and by htmx. A new URL without a row fails the last test.

302 is a redirect after a deed, or to the sign-in page for whoever is not signed in (401 to htmx). 404 is for what
one may not know of; 403, with a sentence, for what one may know of but not do.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.access.scene import NOW, build
from tests.cast import PERSONAS, Cast
from tests.second import fresh

EVERYBODY = ("nobody", *PERSONAS)
IN, GO, NF, NO, BAD, OFF = 200, 302, 404, 403, 422, 405
#  Alex and Blake are the couple; Moreno treats them, and treats Casey; Yilmaz is a colleague, Former was their
#  therapist, Okafor and Ellis are elsewhere; Adair is the clinic's admin; Both is a therapist and admin there.
#
#   method   URL name                     object        nobody alex blake moreno casey yilmaz former okafor ellis adair both
MATRIX = [
    ("get",  "healthz",                   "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account_login",             "",           (IN,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("post", "account_login",             "",           (BAD,  GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("post", "account_logout",            "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("get",  "account_inactive",          "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "reauth",                    "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "session-left",              "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("post", "session-left",              "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_authenticate",            "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("post", "mfa_authenticate",            "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("get",  "account_reauthenticate",      "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_reauthenticate",          "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_reauthenticate_webauthn", "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_index",                   "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_activate_totp",           "",           (GO,   IN,  IN,   GO,    IN,   GO,    GO,    GO,    IN,   GO,   GO)),
    ("get",  "mfa_deactivate_totp",         "",           (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   IN,   IN)),
    ("post", "mfa_deactivate_totp",         "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   NO,   NO)),
    ("get",  "mfa_add_webauthn",            "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "mfa_remove_webauthn",         "passkey",    (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NF,   NF)),
    ("post", "mfa_remove_webauthn",         "passkey",    (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NF,   NF)),
    ("get",  "mfa_view_recovery_codes",     "",           (GO,   IN,  GO,   IN,    GO,   IN,    IN,    IN,    GO,   IN,   IN)),
    ("get",  "devices-end-others",          "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("post", "devices-end-others",          "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("get",  "device-end",                  "device",     (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NF,   NF)),
    ("post", "device-end",                  "device",     (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NF,   NF)),
    ("get",  "account-locked",              "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    ("get",  "welcome",                     "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account",                   "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account-messages",          "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account_change_password",   "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account_reset_password",    "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account_reset_password_done", "",         (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "account_reset_password_from_key", "reset", (NF,  NF,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NF,   NF)),
    ("get",  "account_reset_password_from_key_done", "", (IN,  IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "unsubscribe",               "stop",       (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("post", "unsubscribe",               "stop",       (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "invitation",                "token",      (IN,   NO,  NO,   NO,    NO,   NO,    NO,    NO,    NO,   NO,   NO)),
    ("get",  "exit",                      "",           (303,  303, 303,  303,   303,  303,   303,   303,   303,  303,  303)),
    ("get",  "safety",                    "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "help",                      "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "privacy",                   "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "accessibility",             "",           (IN,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   IN,   IN)),
    ("get",  "document",                  "document",   (GO,   IN,  IN,   IN,    IN,   IN,    IN,    NF,    NF,   IN,   IN)),
    ("get",  "front-door",                "",           (GO,   GO,  GO,   GO,    GO,   GO,    GO,    GO,    GO,   GO,   GO)),
    # a partner's own side: nobody else's, whoever they are
    ("get",  "consent",                   "",           (GO,   IN,  IN,   NF,    IN,   NF,    NF,    NF,    IN,   NO,   NF)),
    ("post", "consent",                   "",           (GO,   GO,  GO,   NF,    GO,   NF,    NF,    NF,    GO,   NO,   NF)),
    ("get",  "consent-later",             "",           (GO,   IN,  IN,   NF,    IN,   NF,    NF,    NF,    IN,   NO,   NF)),
    ("get",  "consent-withdraw",          "",           (GO,   IN,  IN,   NF,    IN,   NF,    NF,    NF,    IN,   NO,   NF)),
    ("post", "consent-withdraw",          "",           (GO,   GO,  GO,   NF,    GO,   NF,    NF,    NF,    GO,   NO,   NF)),
    ("get",  "separation",                "",           (GO,   IN,  IN,   NF,    IN,   NF,    NF,    NF,    IN,   NO,   NF)),
    ("post", "separation",                "",           (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "today",                     "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   NO,   IN)),
    ("get",  "homework",                  "homework",   (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-set-aside",        "homework",   (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-resume",           "homework",   (GO,   NO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "homework-step",             "step",       (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-step",             "step",       (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-save",             "step",       (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "homework-check",            "homework",   (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "homework-sharing",          "homework",   (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-sharing",          "homework",   (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "homework-done",             "finished",   (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "homework-share-less",       "finished",   (GO,   GO,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "reflections",               "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   NO,   IN)),
    ("get",  "reflection",                "finished",   (GO,   IN,  NF,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "shared",                    "",           (GO,   IN,  IN,   IN,    IN,   IN,    IN,    IN,    IN,   NO,   IN)),
    ("get",  "shared-detail",             "finished",   (GO,   NF,  IN,   NF,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    # the therapist's side
    ("get",  "caseload",                  "",           (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   NO,   IN)),
    ("get",  "inbox",                     "",           (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   NO,   IN)),
    ("get",  "library",                   "",           (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   NO,   IN)),
    ("get",  "library-exercise",          "exercise",   (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   NO,   IN)),
    ("get",  "couple-new",                "",           (GO,   NF,  NF,   IN,    NF,   IN,    IN,    IN,    NF,   NO,   IN)),
    ("get",  "couple",                    "couple",     (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "couple-edit",               "couple",     (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "couple-separate",           "couple",     (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "couple-separate",           "couple",     (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "partner-edit",              "partner",    (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "partner-invite",            "partner",    (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "partner-revoke",            "partner",    (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "partner-check",               "locked-out", (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "partner-check",               "locked-out", (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "assign",                    "couple",     (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "assign",                    "couple",     (GO,   NF,  NF,   BAD,   NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "assignment-withdraw",       "assignment", (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "assignment-withdraw",       "assignment", (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("get",  "review",                    "assignment", (GO,   NF,  NF,   IN,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "review-seen",               "assignment", (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "review-note",               "assignment", (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    ("post", "review-mark",               "assignment", (GO,   NF,  NF,   GO,    NF,   NF,    NF,    NF,    NF,   NO,   NF)),
    # the clinic admin's side: people and caseloads, never content
    ("get",  "people",                    "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("get",  "staff-new",                 "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("get",  "staff",                     "newcomer",   (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("post", "staff-invite",              "newcomer",   (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   GO,   GO)),
    ("post", "staff-revoke",              "newcomer",   (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   GO,   GO)),
    ("get",  "staff-check",                 "hale",       (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("post", "staff-check",                 "hale",       (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   GO,   GO)),
    ("get",  "staff-sessions",              "hale",       (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("post", "staff-sessions",              "hale",       (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   GO,   GO)),
    ("get",  "clinic-caseloads",          "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("get",  "couple-move",               "couple",     (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("get",  "documents",                 "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("get",  "document-next",             "document",   (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
    ("post", "document-next",             "document",   (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   BAD,  BAD)),
    ("get",  "clinic-settings",           "",           (GO,   NF,  NF,   NO,    NF,   NO,    NO,    NO,    NF,   IN,   IN)),
]  # fmt: skip
DATA = {
    "homework-sharing": {"audience": "only_me"},
    "review-mark": {"step": "the-moment", "marked": "yes"},
    "review-note": {"text": "later", "version": "1"},
}
BY_HTMX = {  # where htmx is answered otherwise than a browser: with a part instead of a redirect
    ("post", "review-note", GO): IN,
    ("post", "review-mark", GO): IN,
}


def ask(client: Client, method: str, name: str, kwargs: dict[str, object], *, htmx: bool, data=None):
    headers = {"HX-Request": "true"} if htmx else {}
    return getattr(client, method)(reverse(name, kwargs=kwargs), data or DATA.get(name), headers=headers)


OPEN_AND_ONWARD = {"account_logout", "mfa_authenticate"}  # for everybody, and for nobody a page


def signed_in(cast: Cast, who: str) -> Client:
    """Afresh: that some pages ask for it is tested in accounts/test_fresh_sign_in.py."""
    client = Client()
    if who != "nobody":
        fresh(client, cast.people[who])
    return client


@pytest.mark.parametrize(("method", "name", "kind", "row"), MATRIX, ids=[f"{m}-{n}" for m, n, _, _ in MATRIX])
def test_it_answers_everybody_as_the_table_says(cast, method, name, kind, row):
    scene = build(cast)
    wrong = []
    with time_machine.travel(NOW, tick=False):
        for who, code in zip(EVERYBODY, row, strict=True):
            client = signed_in(cast, who)
            for htmx in (False, True):
                expected = BY_HTMX.get((method, name, code), code) if htmx else code
                if who == "nobody" and code == GO and htmx and name not in OPEN_AND_ONWARD:
                    expected = 401
                with transaction.atomic():
                    answer = ask(client, method, name, scene.paths[kind], htmx=htmx, data=scene.sent.get(name))
                    transaction.set_rollback(True)
                if answer.status_code != expected:
                    wrong.append(f"{who}{' (htmx)' if htmx else ''}: {answer.status_code}, not {expected}")
                elif answer.status_code == GO and who == "nobody" and name not in OPEN_AND_ONWARD:
                    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert not wrong


def addressed() -> list[tuple[str, str, str]]:
    return [(method, name, kind) for method, name, kind, _ in MATRIX if kind and kind not in {"reset", "stop", "token"}]


@pytest.mark.parametrize(("method", "name", "kind"), addressed())
def test_it_answers_a_hidden_record_exactly_as_one_that_never_was(cast, method, name, kind):
    scene = build(cast)
    real = scene.paths[kind]
    never = {name: uuid4() if isinstance(value, UUID) else value for name, value in real.items()}
    never |= {"slug": "never-was"} if "slug" in real else {}
    row = next(row for m, n, _, row in MATRIX if (m, n) == (method, name))
    with time_machine.travel(NOW, tick=False):
        for who, code in zip(EVERYBODY, row, strict=True):
            if code not in {NF, NO} or (who == "alex" and code == NO):
                continue
            client = signed_in(cast, who)
            for htmx in (False, True):
                hidden, unknown = (ask(client, method, name, kwargs, htmx=htmx) for kwargs in (real, never))
                assert hidden.status_code == unknown.status_code == code
                assert hidden.content == unknown.content
                assert hidden.headers == unknown.headers
                assert not hidden.cookies


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def test_it_has_a_row_for_every_url():
    assert set(names(get_resolver().url_patterns)) == {name for _, name, _, _ in MATRIX}


def test_it_lets_in_without_signing_in_where_that_is_said_and_nowhere_else():
    open_doors = {name for _, name, _, row in MATRIX if row[0] not in {GO, 401}} | OPEN_AND_ONWARD
    assert open_doors == {
        "healthz", "account_login", "account_logout", "mfa_authenticate", "account_inactive", "reauth", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
        "unsubscribe", "invitation", "exit", "safety", "help", "privacy", "accessibility",
    }  # fmt: skip


def test_it_never_numbers_a_record():
    from django.apps import apps

    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in {"accounts", "clients", "exercises"}]
    assert {type(model._meta.pk).__name__ for model in ours} == {"UUIDField"}
    assert all(isinstance(model().pk, UUID) and model().pk.version == 4 for model in ours)
