"""What a page costs when the clinic has been at work many times as long."""

import random

from benchmarks.pages import Page
from benchmarks.report import table
from benchmarks.rounds import Cost, medians
from benchmarks.scene import Scene, grow
from benchmarks.serving import queries_of

PAGES = ("caseload", "today", "review", "my writing", "one couple", "what has happened")
MOST = 1.15


def measure(scene: Scene, found: list[Page], before: list[Cost], *, times: int, rounds: int) -> str:
    """
    Each page against "who am I", before and after: the machine may have changed its pace in between, and that page
    does not know how much data there is.
    """
    grow(scene, times)
    chosen = [(page, cost) for page, cost in zip(found, before, strict=True) if page.name in PAGES]
    asks = {
        (page.name, kind): ask for page, _cost in chosen for kind, ask in [("own", page.product), ("who", page.who)]
    }
    now = medians(asks, rounds=rounds, chance=random.Random(scene.sizes.seed))
    rows = []
    for page, cost in chosen:
        ratio = now[page.name, "own"] / now[page.name, "who"] / cost.to_who
        queries = len(queries_of(page.product))
        same = queries == len(cost.queries)
        rows.append(
            (
                page.name, f"{cost.cpu:.2f}", f"{now[page.name, 'own']:.2f}", f"{ratio:.2f}",
                f"{len(cost.queries)} / {queries}", "in" if same and ratio <= MOST else "OUT",
            )
        )  # fmt: skip
    heads = ("page", "CPU ms x 1", f"x {times}", "ratio", "queries", f"budget {MOST}")
    return f"History x {times}:\n" + table(heads, rows)
