"""One's own data as a file: all of one's own, nothing of anybody else's, made once and gone a day later."""

import csv
import gc
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from clients import commands as clients
from clients.commands.care import set_boundaries
from clients.models import Appointment, Partner
from clients.states import ContentKind, Wish
from exercises.commands import exporting, goals, leaving, wishing
from exercises.commands.erasing import erase_person
from exercises.models import Export, ExportPart, Goal, Homework, Reflection
from exercises.queries import exports as queries
from exercises.schedule import look_after_exports, make_export
from exercises.states import Audience, ExportState
from safekeeping import walls
from safekeeping.models import AuditEvent, DataKey
from safekeeping.sealing import Cell
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.scene import DAY
from tests.second import fresh

pytestmark = pytest.mark.django_db
PAGE, FILE = "/account/export/", "/account/export/file/"
HTMX = {"HX-Request": "true"}


def asked(cast, name="alex", at=NOON):
    exporting.ask(by=cast.viewer(name, at), at=at)
    return Export.objects.get(person=cast.people[name])


def made(cast, name="alex", at=NOON):
    """The files in what somebody asked for, by name."""
    export = asked(cast, name, at)
    assert exporting.make(person=str(cast.people[name].pk), at=at)
    content = b"".join(queries.pieces(export.pk, person=cast.people[name].pk, at=at))
    export.refresh_from_db()
    assert len(content) == export.size
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def items(cast, name="alex", at=NOON):
    return json.loads(made(cast, name, at)["notes.json"])["items"]


def words(cast, name="alex", at=NOON):
    return "\n".join(made(cast, name, at).values())


@pytest.fixture
def full(scene):
    """Alex and Blake have each written, shared, set limits and goals, in words that say whose they are."""
    for name in ("alex", "blake"):
        scene.write(f"{name} kept", key="line", name=name)
        scene.write(f"{name} told", key="letter", name=name)
        scene.finish(Audience.THERAPIST, name=name, each={"line": Audience.PARTNER})
        by, place = scene.viewer(name), scene.cast.places[name]
        goals.write_goal(by=by, place=place, text=f"{name} hopes", at=NOON)
        set_boundaries(place=place, wishes=dict.fromkeys(ContentKind, Wish.ASK_FIRST), by=by, at=NOON)
    return scene


def test_it_has_all_of_ones_own(full):
    cast = full.cast
    goal = Goal.objects.get(author=cast.places["alex"])
    goals.rate(by=full.viewer("alex"), goal=goal, point=3, line="alex is nearer", at=NOON)
    second = full.assign("alex")
    wishing.wish(
        by=full.viewer("alex"), homework=full.homework("alex", second), instead="smaller", reason="alex is tired",
        at=NOON,
    )  # fmt: skip
    Appointment.objects.create(clinic=cast.riverside, couple=cast.couple, starts_at=NOON + DAY, made_at=NOON)
    found = items(cast)
    said = {item["words"] for item in found}
    assert {"alex kept", "alex told", "alex hopes", "3 · alex is nearer", "alex@example.org"} <= said
    assert any("alex is tired" in one for one in said)
    assert {item["sort"] for item in found} == {
        "Account", "Writing", "Shared", "Exercise", "Wish", "Goal", "Goal, how near", "Limit", "Consent", "Session",
    }  # fmt: skip


def test_every_file_has_the_same(full):
    files = made(full.cast)
    assert set(files) == {"notes.html", "notes.json", "notes.csv"}
    found = json.loads(files["notes.json"])["items"]
    rows = list(csv.DictReader(io.StringIO(files["notes.csv"].removeprefix("\ufeff"))))
    assert [row["Words"] for row in rows] == [item["words"] for item in found]
    assert all(item["words"] in files["notes.html"] for item in found if item["words"].isalnum())


def test_it_says_who_may_read_what(full):
    shared = {item["words"]: item["readers"] for item in items(full.cast) if item["sort"] == "Shared"}
    assert shared["alex told"] == "your therapist, from 2 March 2026"
    assert shared["alex kept"] == "your therapist, from 2 March 2026; your partner, from 2 March 2026"


