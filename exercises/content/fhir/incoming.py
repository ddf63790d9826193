"""A Questionnaire (FHIR R4, R4B or R5) as a draft, with a sentence for each item that cannot be in an exercise."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from exercises.content.drafts import Body, skeleton
from exercises.content.fhir.items import NotTaken, asked, is_table
from exercises.content.fhir.words import HIDDEN, Item, extension
from exercises.content.keys import key_from
from exercises.content.problems import Finding, shown
from exercises.content.rules import findings

LARGEST = 1_000_000  # bytes
MOST_ITEMS = 1_000
MOST_STEPS = 20
DEEPEST = 20
NUMBER = 1001  # a questionnaire has none; this is the first that no built-in exercise has
FRAME = ("introduction", "notice")  # as our own files call what comes before the first step and after the last


class Unusable(Exception):
    """The file is no questionnaire that could be read; `str()` says why."""


@dataclass(frozen=True)
class Told:
    """What becomes of one item: left out, or taken otherwise than it was."""

    link: str
    sentence: str
    is_left_out: bool = True


@dataclass
class Taken:
    """The draft that a questionnaire makes, and everything there is to say about it."""

    body: Body
    told: list[Told] = field(default_factory=list)

    @property
    def steps(self) -> int:
        return len(self.body["steps"])


def opened(raw: bytes, *, most: int = MOST_ITEMS) -> tuple[Item, list[Any]]:
    """The questionnaire in what somebody sent, and its items, neither of them looked at yet; raises `Unusable`."""
    data = _json(raw)
    if not isinstance(data, dict) or data.get("resourceType") != "Questionnaire":
        found = shown(data.get("resourceType")) if isinstance(data, dict) else "a list or a single value"
        raise Unusable(f"This is JSON, but no FHIR Questionnaire: its resourceType is {found}.")
    if data.get("modifierExtension"):
        raise Unusable("It carries a modifierExtension, which changes what everything else in it means.")
    items = data.get("item")
    if not isinstance(items, list) or not items:
        raise Unusable("The questionnaire has no items.")
    count = _count(items)
    if count > most:
        raise Unusable(f"The questionnaire has {count:,} items. No more than {most:,} are looked at.")
    return data, items


def read_questionnaire(raw: bytes) -> Taken:
    """The draft in what somebody sent; raises `Unusable` where nothing can be made of it."""
    data, items = opened(raw)
    head = _head(data)
    taken = Taken(skeleton(key_from(head.get("title", ""), (), "own"), NUMBER) | head)
    _steps(items, taken)
    if not taken.body["steps"]:
        raise Unusable("None of its items can be a step of an exercise. " + _first(taken.told))
    return taken


def _first(told: list[Told]) -> str:
    return " ".join(f"{one.link}: {one.sentence}." for one in told[:5])


def _json(raw: bytes) -> Any:
    if len(raw) > LARGEST:
        raise Unusable(f"The file is larger than {LARGEST // 1_000_000} MB, the most a questionnaire may have.")
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Unusable("The file is not UTF-8; save it again with the encoding UTF-8.") from error
    except json.JSONDecodeError as error:
        raise Unusable(f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except RecursionError as error:
        raise Unusable("The file is nested too deeply to be a questionnaire.") from error
    except ValueError as error:
        raise Unusable(str(error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Unusable(f"The key {shown(name)} stands twice in one place of the file.")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise Unusable(f"The file has {name} in it, which is not JSON.")


def _count(items: Any, depth: int = 0) -> int:
    if depth > DEEPEST:
        raise Unusable(f"Its groups lie more than {DEEPEST} levels deep.")
    if not isinstance(items, list):
        return 0
    return sum(1 + _count(item.get("item"), depth + 1) for item in items if isinstance(item, dict))


def _head(data: Item) -> Body:
    """What stands above the items, as far as it is text that may stand there; the rest is asked for."""
    title = data.get("title") or data.get("name")
    found = {"title": title, "summary": data.get("description"), "purpose": data.get("purpose")}
    head = {name: value.strip() for name, value in found.items() if isinstance(value, str)}
    return {name: value for name, value in head.items() if not _complaint(name, value)} | {"steps": []}


def _complaint(name: str, value: str) -> str:
    return next((one.reason for one in findings({name: value}) if one.place[:1] == (name,)), "")


# --- the items


def _steps(items: list[Any], taken: Taken) -> None:
    links: set[str] = set()
    codes = 0
    required = False
    for item in _flat(items, taken):
        codes += bool(item.get("code"))
        required = required or item.get("required") is True
        link = _link(item, len(links))
        if link in links:
            taken.told.append(Told(link, "this linkId stands twice; it is kept under another name", is_left_out=False))
        links.add(link)
        _step(item, link, taken)
    if required:
        taken.told.append(Told("", "Nothing is required here: every question can be skipped", is_left_out=False))
    if codes:
        taken.told.append(Told("", f"The codes that {codes} of the items carry are not kept", is_left_out=False))


def _step(item: Item, link: str, taken: Taken) -> None:
    text = item.get("text")
    if link in FRAME and item.get("type") == "display" and isinstance(text, str) and not _complaint(link, text):
        taken.body[link] = text.strip()
        return
    if len(taken.body["steps"]) >= MOST_STEPS:
        taken.told.append(Told(link, f"an exercise has {MOST_STEPS} steps at most"))
        return
    key = key_from(link, {step["key"] for step in taken.body["steps"]}, "item")
    try:
        step, notes = asked(item, key)
    except NotTaken as refused:
        taken.told.append(Told(link, str(refused)))
        return
    complaint = _step_complaint(step)
    if complaint:
        taken.told.append(Told(link, complaint))
        return
    taken.told += [Told(link, note, is_left_out=False) for note in notes]
    taken.body["steps"].append(step)


def _step_complaint(step: Body) -> str:
    """What the reader would say of this step alone."""
    found = [one for one in findings({"steps": [step]}) if one.place[:2] == ("steps", 0)]
    return Finding(found[0].place[2:], found[0].reason).sentence() if found else ""


def _link(item: Item, number: int) -> str:
    link = item.get("linkId")
    return link.strip()[:60] if isinstance(link, str) and link.strip() else f"item {number + 1}"


def _flat(items: list[Any], taken: Taken) -> Iterator[Item]:
    """The items one after the other: a group becomes a page to read and its items after it."""
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            taken.told.append(Told(f"item {number + 1}", "is not an item"))
            continue
        because = not_for_a_person(item)
        if because:
            inside = _count(item.get("item"))
            more = f", and with it the {inside} inside it" if inside else ""
            taken.told.append(Told(_link(item, number), because + more))
            continue
        if item.get("type") == "group" and not is_table(item):
            if isinstance(item.get("text"), str) and item["text"].strip():
                yield {**item, "type": "display", "item": [], "text": _of_group(item["text"])}
            yield from _flat(_list(item.get("item")), taken)
            continue
        yield item
        if item.get("type") not in ("group", "display"):
            yield from _flat([one for one in _list(item.get("item")) if _asks(one)], taken)


def _of_group(text: str) -> str:
    return f"{text.strip()}\n\nThe next pages belong together."


def _asks(item: Any) -> bool:
    return not isinstance(item, dict) or item.get("type") != "display"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def not_for_a_person(item: Item) -> str:
    """Why an item, and all that is inside it, must not be asked as it stands."""
    if item.get("enableWhen"):
        return "it is asked under a condition only (enableWhen), and exercises have none"
    if item.get("modifierExtension"):
        return "it carries a modifierExtension, which changes what it means"
    if extension(item, HIDDEN) is True:
        return "it is hidden from whoever answers"
    if item.get("readOnly") is True:
        return "a program fills it in (readOnly)"
    return ""
