"""What is sent in bad faith: the answer is the table's, nothing changes that may not, and nothing is learnt."""

import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.commands import reset_password
from accounts.models import User
from accounts.policies import Oneself
from clients.commands import change_staff, publish
from clients.models import Clinic, Couple, Membership, Partner, SafetyAnswer
from clients.states import DocumentKind
from exercises.commands import reviewing, sharing, writing
from exercises.models import Assignment, Homework
from exercises.states import Audience
from exercises.versions import Stamp
from tests.access.scene import NOW, Scene, build
from tests.access.test_matrix import EVERYBODY, IN, MATRIX, data_of
from tests.access.walk import OURS, WAYS, Walk, rows
from tests.cast import PASSWORD
from tests.clients.agreeing import agree, current

pytestmark = pytest.mark.django_db
EVIL = "https://evil.example/"
TOKENS = re.compile(rb"[A-Za-z0-9]{64}|\b[0-9a-f]{32}\b")


@pytest.fixture
def walk(cast):
    with time_machine.travel(NOW, tick=False):
        yield Walk(build(cast)).sign_in("alex", "blake", "moreno", "adair", "both")


def at(scene: Scene, name: str, kind: str = "") -> str:
    return reverse(name, kwargs=scene.paths[kind])


ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DRAWN = {"token_hash"}


def ids() -> set[str]:
    return set(ID.findall(str(sorted(map(str, rows())))))


def state_of_things(known: set[str]) -> list[str]:
    """Everything that is kept, opened; what is new has an id drawn by lot, which says nothing."""
    found = []
    for model in [m for m in apps.get_models() if m._meta.app_label in OURS] + [User]:
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in DRAWN]
        found += [f"{model.__name__} {[getattr(row, name) for name in names]}" for row in model._default_manager.all()]
    return sorted(ID.sub(lambda one: one[0] if one[0] in known else "new", line) for line in found)


# --- ids of others, in a form or a query


def test_it_takes_no_id_of_others_in_a_form(walk):
    scene, cast = walk.scene, walk.scene.cast
    before = rows()
    give = {"exercise": "guided-reflection", "frame": "offer"}
    for who, path, data in [
        ("moreno", at(scene, "assign", "couple"), give | {"partners": [cast.places["ellis"].pk]}),
        (
            "moreno",
            at(scene, "assign", "couple"),
            give | {"partners": [cast.places["alex"].pk, cast.places["casey"].pk]},
        ),
        ("moreno", at(scene, "assign", "couple"), give | {"partners": ["' OR 1=1 --"]}),
        ("adair", at(scene, "couple-move", "couple"), {"to": cast.staff["okafor"].pk}),
        ("adair", at(scene, "couple-move", "couple"), {"to": cast.staff["adair"].pk}),
    ]:
        for way in WAYS:
            assert walk.ask(who, "post", path, data=data, way=way, keep=True).status_code == 422, data
    for step in ("no-such-step", str(scene.open.pk), "' OR 1=1 --"):
        sent = {"mark": step}
        assert walk.ask("moreno", "post", at(scene, "review-mark", "assignment"), data=sent).status_code == 404
    assert rows() == before


def test_it_answers_for_oneself_whosever_place_is_named(walk):
    scene, cast = walk.scene, walk.scene.cast
    for place in (cast.places["blake"].pk, cast.places["ellis"].pk, "' OR 1=1 --"):
        for path in (at(scene, "check-in"), f"{at(scene, 'check-in')}?place={place}"):
            with transaction.atomic():
                walk.ask("alex", "post", path, data={"go": "send", "afraid": "1", "place": place}, keep=True)
                assert set(SafetyAnswer.objects.values_list("partner", flat=True)) == {cast.places["alex"].pk}
                transaction.set_rollback(True)


def test_it_takes_no_clinic_that_is_not_ones_own(walk):
    scene, cast = walk.scene, walk.scene.cast
    hilltop = cast.hilltop.pk
    before = Clinic.objects.filter(pk=hilltop).values().get()
    sent = {
        "name": "Changed", "time_zone": "UTC", "crisis_text": "", "exit_url": "https://example.org/", "hold_minutes": 5,
        "most_open": 3, "clinic": hilltop,
    }  # fmt: skip
    walk.ask("adair", "post", f"{at(scene, 'clinic-settings')}?clinic={hilltop}", data=sent, keep=True)
    assert Clinic.objects.filter(pk=hilltop).values().get() == before
    people = {"name_1": "One", "email_1": "one@example.org", "name_2": "Two", "email_2": "two@example.org"}
    couple = {"alias": "Borrowed", "time_zone": "UTC", "clinic": hilltop, **people}
    walk.ask("moreno", "post", at(scene, "couple-new"), data=couple, keep=True)
    assert Couple.objects.get(alias="Borrowed").clinic == cast.riverside
    staff = {"name": "Q", "email": "q@example.org", "roles": ["admin"], "clinic": hilltop}
    walk.ask("adair", "post", at(scene, "staff-new"), data=staff, keep=True)
    assert Membership.objects.get(email="q@example.org").clinic == cast.riverside


