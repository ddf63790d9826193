"""What became of exercises from week to week: a dot for each, in three shapes. It says of nobody whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exercises.charts.lettering import place

WIDTH, EDGE, DOT, APART, FOOT = 340.0, 16.0, 4.0, 13.0, 20.0
MOST = 8  # dots over one another; the table has all


@dataclass(frozen=True)
class Week:
    """The exercises of one week that were finished, set aside, or set aside to be talked about in the session."""

    monday: date
    done: int = 0
    aside: int = 0
    session: int = 0

    @property
    def name(self) -> str:
        return str(date_format(self.monday, "j M"))


@dataclass(frozen=True)
class RhythmDrawing:
    """What the template prints."""

    key: str
    weeks: Sequence[Week]
    description: str
    height: str
    base: str  # where the columns stand
    foot: str  # where the days are written
    done: str
    aside: str
    session: str
    first: str
    last: str
    is_empty: bool
    width: str = place(WIDTH)


def draw_rhythm(weeks: Sequence[Week], *, key: str) -> RhythmDrawing:
    """The weeks in the order of time, each as a column of dots."""
    tallest = max((min(MOST, week.done + week.aside + week.session) for week in weeks), default=0)
    base = max(1, tallest) * APART + 4
    paths = {"done": "", "aside": "", "session": ""}
    pitch = (WIDTH - 2 * EDGE) / max(1, len(weeks) - 1)
    for n, week in enumerate(weeks):
        kinds = ["done"] * week.done + ["aside"] * week.aside + ["session"] * week.session
        for floor, kind in enumerate(kinds[:MOST]):
            paths[kind] += _dot(kind, EDGE + n * pitch, base - APART / 2 - floor * APART)
    return RhythmDrawing(
        key=key, weeks=weeks, description=_in_words(weeks), height=place(base + FOOT), base=place(base),
        foot=place(base + FOOT - 4),
        first=weeks[0].name if weeks else "", last=weeks[-1].name if weeks else "", is_empty=not tallest, **paths,
    )  # fmt: skip


def _dot(kind: str, x: float, y: float) -> str:
    """A circle, a square or a triangle."""
    r, size = place(DOT), place(2 * DOT)
    if kind == "done":
        return f"M{place(x - DOT)} {place(y)}a{r} {r} 0 1 0 {size} 0a{r} {r} 0 1 0 -{size} 0z"
    if kind == "aside":
        return f"M{place(x - DOT)} {place(y - DOT)}h{size}v{size}h-{size}z"
    return f"M{place(x)} {place(y - DOT)}l{place(DOT + 1)} {size}h-{place(2 * DOT + 2)}z"


def _in_words(weeks: Sequence[Week]) -> str:
    done, aside, session = (sum(getattr(week, kind) for week in weeks) for kind in ("done", "aside", "session"))
    return " ".join(
        [
            ngettext("In {n} week:", "In {n} weeks:", len(weeks)).format(n=len(weeks)),
            _("{done} finished, {aside} set aside, {session} to talk about in the session.").format(
                done=done, aside=aside, session=session
            ),
        ]
    )
