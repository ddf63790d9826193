"""The pages under measurement: what is asked of the product and of its floor, and the budget of each."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from benchmarks.clinic import prose
from benchmarks.scene import Scene
from benchmarks.serving import Ask, Person, sign_in
from benchmarks.sites import Sites

PARTNER_HTML = 20_000


@dataclass(frozen=True)
class Budget:
    """Most CPU as a ratio, to the floor page or to "who am I"; most queries, bytes and Python calls. 0: no such."""

    ratio: float
    to: str  # "floor" or "who"
    queries: int
    html: int = 0
    calls: int = 0


@dataclass(frozen=True)
class Page:
    """One page, its floor, and the cheapest page of the same person."""

    name: str
    product: Ask
    floor: Ask
    who: Ask
    budget: Budget


def pages(scene: Scene, sites: Sites) -> list[Page]:
    """All of them, in the order of the table."""
    therapist, partner = sign_in(scene.therapist_user), sign_in(scene.partner_user)
    review, work, number = scene.reviewed.pk, scene.writing.pk, scene.number
    at_step = f"{work}/{scene.step.key}/"
    rows = [
        ("caseload", therapist, "t/", "caseload/", Budget(1.3, "floor", 8, 600 * scene.sizes.couples, 30_000)),
        ("review", therapist, f"t/review/{review}/", f"review/{review}/", Budget(1.5, "floor", 10, 0, 26_000)),
        ("library", therapist, "t/library/", "library/", Budget(1.3, "floor", 6)),
        ("today", partner, "today/", "today/", Budget(2.5, "who", 7, PARTNER_HTML)),
        ("step", partner, f"w/{work}/{number}/", f"step/{at_step}", Budget(2.5, "who", 7, PARTNER_HTML)),
        ("my writing", partner, "reflections/", "writing/", Budget(2.5, "who", 7, PARTNER_HTML)),
    ]
    found = [
        Page(name, Ask(sites.product, who, f"/{own}"), Ask(sites.floor, who, f"/{bare}"), _who(sites, who), budget)
        for name, who, own, bare, budget in rows
    ]
    find = {"query": "q=week", "htmx": True}
    library = found[2]
    found.insert(
        3,
        Page(
            "library, a keystroke", Ask(sites.product, therapist, library.product.path, **find),  # type: ignore[arg-type]
            Ask(sites.floor, therapist, library.floor.path, **find), library.who, library.budget,  # type: ignore[arg-type]
        ),
    )  # fmt: skip
    found += [
        Page(name, Ask(sites.product, therapist, path, query=query), who, who, budget)
        for who in [_who(sites, therapist)]
        for name, path, query, budget in _without_floor(f"/t/couples/{scene.couples[0][0].pk}/")
    ]
    found.append(_save(scene, sites, partner, f"/w/{work}/{number}/save/", f"/save/{at_step}"))
    return found


def _without_floor(couple: str) -> list[tuple[str, str, str, Budget]]:
    """Pages without a plain one to hold them against: their questions are counted, as constants."""
    return [
        ("one couple", couple, "", Budget(0, "who", 24)),
        ("what has happened", f"{couple}timeline/", "", Budget(0, "who", 6)),
        ("new since the session", f"{couple}review/", "", Budget(0, "who", 10)),
        ("agenda", f"{couple}agenda/", "", Budget(0, "who", 16)),
        ("progress", f"{couple}progress/", "", Budget(0, "who", 12)),
        ("last check-ins", "/t/", "pulses=1", Budget(0, "who", 8)),
    ]


def _who(sites: Sites, person: Person) -> Ask:
    return Ask(sites.product, person, "/who-am-i/")


def _save(scene: Scene, sites: Sites, partner: Person, own: str, bare: str) -> Page:
    """Saving as one goes: the same page saves again and again, each time with other words."""
    return Page(
        "autosave",
        Ask(sites.product, partner, own, htmx=True, form=_typing(scene)),
        Ask(sites.floor, partner, bare, htmx=True, form=_typing(scene)),
        _who(sites, partner),
        Budget(4.0, "who", 8, 0, 10_000),
    )


def _typing(scene: Scene) -> Callable[[], dict[str, str]]:
    saves = count(1)

    def form() -> dict[str, str]:
        seq = str(next(saves))
        text = f"{seq} {prose(scene.builder.chance, 500)}"
        return {"answer": text, "version": "1", "tab": "bench", "seq": seq}

    return form
