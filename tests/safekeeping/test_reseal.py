"""Sealing anew: killable at any point, and nobody who writes meanwhile loses a word."""

import os
import subprocess
import sys
import threading

import pytest
from django.core.management import CommandError
from django.db import connection, connections, transaction

from devstack.folders import ROOT
from exercises.models import EarlierText, PrivateNote, Reflection, Share
from exercises.states import Audience
from safekeeping.commands import keys, resealing
from safekeeping.models import DataKey
from safekeeping.operating import Trouble
from tests.cast import NOON
from tests.safekeeping.conftest import run

TEXTS = {"letter": "a letter", "line": "a line"}


def quiet(_text):
    pass


def filled(scene):
    for name in ("alex", "blake"):
        for key, text in TEXTS.items():
            scene.write(f"{text} by {name}", key=key, name=name)
    scene.finish(Audience.PARTNER)
    PrivateNote.objects.create(
        clinic=scene.cast.riverside, assignment=scene.assignment, author=scene.cast.staff["moreno"], text="a note",
        written_at=NOON,
    )  # fmt: skip
    EarlierText.objects.create(
        reflection=scene.kept(), clinic=scene.cast.riverside, author=scene.cast.places["alex"], value="earlier",
        kept_at=NOON,
    )  # fmt: skip
    return scene


def everything():
    """All texts there are, by row."""
    rows = [*Reflection.objects.all(), *Share.objects.all(), *EarlierText.objects.all()]
    return {row.pk: row.value for row in rows} | {note.pk: note.text for note in PrivateNote.objects.all()}


@pytest.fixture
def written(scene):
    return filled(scene)


@pytest.fixture
def lasting(lasting_scene):
    return filled(lasting_scene)


def whole(texts):
    """Everything opens as before, with keys of which none is retired, and the old ones are gone."""
    assert everything() == texts
    assert not keys.check().broken
    assert not resealing.retired().exists()
    live = set(DataKey.objects.filter(destroyed_at__isnull=True).values_list("pk", flat=True))
    used = {
        cell.key_id
        for model in (Reflection, Share, EarlierText)
        for cell in model.objects.values_list("value", flat=True)
    }
    assert used <= live
    return live


def test_it_seals_everything_with_new_keys_and_destroys_the_old(written):
    texts, before = everything(), set(DataKey.objects.values_list("pk", flat=True))
    said = run("reseal")
    live = whole(texts)
    assert not live & before
    assert not DataKey.objects.filter(pk__in=before, wrapped__isnull=False).exists()
    assert f"{len(texts)} cells were sealed anew, {len(before)} old data keys are destroyed" in said


def test_it_changes_nothing_but_the_cells(written):
    before = list(Reflection.objects.order_by("pk").values("pk", "version", "tab", "seq", "written_at"))
    run("reseal")
    assert list(Reflection.objects.order_by("pk").values("pk", "version", "tab", "seq", "written_at")) == before


@pytest.mark.parametrize("after", range(1, 10))
def test_it_can_be_stopped_after_any_batch_and_opens_everything_meanwhile(written, after):
    texts = everything()

    def stop(_text, left=[after]):  # noqa: B006 (counts on purpose)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resealing.reseal(at=NOON, tell=stop, at_once=1)
    assert everything() == texts
    assert not keys.check().broken
    half = set(DataKey.objects.filter(retired_at__isnull=True).values_list("pk", flat=True))
    resealing.reseal(at=NOON, tell=quiet)
    assert whole(texts) == half  # the same new keys: it went on, and did not begin anew


