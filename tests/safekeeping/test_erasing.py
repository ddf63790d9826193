"""Erasing a person: their words open nowhere, their name is gone, and others' pages still stand."""

import threading

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, User
from clients import commands
from clients.models import Couple, Membership, Partner
from clients.states import CoupleState
from exercises.commands import agenda, reminding, sessions
from exercises.models import (
    AgendaItem,
    EarlierText,
    OutboxMessage,
    PrivateNote,
    Reflection,
    SessionNote,
    SessionSummary,
    Share,
)
from exercises.queries.agenda import agenda as planned
from exercises.states import Audience, OutboxState
from safekeeping.commands import erasing, keys
from safekeeping.models import AuditEvent, DataKey
from safekeeping.sealing import Cell, Destroyed, SealedField
from tests.cast import NOON, PASSWORD
from tests.exercises.scene import DAY, HOUR
from tests.safekeeping.conftest import run

WORDS = "Alex wrote this"


@pytest.fixture(autouse=True)
def list_of_erasures(settings, tmp_path):
    settings.ERASURES_FILE = str(tmp_path / "erased.jsonl")


@pytest.fixture
def written(scene):
    scene.write(WORDS)
    scene.write("Blake wrote this", name="blake")
    scene.finish(Audience.PARTNER)
    scene.finish(Audience.PARTNER, name="blake")
    EarlierText.objects.create(
        reflection=scene.kept(), clinic=scene.cast.riverside, author=scene.cast.places["alex"], value="earlier",
        kept_at=NOON,
    )  # fmt: skip
    scene.assign("alex", due_on=(NOON + 2 * DAY).date())
    return scene


def erase(scene, name="alex"):
    return run("erase_person", scene.cast.people[name].email, "--yes")


def test_their_words_open_nowhere_any_more(written):
    field = Reflection._meta.get_field("value")
    assert isinstance(field, SealedField)
    kept = written.kept()
    cell = Reflection.objects.values_list("value", flat=True).get(pk=kept.pk)  # as in a copy of the data
    assert field.opened(Cell(cell), row=kept.pk, owner=kept.author_id) == WORDS
    erase(written)
    with pytest.raises(Destroyed):
        field.opened(Cell(cell), row=kept.pk, owner=kept.author_id)
    for model in (Reflection, Share, EarlierText):
        assert not model.objects.filter(author=written.cast.places["alex"]).exists()
    assert not keys.check().broken


def test_the_other_partners_words_stay(written):
    erase(written)
    assert written.kept(name="blake").value == "Blake wrote this"
    assert Share.objects.get().value == "Blake wrote this"


def test_name_and_address_are_gone_everywhere_and_ids_stay(written):
    alex, place = written.cast.alex, written.cast.places["alex"]
    invitation = Invitation.objects.create(
        email=alex.email, token_hash="x", made_at=NOON, expires_at=NOON + DAY, accepted_at=NOON, accepted_by=alex
    )
    Partner.objects.filter(pk=place.pk).update(invitation=invitation)
    erase(written)
    user, place = User.objects.get(pk=alex.pk), Partner.objects.get(pk=place.pk)
    invitation.refresh_from_db()
    found = [user.email, user.chosen_name, user.pronouns, place.name, place.email, invitation.email]
    for text in found:
        assert "alex" not in text.lower().replace("@erased.invalid", "")
    assert place.person_id == user.pk


def test_they_are_signed_out_and_cannot_sign_in(written):
    browser, other = written.browser("alex"), written.browser("blake")
    assert Session.objects.count() == 2
    erase(written)
    assert Session.objects.count() == 1
    assert browser.get("/today/").status_code == 302
    assert other.get("/today/").status_code == 200
    assert not Client().login(email="alex@example.org", password=PASSWORD)
    assert not User.objects.get(pk=written.cast.alex.pk).has_usable_password()


def test_no_mail_leaves_afterwards(written, mailoutbox):
    assert OutboxMessage.objects.filter(state=OutboxState.WAITING).exists()
    erase(written)
    for days in range(5):
        reminding.send_due(at=NOON + days * DAY)
    assert not mailoutbox
    assert not OutboxMessage.objects.filter(partner=written.cast.places["alex"]).exists()


def pages(scene, reader):
    """Every page of a reader that has to do with Alex."""
    alone = scene.assignment.__class__.objects.exclude(pk=scene.assignment.pk).get()  # given to Alex alone
    couple = [scene.cast.couple.pk]
    known = {
        "moreno": [
            ("caseload", []), ("inbox", []), ("couple", couple), ("assign", couple), ("couple-edit", couple),
            ("review", [scene.assignment.pk]), ("review", [alone.pk]),
        ],
        "blake": [("today", []), ("reflections", []), ("shared", []), ("homework", [scene.homework("blake").pk])],
        "adair": [("people", []), ("clinic-caseloads", [])],
    }  # fmt: skip
    return [reverse(name, args=ids) for name, ids in known[reader]]


@pytest.mark.parametrize("reader", ["moreno", "blake", "adair"])
def test_others_pages_still_stand_without_those_words(written, reader):
    with time_machine.travel(NOON + 2 * DAY, tick=False):
        browser, paths = written.browser(reader), pages(written, reader)
        shared = reverse("shared-detail", args=[written.homework().pk])
        before = "".join(read(browser, path) for path in paths)
        if reader == "blake":
            before += read(browser, shared)
        assert (WORDS in before) == (reader != "adair")
        erase(written)
        after = "".join(read(browser, path) for path in paths)
        assert WORDS not in after
        assert "Alex" not in after
        if reader == "blake":
            assert browser.get(shared).status_code == 404


