"""One exercise of the real library, for tests that need something to assign."""

from functools import cache

from exercises.commands.library import FOLDER
from exercises.content import Content, read_exercise
from exercises.models import Exercise, ExerciseVersion
from tests.cast import NOON


@cache
def content(slug: str) -> Content:
    return read_exercise(FOLDER / f"{slug}.yaml")


def one_exercise(slug: str = "guided-reflection") -> ExerciseVersion:
    """The exercise as `load_library` would have it, without reading the other files."""
    text = content(slug)
    exercise = Exercise.objects.create(slug=slug, number=text.number)
    version = ExerciseVersion.objects.create(
        exercise=exercise, number=1, title=text.title, digest=text.digest, body=text.as_json(), loaded_at=NOON
    )
    exercise.current = version
    exercise.save(update_fields=["current"])
    return version