def test_it_survives_kill_nine(lasting, tmp_path):
    for number in range(30):
        name = ("alex", "blake")[number % 2]
        lasting.write(f"text {number}", name=name, assignment=lasting.assign(name))
    texts = everything()
    environment = {**os.environ, "DATABASE_URL": address_of_tests(), "DJANGO_SETTINGS_MODULE": "intimacy_site.settings"}
    killed = 0
    for lines in (2, 20):
        command = [sys.executable, "manage.py", "reseal", "--batch", "1"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
            for _line in range(lines):
                process.stdout.readline()
            process.kill()
        killed += process.returncode == -9
        assert everything() == texts
    assert killed == 2
    assert resealing.retired().exists()
    run("reseal")
    whole(texts)


def address_of_tests():
    found = connection.settings_dict
    return f"postgres://{found['USER']}@/{found['HOST']}/{found['NAME']}"


def test_it_loses_no_word_of_whoever_writes_at_the_same_time(lasting):
    """Three people save again and again, in transactions of their own, while everything is sealed anew twice."""
    done, failed, last = threading.Event(), [], {}

    def write(name, key):
        number = 0
        try:
            while not done.is_set() or number < 5:
                number += 1
                lasting.write(f"{name} {key} {number}", key=key, name=name)
                last[name, key] = f"{name} {key} {number}"
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    writers = [
        threading.Thread(target=write, args=pair) for pair in (("blake", "letter"), ("blake", "line"), ("alex", "line"))
    ]
    for writer in writers:
        writer.start()
    try:
        for _round in range(2):
            resealing.reseal(at=NOON, tell=quiet, at_once=2, patience=30)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert not failed
    for (name, key), text in last.items():
        assert lasting.kept(key, name).value == text
    assert not keys.check().broken


def test_it_reads_a_held_row_again_when_it_is_let_go(lasting):
    """A save holds its row while the sealing comes by: it is passed over, and the newer text is what is sealed."""
    held, go = threading.Event(), threading.Event()

    def save():
        with transaction.atomic():
            lasting.write("the newer text", name="blake")
            held.set()
            go.wait(10)
        connections.close_all()

    writer = threading.Thread(target=save)

    def tell(text):
        if "retired" not in text:
            go.set()

    # begun before the keys are retired, it would be waited for; begun after, it is met by the batches
    real = resealing._retire

    def retire(at):
        answer = real(at)
        writer.start()
        assert held.wait(10)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resealing, "_retire", retire)
        patch.setattr(resealing, "_wait_for_others", lambda _deadline: None)
        resealing.reseal(at=NOON, tell=tell, at_once=50, patience=20)
    writer.join()
    assert lasting.kept(name="blake").value == "the newer text"
    assert not keys.check().broken


def test_it_waits_for_whoever_may_still_use_the_old_key(lasting):
    """Somebody's transaction began before: it may still seal with the old key, which must not be destroyed."""
    began, go, outcome = threading.Event(), threading.Event(), []

    def save():
        from safekeeping.sealing import open_keyring

        with transaction.atomic(), open_keyring():
            assert lasting.kept(name="blake").value  # the old key is in hand
            began.set()
            go.wait(10)
            lasting.write("sealed late", name="blake")
        connections.close_all()

    def sealing():
        try:
            outcome.append(resealing.reseal(at=NOON, tell=quiet, patience=20))
        finally:
            connections.close_all()

    writer, sealer = threading.Thread(target=save), threading.Thread(target=sealing)
    writer.start()
    assert began.wait(10)
    sealer.start()
    sealer.join(0.7)
    assert sealer.is_alive()
    assert resealing.retired().exists()
    go.set()
    writer.join()
    sealer.join()
    assert outcome
    assert lasting.kept(name="blake").value == "sealed late"
    assert not keys.check().broken
    assert not resealing.retired().exists()


def test_it_keeps_both_keys_when_somebody_does_not_end(lasting):
    with connections["default"].copy().cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            with pytest.raises(Trouble, match="run this command again"):
                resealing.reseal(at=NOON, tell=quiet, patience=0.2)
            assert resealing.retired().exists()
            assert not keys.check().broken
        finally:
            cursor.execute("ROLLBACK")
            cursor.connection.close()
    resealing.reseal(at=NOON, tell=quiet)
    assert not resealing.retired().exists()


def test_it_stops_at_a_cell_that_does_not_open_and_destroys_no_key(written):
    row = Reflection.objects.order_by("pk").first()
    Reflection.objects.filter(pk=row.pk).update(
        value=Reflection.objects.exclude(pk=row.pk).values_list("value", flat=True)[0]
    )
    with pytest.raises(CommandError, match=str(row.pk)):
        run("reseal")
    assert not DataKey.objects.filter(wrapped__isnull=True).exists()


def test_it_is_the_owners_command_alone(written):
    """Bound by row-level security it would see no rows, and find that everything is done."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE eyelevel_web")
    try:
        for command in ("reseal", "rotate_keys", "check_seals", "verify_audit", "export_audit_heads"):
            with pytest.raises(CommandError, match="owner"):
                run(command)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
