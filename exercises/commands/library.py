from datetime import datetime
from pathlib import Path

from django.db import transaction

from exercises.content import Content, read_library
from exercises.models import Exercise, ExerciseVersion
from safekeeping import audit

FOLDER = Path(__file__).resolve().parents[1] / "library"


@transaction.atomic
def load_library(*, at: datetime, folder: Path = FOLDER) -> dict[str, int]:
    """
    Bring the library in step with its files; the answer says how many were added, changed and unchanged.

    A changed file becomes a new version, and what is assigned keeps its own. Raises ContentError, with every problem
    of every file, before anything is written.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for content in read_library(folder):
        counts[_load(content, at)] += 1
    return counts


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