@pytest.mark.parametrize(("name", "other"), [("alex", "blake"), ("blake", "alex")])
def test_it_has_nothing_of_the_other_not_even_a_name(full, name, other):
    assert other not in words(full.cast, name, NOON + 2 * DAY).lower()


def test_it_is_the_same_whatever_the_other_has_done(full):
    before = made(full.cast, "blake", NOON + DAY)
    full.write("alex again", key="parts", name="alex")
    exporting.ask(by=full.viewer("alex"), at=NOON)
    assert made(full.cast, "blake", NOON + DAY) == before


def test_what_was_said_in_a_check_in_is_never_shown_again(full):
    clients.leave_check_in(place=full.cast.places["alex"], said={"afraid": "2"}, by=full.viewer("alex"), at=NOON)
    assert "afraid" not in words(full.cast).lower()


def test_a_session_of_the_other_alone_is_not_in_it(full):
    cast = full.cast
    Appointment.objects.create(
        clinic=cast.riverside, couple=cast.couple, starts_at=NOON + DAY, made_at=NOON, alone=cast.places["blake"]
    )
    assert not [item for item in items(cast) if item["sort"] == "Session"]


def test_somebody_in_two_couples_has_both_in_one_file(full):
    cast = full.cast
    Partner.objects.filter(pk=cast.places["casey"].pk).update(person=cast.alex)
    places = [item for item in items(cast) if item["asked"] == "Your place as a partner"]
    assert len(places) == 2


def test_when_the_work_has_ended_each_keeps_their_own(full):
    cast = full.cast
    leaving.separate(couple=cast.couple, by=full.viewer("moreno", NOON + DAY), at=NOON + DAY)
    found = items(cast, at=NOON + 2 * DAY)
    assert {"alex kept", "alex told"} <= {item["words"] for item in found}
    assert not [item for item in found if "partner, from" in item["readers"]]


def test_a_therapists_file_has_their_account_and_no_clinical_record(full):
    found = items(full.cast, "moreno", NOON + 2 * DAY)
    assert {item["sort"] for item in found} == {"Account"}


def test_a_spreadsheet_runs_nothing_of_it(scene):
    scene.write("=HYPERLINK(1)", key="line")
    (cell,) = [row[4] for row in csv.reader(io.StringIO(made(scene.cast)["notes.csv"])) if "HYPERLINK" in row[4]]
    assert cell == "'=HYPERLINK(1)"


def test_the_page_in_it_runs_nothing_either(scene):
    scene.write("<script>alert(1)</script>", key="line")
    page = made(scene.cast)["notes.html"]
    assert "<script" not in page
    assert "&lt;script&gt;" in page


# --- how it is made


