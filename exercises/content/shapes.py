"""The nouns of an exercise, frozen: what is read once can be shown to anybody and changed by nobody."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self


@dataclass(frozen=True)
class Option:
    """A thing that can be chosen or ticked, or the fixed label of a row."""

    key: str
    label: str


@dataclass(frozen=True)
class Column:
    """One column of a table of rows."""

    key: str
    label: str
    kind: str
    low: str = ""
    high: str = ""
    middle: str = ""
    points: int = 0
    options: tuple[Option, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The column that `plain` was given."""
        return cls(**{**data, "options": _options(data, "options")})


@dataclass(frozen=True)
class Step:
    """One page of an exercise; `title` is the page's heading and the label of its field."""

    key: str
    kind: str
    title: str
    text: str = ""
    hint: str = ""
    low: str = ""
    high: str = ""
    middle: str = ""
    points: int = 0
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    items: tuple[Option, ...] = ()
    count: int = 0
    max: int = 0
    own: Mapping[str, Any] = field(default_factory=dict, hash=False)  # what only its kind has, as JSON

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The step that `plain` was given."""
        known = cls.__dataclass_fields__.keys() - {"own"}
        own = MappingProxyType({name: part for name, part in data.items() if name not in known})
        data = {name: part for name, part in data.items() if name in known}
        columns = tuple(Column.from_json(column) for column in data.get("columns", ()))
        parts = {"options": _options(data, "options"), "items": _options(data, "items"), "columns": columns}
        return cls(**{**data, **parts, "own": own})


@dataclass(frozen=True)
class Content:
    """A whole exercise as its author wrote it: for the therapist, for the partner, and for finding it."""

    slug: str
    number: int
    title: str
    summary: str
    schools: tuple[str, ...]
    leaning: str
    format: str
    minutes: int
    content_level: int
    frame: str
    closeness: tuple[str, ...]
    barriers: tuple[str, ...]
    jobs: tuple[str, ...]
    practices: tuple[str, ...]
    risks: tuple[str, ...]
    purpose: str
    cautions: tuple[str, ...]
    introduction: str
    steps: tuple[Step, ...]
    notice: str
    debrief: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The exercise as JSON that the schema accepts and `from_json` turns back into the same exercise."""
        data: dict[str, Any] = {one.name: plain(getattr(self, one.name)) for one in fields(self)}
        return data

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: two versions with the same digest say the same, letter by letter."""
        canonical = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    @classmethod
    def from_checked(cls, data: Mapping[str, Any]) -> Self:
        """The exercise in data that the rules have already accepted."""
        lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
        return cls(**{**data, **lists, "steps": tuple(Step.from_json(step) for step in data["steps"])})


def plain(value: object) -> Any:
    """Dataclasses and tuples as dicts and lists, leaving out what a step of that kind does not have."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, Option | Column | Step):
        pairs = {one.name: getattr(value, one.name) for one in fields(value)}
        own = pairs.pop("own", {})
        return {**{name: plain(part) for name, part in pairs.items() if part not in ("", 0, ())}, **own}
    return value


def _options(data: Mapping[str, Any], name: str) -> tuple[Option, ...]:
    return tuple(Option(**option) for option in data.get(name, ()))
