"""The last weekly check-ins of many couples, in words and as values for a small picture."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from clients.viewer import Viewer
from exercises.charts import Spark, spark
from exercises.charts.shapes import Scale
from exercises.models import Share
from exercises.queries.side_by_side import SHARED
from exercises.states import WEEKLY_CHECK_IN
from safekeeping.sealing import keyring, keys_of

STEP = "closeness"
LATELY = timedelta(weeks=16)
CLOSENESS = Scale(0, 10)


@dataclass(frozen=True)
class Pulse:
    """How close one partner felt in their last check-ins, 0 to 10, the earliest first."""

    name: str
    values: tuple[int, ...]

    @property
    def spark(self) -> Spark | None:
        return spark(self.values, CLOSENESS)


def pulses(couples: Collection[UUID], *, viewer: Viewer) -> dict[UUID, list[Pulse]]:
    """Of each couple both partners' last check-ins. One query, and the keys, however many couples."""
    rows = (
        Share.objects.visible_to(viewer)
        .filter(
            couple__in=viewer.treats & frozenset(couples), step_key=STEP, line="", therapist_from__lte=viewer.at,
            assignment__version__exercise__slug=WEEKLY_CHECK_IN, shared_at__gte=viewer.at - LATELY,
        )
        .order_by("author__seat", "shared_at")
        .values_list(
            "pk", "couple", "author", "author__name", "author__person__chosen_name", "value",
        )
    )  # fmt: skip
    found: list[tuple[Any, ...]] = list(rows)
    keyring.fetch(keys_of(row[5] for row in found))
    values: dict[tuple[UUID, UUID, str], list[int]] = defaultdict(list)
    for pk, couple, author, name, chosen, cell in found:
        value = SHARED.opened(cell, row=pk, owner=author)
        if isinstance(value, int):
            values[couple, author, chosen or name].append(value)
    by_couple: dict[UUID, list[Pulse]] = defaultdict(list)
    for (couple, _author, name), own in values.items():
        by_couple[couple].append(Pulse(name, tuple(own)))
    return by_couple
