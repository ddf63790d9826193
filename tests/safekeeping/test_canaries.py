"""What people write in private lies sealed, or nowhere: no store, log, mail, session or file has it in clear."""

import base64
import json
import logging
import tempfile
from contextlib import closing
from email.message import EmailMessage
from urllib.parse import quote, quote_plus

import pytest
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection
from django.test import Client

from accounts.deliveries import send_password_reset, tell_password_changed
from clients.models import Couple
from exercises.commands import reminding
from exercises.models import (
    AgendaItem,
    AgreementSignature,
    Assignment,
    AssignmentConfirmation,
    EarlierText,
    Goal,
    GoalOffer,
    GoalRating,
    HomeworkWish,
    JointNote,
    MutualMark,
    PrivateNote,
    Proposal,
    Reflection,
    Reply,
    SessionNote,
    SessionSummary,
    Share,
)
from exercises.schedule import send_due_reminders
from tests.cast import NOON
from tests.exercises.scene import DAY, HOUR
from tests.safekeeping.canaries import Field, Finding, Flock, forms, letters, logging_to, search, valkey
from tests.safekeeping.sowing import Sower, Words

ENOUGH, LETTERS = 200, 4
EVE = NOON + DAY + 5 * HOUR  # six in the evening, the day before what is due
SEALED = (
    (Reflection, "value"), (Share, "value"), (EarlierText, "value"), (PrivateNote, "text"), (Assignment, "note"),
    (Assignment, "details"), (AssignmentConfirmation, "reason"), (HomeworkWish, "reason"), (Goal, "text"),
    (GoalRating, "value"), (GoalOffer, "text"), (Proposal, "terms"), (AgreementSignature, "terms"),
    (MutualMark, "words"), (SessionNote, "text"), (AgendaItem, "text"), (SessionSummary, "text"),
    (SessionSummary, "next"),
    (Reply, "text"), (JointNote, "text"),
)  # fmt: skip
# how it can end to send a form: each was seen, or the texts were sown in fewer ways than it seems
ENDINGS = {
    ("written", 200), ("written", 302), ("first", 302), ("met", 409), ("settled", 302),
    ("too much", 413), ("invalid", 422), ("invalid", 200), ("forged", 403), ("run out", 302), ("run out", 401),
    ("failed", 500), ("not agreed", 422), ("shared", 422), ("shared", 302), ("checked in", 302), ("boundaries", 422),
    ("noted", 302), ("noted", 200), ("note met", 409), ("note too long", 422), ("note forged", 403),
    ("note stale", 403), ("replied", 200), ("replied", 302), ("replied", 422), ("replying failed", 500),
    ("for both", 302), ("for both", 200), ("for both", 409), ("for both", 422), ("for both failed", 500),
    ("note run out", 302), ("note run out", 401), ("note failed", 500),
    ("given", 302), ("given badly", 422), ("given after", 302), ("giving failed", 500),
    ("session", 302), ("session", 422), ("session", 409),
    ("taken along", 302), ("taken along", 422),
    ("together", 302), ("together", 422), ("looked for", 200), ("password", 422), ("password", 302), ("plain", 302),
}  # fmt: skip


@pytest.fixture
def field(lasting_scene, clock, post, tmp_path, monkeypatch, settings):
    """The places, before anything was written; with an operator who has asked Django for mail about errors."""
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    settings.ADMINS = settings.MANAGERS = [("Operator", "operator@example.org")]
    waiting = set(valkey().scan_iter())
    with logging_to(tmp_path / "everything.log"):
        yield Field(tmp_path / "everything.log", post.mails)
    for key in set(valkey().scan_iter()) - waiting:
        valkey().delete(key)


def sow(scene, monkeypatch):
    """Everything that people can write."""
    private, plain = Flock(), Flock()
    sower = Sower(scene, private)
    for name in ("alex", "blake"):
        sower.writes(name)
        sower.meets_itself(name)
        sower.is_refused(name)
        sower.fails(name, monkeypatch)
        sower.checks_in(name)
        sower.builds_a_bridge(name)
        sower.is_asked(name)
    sower.agrees("alex")
    given = sower.shares("alex", "therapist")
    sower.shares("blake", "partner")
    sower.takes_along("alex")
    sower.treats(given, monkeypatch)
    sower.tells(given, monkeypatch)
    sower.gives(monkeypatch)
    sower.meets("alex")
    for name in ("moreno", "adair", "alex"):
        sower.looks_for(name)
    sower.mistypes_passwords("blake")
    assert reminding.send_due(at=EVE).sent > 0
    for letter in (send_password_reset, tell_password_changed):
        letter.apply(args=[str(scene.cast.blake.pk)], throw=True)
    Words(sower, plain).sow()
    for name in ("alex", "blake"):
        sower.has_not_agreed(name)
    send_due_reminders.apply_async()
    return sower, plain


