"""The kinds of step, one small module each: what it asks, how its answer is read, judged and shown."""

from exercises.content import Step
from exercises.kinds.base import Kind, Laid, Shown, Value
from exercises.kinds.bridge import Bridge
from exercises.kinds.choice import Checklist, Choice, Choices
from exercises.kinds.needs_map import NeedsMap
from exercises.kinds.overlap import Overlap
from exercises.kinds.read import Read
from exercises.kinds.readiness import Readiness
from exercises.kinds.rows import Rows
from exercises.kinds.scale import Scale
from exercises.kinds.text import Prompt, Short
from exercises.states import Audience

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Read(), Prompt(), Short(), Scale(), Choice(), Choices(), Checklist(), Rows(),
        Overlap(), NeedsMap(), Bridge(), Readiness(),
    )
}  # fmt: skip


def kind_of(step: Step) -> Kind:
    """The kind that a step is of."""
    return KINDS[step.kind]


def reader_of(step: Step, chosen: Audience) -> Audience:
    """Who reads an answer of this kind, where its author chose these readers for the whole exercise."""
    kind = kind_of(step)
    if not kind.is_shared:
        return Audience.ONLY_ME
    return chosen if kind.is_offered or chosen == Audience.ONLY_ME else Audience.THERAPIST


__all__ = ["KINDS", "Kind", "Laid", "Shown", "Value", "kind_of", "reader_of"]
