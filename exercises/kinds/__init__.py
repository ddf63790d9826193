"""The kinds of step, one small module each: what it asks, how its answer is read, judged and shown."""

from exercises.content import Step
from exercises.kinds.agreement import Agreement
from exercises.kinds.base import Kind, Shown, Value
from exercises.kinds.choice import Checklist, Choice, Choices
from exercises.kinds.goal import Goal
from exercises.kinds.read import Read
from exercises.kinds.rows import Rows
from exercises.kinds.scale import Scale
from exercises.kinds.text import Prompt, Short

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Read(), Prompt(), Short(), Scale(), Choice(), Choices(), Checklist(), Rows())
}
KINDS |= {kind.name: kind for kind in (Agreement(), Goal())}


def kind_of(step: Step) -> Kind:
    """The kind that a step is of."""
    return KINDS[step.kind]


__all__ = ["KINDS", "Kind", "Shown", "Value", "kind_of"]