def test_it_takes_no_id_from_a_header(walk):
    scene = walk.scene
    others = {
        "HX_Target": str(scene.open.pk), "HX_Current_URL": f"https://testserver{at(scene, 'homework', 'homework')}",
        "HX_Trigger": "homework", "X_User": str(scene.cast.alex.pk), "X_Original_URL": "/t/",
        "X_Rewrite_URL": at(scene, "homework", "homework"), "X_Forwarded_User": "alex@example.org",
        "Remote_User": "alex@example.org", "Authorization": "Basic YWxleDpwYXNz",
    }  # fmt: skip
    for who in ("nobody", "blake", "moreno"):
        for name, kind in (("homework", "homework"), ("help", ""), ("today", "")):
            for way in WAYS:
                plain = walk.ask(who, "get", at(scene, name, kind), way=way)
                dressed = walk.ask(who, "get", at(scene, name, kind), way=way, **others)
                assert plain.status_code == dressed.status_code
                assert TOKENS.sub(b"", plain.content) == TOKENS.sub(b"", dressed.content)


# --- fields that no form has

EXTRA = {
    "id": "x", "pk": "x", "clinic": "x", "clinic_id": "x", "couple": "x", "couple_id": "x", "partner": "x",
    "partner_id": "x", "person": "x", "person_id": "x", "author": "x", "therapist": "x", "therapist_id": "x",
    "state": "ended", "is_admin": "on", "is_therapist": "on", "is_active": "", "is_staff": "on", "is_superuser": "on",
    "email": "taken@example.org", "locked_since": "", "opens_at": "2020-01-01", "therapist_from": "2020-01-01",
    "partner_from": "2020-01-01", "made_at": "2020-01-01", "finished_at": "2020-01-01", "audience": "partner",
    "must_have_factor": "", "by": "x", "at": "2020-01-01", "period": "9", "number": "9",
}  # fmt: skip
FORMS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("alex", "account", "", {"chosen_name": "Al", "pronouns": "", "time_zone": "UTC", "theme": "dark"}),
    ("alex", "account-messages", "", {"remind_at": "19:00"}),
    ("alex", "homework-step", "step", {"version": "1", "answer": "more"}),
    ("alex", "homework-save", "step", {"version": "1", "answer": "more"}),
    ("alex", "homework-sharing", "homework", {"audience": "only_me"}),
    ("alex", "homework-set-aside", "homework", {}),
    ("alex", "homework-share-less", "finished", {}),
    ("alex", "check-in", "", {"go": "send", "afraid": "1"}),
    ("alex", "boundaries", "", {"touch": "not"}),
    ("moreno", "couple-edit", "couple", {"alias": "New", "time_zone": "UTC", "release_at": "18:00"}),
    ("moreno", "partner-edit", "partner", {"name": "Ira", "email": "ira@example.org"}),
    ("moreno", "review-note", "assignment", {"text": "later", "version": "1"}),
    ("moreno", "assign", "couple", {"exercise": "guided-reflection", "frame": "", "note": "a note"}),
    ("adair", "couple-move", "couple", {"to": "yilmaz"}),
    ("adair", "staff", "newcomer", {"roles": ["therapist"]}),
]


@pytest.mark.parametrize(("who", "name", "kind", "sent"), FORMS, ids=[form[1] for form in FORMS])
def test_it_ignores_what_no_form_asks_for(walk, who, name, kind, sent):
    scene, cast = walk.scene, walk.scene.cast
    if sent.get("to") == "yilmaz":
        sent = {"to": cast.staff["yilmaz"].pk}
    if name == "assign":
        sent = sent | {"partners": [cast.places["alex"].pk]}
    others = {
        "clinic": cast.hilltop.pk, "couple": cast.strangers.pk, "partner": cast.places["blake"].pk,
        "person": cast.blake.pk, "author": cast.places["blake"].pk, "therapist": cast.staff["okafor"].pk,
    }  # fmt: skip
    extra = {key: others.get(key.removesuffix("_id"), value) for key, value in EXTRA.items()} | sent
    ends, known = [], ids()
    for data in (sent, extra):
        with transaction.atomic():
            answer = walk.ask(who, "post", at(scene, name, kind), data=data, keep=True)
            ends.append((answer.status_code, answer.headers.get("Location"), state_of_things(known)))
            transaction.set_rollback(True)
    assert ends[0][0] in {200, 302}
    assert ends[0] == ends[1]


