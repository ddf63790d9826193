"""An exercise while it is being written: plain data that may lack anything, and what is done to it, without a clock."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from exercises.content.keys import key_from
from exercises.content.problems import Finding, Place
from exercises.content.rules import EMPTY, findings, schema

Body = dict[str, Any]
HEAD = "head"  # the part of a draft that is no step
NAMED = {"slug", "number"}  # what no author is asked for
LARGEST = 150_000  # characters of a whole draft; the longest exercise of the library has a tenth of it


def skeleton(slug: str, number: int) -> Body:
    """What a new exercise begins with: every part is there, and most of them empty, so that each can be asked for."""
    return {
        "slug": slug, "number": number, "title": "", "summary": "", "schools": [], "leaning": "connection",
        "format": "each", "minutes": 10, "content_level": 0, "frame": "private-first", "closeness": [], "barriers": [],
        "jobs": [], "practices": [], "risks": [], "purpose": "", "cautions": [], "introduction": "",
        "steps": [
            {"key": "begin", "kind": "read", "title": "", "text": ""},
            {"key": "write", "kind": "prompt", "title": ""},
        ],
        "notice": "", "debrief": [],
    }  # fmt: skip


def new_step(body: Body, kind: str, taken: set[str]) -> Body:
    """An empty page of a kind, under a key that nothing in the exercise has or had."""
    used = taken | {step["key"] for step in body["steps"]}
    required = set(kind_rules(kind).get("required", ()))
    wanted = kind_rules(kind).get("properties", {})
    empty = {name: "" for name in required if name == "text" or is_text(wanted.get(name, {}))}
    return {"key": key_from(kind, used, "step"), "kind": kind, "title": "", **empty}


def kind_rules(kind: str) -> dict[str, Any]:
    """What the schema says that a kind of step takes beside a key, a title and a text."""
    for rule in schema()["$defs"]["step"]["allOf"]:
        if rule["if"]["properties"]["kind"].get("const") == kind:
            found: dict[str, Any] = rule["then"]
            return found
    return {}


def is_text(rule: Mapping[str, Any]) -> bool:
    """Whether the schema wants words here."""
    return rule.get("type") == "string" or rule.get("$ref", "").rpartition("/")[2] in {"line", "text", "sentence"}


def place_of(body: Body, key: str) -> int | None:
    """Where a step stands, from nought."""
    return next((n for n, step in enumerate(body["steps"]) if step["key"] == key), None)


def part_of(body: Body, part: str) -> Body | None:
    """The head, or a step by its key."""
    if part == HEAD:
        return {name: value for name, value in body.items() if name not in {*NAMED, "steps"}}
    at = place_of(body, part)
    return None if at is None else body["steps"][at]


def with_part(body: Body, part: str, new: Body) -> Body:
    """The draft with one part of it anew."""
    if part == HEAD:
        return {**body, **new}
    return {**body, "steps": [{**new, "key": part} if step["key"] == part else step for step in body["steps"]]}


def moved(body: Body, key: str, by: int) -> Body:
    """The draft with one step so many places further on; at either end it stays."""
    steps = list(body["steps"])
    at = place_of(body, key)
    if at is not None and 0 <= at + by < len(steps):
        steps.insert(at + by, steps.pop(at))
    return {**body, "steps": steps}


def fingerprint(part: Body | None) -> str:
    """Tells two texts of a part apart."""
    written = json.dumps(part, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def tidied(value: Any) -> Any:
    """As a file would be read: no text begins or ends with blanks."""
    if isinstance(value, dict):
        return {name: tidied(part) for name, part in value.items()}
    if isinstance(value, list):
        return [tidied(part) for part in value]
    return value.strip() if isinstance(value, str) else value


def size(body: Body) -> int:
    """How many characters a draft has, all in all."""
    return len(json.dumps(body, ensure_ascii=False))


def problems(body: Body) -> tuple[Finding, ...]:
    """What keeps a draft from being an exercise, in the words of the reader where it speaks of no file."""
    said = (
        Finding(one.place, _MENDED.get(one.reason, one.reason), one.below) for one in findings(tidied(body))
    )  # fmt: skip
    return tuple(said)


_MENDED = {EMPTY: "is empty; write it"}


# --- what has changed, in lines


class Line(NamedTuple):
    """A line of the comparison: added, removed, or the same as before."""

    sign: str
    text: str


def compared(old: Body | None, new: Body, around: int = 1) -> list[Line]:
    """What a draft changes, with so many lines around each change; of what stays alike no more is shown."""
    before, after = list(lines_of(old)) if old else [], list(lines_of(new))
    found: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _around(after[c:d], around, is_first=c == 0, is_last=d == len(after))
            continue
        found += [Line("removed", text) for text in before[a:b]]
        found += [Line("added", text) for text in after[c:d]]
    return found if any(line.sign in {"added", "removed"} for line in found) else []


def _around(same: list[str], most: int, *, is_first: bool, is_last: bool) -> list[Line]:
    head, tail = (0 if is_first else most), (0 if is_last else most)
    if len(same) <= head + tail:
        return [Line("same", text) for text in same]
    ends = [Line("same", text) for text in same[:head]], [Line("same", text) for text in same[len(same) - tail :]]
    return [*ends[0], Line("gap", ""), *ends[1]]


def lines_of(body: Body) -> Iterator[str]:
    """An exercise as lines that can be read one by one."""
    for name, value in body.items():
        if name not in {*NAMED, "steps"}:
            yield from _lines(name, value)
    for number, step in enumerate(body["steps"], 1):
        yield f"step {number} ({step['kind']}): {step.get('title', '')}"
        for name, value in step.items():
            if name not in {"key", "kind", "title"}:
                yield from _lines(name, value)


def _lines(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (f"{name}: {_said(entry)}" for entry in value)
    elif isinstance(value, str):
        yield from (f"{name}: {line}" for line in value.split("\n") if line.strip())
    else:
        yield f"{name}: {value}"


def _said(entry: Any) -> str:
    if isinstance(entry, dict):
        inner = (_said(part) for name, part in entry.items() if name != "key")
        return " · ".join(inner)
    return ", ".join(map(_said, entry)) if isinstance(entry, list) else str(entry)


def where(place: Place, body: Body) -> str:
    """The part of a draft that a problem is in: the head, a step by its key, or nothing where it is all of it."""
    if place[:1] == ("steps",):
        at = place[1] if len(place) > 1 else None
        return body["steps"][at]["key"] if isinstance(at, int) and at < len(body["steps"]) else ""
    return HEAD
