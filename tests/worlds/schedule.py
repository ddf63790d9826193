"""Two worlds, one schedule: lived through one after the other, and compared step by step as an observer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from tests.worlds.deeds import Act, Passing
from tests.worlds.seen import Glance, difference
from tests.worlds.world import Depth, Stage, World

NOTHING = "nothing"


class Interference(AssertionError):
    """An observer can tell two worlds apart that differ only in what is not theirs to know."""


@dataclass(frozen=True)
class Step:
    """What is done in one world, and what is done in the other."""

    one: Act | Passing | None
    other: Act | Passing | None

    @property
    def is_private(self) -> bool:
        return self.one != self.other

    def told(self) -> str:
        if not self.is_private:
            return f"{self.one or NOTHING} (in both worlds)"
        return f"{self.one or NOTHING} | {self.other or NOTHING}"

    def in_world(self, number: int) -> "Turn | None":
        deed = (self.one, self.other)[number]
        return Turn(deed, number if self.is_private else None) if deed else None


@dataclass(frozen=True)
class Turn:
    """A deed, with the chance it is done by: of its own for what is private, the same in both worlds for the rest."""

    deed: Act | Passing
    of_world: int | None

    def __call__(self, world: World) -> None:
        who = self.deed.who if isinstance(self.deed, Act) else "time"
        world.begin(who, self.of_world)
        self.deed(world)


def alike(deed: Act | Passing) -> Step:
    return Step(deed, deed)


def told(schedule: Sequence[Step]) -> str:
    return "\n".join(f"  {n}. {step.told()}" for n, step in enumerate(schedule, 1))


def compare(stage: Stage, schedule: Sequence[Step], *, observer: str, depth: Depth) -> None:
    """Live through both worlds; raises Interference at the first thing that differs for the observer."""
    salt = crc32(told(schedule).encode())
    first: list[Glance] = []

    def keep(step: int, glance: Glance) -> None:
        first.append(glance)

    def hold_against(step: int, glance: Glance) -> None:
        found = difference(first[step - 1], glance)
        if found:
            raise Interference(
                f"{observer.capitalize()} can tell these two worlds apart:\n{told(schedule)}\n"
                f"After step {step}, by {found}"
            )

    for number, use in enumerate((keep, hold_against)):
        turns = [step.in_world(number) for step in schedule]
        stage.replay(turns, observer=observer, number=number, depth=depth, salt=salt, use=use)