def read(browser, path):
    answer = browser.get(path, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_audit_trail_says_so_and_stays_whole(written):
    erase(written)
    event = AuditEvent.objects.get(verb="person.erased")
    assert event.subject == f"accounts.User:{written.cast.alex.pk}"
    assert event.clinic_id == written.cast.riverside.pk


def test_it_is_written_down_apart_from_the_database(written, settings):
    erase(written)
    assert erasing.written_down(erasing.list_of_erasures()) == {written.cast.alex.pk}
    assert erasing.list_of_erasures().stat().st_mode & 0o077 == 0
    assert "alex@" not in erasing.list_of_erasures().read_text()


def test_nobody_is_erased_without_the_list(written, settings, tmp_path):
    for path in ("", str(tmp_path / "nowhere" / "erased.jsonl")):
        settings.ERASURES_FILE = path
        with pytest.raises(CommandError, match=r"ERASURES_FILE|nobody was erased"):
            erase(written)
    assert written.kept().value == WORDS


def test_it_asks_for_a_yes(written):
    with pytest.raises(CommandError, match="Say --yes"):
        run("erase_person", "alex@example.org")
    assert written.kept().value == WORDS
    with pytest.raises(CommandError, match="no such account"):
        run("erase_person", "nobody@example.org", "--yes")


def test_doing_it_twice_changes_nothing(written):
    erase(written)
    run("erase_person", str(written.cast.alex.pk), "--yes")
    assert written.kept(name="blake").value == "Blake wrote this"


def test_nothing_can_be_sealed_for_them_again(written):
    erase(written)
    with pytest.raises(Destroyed):
        Reflection.objects.create(
            homework=written.homework("blake"), clinic=written.cast.riverside, couple=written.cast.couple,
            author=written.cast.places["alex"], step_key="line", value="again", written_at=NOON,
        )  # fmt: skip


def test_a_therapist_hands_over_first_and_then_their_notes_go(written):
    cast = written.cast
    PrivateNote.objects.create(
        clinic=cast.riverside,
        assignment=written.assignment,
        author=cast.staff["moreno"],
        text="a note",
        written_at=NOON,
    )
    with pytest.raises(CommandError, match="Hand them over first"):
        erase(written, "moreno")
    assert User.objects.get(pk=cast.moreno.pk).is_active
    for couple in (cast.couple, cast.neighbours):
        commands.move_couple(couple=couple, to=cast.staff["yilmaz"], by=cast.viewer("adair"), at=NOON)
    erase(written, "moreno")
    assert not PrivateNote.objects.exists()
    assert Membership.objects.get(pk=cast.staff["moreno"].pk).ended_at
    assert written.kept().value == WORDS


def test_a_mail_that_is_leaving_is_waited_for(lasting_scene, monkeypatch):
    """Sender and erasing hold the same rows in the same order: neither gives up, and no mail leaves afterwards."""
    lasting_scene.assign("alex", due_on=(NOON + 2 * DAY).date())
    leaving, go, runs = threading.Event(), threading.Event(), []

    class Slow:
        def send(self):
            leaving.set()
            assert go.wait(20)

    monkeypatch.setattr(reminding.emails, "reminder", lambda _message, connection: Slow())

    def send():
        runs.append(reminding.send_due(at=NOON + DAY + 8 * HOUR))
        connections.close_all()

    def gone():
        erase(lasting_scene)
        connections.close_all()

    sender, eraser = threading.Thread(target=send), threading.Thread(target=gone)
    sender.start()
    assert leaving.wait(20)
    eraser.start()
    eraser.join(0.5)
    assert eraser.is_alive()
    go.set()
    sender.join()
    eraser.join()
    assert runs[0].sent == 1
    assert not OutboxMessage.objects.exists()
    assert not User.objects.get(pk=lasting_scene.cast.alex.pk).is_active


def test_no_key_of_theirs_is_left(written):
    place = written.cast.places["alex"]
    assert DataKey.objects.filter(owner_id=place.pk, wrapped__isnull=False).count() == 2
    erase(written)
    assert not DataKey.objects.filter(owner_id=place.pk, wrapped__isnull=False).exists()


def test_what_was_written_around_sessions_goes_with_its_author(scene):
    later = NOON + DAY
    sessions.keep_note(by=scene.viewer("alex"), place=scene.cast.places["alex"], text="a word",
                       audience=Audience.THERAPIST, version=0, at=NOON)  # fmt: skip
    about = {"by": scene.viewer("moreno", later), "couple": scene.cast.couple, "at": later}
    (raised,) = planned(scene.cast.couple, viewer=about["by"])
    agenda.tick(**about, key=raised.key, done=True)
    agenda.add(**about, text="own words", minutes=None)
    sessions.sum_up(**about, text="we talked", then="", exercise=None, version=0)
    erase(scene)
    assert not SessionNote.objects.exists()
    assert [item.kind for item in AgendaItem.objects.all()] == ["own"]
    assert [summary.text for summary in SessionSummary.objects.all()] == ["we talked"]
    Couple.objects.update(state=CoupleState.ENDED)
    erase(scene, "moreno")
    assert not AgendaItem.objects.exists()
    assert not SessionSummary.objects.exists()