LISTS = [
    ("people", "adair"), ("clinic-caseloads", "adair"), ("documents", "adair"), ("caseload", "moreno"),
    ("inbox", "moreno"), ("library", "moreno"), ("reflections", "alex"), ("shared", "blake"), ("today", "alex"),
]  # fmt: skip
ORDERS = ("person__password", "-couple__therapist__person__email", "1; DROP TABLE clients_couple --", "?")


@pytest.mark.parametrize(("name", "who"), LISTS, ids=[name for name, _ in LISTS])
def test_it_lets_nobody_choose_an_order_or_a_filter(walk, name, who):
    path = at(walk.scene, name)
    plain = TOKENS.sub(b"", walk.ask(who, "get", path).content)
    for order in ORDERS:
        asked = dict.fromkeys(
            ("sort", "order", "order_by", "ordering", "o", "couple__therapist", "person__password"), order
        )
        answer = walk.ask(who, "get", path, data=asked)
        assert answer.status_code == 200
        assert TOKENS.sub(b"", answer.content) == plain


# --- markup and control characters

MARKUP = '<b hx-get="/x" hx-swap-oob="true" id="today" onclick=x>"\'{{ 7 }}'


def test_it_shows_markup_as_text_wherever_it_was_written(walk):
    """Even past the forms, which refuse some of it: names, letters, documents, answers, notes."""
    scene, cast = walk.scene, walk.scene.cast
    User.objects.update(chosen_name=MARKUP, pronouns=MARKUP[:40])
    Partner.objects.update(name=MARKUP)
    Membership.objects.update(name=MARKUP)
    Couple.objects.update(alias=MARKUP)
    Clinic.objects.update(name=MARKUP, crisis_text=MARKUP)
    text = f"{MARKUP}\n\n## {MARKUP}\n\n- {MARKUP}\n\n*{MARKUP}*"
    for kind in DocumentKind:
        newer = publish(previous=current(cast, kind), title=MARKUP, text=text, by=cast.viewer("adair", NOW), at=NOW)
        scene.paths["document"] = {"pk": newer.pk}
    for name in ("alex", "blake"):
        agree(cast, name, NOW)
    for assignment in Assignment.objects.all():
        assignment.note = MARKUP
        assignment.save()
    both = Homework.objects.filter(pk__in=[scene.open.pk, scene.finished.pk])
    prompts = [(n, s) for n, s in enumerate(scene.assignment.version.content.steps, 1) if s.kind == "prompt"]
    by = cast.viewer("alex", NOW)
    for homework in both:
        for number, step in prompts:
            writing.save_step(
                by=by, homework=homework.pk, number=number, step=step, value=MARKUP, stamp=Stamp(version=1), at=NOW
            )
    sharing.choose_readers(by=by, homework=scene.finished, audience=Audience.PARTNER, at=NOW)
    note = reviewing.save_note(
        by=cast.viewer("moreno", NOW), assignment=scene.assignment, text=MARKUP, stamp=Stamp(version=1), at=NOW
    )
    assert not note.is_conflict
    raw, shown, seen_on = b"<b hx-get", b"&lt;b hx-get", set()
    for method, name, kind, row in MATRIX:
        for who, code in zip(EVERYBODY, row, strict=True):
            if method == "get" and code == IN and who in {"alex", "blake", "moreno", "adair"}:
                for way in WAYS:
                    answer = walk.ask(who, "get", at(scene, name, kind), way=way)
                    if answer.headers.get("Content-Disposition", "").startswith("attachment"):  # kept, and not shown
                        assert not answer.headers["Content-Type"].startswith("text/html"), (name, who)
                        continue
                    assert raw not in answer.content, (name, who)
                    assert b"onclick=x>" not in answer.content, (name, who)
                    if shown in answer.content:
                        seen_on.add(name)
    assert seen_on >= {
        "safety", "document", "consent", "homework", "homework-check", "reflection", "caseload", "couple", "review",
        "people", "clinic-caseloads", "documents", "clinic-settings", "account",
    }  # fmt: skip


LINES = ("Al\r\nBcc: x@example.org", "Al\nSubject: x", "Al\x00", "Al\u2028x", "Al\u202ex")


