"""The library is brought in step with its files, all or nothing; the demonstration clinic is made once."""

from datetime import UTC, datetime
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from accounts.models import User
from clients.models import Clinic
from exercises.commands import library
from exercises.commands.demo import load_demo
from exercises.content import ContentError
from exercises.models import Exercise, ExerciseVersion, Homework, Share
from exercises.queries import writing as queries
from exercises.queries.library import current_versions
from safekeeping.models import AuditEvent
from tests.cast import NOON
from tests.exercises.scene import content


@pytest.fixture
def folder(tmp_path):
    """A library of two exercises."""
    put(tmp_path)
    put(tmp_path, slug="other-one", number=901, title="Another one")
    return tmp_path


def put(folder, **changes):
    data = content().as_json() | changes
    (folder / f"{data['slug']}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


def load(folder):
    return library.load_library(at=NOON, folder=folder)


@pytest.mark.django_db
def test_it_loads_every_file_once_and_then_finds_nothing_to_do(folder):
    assert load(folder) == {"added": 2, "changed": 0, "unchanged": 0}
    audited = AuditEvent.objects.count()
    assert load(folder) == {"added": 0, "changed": 0, "unchanged": 2}
    assert ExerciseVersion.objects.count() == audited == AuditEvent.objects.count() == 2


def test_it_makes_a_new_version_of_what_was_edited_and_running_exercises_keep_theirs(scene, folder):
    load(folder)
    put(folder, title="A small one, anew")
    assert load(folder) == {"added": 0, "changed": 1, "unchanged": 1}
    assert current_versions()["small-one"].number == 2
    assert current_versions()["small-one"].title == "A small one, anew"
    assert queries.content_of(scene.homework()).title == "A small one"
    later = scene.assign("alex", version=current_versions()["small-one"])
    assert queries.content_of(scene.homework(assignment=later)).title == "A small one, anew"


@pytest.mark.django_db
def test_it_makes_another_version_when_an_old_text_returns(folder):
    load(folder)
    put(folder, title="A small one, anew")
    load(folder)
    put(folder)
    assert load(folder)["changed"] == 1
    versions = ExerciseVersion.objects.filter(exercise__slug="small-one").order_by("number")
    assert list(versions.values_list("title", flat=True)) == ["A small one", "A small one, anew", "A small one"]


@pytest.mark.django_db
def test_it_loads_nothing_when_one_file_is_wrong_and_says_which_and_where_and_why(folder):
    load(folder)
    put(folder, title="A small one, anew")
    put(folder, slug="third-one", number=902, format="alone-ish")
    with pytest.raises(ContentError) as refused:
        load(folder)
    line = (folder / "third-one.yaml").read_text().splitlines().index("format: alone-ish") + 1
    assert str(refused.value).startswith(f"{folder / 'third-one.yaml'}:{line}: format: 'alone-ish' is not a format")
    assert Exercise.objects.count() == ExerciseVersion.objects.count() == 2


@pytest.mark.django_db
def test_it_keeps_the_very_text_of_the_file(folder):
    put(folder, title="Ütliberg — 静か")
    load(folder)
    assert current_versions()["small-one"].content == content(title="Ütliberg — 静か")


@pytest.mark.django_db
def test_it_says_on_the_command_line_what_it_did(folder):
    said = StringIO()
    call_command("load_library", folder=folder, stdout=said)
    assert said.getvalue() == "added: 2, changed: 0, unchanged: 0\n"


@pytest.mark.django_db
def test_it_says_on_the_command_line_what_is_wrong(folder):
    put(folder, minutes="soon")
    with pytest.raises(CommandError, match=r"(?s)left as it is:\n.*small-one\.yaml:\d+: minutes: "):
        call_command("load_library", folder=folder)
    assert not Exercise.objects.exists()


@pytest.fixture
def whole_library(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # eight people's, in no time
    library.load_library(at=NOON)


def demo():
    said = StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue()


def test_it_makes_the_demonstration_once_and_says_each_time_how_to_look_around(whole_library):
    said = demo()
    counts = [model.objects.count() for model in (Clinic, User, Homework, Share)]
    assert demo() == said
    assert [model.objects.count() for model in (Clinic, User, Homework, Share)] == counts
    for who in ("therapist", "partner", "clinic admin", "password"):
        assert who in said


def test_it_marks_the_demonstration_as_made_up(whole_library):
    demo()
    assert Clinic.objects.get().is_demo


def test_it_never_makes_a_clinic_with_a_known_password_in_production(whole_library, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never made in production"):
        demo()
    assert not Clinic.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("at", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)])
def test_it_makes_the_demonstration_on_any_day(whole_library, at):
    assert load_demo(at=at)
    assert not load_demo(at=at)
