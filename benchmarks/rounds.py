"""Medians of interleaved rounds: what disturbs the machine disturbs a page and its floor alike."""

import gc
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.pages import Page
from benchmarks.serving import Ask, calls_of, queries_of, serve

WARM_UP = 3
Key = tuple[str, str]  # the name of a page, and which of its three requests


@dataclass(frozen=True)
class Cost:
    """What one page came to: CPU in milliseconds, and what can be counted exactly."""

    page: Page
    cpu: float
    floor: float
    who: float
    queries: list[str]
    html: int
    floor_html: int
    calls: int = 0
    c_calls: int = 0

    @property
    def to_floor(self) -> float:
        return self.cpu / self.floor

    @property
    def to_who(self) -> float:
        return self.cpu / self.who

    def misses(self) -> list[str]:
        """What of the budget it does not keep, in words of the table."""
        budget = self.page.budget
        ratio = self.to_floor if budget.to == "floor" else self.to_who
        found = [(ratio, budget.ratio, "CPU"), (len(self.queries), budget.queries, "queries"),
                 (self.html, budget.html, "HTML"), (self.calls, budget.calls, "calls")]  # fmt: skip
        return [name for value, most, name in found if most and value > most]


def measure(pages: list[Page], *, rounds: int, seed: int) -> list[Cost]:
    """Each page, its floor and its "who am I" once a round, in an order drawn anew for each round."""
    chance = random.Random(seed)
    asks = {(page.name, kind): ask for page in pages for kind, ask in _kinds(page)}
    times = medians(asks, rounds=rounds, chance=chance)
    costs = []
    for page in pages:
        calls, c_calls = calls_of(page.product)
        costs.append(
            Cost(
                page=page, cpu=times[page.name, "product"], floor=times[page.name, "floor"],
                who=times[page.name, "who"], queries=queries_of(page.product), calls=calls, c_calls=c_calls,
                html=len(serve(page.product).body), floor_html=len(serve(page.floor).body),
            )
        )  # fmt: skip
    return costs


def _kinds(page: Page) -> Iterable[tuple[str, Ask]]:
    return [("product", page.product), ("floor", page.floor), ("who", page.who)]


def medians(asks: dict[Key, Ask], *, rounds: int, chance: random.Random) -> dict[Key, float]:
    """CPU milliseconds of each."""
    times = defaultdict(list)
    for _ in range(WARM_UP):
        for ask in asks.values():
            serve(ask)
    for _ in range(rounds):
        gc.collect()
        for key in chance.sample(list(asks), len(asks)):
            times[key].append(serve(asks[key]).seconds * 1000)
    return {key: median(found) for key, found in times.items()}
