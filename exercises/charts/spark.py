"""The small picture on a list: a line without numbers, which the words beside it say."""

from collections.abc import Sequence
from dataclasses import dataclass

from exercises.charts.lettering import number, place
from exercises.charts.shapes import Scale
from exercises.charts.words import way

WIDTH, HEIGHT, EDGE = 80, 24, 3
MOST = 6  # the latest values


@dataclass(frozen=True)
class Spark:
    """The way of the latest values over the whole scale, where the last of them lies, and both ends in words."""

    way: str
    x: str
    y: str
    words: str


def spark(values: Sequence[float], scale: Scale) -> Spark | None:
    """Of values in the order of time. One alone is said and not drawn; without any there is nothing."""
    if not values:
        return None
    latest = values[-MOST:]
    if len(latest) == 1:
        return Spark("", "", "", number(latest[0]))
    apart = (WIDTH - 2 * EDGE) / (len(latest) - 1)
    at = [(place(EDGE + n * apart), place(_height(value, scale))) for n, value in enumerate(latest)]
    return Spark("M" + "L".join(f"{x} {y}" for x, y in at), *at[-1], way(latest[0], latest[-1]))


def _height(value: float, scale: Scale) -> float:
    share = (value - scale.low) / (scale.high - scale.low) if scale.high > scale.low else 0.5
    return HEIGHT - EDGE - min(max(share, 0), 1) * (HEIGHT - 2 * EDGE)