def kept_of(flock):
    """How many of the texts can be read by who may, model by model."""
    return {
        model.__name__: sum(flock.stem in json.dumps(getattr(row, name)) for row in model.objects.all())
        for model, name in SEALED
    }


def test_no_private_text_is_found_in_any_place_in_any_form(field, lasting_scene, monkeypatch):
    sower, plain = sow(lasting_scene, monkeypatch)
    assert len(sower.flock.sown) >= ENOUGH
    assert set(sower.answers) >= ENDINGS, (ENDINGS - set(sower.answers), sower.answers)
    assert min(kept_of(sower.flock).values()) > 0, "of each sealed kind some are kept"
    places = field.places()
    found = search(places, sower.flock.stem)
    assert not found, [(finding, _around(places[finding.place], sower.flock)) for finding in sorted(found)]
    assert Finding("database", "utf-8") in search(places, plain.stem), "what lies plain is found"
    assert b"send_due_reminders" in places["valkey"]
    assert b"Traceback" in places["log"]
    assert len(field.mails) >= LETTERS


def _around(material, flock):
    """For the person who reads that this has failed: the first place, and who wrote it there."""
    at = max(0, material.find(flock.stem.encode()))
    line = material[max(0, at - 200) : at + 200].decode(errors="replace")
    return next((where for token, where in flock.sown.items() if token in line), ""), line


def test_it_finds_what_lies_in_clear_in_each_place(field, lasting_scene):
    """Were a search to read too little, or the wrong thing, this is where it shows."""
    flock = Flock()
    places = set(field.places())
    assert not search(field.places(), flock.stem)
    Couple.objects.filter(pk=lasting_scene.cast.couple.pk).update(alias=flock.mark("database"))
    cache.set("kept", flock.text("valkey"))
    session = Client().session
    session["note"] = {"text": flock.text("sessions")}
    session.save()
    logging.getLogger("exercises").debug("kept %s", flock.text("log"))
    send_mail("A subject", flock.text("mail"), None, ["alex@example.org"])
    with tempfile.NamedTemporaryFile() as file:
        file.write(flock.text("temporary files").encode())
        file.flush()
        with connection.cursor() as cursor, closing(connection.copy()) as other:
            other.cursor().execute("SELECT %s", [flock.mark("questions")])
            cursor.execute(f"DO $$ BEGIN RAISE LOG '{flock.mark('logs of the stores')}'; END $$")
            found = {finding.place for finding in search(field.places(), flock.stem)}
    assert found == places


def test_it_finds_a_text_in_a_message_of_the_queue(field):
    """Celery writes arguments in base64 within JSON."""
    flock = Flock()
    send_due_reminders.apply_async(kwargs={"text": flock.text("task")})
    found = search(field.places(), flock.stem)
    assert {finding.place for finding in found} == {"valkey"}
    assert Finding("valkey", "base64 of utf-8") in found


def test_it_finds_a_text_in_a_letter_however_it_is_wrapped():
    for cte in ("7bit", "quoted-printable", "base64"):
        flock, mail = Flock(), EmailMessage()
        mail.set_content(f"{'so ' * 7}{flock.mark('mail')}{'ing' * 30}", cte=cte)
        assert search({"mail": letters([mail])}, flock.stem), cte


SHAPES = {
    "utf-8": str.encode,
    "latin-1": lambda text: text.encode("latin-1", "replace"),
    "url": lambda text: quote(text).encode(),
    "url of a form": lambda text: quote_plus(text).encode(),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex in capitals": lambda text: text.encode().hex().upper().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16").hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 a byte on": lambda text: base64.b64encode(b"." + text.encode()),
    "base64 two bytes on": lambda text: base64.urlsafe_b64encode(b".." + text.encode()),
    "base64 in lines": lambda text: base64.encodebytes(b"..." * 20 + text.encode()),
    "base64 of utf-16": lambda text: base64.b64encode(text.encode("utf-16")),
    "capitals": lambda text: text.upper().encode(),
    "backwards": lambda text: text[::-1].encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_it_knows_a_text_in_each_form(shape):
    flock = Flock()
    text = flock.text("anywhere")
    assert search({"here": SHAPES[shape](text) + b"\n"}, flock.stem)
    assert not search({"here": SHAPES[shape](text)}, Flock().stem)


def test_every_form_is_one_that_could_be_found():
    flock = Flock()
    for form, shapes in forms(flock.stem).items():
        for shape in shapes:
            assert Finding("here", form) in search({"here": b"\x00" + shape + b"\xff"}, flock.stem), form


def test_it_names_who_wrote_what_was_found():
    flock = Flock()
    text = flock.text("Alex: letter")
    assert _around(text.encode(), flock)[0] == "Alex: letter"
