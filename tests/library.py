"""One exercise of the real library, for tests that need something to assign."""

from functools import cache

from exercises.commands.library import FOLDER
from exercises.content import Content, Sequence, read_exercise
from exercises.models import Exercise, ExerciseVersion, Programme
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


def programme(*exercises: str, slug: str = "small-steps", **gaps: dict[str, object]) -> Programme:
    """A programme in the library: the exercises as first, then, third ..., each when the one before it is done."""
    keys = ("first", "then", "third", "fourth", "fifth")
    named = dict(zip(keys, (*exercises, *exercises[-1:])[: max(2, len(exercises))], strict=False))
    items = [
        {"key": key, "exercise": exercise, **gaps.get(key, {"gap": "done" if n else "start"})}
        for n, (key, exercise) in enumerate(named.items())
    ]
    found = Sequence.from_checked(
        {
            "slug": slug, "number": 900, "title": "Small steps", "summary": "One after the other.", "weeks": 4,
            "purpose": "To test with.", "cautions": [], "items": items,
        }
    )  # fmt: skip
    return Programme.objects.create(
        slug=slug, number=900, title=found.title, digest=found.digest, body=found.as_json(), loaded_at=NOON
    )
