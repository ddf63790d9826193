from datetime import datetime
from pathlib import Path

from django.db import transaction

from exercises.content import Content, Sequence, read_library, read_programmes
from exercises.models import Exercise, ExerciseVersion, Programme
from safekeeping import audit

FOLDER = Path(__file__).resolve().parents[1] / "library"


@transaction.atomic
def load_library(*, at: datetime, folder: Path = FOLDER) -> dict[str, int]:
    """
    Bring the library in step with its files; the answer says how many were added, changed and unchanged.

    A changed file becomes a new version, and what is assigned keeps its own. Raises ContentError, with every problem
    of every file, before anything is written. Programmes may name what the files hold, and what was there before.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    contents = read_library(folder)
    before = Exercise.objects.filter(retired_at__isnull=True, current__isnull=False).values_list("slug", flat=True)
    programmes = read_programmes(folder / "programmes", {*before, *(content.slug for content in contents)})
    for content in contents:
        counts[_load(content, at)] += 1
    for sequence in programmes:
        counts[_load_programme(sequence, at)] += 1
    return counts


def _load_programme(sequence: Sequence, at: datetime) -> str:
    """Replaced where it has changed: what was started is a copy, and stays as it was."""
    kept = {
        "number": sequence.number, "title": sequence.title, "digest": sequence.digest, "body": sequence.as_json(),
        "loaded_at": at,
    }  # fmt: skip
    programme, added = Programme.objects.select_for_update(no_key=True).get_or_create(slug=sequence.slug, defaults=kept)
    if not added and programme.digest == sequence.digest:
        return "unchanged"
    for name, value in kept.items():
        setattr(programme, name, value)
    programme.save()
    audit.record(verb="programme.loaded", by=None, subject=programme, at=at)
    return "added" if added else "changed"


def _load(content: Content, at: datetime) -> str:
    exercise, added = Exercise.objects.select_for_update(no_key=True).get_or_create(
        slug=content.slug, defaults={"number": content.number}
    )
    if exercise.current and exercise.current.digest == content.digest:
        return "unchanged"
    version = ExerciseVersion.objects.create(
        exercise=exercise,
        number=exercise.versions.count() + 1,
        title=content.title,
        digest=content.digest,
        body=content.as_json(),
        loaded_at=at,
    )
    exercise.number, exercise.current = content.number, version
    exercise.save(update_fields=["number", "current"])
    audit.record(verb="exercise.loaded", by=None, subject=version, at=at)
    return "added" if added else "changed"
