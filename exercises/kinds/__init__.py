"""The kinds of step, one small module each: what it asks, how its answer is read, judged and shown."""

from exercises.content import Step
from exercises.kinds.agreement import Agreement
from exercises.kinds.base import Kind, Laid, Line, Shown, Value
from exercises.kinds.before import Before
from exercises.kinds.bridge import Bridge
from exercises.kinds.choice import Checklist, Choice, Choices
from exercises.kinds.goal import Goal
from exercises.kinds.guess import Guess
from exercises.kinds.needs_map import NeedsMap
from exercises.kinds.overlap import Overlap
from exercises.kinds.read import Read
from exercises.kinds.readiness import Readiness
from exercises.kinds.rows import Rows
from exercises.kinds.scale import Scale
from exercises.kinds.share import Offer
from exercises.kinds.text import Prompt, Short
from exercises.kinds.timer import Timer

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Read(), Prompt(), Short(), Scale(), Choice(), Choices(), Checklist(), Rows(), Timer(), Guess(), Offer(),
        Overlap(), NeedsMap(), Bridge(), Readiness(), Agreement(), Goal(),
    )
}  # fmt: skip
_ASKED_BY_THE_PRODUCT: dict[str, Kind] = {Before.name: Before()}  # no file can have a step of these


def kind_of(step: Step) -> Kind:
    """The kind that a step is of."""
    return KINDS.get(step.kind) or _ASKED_BY_THE_PRODUCT[step.kind]


__all__ = ["KINDS", "Kind", "Laid", "Line", "Shown", "Value", "kind_of"]
