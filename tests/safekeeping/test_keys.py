"""Keys that wrap keys: made, rotated, and every seal opened."""

import stat
from pathlib import Path

import pytest
from django.core.management import CommandError

from exercises.models import Reflection, Share
from exercises.states import Audience
from safekeeping.commands import keys
from safekeeping.models import AuditEvent, DataKey
from tests.cast import NOON
from tests.safekeeping.conftest import run

SECRET = "what nobody else may read"


@pytest.fixture
def written(scene):
    scene.write(SECRET)
    scene.finish(Audience.PARTNER)
    scene.write("another", name="blake")
    return scene


@pytest.fixture(autouse=True)
def own_keys(keys_file):
    """Made before anything is sealed."""


# --- make_key


def test_it_makes_a_first_key_that_its_owner_alone_reads(settings, tmp_path):
    path = tmp_path / "new"
    settings.KEYS_FILE = str(path)
    run("make_key", "first")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.split()[0] for line in path.read_text().splitlines()] == ["first"]


def test_it_adds_a_key_behind_the_others(keys_file):
    keys_file.write_text(keys_file.read_text().rstrip("\n"))  # as an editor may leave it
    before = keys_file.read_text()
    run("make_key", "second")
    lines = keys_file.read_text().splitlines()
    assert lines[0] == before
    assert [line.split()[0] for line in lines[1:]] == ["second"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_it_touches_no_key_file_that_others_can_read(keys_file, mode):
    keys_file.chmod(mode)
    before = keys_file.read_bytes()
    with pytest.raises(CommandError, match="Others can read"):
        run("make_key", "second")
    assert keys_file.read_bytes() == before


def test_it_follows_no_link_to_a_key_file(keys_file, settings, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(keys_file)
    settings.KEYS_FILE = str(link)
    with pytest.raises(CommandError, match="cannot be written"):
        run("make_key", "second")


@pytest.mark.parametrize("name", ["two words", "", "a" * 61, "line\nbreak"])
def test_it_takes_no_name_that_is_not_one_word(keys_file, name):
    with pytest.raises(CommandError, match="name"):
        run("make_key", name)


def test_it_takes_no_name_twice(keys_file):
    taken = keys_file.read_text().split()[0]
    with pytest.raises(CommandError, match="already"):
        run("make_key", taken)


def test_it_says_so_when_no_file_is_named(settings):
    settings.KEYS_FILE = ""
    with pytest.raises(CommandError, match="KEYS_FILE"):
        run("make_key", "first")


# --- rotate_keys


def test_it_wraps_every_data_key_with_the_current_key(written, keys_file):
    first = keys_file.read_text().split()[0]
    run("make_key", "second")
    said = run("rotate_keys")
    assert set(DataKey.objects.values_list("wrapped_by", flat=True)) == {"second"}
    assert AuditEvent.objects.filter(verb="keys.rotated").count() == 1
    assert f"wrap nothing any more: {first}" in said
    keys_file.write_text(keys_file.read_text().splitlines()[1] + "\n")  # the old line is taken out
    assert written.kept().value == SECRET
    assert not keys.check().broken


def test_it_stays_readable_while_it_is_rotated(written, keys_file, monkeypatch):
    run("make_key", "second")
    seen = []

    def tell(_text):
        seen.append(set(DataKey.objects.values_list("wrapped_by", flat=True)))
        assert written.kept().value == SECRET
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate(at=NOON, tell=tell, at_once=1)
    assert len(seen[0]) == 2
    assert keys.rotate(at=NOON, tell=lambda _text: None) == DataKey.objects.count() - 2
    assert written.kept().value == SECRET


def test_it_wraps_nothing_twice(written, keys_file):
    run("make_key", "second")
    run("rotate_keys")
    assert "0 data keys were wrapped anew" in run("rotate_keys")


def test_it_says_which_key_is_missing_from_the_file(written, keys_file):
    first = keys_file.read_text().split()[0]
    run("make_key", "second")
    keys_file.write_text(keys_file.read_text().splitlines()[1] + "\n")
    with pytest.raises(CommandError, match=f"no key named {first}"):
        run("rotate_keys")


# --- check_seals


def test_it_opens_and_counts_every_seal(written):
    said = run("check_seals")
    assert "exercises.Reflection.value: 2 open" in said
    assert "exercises.Share.value: 1 open" in said
    assert SECRET not in said


def test_it_names_swapped_cells_by_row_and_never_by_what_they_say(written):
    one, other = Reflection.objects.order_by("pk")
    cells = dict(Reflection.objects.values_list("pk", "value"))
    Reflection.objects.filter(pk=one.pk).update(value=cells[other.pk])
    Reflection.objects.filter(pk=other.pk).update(value=cells[one.pk])
    found = keys.check()
    assert len(found.broken) == 2
    assert {str(one.pk), str(other.pk)} <= {word.strip(":") for line in found.broken for word in line.split(":")}
    with pytest.raises(CommandError, match="2 seals do not open") as raised:
        run("check_seals")
    assert SECRET not in str(raised.value)


def test_it_names_a_copy_put_in_place_of_what_was_written(written):
    share = Share.objects.get()
    Reflection.objects.filter(pk=share.reflection_id).update(
        value=Share.objects.values_list("value", flat=True).get(pk=share.pk)
    )
    assert [line.split(":")[0] for line in keys.check().broken] == ["exercises.Reflection.value"]


def test_it_names_what_a_lost_key_sealed(written):
    key = DataKey.objects.get(owner_id=written.cast.places["blake"].pk)
    DataKey.objects.filter(pk=key.pk).delete()
    assert len(keys.check().broken) == 1


def test_it_finds_nothing_well_without_the_right_key_file(written, settings, tmp_path):
    settings.KEYS_FILE = str(tmp_path / "others")
    Path(settings.KEYS_FILE).touch(mode=0o600)
    name = DataKey.objects.first().wrapped_by
    run("make_key", name)
    found = keys.check()
    assert found.keys == 0
    assert len(found.broken) == DataKey.objects.count() + 3
