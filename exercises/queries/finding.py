"""
Finding an exercise among many. A version never changes, so what is needed of it is read once by each process; which
exercises there are, and for whom, the database says every time.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext

from clients.models import Couple
from clients.viewer import Viewer
from exercises.facets import FACETS, Body
from exercises.models import Assignment, Exercise, ExerciseVersion, Favourite
from exercises.queries.library import versions_for

PAGE = 50
MOST_KEPT = 10_000  # versions that a process remembers
MINE, USED, UNUSED = "favourite", "used", "unused"  # what of an exercise is the viewer's or the couple's own


class Entry(NamedTuple):
    """What there is to know of a version to find it and to show it in a list."""

    title: str
    summary: str
    minutes: int
    format: str
    level: int
    has_cautions: bool
    text: str
    tags: tuple[tuple[str, str], ...]  # facet, value


_entries: OrderedDict[UUID, Entry] = OrderedDict()


def _entry(body: Body) -> Entry:
    text = " ".join([body["title"], body["summary"], body["purpose"]]).casefold()
    tags = tuple((facet.name, value) for facet in FACETS for value in facet.of(body))
    return Entry(
        body["title"], body["summary"], body["minutes"], body["format"], body["content_level"],
        bool(body["cautions"]), text, tags,
    )  # fmt: skip


def meet(versions: Sequence[UUID]) -> list[Entry]:
    """The entries of these versions; the database is asked for those alone that this process has not met."""
    missing = [pk for pk in versions if pk not in _entries]
    if missing:
        for pk, body in ExerciseVersion.objects.filter(pk__in=missing).values_list("pk", "body"):
            _entries[pk] = _entry(body)
    found = [_entries[pk] for pk in versions]
    while len(_entries) > MOST_KEPT:
        _entries.popitem(last=False)
    return found


def forget() -> None:
    """Remember nothing, as a process that has just begun."""
    _entries.clear()
    _index.cache_clear()


@dataclass(frozen=True)
class Index:
    """A library as sets of exercises, each a whole number of bits: the first exercise is the lowest bit."""

    entries: tuple[Entry, ...]

    @cached_property
    def of(self) -> dict[tuple[str, str], int]:
        """Which exercises have a value of a facet."""
        sets: dict[tuple[str, str], int] = {}
        for n, entry in enumerate(self.entries):
            for tag in entry.tags:
                sets[tag] = sets.get(tag, 0) | 1 << n
        return sets

    def with_words(self, words: list[str]) -> int:
        """Which exercises have all of these words in title, summary or purpose."""
        return _bits(all(word in entry.text for word in words) for entry in self.entries)


@lru_cache(maxsize=64)
def _index(versions: tuple[UUID, ...]) -> Index:
    return Index(tuple(meet(versions)))


def _bits(flags: Iterable[bool]) -> int:
    return int("".join("1" if flag else "0" for flag in flags)[::-1] or "0", 2)


class LibraryRow(NamedTuple):
    """One exercise on a list, made ready for a flat template that takes it apart in this order."""

    slug: str
    title: str
    summary: str
    about: str  # length, format, content and care in a few words
    is_favourite: bool
    is_used: bool


class Value(NamedTuple):
    """One value of a facet: how many exercises choosing it would leave, next to what else is chosen."""

    name: str
    key: str
    label: str | Promise
    left: int
    chosen: bool


@dataclass(frozen=True)
class Found:
    """One page of what was found, and what could be chosen next."""

    rows: list[LibraryRow]
    total: int
    facets: list[tuple[str | Promise, list[Value], bool]]  # label, values, whether one is chosen
    more: int  # the next page, 0 where there is none


def find(
    *, viewer: Viewer, words: str = "", chosen: Mapping[str, Sequence[str]] | None = None,
    couple: Couple | None = None, page: int = 1,
) -> Found:  # fmt: skip
    """
    The exercises in use, by number: with all the words, and of each facet one of the values chosen in it. One
    query, two beside a couple, however large the library.
    """
    picked = {name: set(keys) for name, keys in (chosen or {}).items() if keys}
    versions = versions_for(viewer, couple.clinic_id if couple else None)
    mine = Favourite.objects.visible_to(viewer).filter(exercise=OuterRef("exercise"))
    exercises = list(versions.annotate(mine=Exists(mine)).values_list("exercise", "pk", "exercise__slug", "mine"))
    index = _index(tuple(version for _, version, *_more in exercises))
    own = {("own", MINE): _bits(mine for *_more, mine in exercises)}
    own |= _of_couple([pk for pk, *_more in exercises], viewer, couple) if couple else {}
    sets = {**index.of, **own}
    everything = (1 << len(exercises)) - 1
    searched = words.casefold().split()
    matched = index.with_words(searched) if searched else everything
    within = {name: _union(sets, name, keys) for name, keys in picked.items()}
    found = matched
    for one in within.values():
        found &= one
    facets = []
    for label, name, values in _facets(couple):
        others = matched
        for other, one in within.items():
            others &= one if other != name else everything
        keys = picked.get(name, set())
        drawn = [
            Value(name, key, text, (sets.get((name, key), 0) & others).bit_count(), key in keys)
            for key, text in values.items()
        ]
        facets.append((label, drawn, bool(keys)))
    numbers = _numbers(found)
    start = (page - 1) * PAGE
    shown = numbers[start : start + PAGE]
    rows = _rows(index, [slug for _, _version, slug, _mine in exercises], shown, own)
    return Found(rows, len(numbers), facets, page + 1 if len(numbers) > start + PAGE else 0)


def _of_couple(exercises: list[UUID], viewer: Viewer, couple: Couple) -> dict[tuple[str, str], int]:
    """What has been used with the couple before, and what has not."""
    given = Assignment.objects.visible_to(viewer).filter(couple=couple)
    used = set(given.values_list("version__exercise", flat=True))
    has_had = [pk in used for pk in exercises]
    return {("own", USED): _bits(has_had), ("own", UNUSED): _bits(not one for one in has_had)}


def _facets(couple: Couple | None) -> list[tuple[str | Promise, str, Mapping[str, str | Promise]]]:
    own: dict[str, str | Promise] = {MINE: gettext("My favourites")}
    if couple:
        own |= {USED: gettext("Used with this couple"), UNUSED: gettext("New to this couple")}
    return [(gettext("My own"), "own", own), *((facet.label, facet.name, facet.values) for facet in FACETS)]


def _union(sets: Mapping[tuple[str, str], int], name: str, keys: Iterable[str]) -> int:
    found = 0
    for key in keys:
        found |= sets.get((name, key), 0)
    return found


def _numbers(found: int) -> list[int]:
    return [n for n, bit in enumerate(reversed(f"{found:b}")) if bit == "1"]


def _rows(
    index: Index, slugs: Sequence[str], numbers: list[int], own: Mapping[tuple[str, str], int]
) -> list[LibraryRow]:
    words = {(facet.name, key): str(label) for facet in FACETS for key, label in facet.values.items()}
    length, care = gettext("%(n)s min"), gettext("take care")
    mine, used = own["own", MINE], own.get(("own", USED), 0)
    rows = []
    for n in numbers:
        entry, bit = index.entries[n], 1 << n
        parts = [length % {"n": entry.minutes}, words["format", entry.format].lower()]
        if entry.level:
            parts.append(words["level", str(entry.level)].lower())
        if entry.has_cautions:
            parts.append(care)
        rows.append(
            LibraryRow(slugs[n], entry.title, entry.summary, " · ".join(parts), bool(mine & bit), bool(used & bit))
        )
    return rows


def is_favourite(exercise: Exercise, *, viewer: Viewer) -> bool:
    """Whether the viewer keeps it near at hand."""
    return Favourite.objects.visible_to(viewer).filter(exercise=exercise).exists()