@pytest.mark.parametrize("line", LINES, ids=repr)
def test_it_takes_no_second_line_and_no_hidden_character_in_a_name_or_an_address(walk, line, mailoutbox):
    scene, before = walk.scene, rows()
    account = {"chosen_name": "Al", "pronouns": "", "time_zone": "UTC", "theme": "dark"}
    couple = {
        "alias": "A",
        "time_zone": "UTC",
        "name_1": "A",
        "email_1": "a@example.org",
        "name_2": "B",
        "email_2": "b@example.org",
    }
    staff = {"name": "A", "email": "a@example.org", "roles": ["admin"]}
    for who, name, kind, good, fields in [
        ("alex", "account", "", account, ["chosen_name", "pronouns", "time_zone"]),
        ("moreno", "couple-new", "", couple, ["alias", "name_1", "email_1", "time_zone"]),
        ("moreno", "partner-edit", "partner", {"name": "A", "email": "a@example.org"}, ["name", "email"]),
        ("adair", "staff-new", "", staff, ["name", "email"]),
    ]:
        for field in fields:
            answer = walk.ask(
                who,
                "post",
                at(scene, name, kind),
                data=good | {field: line + "@example.org" if "email" in field else line},
                keep=True,
            )
            assert answer.status_code == 422, (name, field)
    assert rows() == before
    assert not mailoutbox


# --- where an answer leads, and who is asking


@pytest.mark.parametrize("evil", [EVIL, "//evil.example", "/\\evil.example", "javascript:alert(1)"])
@pytest.mark.parametrize("who", ["nobody", "alex", "moreno", "adair"])
def test_it_leads_to_this_site_alone(walk, who, evil):
    onward = dict.fromkeys(("next", "redirect", "redirect_to", "return", "url", "back", "continue"), evil)
    for method, name, kind, row in MATRIX:
        code = row[EVERYBODY.index(who)]
        if code != 302 or name == "exit":  # which leads to where the clinic says
            continue
        path = at(walk.scene, name, kind)
        data = onward | (data_of(walk.scene, name) or {})
        answer = walk.ask(who, method, f"{path}?next={evil}" if method == "post" else path, data=data)
        for header in ("Location", "HX-Redirect", "HX-Location"):
            where = urlsplit(answer.headers.get(header, ""))
            assert (where.scheme, where.netloc) == ("", ""), (name, where)
            assert not where.path.startswith(("//", "/\\"))


def test_it_believes_no_header_about_where_it_is(walk):
    scene = walk.scene
    told = {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example", "X_Host": "evil.example",
            "X_Forwarded_For": "127.0.0.1", "X_Real_IP": "127.0.0.1", "X_Forwarded_Port": "1"}  # fmt: skip
    for who, name, kind in (
        ("nobody", "account_reset_password", ""), ("nobody", "homework", "homework"), ("alex", "today", ""),
        ("blake", "homework", "homework"), ("alex", "exit", ""),
    ):  # fmt: skip
        plain, dressed = (
            walk.ask(who, "get", at(scene, name, kind)),
            walk.ask(who, "get", at(scene, name, kind), **told),
        )
        assert plain.status_code == dressed.status_code
        assert plain.headers.get("Location") == dressed.headers.get("Location")
        assert TOKENS.sub(b"", plain.content) == TOKENS.sub(b"", dressed.content)
        assert walk.ask(who, "get", at(scene, name, kind), Host="evil.example").status_code == 400


# --- cookies from before


def copied(client: Client) -> Client:
    other = Client()
    other.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    return other


@pytest.mark.parametrize("after", ["sign-out", "exit", "password", "reset", "role"])
def test_a_cookie_from_before_opens_nothing(cast, after):
    client, who = Client(), cast.people["yilmaz" if after == "role" else "alex"]
    with time_machine.travel(NOW, tick=False):
        client.force_login(who)
        old = copied(client)
        page = reverse("caseload" if after == "role" else "today")
        assert old.get(page).status_code == 200
        if after == "sign-out":
            client.post(reverse("account_logout"))
        elif after == "exit":
            client.get(reverse("exit"))
        elif after == "password":
            new = "four quiet garden words"
            changed = client.post(reverse("account_change_password"), {"old": PASSWORD, "password": new})
            assert changed.status_code == 302
            assert client.get(page).status_code == 200
        elif after == "reset":
            reset_password(user=who, password="four quiet garden words", by=Oneself(who.pk), at=NOW)
        else:
            change_staff(
                membership=cast.staff["yilmaz"], is_therapist=True, is_admin=True, by=cast.viewer("adair", NOW), at=NOW
            )
        for way in WAYS.values():
            answer = old.get(page, headers=way)
            assert answer.status_code == (401 if way else 302)
            assert b"Alex" not in answer.content