@pytest.mark.long
def test_ten_thousand_answers_take_little_memory(scene):
    answers, keys = 10_000, ("letter", "line")
    scene.write("x", key="line")
    homework, first = scene.homework(), scene.kept("line")
    copies = Homework.objects.bulk_create(
        Homework(
            clinic_id=homework.clinic_id, couple_id=homework.couple_id, assignment_id=homework.assignment_id,
            partner_id=homework.partner_id, occurrence=n, opens_at=NOON, changed_at=NOON,
        )
        for n in range(1, answers // len(keys) + 1)
    )  # fmt: skip
    Reflection.objects.bulk_create(
        (
            Reflection(
                clinic_id=homework.clinic_id, couple_id=homework.couple_id, homework=copy, author_id=first.author_id,
                step_key=key, value=f"answer {copy.occurrence} " + "x" * 300, written_at=NOON,
            )
            for copy in copies
            for key in keys
        ),
        batch_size=1000,
    )  # fmt: skip
    assert Reflection.objects.count() == answers + 1
    export = asked(scene.cast)
    before = most_memory(anew=True)
    assert exporting.make(person=str(scene.cast.alex.pk), at=NOON)
    sizes = [len(piece) for piece in queries.pieces(export.pk, person=scene.cast.alex.pk, at=NOON)]
    assert most_memory() - before < 24 * 1024
    export.refresh_from_db()
    assert sum(sizes) == export.size
    assert max(sizes) <= exporting.PIECE


def most_memory(*, anew: bool = False) -> int:
    """The most kilobytes that this process has held, or with `anew` what it holds now, to be counted from."""
    if anew:
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def test_it_lies_sealed_and_opens_for_its_person_alone(full):
    made(full.cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM exercises_exportpart")
        cells = [Cell(bytes(row[0])) for row in cursor.fetchall()]
    assert cells
    assert not any(b"PK\x03\x04" in cell for cell in cells)
    assert {DataKey.objects.get(pk=cell.key_id).purpose for cell in cells} == {"export"}
    assert {DataKey.objects.get(pk=cell.key_id).owner_id for cell in cells} == {full.cast.places["alex"].pk}
    for name in ("blake", "moreno", "adair", "ellis"):
        export = Export.objects.get()
        assert not list(queries.pieces(export.pk, person=full.cast.people[name].pk, at=NOON))
        assert queries.own_export(viewer=full.viewer(name)) is None


def test_asked_twice_there_is_one_and_what_is_ready_is_made_anew(scene):
    first = asked(scene.cast)
    assert asked(scene.cast).pk == first.pk
    exporting.make(person=str(scene.cast.alex.pk), at=NOON)
    again = asked(scene.cast)
    assert again.pk != first.pk
    assert Export.objects.count() == 1
    assert not ExportPart.objects.exists()


def test_whoever_is_stopped_in_the_middle_leaves_nothing_and_it_is_made_again(full, monkeypatch):
    asked(full.cast)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "PIECE", 64)
        patch.setattr(exporting, "_as_csv", stops)
        patch.setitem(exporting.FILES, "notes.csv", stops)
        with pytest.raises(KeyboardInterrupt):
            exporting.make(person=str(full.cast.alex.pk), at=NOON)
    assert not ExportPart.objects.exists()
    assert Export.objects.get().state == ExportState.WAITING
    assert exporting.make(person=str(full.cast.alex.pk), at=NOON)
    assert Export.objects.get().state == ExportState.READY


def stops(*_about):
    raise KeyboardInterrupt
    yield


def fails(*_about):
    raise ValueError("no words of anybody")
    yield


def test_what_fails_each_time_has_failed_in_the_end_and_can_be_asked_for_again(full, monkeypatch):
    asked(full.cast)
    person = str(full.cast.alex.pk)
    with monkeypatch.context() as patch:
        patch.setitem(exporting.FILES, "notes.html", fails)
        for _ in range(exporting.TRIES):
            assert Export.objects.get().state == ExportState.WAITING
            with pytest.raises(ValueError, match="no words"):
                exporting.make(person=person, at=NOON)
    assert Export.objects.get().state == ExportState.FAILED
    assert not exporting.make(person=person, at=NOON)
    asked(full.cast)
    assert exporting.make(person=person, at=NOON)


def test_what_stops_its_maker_each_time_has_failed_in_the_end(full, monkeypatch):
    asked(full.cast)
    with monkeypatch.context() as patch:
        patch.setitem(exporting.FILES, "notes.html", stops)
        for _ in range(exporting.TRIES):
            with pytest.raises(KeyboardInterrupt):
                exporting.make(person=str(full.cast.alex.pk), at=NOON)
    assert not exporting.make(person=str(full.cast.alex.pk), at=NOON)
    assert Export.objects.get().state == ExportState.FAILED


def test_the_schedule_tells_of_what_waits_and_clears_away_what_is_over(full, monkeypatch, clock):
    told = []
    monkeypatch.setattr(make_export, "apply_async", lambda **sent: told.append(sent["args"]))
    asked(full.cast)
    with role(walls.WORKER):
        look_after_exports()
    assert told == [(str(full.cast.alex.pk),)]
    make_export(str(full.cast.alex.pk))
    clock.move_to(NOON + DAY - timedelta(seconds=1))
    with role(walls.WORKER):
        look_after_exports()
    assert ExportPart.objects.exists()
    clock.move_to(NOON + DAY)
    with role(walls.WORKER):
        look_after_exports()
    assert not Export.objects.exists()
    assert not ExportPart.objects.exists()
    assert len(told) == 1


def test_what_is_over_is_none_before_it_is_cleared_away(full):
    made(full.cast)
    assert queries.own_export(viewer=full.viewer("alex", NOON + DAY)) is None


def test_the_worker_without_keys_can_open_none_of_it(full):
    made(full.cast)
    for column in ("id", "content"):
        with role(walls.WORKER), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT has_column_privilege('exercises_exportpart', %s, 'SELECT')", [column])
            assert cursor.fetchone() == (column == "id",)


def test_a_message_says_whose_it_is_and_nothing_else(scene, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(make_export, "apply_async", lambda **one: sent.append(one))
    with django_capture_on_commit_callbacks(execute=True):
        asked(scene.cast)
    assert [one["args"] for one in sent] == [(str(scene.cast.alex.pk),)]


def test_with_the_queue_away_asking_is_kept_all_the_same(scene, monkeypatch, django_capture_on_commit_callbacks):
    def away(**_sent):
        raise make_export.OperationalError

    monkeypatch.setattr(make_export, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        asked(scene.cast)
    assert Export.objects.get().state == ExportState.WAITING


def test_erasing_somebody_takes_their_file_with_them(full):
    made(full.cast)
    erase_person(person=full.cast.alex.pk, at=NOON)
    assert not Export.objects.exists()
    assert not ExportPart.objects.exists()
    assert not exporting.make(person=str(full.cast.alex.pk), at=NOON)


# --- the page


@pytest.fixture
def browser(full, clock):
    return fresh(Client(), full.cast.alex)


def test_it_is_asked_for_waited_for_and_taken(full, browser):
    assert "Make my file" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, {"go": "ask"}).status_code == 302
    waiting = browser.get(PAGE)
    assert 'hx-trigger="every 3s"' in waiting.content.decode()
    assert browser.get(PAGE, headers=HTMX).status_code == 200
    assert browser.get(FILE).status_code == 404
    exporting.make(person=str(full.cast.alex.pk), at=NOON)
    done = browser.get(PAGE, headers=HTMX)
    assert done.status_code == 286
    assert "hx-get" not in done.content.decode()
    answer = browser.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert b"alex told" in archive.read("notes.json")


def test_it_tells_how_far_along_it_is(full, browser, monkeypatch):
    browser.post(PAGE, {"go": "ask"})
    seen = []
    monkeypatch.setattr(exporting.cache, "set", lambda key, done, *_seconds: seen.append((key, done)))
    for n in range(60):
        full.write(f"again {n}", key="line")
        goals.write_goal(by=full.viewer("alex"), place=full.cast.places["alex"], text=f"g{n}", at=NOON)
    exporting.make(person=str(full.cast.alex.pk), at=NOON)
    assert seen
    assert all(0 < done <= 99 for _key, done in seen)


def test_waiting_extends_no_session(full, browser):
    browser.post(PAGE, {"go": "ask"})
    answer = browser.get(PAGE, headers=HTMX)
    assert not answer.wsgi_request.extends_session


@pytest.mark.parametrize(("method", "path"), [("get", PAGE), ("post", PAGE), ("get", FILE)])
def test_all_of_it_is_behind_a_fresh_sign_in(full, clock, method, path):
    made(full.cast)
    stale = fresh(Client(), full.cast.alex, ago=700)
    before = Export.objects.get().pk
    answer = getattr(stale, method)(path)
    assert answer.headers["Location"].startswith("/account/again/")
    assert Export.objects.get().pk == before


def test_another_person_has_no_way_to_it(full, clock):
    made(full.cast)
    for name in ("blake", "moreno"):
        other = fresh(Client(), full.cast.people[name])
        assert other.get(FILE).status_code == 404
        assert "Make my file" in other.get(PAGE).content.decode()


def test_what_was_done_stands_in_the_trail_without_a_word_of_it(full, browser):
    browser.post(PAGE, {"go": "ask"})
    exporting.make(person=str(full.cast.alex.pk), at=NOON)
    browser.get(FILE)
    browser.post(PAGE, {"go": "forget"})
    rows = list(AuditEvent.objects.filter(verb__startswith="export").values_list("verb", "subject"))
    assert {verb for verb, _subject in rows} == {"export.asked", "export.made", "export.taken", "export.forgotten"}
    assert all(subject.startswith("exercises.Export:") for _verb, subject in rows)
    assert not ExportPart.objects.exists()
