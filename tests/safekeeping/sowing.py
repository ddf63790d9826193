"""Every form in which a person can write something private, filled in and sent, in every way that can end."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clients import commands as private
from clients.models import ConsentDocument
from clients.states import ContentKind, DocumentKind
from exercises.commands import assigning, exporting, reviewing, telling, writing
from exercises.models import Assignment, Goal, Proposal
from exercises.text import DETAILS, KEPT, MOST
from tests.cast import NOON, PASSWORD
from tests.exercises import measures, together
from tests.exercises.joint import AGREEMENT, GOAL, Pair
from tests.exercises.page import HTMX, values
from tests.exercises.scene import KEYS, Scene, content, new_version, number
from tests.safekeeping.canaries import Flock
from tests.second import fresh

FIELDS = {
    "reading": ["answer"],
    "letter": ["answer"],
    "line": ["answer"],
    "near": ["answer"],
    "one-of": ["answer"],
    "some-of": ["answer"],
    "ticks": ["answer"],
    "parts": ["now-0", "why-0", "now-1", "why-1"],
    "log": ["day-0", "what-0", "how-0", "day-1", "what-1", "how-1"],
    "breath": ["answer"],
    "guess": ["mine-fear", "guess-fear", "unknown-fear", "mine-wish", "guess-wish"],
    "tell": ["answer", "aloud"],
}
WRITTEN = {"letter": "answer", "line": "answer", "parts": "why-0", "log": "what-1"}  # a text in each kind that has one
SAVES = (("homework-step", {}), ("homework-save", HTMX))


@dataclass
class Sower:
    """Sends marked texts, and remembers how each was answered."""

    scene: Scene
    flock: Flock
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def browser(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        return fresh(client, self.scene.cast.people[name])

    def send(self, client: Client, way: str, path: str, data: dict[str, Any], **more: Any) -> HttpResponse:
        answer = client.post(path, data, **more)
        self.answers[way, answer.status_code] += 1
        return answer

    def at(self, page: str, key: str, name: str, assignment: Assignment | None = None) -> str:
        return reverse(page, args=[self.scene.homework(name, assignment).pk, number(key)])

    # --- a partner

    def writes(self, name: str) -> None:
        """Each step, saved as one goes and by Continue; every field has a text of its own, also those for no text."""
        client = self.browser(name)
        for page, headers in SAVES:
            given = self.scene.assign(name)
            for key, names in FIELDS.items():
                data = {one: self.flock.text(f"{name}: {key}.{one} by {page}") for one in names}
                path = self.at(page, key, name, given)
                self.send(client, "written", path, {"version": "0", "tab": "t", "seq": "1", **data}, headers=headers)
            client.get(reverse("homework-check", args=[self.scene.homework(name, given).pk]))

    def meets_itself(self, name: str) -> None:
        """Two pages of one person, settled in each way; the text that gives way is kept for a while."""
        client = self.browser(name)
        given = self.scene.assign(name)
        for (key, one), keep in zip(WRITTEN.items(), ("mine", "theirs", "both", "mine"), strict=True):
            first, second, third = (self.flock.text(f"{name}: {key}, {keep} {n}") for n in range(3))
            page = self.at("homework-step", key, name, given)
            self.send(client, "first", page, {"version": "0", one: first})
            self.send(client, "met", page, {"version": "0", "tab": "u", "seq": "1", one: second})
            save = self.at("homework-save", key, name, given)
            self.send(client, "met", save, {"version": "0", "tab": "v", "seq": "1", one: third}, headers=HTMX)
            self.send(client, "settled", page, {"keep": keep, "other": "1", one: second})

    def is_refused(self, name: str) -> None:
        """Too much of it, more than a step takes, a form from elsewhere, and after the session has run out."""
        client, away = self.browser(name), Client()
        strict = fresh(Client(enforce_csrf_checks=True), self.scene.cast.people[name])
        for page, headers in SAVES:
            given = self.scene.assign(name)
            for key, one in WRITTEN.items():
                path, about = self.at(page, key, name, given), f"{name}: {key} by {page}"
                for way, text in (
                    ("too much", self.flock.long(f"{about}, too much", KEPT)),
                    ("invalid", self.flock.long(f"{about}, invalid", MOST)),
                ):
                    self.send(client, way, path, {"version": "0", one: text}, headers=headers)
                for way, browser in (("forged", strict), ("run out", away)):
                    self.send(browser, way, path, {one: self.flock.text(f"{about}, {way}")}, headers=headers)

    def fails(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """In the middle of a save: with words of our own in the error, and with PostgreSQL's."""
        client, given = self.browser(name), self.scene.assign(name)
        for broken in (_by_itself, _by_a_key, _by_postgres):
            with monkeypatch.context() as patch:
                patch.setattr(writing, "_write", broken)
                for (key, one), (page, headers) in zip(WRITTEN.items(), SAVES * 2, strict=True):
                    text = self.flock.text(f"{name}: {key} by {page}, {broken.__name__}")
                    self.send(client, "failed", self.at(page, key, name, given), {one: text}, headers=headers)

    def has_not_agreed(self, name: str) -> None:
        """A newer document waits to be read: nothing is kept, and the text stays on the page."""
        client, given = self.browser(name), self.scene.assign(name)
        for key, one in WRITTEN.items():
            for page, headers in SAVES:
                text = self.flock.text(f"{name}: {key} by {page}, not agreed")
                self.send(client, "not agreed", self.at(page, key, name, given), {one: text}, headers=headers)

    def shares(self, name: str, audience: str) -> Assignment:
        """With the therapist, or with the partner by way of the preview."""
        client, given = self.browser(name), self.scene.assign(name)
        for key, one in WRITTEN.items():
            text = self.flock.text(f"{name}: {key}, shared with {audience}")
            self.send(client, "first", self.at("homework-step", key, name, given), {"version": "0", one: text})
        path = reverse("homework-sharing", args=[self.scene.homework(name, given).pk])
        (seen,) = values(client.get(path), "seen")
        data = {"audience": audience, "seen": seen}
        self.send(client, "shared", path, {**data, "audience": self.flock.text(f"{name}: who reads it")})
        hope = self.flock.text(f"{name}: what they hope to hear")
        self.send(client, "shared", path, {**data, "go": "offer", "hoping": hope, "version": "0"})
        return given

    def builds_a_bridge(self, name: str) -> None:
        """Words that are laid beside the other's, and a map with needs of one's own; every field of these kinds."""
        client, given = self.browser(name), self.scene.assign(name, version=new_version(together.content()))
        for n, names in enumerate((["mark-hands"], ["half"], ["own-wanting-0", "meet-own-wanting-0"], ["answer"]), 1):
            data = {one: self.flock.text(f"{name}: {one} of a bridge") for one in names}
            path = reverse("homework-step", args=[self.scene.homework(name, given).pk, n])
            self.send(client, "first", path, {"version": "0", "agreed": "on", **data})
        path = reverse("homework-sharing", args=[self.scene.homework(name, given).pk])
        self.send(client, "shared", path, {"audience": "only_me", "mutual": "show"})
        client.get(reverse("homework-together", args=[self.scene.homework(name, given).pk]))

    def checks_in(self, name: str) -> None:
        """Questions with letters for answers; a text sent in place of one counts as none."""
        client = self.browser(name)
        path = reverse("check-in")
        page = client.get(path, {"place": self.flock.text(f"{name}: check-in, place")})
        for key in ("afraid", "hurt"):
            text = self.flock.text(f"{name}: check-in, {key}")
            self.send(client, "checked in", path, {"go": "send", key: text, "watched": "2"})
        assert page.status_code == 200
        for kind in ContentKind:
            text = self.flock.text(f"{name}: boundaries, {kind}")
            self.send(client, "boundaries", reverse("boundaries"), {kind.value: text})

    def agrees(self, name: str) -> None:
        """Reasons, goals and their lines, and words for an agreement, in the ways these can end."""
        client, away, pair = self.browser(name), Client(), Pair(self.scene)

        def send(page: str, fields: dict[str, int], *where: Any, **more: Any) -> None:
            path = reverse(page, args=where)
            good = {one: self.flock.text(f"{name}: {page}.{one}") for one in fields}
            long = {one: self.flock.long(f"{name}: {page}.{one}, too long", most) for one, most in fields.items()}
            gone = {one: self.flock.text(f"{name}: {page}.{one}, run out") for one in fields}
            for browser, words in ((client, long), (away, gone), (client, good)):
                self.send(browser, "together", path, {**words, **more})

        send("homework-wish", {"reason": 500}, self.scene.homework(name).pk, instead="smaller")
        send("goals", {"text": MOST})
        goal = Goal.objects.get(author=self.scene.cast.places[name])
        send("goal", {"line": 300}, goal.pk, point="3")
        self.send(client, "together", reverse("goal-offer", args=[goal.pk]), {})
        send("agreement", {"term-signal": 1000, "term-length": 1000}, pair.homework(name).pk, AGREEMENT, version="0")
        step = reverse("homework-step", args=[pair.homework(name).pk, GOAL])
        self.send(client, "together", step, {"answer": self.flock.text(f"{name}: goal"), "keep": "on", "version": "0"})
        signed = {"proposal": str(Proposal.objects.get(author=self.scene.cast.places[name]).pk), "go": "sign"}
        self.send(client, "together", reverse("agreement-sign", args=[pair.homework(name).pk, AGREEMENT]), signed)

    def is_asked(self, name: str) -> None:
        """Questions with options: a text sent in place of one is none of them, and is kept nowhere."""
        client = self.browser(name)
        asking = measures.asks(self.scene, measures.instrument(self.scene), name)
        for n, go in ((1, "continue"), (2, "rather-not"), (3, "leave")):
            text = self.flock.text(f"{name}: item {n}, {go}")
            path = reverse("measure-item", args=[asking.pk, n])
            self.send(client, "invalid", path, {"answer": text, "go": go})
        self.send(client, "first", reverse("measure-check", args=[asking.pk]), {"go": self.flock.text("sending")})

    def takes_along(self, name: str) -> None:
        """Everything of their own as a file: made, kept, and taken; and words sent in place of those for a calendar."""
        client, person = self.browser(name), self.scene.cast.people[name]
        self.send(client, "taken along", reverse("export"), {"go": self.flock.text(f"{name}: export")})
        assert exporting.make(person=str(person.pk), at=timezone.now())
        assert b"".join(client.get(reverse("export-file"))).startswith(b"PK")
        client.post(reverse("account-calendar"), {"go": "make"})
        title = self.flock.text(f"{name}: calendar")
        self.send(client, "taken along", reverse("account-calendar"), {"go": "save", "title": title})
        client.get(reverse("calendar-feed", args=[self.flock.mark("an address")]))

    # --- their therapist

    def treats(self, given: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
        """Private notes, in every way a note can end."""
        client, path = self.browser("moreno"), reverse("review-note", args=[given.pk])
        strict = fresh(Client(enforce_csrf_checks=True), self.scene.cast.people["moreno"])
        for headers, version in (({}, "0"), (HTMX, "1")):
            self.send(client, "noted", path, {"text": self.flock.text("note"), "version": version}, headers=headers)
            for way, browser, text in (
                ("note met", client, self.flock.text("note in a conflict")),
                ("note too long", client, self.flock.long("note too long", MOST)),
                ("note forged", strict, self.flock.text("note from elsewhere")),
                ("note run out", Client(), self.flock.text("note after the session")),
            ):
                self.send(browser, way, path, {"text": text, "version": "0"}, headers=headers)
            with monkeypatch.context() as patch:
                patch.setattr(reviewing, "save_note", _by_itself)
                self.send(client, "note failed", path, {"text": self.flock.text("note, failing")}, headers=headers)
        stale = fresh(Client(), self.scene.cast.people["moreno"], ago=601)
        for headers in ({}, HTMX):
            self.send(stale, "note stale", path, {"text": self.flock.text("note, signed in long ago")}, headers=headers)
        for page in ("review", "review-note"):
            client.get(reverse(page, args=[given.pk]))

    def tells(self, given: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replies and notes for both, in every way they can end; what is published is read by both."""
        client, couple = self.browser("moreno"), self.scene.cast.couple
        path, to = reverse("review-reply", args=[given.pk]), str(self.scene.cast.places["alex"].pk)
        for go in ("check", "send"):
            self.send(client, "replied", path, {"to": to, "text": self.flock.text(f"reply, {go}"), "go": go})
        self.send(client, "replied", path, {"to": to, "text": self.flock.long("reply, too long", MOST), "go": "send"})
        self.send(client, "replied", path, {"to": self.flock.text("reply, to whom"), "text": "x", "go": "send"})
        note = self.send(client, "for both", reverse("joint-notes", args=[couple.pk]), {})["Location"]
        for version, headers in (("0", {}), ("1", HTMX), ("0", {}), ("0", HTMX)):
            sent = {"text": self.flock.text("for both"), "version": version}
            self.send(client, "for both", note, sent, headers=headers)
        self.send(client, "for both", note, {"text": self.flock.long("for both, too long", MOST), "version": "2"})
        with monkeypatch.context() as patch:
            patch.setattr(telling, "reply", _by_itself)
            patch.setattr(telling, "save_joint_note", _by_itself)
            self.send(
                client, "replying failed", path, {"to": to, "text": self.flock.text("reply, failing"), "go": "send"}
            )
            self.send(client, "for both failed", note, {"text": self.flock.text("for both, failing"), "version": "2"})
        self.send(client, "for both", f"{note}publish/", {"version": "2"})
        for page in (path, note, f"{note}publish/", reverse("joint-notes", args=[couple.pk])):
            client.get(page)

    def gives(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Notes to partners, and reasons to give an exercise all the same."""
        scene, client = self.scene, self.browser("moreno")
        risky = new_version(content(slug="risky", number=901, title="Risky", risks=("unilateral-disclosure",)))
        private.leave_check_in(place=scene.cast.places["alex"], said={"afraid": "2"}, by=scene.viewer("alex"), at=NOON)
        path = reverse("assign", args=[scene.cast.couple.pk])
        sent = {"partners": [str(scene.cast.places[n].pk) for n in ("alex", "blake")], "frame": "offer"}

        def words(about: str) -> dict[str, str]:
            return {one: self.flock.text(f"{one} {about}") for one in ("note", "reason", *DETAILS)}

        for slug in ("small-one", risky.exercise.slug):
            self.send(client, "given", path, {**sent, "exercise": slug, **words(slug), "due_on": "2026-03-04"})
            self.send(client, "given badly", path, {**sent, "exercise": slug, **words("bad"), "due_on": "2020-01-01"})
            self.send(client, "given badly", path, {**sent, "exercise": self.flock.text("exercise"), **words("none")})
            self.send(client, "given badly", path, {**sent, "exercise": slug, "reason": self.flock.long("reason", 500)})
            self.send(Client(), "given after", path, {**sent, "exercise": slug, **words("run out")})
            with monkeypatch.context() as patch:
                patch.setattr(assigning, "assign", _by_itself)
                self.send(client, "giving failed", path, {**sent, "exercise": slug, **words("failing")})

    def meets(self, name: str) -> None:
        """What a partner would like to raise, what is put on the agenda, and what is summed up; on paper, too."""
        own, staff, couple = self.browser(name), self.browser("moreno"), self.scene.cast.couple.pk

        def send(client: Client, page: str, fields: dict[str, int], *where: Any, **more: Any) -> None:
            path = reverse(page, args=where)
            good, met, gone = ({one: self.flock.text(f"{page}.{one}, {way}") for one in fields} for way in "abc")
            long = {one: self.flock.long(f"{page}.{one}, too long", most) for one, most in fields.items()}
            for browser, words in ((client, long), (Client(), gone), (client, good), (client, met)):
                self.send(browser, "session", path, {**words, **more})

        send(own, "session-next", {"text": MOST}, audience="therapist", version="0")
        send(staff, "agenda", {"text": 300}, couple, minutes="5")
        send(staff, "session-summary", {"text": MOST, "then": 300}, couple, version="0")
        path = reverse("agenda", args=[couple])
        row = next(row for row in values(staff.get(path), "row") if row and row.startswith("own:"))
        self.send(staff, "session", path, {"deed": "publish", "row": row})
        for page in ("agenda-present", "agenda-print", "agenda-pdf"):
            staff.get(reverse(page, args=[couple]))
        unknown = {"deed": self.flock.text("agenda.deed"), "row": self.flock.text("agenda.row")}
        self.send(staff, "session", path, unknown)
        staff.get(reverse("calendar"), {"month": self.flock.text("calendar?month=")})

    def looks_for(self, name: str) -> None:
        """What is typed into a search box, or stands in an address."""
        client, couple = self.browser(name), self.scene.cast.couple.pk
        pages = [(page, {}) for page in ("caseload", "library", "inbox", "people", "today", "account_login")]
        for page, headers in [*pages, ("caseload", HTMX), ("library", HTMX)]:
            asked = {box: self.flock.text(f"{page}?{box}=") for box in ("q", "next", "exercise", "rows")}
            answer = client.get(reverse(page), asked, headers=headers)
            self.answers["looked for", answer.status_code] += 1
        client.get(reverse("assign", args=[couple]), {"exercise": self.flock.text("assign?exercise=")})

    # --- anybody

    def mistypes_passwords(self, name: str) -> None:
        """A password is nobody's to read, also one that was wrong, or typed into another box."""
        client, away = self.browser(name), Client(raise_request_exception=False)
        email = self.scene.cast.people[name].email

        def word(about: str) -> str:
            return f"{self.flock.mark(f'{name}: password, {about}')} & é"

        for browser in (client, away):
            for headers in ({}, HTMX):
                send = {"email": email, "login": email, "password": word("signing in")}
                self.send(browser, "password", reverse("account_login"), send, headers=headers)
                self.send(browser, "password", reverse("reauth"), {"password": word("over a page")}, headers=headers)
                again = {"password": word("again"), "code": word("as a code")}
                self.send(browser, "password", reverse("account_reauthenticate"), again, headers=headers)
        change = reverse("account_change_password")
        self.send(client, "password", change, {"old": word("old"), "password": word("new")})
        self.send(client, "password", change, {"old": PASSWORD, "password": word("changed")})
        self.send(client, "second step", reverse("mfa_activate_totp"), {"code": word("code of an app")})
        self.send(away, "reset", reverse("account_reset_password"), {"email": email})


@dataclass
class Words:
    """What lies plain by design: names, aliases, and what a clinic says to everybody."""

    sower: Sower
    flock: Flock

    def sow(self) -> None:
        cast, send = self.sower.scene.cast, self.sower.send
        moreno, adair, alex = (self.sower.browser(name) for name in ("moreno", "adair", "alex"))
        zone = {"time_zone": "Europe/Berlin"}
        couple = {**zone, "alias": self.flock.mark("alias"), "release_at": "18:00"}
        send(moreno, "plain", reverse("couple-edit", args=[cast.couple.pk]), couple)
        send(alex, "plain", reverse("account"), {**zone, "chosen_name": self.flock.mark("name"), "language": "en"})
        clinic = {
            **zone,
            "name": "Riverside",
            "crisis_text": self.flock.text("crisis"),
            "hold_minutes": "10",
            "most_open": "20",
        }
        send(adair, "plain", reverse("clinic-settings"), {**clinic, "exit_url": "https://example.org/"})
        agreement = ConsentDocument.objects.get(clinic=cast.riverside, kind=DocumentKind.AGREEMENT)
        document = {"title": "Agreement", "text": self.flock.text("agreement")}
        page = send(adair, "looked at", reverse("document-next", args=[agreement.pk]), document)
        document |= {"go": "publish", "looked_at": str(*values(page, "looked_at"))}
        send(adair, "plain", reverse("document-next", args=[agreement.pk]), document)


def _texts_in(value: Any) -> str:
    if isinstance(value, dict):
        return next((found for part in value.values() if (found := _texts_in(part))), "")
    if isinstance(value, list):
        return _texts_in(dict(enumerate(value)))
    return value if isinstance(value, str) else ""


def _by_itself(*words: Any, **details: Any) -> Any:
    """A mistake of our own, with what was written in its message."""
    raise RuntimeError(f"could not keep {words!r} {details!r}")


def _by_a_key(*words: Any, **_details: Any) -> Any:
    """Python's own message, with another error behind it."""
    text = _texts_in(words[3])
    try:
        return int(text)
    except ValueError:
        return {}[text]


def _by_postgres(*words: Any, **_details: Any) -> Any:
    """PostgreSQL says what it could not read, and Django says it again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [_texts_in(words[3])])


assert set(FIELDS) == set(KEYS)
