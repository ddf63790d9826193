"""What the rules and the hints say, in the words of the builder's pages, each at the part that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from exercises.building.words import kind_of, label_of
from exercises.content.drafts import HEAD, Body, problems, where
from exercises.content.problems import Finding
from exercises.content.wording import hints


@dataclass(frozen=True)
class Said:
    """One sentence about a part: `part` is the head, a step's key, or nothing where it is about the list of steps."""

    part: str
    name: str  # the field, where there is one
    sentence: str


@dataclass
class Row:
    """One step on the builder's page."""

    key: str
    number: int
    kind: str
    title: str
    problems: list[Said] = field(default_factory=list)
    hints: list[Said] = field(default_factory=list)


@dataclass
class Overview:
    """A whole draft, with everything there is to say about it."""

    rows: list[Row]
    problems: list[Said]
    hints: list[Said]

    def of(self, part: str) -> tuple[list[Said], list[Said]]:
        """The problems and the hints of one part."""
        return [one for one in self.problems if one.part == part], [one for one in self.hints if one.part == part]


def overview(body: Body) -> Overview:
    """The draft, looked over."""
    found, hinted = list(_said(problems(body), body)), list(_said(hints(body), body))
    rows = [
        Row(step["key"], number, str(kind_of(step["kind"])), step.get("title", ""))
        for number, step in enumerate(body["steps"], 1)
    ]
    whole = Overview(rows, found, hinted)
    for row in rows:
        row.problems, row.hints = whole.of(row.key)
    return whole


def _said(findings: Iterable[Finding], body: Body) -> Iterable[Said]:
    for one in findings:
        part = where(one.place, body)
        inner = one.place if part == HEAD else one.place[2:]
        words = [str(n + 1) if isinstance(n, int) else str(label_of(n)) for n in inner]
        sentence = f"{' → '.join(words)}: {one.reason}" if words else one.reason
        yield Said(part, str(inner[0]) if inner else "", sentence)


@dataclass(frozen=True)
class Page:
    """One step for reading: what stands on it, and what it offers to choose or fill in."""

    number: int
    kind: str
    title: str
    text: str
    lines: list[tuple[str, list[str]]]


def pages(body: Body) -> list[Page]:
    """The steps of an exercise for whoever reads it through, of whatever kind they are."""
    return [
        Page(
            number, str(kind_of(step["kind"])), step.get("title", ""), step.get("text", ""),
            [(str(label_of(name)), _entries(name, value)) for name, value in step.items() if name not in _SHOWN],
        )
        for number, step in enumerate(body["steps"], 1)
    ]  # fmt: skip


_SHOWN = {"key", "kind", "title", "text"}


def _entries(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [" · ".join(_entry(name, part)) for part in value]
    return [str(value)]


def _entry(name: str, part: Any) -> list[str]:
    if not isinstance(part, dict):
        return [str(part)]
    found = []
    for inner, value in part.items():
        if inner == "kind":
            found.append(str(kind_of(value)))
        elif inner != "key":
            found += _entries(inner, value)
    return found
