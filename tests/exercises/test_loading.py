"""The library is brought in step with its files, whole or not at all; what is assigned keeps its words."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clients.models import Clinic
from exercises.commands.library import FOLDER, load_library
from exercises.content import ContentError
from exercises.models import Exercise, ExerciseVersion
from exercises.queries.library import current_versions
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.scene import Scene

FILE = "guided-reflection.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of two exercises."""
    for name in (FILE, "only-one.yaml"):
        text = (FOLDER / FILE).read_text()
        if name != FILE:
            text = text.replace("guided-reflection", "only-one").replace("number: 20", "number: 99")
        (tmp_path / name).write_text(text)
    return tmp_path


def edit(folder: Path, old: str, new: str, name: str = FILE) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def test_it_loads_the_same_files_twice_as_once(db: None, folder: Path):
    assert load_library(at=NOON, folder=folder) == {"added": 2, "changed": 0, "unchanged": 0}
    assert load_library(at=NOON, folder=folder) == {"added": 0, "changed": 0, "unchanged": 2}
    assert ExerciseVersion.objects.count() == 2
    assert AuditEvent.objects.filter(verb="exercise.loaded").count() == 2


def test_it_makes_a_new_version_of_an_edit_and_leaves_running_assignments_theirs(scene: Scene, folder: Path):
    load_library(at=NOON, folder=folder)
    before = current_versions()["guided-reflection"]
    assignment = scene.assign(version=before)
    edit(folder, f"title: {before.title}", "title: Another name")
    load_library(at=NOON, folder=folder)

    after = current_versions()["guided-reflection"]
    assert (after.number, after.title) == (2, "Another name")
    assignment.refresh_from_db()
    assert assignment.version == before
    assert assignment.version.content.title == before.title


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("kind: prompt", "kind: essay", "essay"),
        ("minutes:", "minuts:", "minuts"),
        ("slug: only-one", "slug: [", ""),
    ],
)
def test_it_loads_nothing_while_one_file_is_wrong_and_says_which_line(db: None, folder: Path, old, new, reason):
    edit(folder, old, new, "only-one.yaml")
    with pytest.raises(ContentError) as refused:
        load_library(at=NOON, folder=folder)

    assert not Exercise.objects.exists()
    problem = refused.value.problems[0]
    assert (problem.path.name, problem.line > 0) == ("only-one.yaml", True)
    assert any(reason in one.reason for one in refused.value.problems)


def test_it_says_the_same_on_the_command_line(db: None, folder: Path):
    edit(folder, "kind: prompt", "kind: essay", "only-one.yaml")
    with pytest.raises(CommandError, match=r"left as it is:\n.*only-one\.yaml:\d+: .*essay"):
        call_command("load_library", folder=folder)


def test_it_makes_the_demonstration_once_and_says_how_to_sign_in(db: None, capsys: Any, client: Any):
    call_command("load_library")
    call_command("load_demo")
    call_command("load_demo")
    said = capsys.readouterr().out
    assert Clinic.objects.get().is_demo

    address = next(line.split(": ")[1] for line in said.splitlines() if line.startswith("therapist"))
    password = said.splitlines()[-1].split(": ")[1]
    assert client.login(email=address, password=password)
    page = client.get("/t/").content.decode()
    assert "Demo clinic" in page
    assert "River stones" in page


def test_it_makes_no_demonstration_in_production(db: None, settings: Any):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never made in production"):
        call_command("load_demo")
    assert not Clinic.objects.exists()
