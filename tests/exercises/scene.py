"""A small exercise with one step of each kind, given to Alex and Blake; and the deeds of tests in few words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.test import Client

from clients.viewer import Viewer
from exercises.commands import assigning, sharing, writing
from exercises.commands.writing import Saved
from exercises.content import Content, Step, from_json
from exercises.kinds.before import NUMBER, before_step
from exercises.models import Assignment, Exercise, ExerciseVersion, Homework, Reflection
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import NOON, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEYS = ("reading", "letter", "line", "near", "one-of", "some-of", "ticks", "parts", "log", "breath", "guess", "tell")


def _options(*keys: str) -> list[dict[str, str]]:
    return [{"key": key, "label": key.capitalize()} for key in keys]


STEPS: list[dict[str, Any]] = [
    {"key": "reading", "kind": "read", "title": "Read this", "text": "A quiet page."},
    {"key": "letter", "kind": "prompt", "title": "Write a letter", "text": "To nobody."},
    {"key": "line", "kind": "short", "title": "In one line"},
    {"key": "near", "kind": "scale", "title": "How near", "low": "Far", "high": "Near", "points": 5},
    {"key": "one-of", "kind": "choice", "title": "Which one", "options": _options("tea", "milk")},
    {"key": "some-of", "kind": "choices", "title": "Which of them", "options": _options("joy", "fear", "calm")},
    {"key": "ticks", "kind": "checklist", "title": "Done", "options": _options("sat", "stood")},
    {
        "key": "parts", "kind": "rows", "title": "Part by part", "items": _options("home", "work"),
        "columns": [
            {"key": "now", "label": "Now", "kind": "scale", "low": "Less", "high": "More", "points": 11},
            {"key": "why", "label": "Why", "kind": "short"},
        ],
    },
    {
        "key": "log", "kind": "rows", "title": "Day by day", "count": 2, "max": 4,
        "columns": [
            {"key": "day", "label": "Day", "kind": "date"},
            {"key": "what", "label": "What", "kind": "prompt"},
            {"key": "how", "label": "How", "kind": "choice", "options": _options("soft", "hard")},
        ],
    },
    {
        "key": "breath", "kind": "timer", "title": "Breathe", "text": "You can also count quietly.", "rounds": 2,
        "phases": [
            {"key": "in", "label": "Breathe in", "seconds": 4}, {"key": "out", "label": "Breathe out", "seconds": 6},
        ],
    },
    {
        "key": "guess", "kind": "guess", "title": "Line by line", "items": _options("fear", "wish"), "mine": "Mine",
        "theirs": "What I think yours is",
    },
    {"key": "tell", "kind": "share", "title": "One thing to tell"},
]  # fmt: skip


@cache
def content(**changes: Any) -> Content:
    """The exercise, with some of its lines changed; lists are given as tuples, to be remembered by."""
    changes = {key: list(value) if isinstance(value, tuple) else value for key, value in changes.items()}
    return from_json(
        {
            "slug": "small-one", "number": 900, "title": "A small one", "summary": "A small exercise.",
            "schools": ["guide"], "leaning": "connection", "format": "each", "minutes": 10, "content_level": 0,
            "frame": "offer", "closeness": [], "barriers": [], "jobs": [], "practices": [], "risks": [],
            "purpose": "To test with.",
            "cautions": ["Take care."] if changes.get("risks") else [], "introduction": "A beginning.", "steps": STEPS,
            "notice": "Notice your breath.", "debrief": ["How was it?", "What now?", "And then?"],
        }
        | changes
    )  # fmt: skip


def step(key: str) -> Step:
    return content().steps[KEYS.index(key)]


def number(key: str) -> int:
    return KEYS.index(key) + 1


def new_version(text: Content) -> ExerciseVersion:
    """The next version of an exercise in the library."""
    exercise, _new = Exercise.objects.get_or_create(slug=text.slug, defaults={"number": text.number})
    exercise.current = ExerciseVersion.objects.create(
        exercise=exercise, number=exercise.versions.count() + 1, title=text.title, digest=text.digest,
        body=text.as_json(), loaded_at=NOON,
    )  # fmt: skip
    exercise.save(update_fields=["current"])
    return exercise.current


@dataclass
class Scene:
    """Alex and Blake have the small exercise; nobody has begun it."""

    cast: Cast
    version: ExerciseVersion
    assignment: Assignment = field(init=False)

    def __post_init__(self) -> None:
        self.assignment = self.assign()

    def viewer(self, name: str, at: datetime = NOON) -> Viewer:
        return self.cast.viewer(name, at)

    def assign(self, *names: str, at: datetime = NOON, **details: Any) -> Assignment:
        details = {"frame": Frame.OFFER, "version": self.version, **details}
        return assigning.assign(
            by=self.viewer("moreno", at), couple=self.cast.couple, at=at,
            partners=[self.cast.places[name] for name in names or ("alex", "blake")], **details,
        )  # fmt: skip

    def homework(self, name: str = "alex", assignment: Assignment | None = None) -> Homework:
        return Homework.objects.get(assignment=assignment or self.assignment, partner=self.cast.places[name])

    def write(
        self, value: Any, key: str = "letter", name: str = "alex", stamp: Stamp | None = None, at: datetime = NOON,
        assignment: Assignment | None = None, skipped: bool = False,
    ) -> Saved:  # fmt: skip
        """Save a step; without a stamp, as a page that has seen what is kept."""
        homework = self.homework(name, assignment)
        kept = Reflection.objects.filter(homework=homework, step_key=key).first()
        return writing.save_step(
            by=self.viewer(name, at), homework=homework.pk, number=number(key), step=step(key), value=value,
            stamp=stamp or Stamp(version=kept.version if kept else 0), at=at, skipped=skipped,
        )  # fmt: skip

    def finish(
        self, audience: Audience, name: str = "alex", at: datetime = NOON, each: dict[str, Audience] | None = None,
        assignment: Assignment | None = None, lines: Iterable[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        sharing.choose_readers(
            by=self.viewer(name, at), homework=self.homework(name, assignment), audience=audience, each=each,
            lines=set(lines), at=at,
        )  # fmt: skip

    def look_before(self, value: Any, name: str = "alex", at: datetime = NOON) -> Saved:
        """The private check before an offer."""
        homework, step = self.homework(name), before_step()
        kept = Reflection.objects.filter(homework=homework, step_key=step.key).first()
        return writing.save_step(
            by=self.viewer(name, at), homework=homework.pk, number=NUMBER, step=step, value=value,
            stamp=Stamp(version=kept.version if kept else 0), at=at,
        )  # fmt: skip

    def kept(self, key: str = "letter", name: str = "alex") -> Reflection:
        return Reflection.objects.get(homework=self.homework(name), step_key=key)

    def browser(self, name: str) -> Client:
        """A browser in which someone is signed in."""
        client = Client()
        client.force_login(self.cast.people[name])
        return client


def stage(cast: Cast) -> Scene:
    return Scene(cast, new_version(content()))


def keys_of(things: Iterable[Any]) -> set[str]:
    """The steps that reflections or shares are of."""
    return {thing.step_key for thing in things}
