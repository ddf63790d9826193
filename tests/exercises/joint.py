"""An exercise done together, with a goal and an agreement, given to Alex and Blake; and its deeds in few words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from exercises.commands import agreeing
from exercises.commands.agreeing import Proposed
from exercises.content import Content, Step, from_json
from exercises.models import Assignment, Homework
from exercises.queries.agreements import Agreement, agreement_at
from exercises.versions import Stamp
from tests.cast import NOON
from tests.exercises.scene import Scene, content, new_version

PROMPT, GOAL, AGREEMENT = 1, 2, 3  # the numbers of its steps
STEPS: list[dict[str, Any]] = [
    {"key": "before", "kind": "prompt", "title": "Before"},
    {"key": "reached", "kind": "goal", "title": "If it were reached", "text": "Write it as a day."},
    {
        "key": "pause", "kind": "agreement", "title": "A pause that returns", "text": "Settle these together.",
        "items": [{"key": "signal", "label": "Our signal"}, {"key": "length", "label": "How long"}],
    },
]  # fmt: skip
RELEASE = NOON.replace(hour=17)  # 18:00 in Berlin, where the couple lives
NEXT = RELEASE + timedelta(days=1)
HAND, WORD = {"signal": "A raised hand", "length": "Twenty minutes"}, {"signal": "A word", "length": "An hour"}


def joint_content() -> Content:
    about = {"slug": "together-one", "number": 910, "title": "Together", "format": "together", "steps": STEPS}
    return from_json(content().as_json() | about)


@dataclass
class Pair:
    """The exercise with both, and the deeds of an agreement."""

    scene: Scene
    assignment: Assignment = field(init=False)

    def __post_init__(self) -> None:
        self.assignment = self.scene.assign(version=new_version(joint_content()))

    @property
    def step(self) -> Step:
        return joint_content().steps[AGREEMENT - 1]

    def homework(self, name: str) -> Homework:
        return self.scene.homework(name, self.assignment)

    def sees(self, name: str, at: datetime = NOON) -> Agreement:
        return agreement_at(self.assignment.pk, self.step, viewer=self.scene.viewer(name, at))

    def proposes(
        self,
        name: str,
        terms: dict[str, str],
        at: datetime = NOON,
        *,
        base: str | None = None,
        stamp: Stamp | None = None,
    ) -> Proposed:
        """As a page does that shows what stands there now."""
        seen = self.sees(name, at)
        if base is None:
            base = str(seen.current.pk) if seen.current else ""
        return agreeing.propose(
            by=self.scene.viewer(name, at), homework=self.homework(name), number=AGREEMENT, step=self.step, terms=terms,
            base=base, stamp=stamp or Stamp(version=seen.own.version if seen.own else 0), at=at,
        )  # fmt: skip

    def signs(self, name: str, at: datetime, proposal: str | None = None) -> None:
        newest = self.sees(name, at).newest
        agreeing.sign(
            by=self.scene.viewer(name, at), homework=self.homework(name), number=AGREEMENT, step=self.step,
            proposal=(str(newest.pk) if newest else "") if proposal is None else proposal, at=at,
        )  # fmt: skip

    def unsigns(self, name: str, at: datetime) -> None:
        newest = self.sees(name, at).newest
        agreeing.unsign(
            by=self.scene.viewer(name, at), homework=self.homework(name), step=self.step, proposal=str(newest.pk), at=at
        )

    def takes_back(self, name: str, at: datetime = NOON) -> None:
        agreeing.take_back(by=self.scene.viewer(name, at), homework=self.homework(name), step=self.step, at=at)

    def opens(self, at: datetime) -> None:
        by = self.scene.viewer("moreno", at)
        agreeing.open_in_room(by=by, assignment=self.assignment, step=self.step, at=at)

    def browser(self, name: str) -> Client:
        return self.scene.browser(name)
