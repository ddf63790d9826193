"""What makes data an exercise: the schema's rules as sentences, and the few a schema cannot say."""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from exercises.content.problems import Finding, Place, shown
from exercises.content.source import UNSEEN, unseen_sentence

SCHEMA = Path(__file__).parent.parent / "library" / "schema.json"
KINDS = Path(__file__).parent / "kinds"  # one file for each kind of step: what it takes beside a title and a text
EMPTY = "is empty; write it, or leave the key out if it is optional"
MOST_FINDINGS = 50  # one file; more would not be read
_TAG = re.compile(r"<[A-Za-z/!?][^>\n]*>?")
_TYPES = {
    "string": "text (a number or an empty place needs words, or quotes around it)",
    "integer": "a whole number",
    "array": "a list",
    "object": "a set of 'key: value' lines",
}
_HAVE = {
    str: "text",
    int: "a number",
    list: "a list",
    dict: "a set of keys",
    type(None): "empty",
    bool: "true or false",
}


def findings(data: object) -> tuple[Finding, ...]:
    """Everything that keeps data from being an exercise, each thing said once."""
    return at_most(_all(data))


def at_most(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """Each once, and no more than one would read."""
    found: dict[Finding, None] = {}
    for finding in findings:
        found.setdefault(finding)
        if len(found) == MOST_FINDINGS:
            break
    return tuple(found)


def _all(data: object) -> Iterator[Finding]:
    yield from judged(data, _validator())
    if isinstance(data, dict):
        for index, step in enumerate(sets(data.get("steps"))):
            yield from _step_findings(step, ("steps", index))
        yield from repeated(data.get("steps"), ("steps",))


def judged(data: object, validator: Draft202012Validator) -> Iterator[Finding]:
    """What a schema says against data, as sentences; and what no text may hold."""
    for error in validator.iter_errors(data):
        yield from _findings_of(error, data)
    yield from _forbidden_text(data, ())


@cache
def _validator() -> Draft202012Validator:
    whole = schema()
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


@cache
def schema() -> dict[str, Any]:
    """The schema of an exercise, with the kinds of step that have a file each; what one kind takes no other does."""
    whole: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    kinds = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(KINDS.glob("*.json"))}
    step = whole["$defs"]["step"]
    step["properties"]["kind"]["enum"] = list(kinds)
    taken = {name for kind in kinds.values() for name in kind["properties"]}
    step["properties"] |= dict.fromkeys(sorted(taken - step["properties"].keys()), True)
    step["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": {**kind, "properties": {**{other: {"not": {}} for other in sorted(taken)}, **kind["properties"]}},
        }
        for name, kind in kinds.items()
    ]
    return whole


def _findings_of(error: Any, data: object) -> Iterator[Finding]:
    place: Place = tuple(error.absolute_path)
    if error.validator == "not":  # the schema forbids a key that this kind does not have
        yield Finding(place, f"does not belong to {_owner(data, place)}; leave it out")
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(error, place)
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (Finding(place, f"'{name}' is missing") for name in missing)
    else:
        sentence = _SENTENCES.get(str(error.validator), lambda failed: failed.message)
        yield Finding(place, sentence(error))


def _unknown_keys(error: Any, place: Place) -> Iterator[Finding]:
    known = list(error.schema["properties"])
    for name in islice((name for name in error.instance if name not in known), MOST_FINDINGS):
        near = difflib.get_close_matches(str(name)[:40], known, n=1)
        meant = f"did you mean '{near[0]}'?" if near else f"use {_listed(known)}"
        yield Finding((*place, name), f"is not a known key here; {meant}")


def _owner(data: object, place: Place) -> str:
    """What a forbidden key stands in, said by its kind."""
    owner: Any = data
    for part in place[:-1]:
        owner = owner[part]
    kind = owner.get("kind") if isinstance(owner, Mapping) else None
    what = "column" if "columns" in place[:-1] else "step"
    return f"a {what} of the kind {shown(kind)}" if kind else f"this {what}"


def _wrong_choice(error: Any) -> str:
    what = error.schema.get("title", "value")
    return f"{shown(error.instance)} is not a {what}; use one of {_listed(error.validator_value)}"


def _wrong_type(error: Any) -> str:
    wanted = _TYPES.get(str(error.validator_value), str(error.validator_value))
    return f"has to be {wanted}, and is {_HAVE.get(type(error.instance), 'something else')}"


def _wrong_pattern(error: Any) -> str:
    if not str(error.instance).strip():
        return EMPTY
    return f"{shown(error.instance)} has to be {error.schema.get('title', 'written differently')}"


def _entries(error: Any) -> str:
    return "1 entry" if len(error.instance) == 1 else f"{len(error.instance)} entries"


def _because(error: Any) -> str:
    return f", as {error.schema['title']}" if "title" in error.schema else ""


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "enum": _wrong_choice,
    "type": _wrong_type,
    "pattern": _wrong_pattern,
    "minLength": lambda error: EMPTY,
    "maxLength": lambda error: f"is {len(error.instance)} characters long; the most is {error.validator_value}",
    "minItems": lambda error: f"has {_entries(error)}; the fewest is {error.validator_value}{_because(error)}",
    "maxItems": lambda error: f"has {_entries(error)}; the most is {error.validator_value}",
    "minimum": lambda error: f"is {error.instance}; the least is {error.validator_value}",
    "maximum": lambda error: f"is {error.instance}; the most is {error.validator_value}",
    "uniqueItems": lambda error: "names the same thing twice",
    "oneOf": lambda error: "a table needs either 'items' (rows with fixed labels) or 'count' with 'max' (blank rows)",
}


def _step_findings(step: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    for name, entries in step.items():
        yield from repeated(entries, (*place, name))
    for index, column in enumerate(sets(step.get("columns"))):
        yield from repeated(column.get("options"), (*place, "columns", index, "options"))
    count, most = step.get("count"), step.get("max")
    if isinstance(count, int) and isinstance(most, int) and count > most:
        yield Finding((*place, "max"), f"is {most}, fewer than the {count} rows that 'count' offers at first")


def repeated(entries: object, place: Place) -> Iterator[Finding]:
    """Keys within one list tell answers apart, so no key may come twice."""
    seen: dict[str, int] = {}
    for index, entry in enumerate(sets(entries)):
        key = entry.get("key")
        if not isinstance(key, str):
            continue
        if key in seen:
            reason = f"{shown(key)} is also the key of number {seen[key]}; each key may stand once"
            yield Finding((*place, index, "key"), reason)
        seen.setdefault(key, index + 1)


def sets(entries: object) -> list[Mapping[str, Any]]:
    """The entries of a list, a wrong one as an empty set so that the others keep their number."""
    return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []


def _forbidden_text(value: object, place: Place) -> Iterator[Finding]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _forbidden_text(part, (*place, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _forbidden_text(part, (*place, index))
    elif isinstance(value, str):
        for hit in islice(_TAG.finditer(value), 5):
            reason = f"{shown(hit[0])} looks like an HTML tag; texts are plain words and Markdown without HTML"
            yield Finding(place, reason, value.count("\n", 0, hit.start()))
        for hit in islice(UNSEEN.finditer(value), 5):
            yield Finding(place, unseen_sentence(hit[0]), value.count("\n", 0, hit.start()))


def _listed(names: list[Any]) -> str:
    return ", ".join(str(name) for name in names)
