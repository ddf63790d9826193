"""Where words stand in a picture, so that none lies over another or leaves the box."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from exercises.charts.lettering import SIZE, place, width

Anchor = Literal["start", "middle", "end"]
ABOVE, BELOW = 8.0, 8.0 + 0.75 * SIZE  # from a point to the line that a number beside it stands on
HEIGHT = SIZE * 1.2


@dataclass(frozen=True)
class Label:
    """Words that stand on a line at `y`, from, around or up to `x`."""

    x: float
    y: float
    anchor: Anchor
    words: str
    mark: str = ""  # of the line it belongs to

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the room that it takes at most."""
        wide = width(self.words)
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - SIZE, left + wide, self.y + HEIGHT - SIZE

    @property
    def at(self) -> tuple[str, str]:
        """The coordinates for the page."""
        return place(self.x), place(self.y)


def overlap(one: Label, other: Label) -> bool:
    """Whether two labels share any room."""
    a, b = one.box, other.box
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def is_inside(label: Label, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = label.box
    return left >= box[0] and top >= box[1] and right <= box[2] and bottom <= box[3]


def inside(x: float, words: str, left: float, right: float) -> float:
    """The middle for words around `x`, moved so far that they stay between two edges."""
    half = width(words) / 2
    return max(left + half, min(x, right - half))


def along(labels: Iterable[Label], *, apart: float = 8) -> list[Label]:
    """Of labels on one line, those that have room beside the ones before them."""
    kept: list[Label] = []
    for label in labels:
        if not kept or label.box[0] >= kept[-1].box[2] + apart:
            kept.append(label)
    return kept


def spread(wanted: Sequence[float], *, top: float, bottom: float, apart: float = HEIGHT + 1) -> list[float]:
    """Heights as near as can be to those wanted, in their order, apart from each other and within the box."""
    if len(wanted) == 2 and abs(wanted[0] - wanted[1]) < apart:  # each moves half of the way
        middle, half = sum(wanted) / 2, apart / 2 if wanted[0] <= wanted[1] else -apart / 2
        wanted = [middle - half, middle + half]
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    found = [0.0] * len(wanted)
    lowest = top
    for n in order:
        found[n] = max(wanted[n], lowest)
        lowest = found[n] + apart
    highest = bottom
    for n in reversed(order):
        found[n] = min(found[n], highest)
        highest = found[n] - apart
    return found


def first_free(
    candidates: Iterable[Label], others: Sequence[Label], box: tuple[float, float, float, float]
) -> Label | None:
    """The first of some places at which words hide no other words; None where there is no such place."""
    for label in candidates:
        if is_inside(label, box) and not any(overlap(label, other) for other in others):
            return label
    return None
