"""Programmes: sequences of exercises, one file each, judged as exercises are."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from jsonschema import Draft202012Validator

from exercises.content.problems import Finding, shown
from exercises.content.reader import read_folder
from exercises.content.rules import at_most, judged, repeated, sets

SCHEMA = Path(__file__).parent.parent / "library" / "programmes" / "schema.json"


@dataclass(frozen=True)
class Item:
    """One exercise of a programme. `after` names the item that its gap counts from; none where it counts from none."""

    key: str
    exercise: str
    gap: str
    days: int = 0
    after: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sequence:
    """A whole programme as its author wrote it, for therapists."""

    slug: str
    number: int
    title: str
    summary: str
    weeks: int
    purpose: str
    cautions: tuple[str, ...]
    items: tuple[Item, ...]

    def as_json(self) -> dict[str, Any]:
        """The programme as JSON that `from_checked` turns back into the same programme."""
        return asdict(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as for an exercise."""
        canonical = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    @classmethod
    def from_checked(cls, data: Mapping[str, Any]) -> Self:
        """The programme in data that the rules have accepted. What a gap counts from is written out."""
        items, before = [], ""
        for item in data["items"]:
            counts = item["gap"] in {"days", "done"}
            items.append(Item(**{**item, "after": (item.get("after") or before) if counts else ""}))
            before = item["key"]
        return cls(**{**data, "cautions": tuple(data["cautions"]), "items": tuple(items)})


def read_programmes(folder: Path, exercises: Collection[str]) -> tuple[Sequence, ...]:
    """
    Every programme of a folder by its number, none where there is no folder. `exercises` are the slugs there are.
    Raises one `ContentError` for all files together.
    """
    if not folder.is_dir():
        return ()
    return read_folder(folder, lambda data: findings(data, exercises), Sequence.from_checked)


def findings(data: object, exercises: Collection[str]) -> tuple[Finding, ...]:
    """Everything that keeps data from being a programme, each thing said once."""
    return at_most(_all(data, exercises))


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _all(data: object, exercises: Collection[str]) -> Iterator[Finding]:
    yield from judged(data, _validator())
    if not isinstance(data, dict):
        return
    items = sets(data.get("items"))
    yield from repeated(data.get("items"), ("items",))
    keys = [item.get("key") for item in items]
    for index, item in enumerate(items):
        slug = item.get("exercise")
        if isinstance(slug, str) and slug not in exercises:
            yield Finding(("items", index, "exercise"), f"there is no exercise {shown(slug)} in the library")
        yield from _gap_findings(item, index)
        if "after" in item:
            yield from _after_findings(item["after"], index, keys)
    yield from _too_long(data, items)


def _gap_findings(item: Mapping[str, Any], index: int) -> Iterator[Finding]:
    gap = item.get("gap")
    if gap == "days" and "days" not in item:
        yield Finding(("items", index), "'days' is missing; 'gap: days' needs to say how many")
    if gap != "days" and "days" in item:
        yield Finding(("items", index, "days"), f"does not belong to the gap {shown(gap)}; leave it out")
    if gap == "start" and "after" in item:
        yield Finding(("items", index, "after"), "does not belong to the gap 'start'; leave it out")
    if gap in {"days", "done"} and index == 0:
        yield Finding(("items", index, "gap"), "the first item has nothing before it; use start, or session")


def _after_findings(after: object, index: int, keys: list[object]) -> Iterator[Finding]:
    if not isinstance(after, str) or after in keys[:index]:
        return
    if after == keys[index]:
        reason = "names its own item; it has to be one before it"
    elif after in keys:
        reason = f"{shown(after)} comes later; it has to be one before it"
    else:
        reason = f"there is no item {shown(after)} in this programme"
    yield Finding(("items", index, "after"), reason)


def _too_long(data: Mapping[str, Any], items: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """Days count from another item, not from the start: who takes them for the latter gets more weeks than they say."""
    weeks, before, opens = data.get("weeks"), "", dict[str, int]()
    if not isinstance(weeks, int):
        return
    for index, item in enumerate(items):
        days, key = item.get("days"), str(item.get("key"))
        anchor = 0 if item.get("gap") == "start" else opens.get(str(item.get("after", before)), 0)
        opens[key] = anchor + (days if isinstance(days, int) and item.get("gap") == "days" else 0)
        if opens[key] > weeks * 7:
            where = f"opens on day {opens[key] + 1}, after the {weeks} weeks of this programme"
            yield Finding(("items", index, "days"), f"{where}; days count from the item before it")
            return
        before = key
