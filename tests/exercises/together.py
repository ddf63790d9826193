"""An exercise of steps that show only what is mutual, given to Alex and Blake; and the deeds of tests in few words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exercises.commands import mutual, sharing, writing
from exercises.content import Content, from_json
from exercises.models import Assignment, Homework, Reflection
from exercises.queries import mutual as queries
from exercises.states import Audience
from exercises.versions import Stamp
from safekeeping import context
from tests.cast import NOON
from tests.exercises import scene
from tests.exercises.scene import DAY, Scene, new_version

ITEMS = ("hands", "walk", "bath")
EVENING = NOON.replace(hour=17)  # 18:00 in Berlin, where the couple lives
STEPS: list[dict[str, Any]] = [
    {
        "key": "menu", "kind": "overlap", "title": "A menu of touch",
        "items": [{"key": key, "label": key.capitalize()} for key in ITEMS],
    },
    {"key": "bridge", "kind": "bridge", "title": "One small step each"},
    {
        "key": "map", "kind": "needs-map", "title": "Behind it",
        "wanting": [{"key": "rest", "label": "Rest"}, {"key": "care", "label": "Care"}],
        "not_wanting": [{"key": "rest", "label": "Rest"}, {"key": "space", "label": "Space"}],
    },
    {"key": "ready", "kind": "readiness", "title": "And now"},
    {"key": "line", "kind": "short", "title": "In one line"},
]  # fmt: skip
KEYS = tuple(one["key"] for one in STEPS)
OTHERS = {"slug": "touch-in-steps-1", "number": 901, "title": "Two steps"}


def content() -> Content:
    """The exercise itself."""
    return from_json(scene.content().as_json() | OTHERS | {"steps": STEPS})


def marks(maybe: bool = False, **said: str) -> dict[str, Any] | None:
    """Marks of the menu; none where nothing is said."""
    return {"marks": {key: said[key] for key in ITEMS if key in said}, "maybe": maybe} if said else None


def half(words: str, agreed: bool = True) -> dict[str, Any]:
    return {"half": words, "agreed": agreed}


@dataclass
class Two:
    """Two people and what they do with one assignment."""

    scene: Scene
    assignment: Assignment = field(init=False)

    def __post_init__(self) -> None:
        self.version = new_version(content())
        self.assignment = self.scene.assign(version=self.version)

    def copy(self, name: str) -> Homework:
        return Homework.objects.get(assignment=self.assignment, partner=self.scene.cast.places[name])

    def write(self, name: str, at: datetime = NOON, **values: Any) -> None:
        for key, value in values.items():
            number = KEYS.index(key) + 1
            kept = Reflection.objects.filter(homework=self.copy(name), step_key=key).first()
            writing.save_step(
                by=self.scene.viewer(name, at), homework=self.copy(name).pk, number=number,
                step=self.version.content.steps[number - 1], value=value,
                stamp=Stamp(version=kept.version if kept else 0), at=at,
            )  # fmt: skip

    def finish(self, name: str, at: datetime = NOON, hides: bool = False, **values: Any) -> None:
        """Write, and finish with nobody as a reader."""
        self.write(name, at, **values)
        sharing.choose_readers(
            by=self.scene.viewer(name, at), homework=self.copy(name), audience=Audience.ONLY_ME, at=at, hides=hides
        )

    def take_back(self, name: str, at: datetime = NOON) -> None:
        mutual.take_back(by=self.scene.viewer(name, at), homework=self.copy(name), at=at)

    def seen(self, name: str, at: datetime = EVENING) -> dict[str, Any]:
        """What stands for both, step by step, asked for as somebody on the site."""
        with context.entered(self.scene.cast.people[name].pk, at=at):
            viewer = self.scene.viewer(name, at)
            if name == "moreno":
                found = queries.for_therapist(self.assignment, viewer=viewer)
            else:
                found = queries.for_partner(self.copy(name), viewer=viewer)
        return {one.step.key: one.items or one.halves for one in found if one.is_there}

    def all_see(self, at: datetime = EVENING) -> dict[str, Any]:
        """What all three see, which is the same."""
        seen = [self.seen(name, at) for name in ("alex", "blake", "moreno")]
        assert seen[0] == seen[1] == seen[2]
        return seen[0]

    def ready(self, at: datetime = EVENING, name: str = "moreno") -> bool:
        with context.entered(self.scene.cast.people[name].pk, at=at):
            found = queries.readiness_of([self.assignment.pk], viewer=self.scene.viewer(name, at))
        return found[self.assignment.pk].both


LATER = EVENING + DAY
