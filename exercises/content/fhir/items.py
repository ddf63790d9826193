"""One item of a questionnaire as one step of an exercise."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from exercises.content.drafts import Body
from exercises.content.fhir.words import CONTROL, MOST_ROWS, ORDINAL, Item, codes, extension
from exercises.content.keys import key_from
from exercises.content.problems import shown

LINE = 200  # characters of a title or a label
MOST_OPTIONS = 20
SCALES = {11: list(range(11)), 5: [1, 2, 3, 4, 5]}
_PLAIN = ("valueString", "valueInteger", "valueDate", "valueTime")
_BY_ITSELF = re.compile(r"\s*\d+\s*\Z")


class NotTaken(Exception):
    """Why an item cannot be a step."""


Step = tuple[Body, Sequence[str]]  # the step, and what is otherwise about it than in the questionnaire


def asked(item: Item, key: str) -> Step:
    """The step; raises `NotTaken` where there is none to make of it."""
    kind = item.get("type")
    maker = _STEPS.get(kind) if isinstance(kind, str) else None
    if maker is None:
        raise NotTaken(_NEVER.get(str(kind), f"{shown(kind)} is not a type of item that an exercise has a step for"))
    title, text = title_and_text(item)
    base: Body = {"key": key, "kind": "", "title": title, **({"text": text} if text else {})}
    step, notes = maker(item, base)
    hint = _below(item, is_help=True)
    if hint and step["kind"] != "read" and "\n" not in hint and len(hint) <= LINE:
        step["hint"] = hint
    if item.get("initial"):
        notes = [*notes, "What it is filled in with at first (initial) is not kept"]
    if kind == "group":
        return step, notes
    if kind != "choice" and kind != "open-choice" and item.get("repeats") is True:
        notes = [*notes, "It could be answered several times; here it is asked once"]
    return step, notes


def title_and_text(item: Item) -> tuple[str, str]:
    """The heading, and what stands below it: a text of several lines begins with its heading."""
    said = item.get("text")
    if not isinstance(said, str) or not said.strip():
        raise NotTaken("it has no text")
    prefix = item.get("prefix")
    said = f"{prefix.strip()} {said.strip()}" if isinstance(prefix, str) and prefix.strip() else said.strip()
    first, _, rest = said.partition("\n")
    below = _below(item, is_help=False)
    if len(first) <= LINE:
        return first.strip(), "\n\n".join(filter(None, (rest.strip(), below)))
    return f"{first[:60].rsplit(' ', 1)[0]} …", "\n\n".join(filter(None, (said, below)))


def _below(item: Item, *, is_help: bool) -> str:
    """The display items inside a question: its instructions, or its help."""
    inside = item.get("item")
    found = [
        one["text"].strip()
        for one in (inside if isinstance(inside, list) else [])
        if isinstance(one, dict) and one.get("type") == "display" and isinstance(one.get("text"), str)
        and ("help" in codes(extension(one, CONTROL))) == is_help
    ]  # fmt: skip
    return "\n\n".join(found)


def _read(item: Item, base: Body) -> Step:
    return {**base, "kind": "read", "text": base.get("text") or base["title"]}, ()


def _kind(kind: str, note: str = "") -> Callable[[Item, Body], Step]:
    def made(_item: Item, base: Body) -> Step:
        return {**base, "kind": kind}, (note,) if note else ()

    return made


def _yes_or_no(_item: Item, base: Body) -> Step:
    return {**base, "kind": "choice", "options": [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]}, ()


def _day(_item: Item, base: Body) -> Step:
    column = {"key": "day", "label": "Day", "kind": "date"}
    return {**base, "kind": "rows", "columns": [column], "count": 1, "max": 1}, ()


def _choice(item: Item, base: Body) -> Step:
    offered = _offered(item)
    scale = _scale(offered)
    if scale and item.get("repeats") is not True:
        return {**base, "kind": "scale", **scale}, ()
    notes = ["The numbers of its options are not kept: exercises are never scored"] if _has_order(item) else []
    kind = "choices" if item.get("repeats") is True else "choice"
    return {**base, "kind": kind, "options": _keyed(offered)}, notes


def _open_choice(item: Item, base: Body) -> Step:
    step, notes = _choice({**item, "extension": []}, base)
    options = step.get("options", [])
    if len(options) >= MOST_OPTIONS:
        raise NotTaken(f"it has {len(options)} options and one of one's own; the most is {MOST_OPTIONS}")
    other = {"key": key_from("something-else", {one["key"] for one in options}), "label": "Something else"}
    note = "An answer in one's own words is “Something else” here, and nothing can be typed"
    return {**step, "kind": step["kind"], "options": [*options, other]}, (*notes, note)


def _offered(item: Item) -> list[tuple[str, str, Any]]:
    """The options as (code, label, number), where they stand in the item itself."""
    options = item.get("answerOption")
    if not isinstance(options, list) or not options:
        away = "it names a list of options that is kept elsewhere (answerValueSet)"
        raise NotTaken(away if item.get("answerValueSet") else "it has no options")
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise NotTaken(f"it has {len(options)} options; there can be 2 to {MOST_OPTIONS}")
    return [_option(option) for option in options]


def _option(option: Any) -> tuple[str, str, Any]:
    value = option if isinstance(option, dict) else {}
    coding = value.get("valueCoding")
    said = coding.get("display") or coding.get("code") if isinstance(coding, dict) else None
    if said is None:
        said = next((value[name] for name in _PLAIN if name in value), None)
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str) or not said.strip():
        raise NotTaken("one of its options has no words")
    code = coding.get("code") if isinstance(coding, dict) else None
    number = extension(value, ORDINAL)
    if number is None and isinstance(coding, dict):
        number = extension(coding, ORDINAL)
    return str(code or said), said.strip(), number


def _has_order(item: Item) -> bool:
    return any(number is not None for _code, _label, number in _offered(item))


def _scale(offered: list[tuple[str, str, Any]]) -> Body:
    """Options that are numbers in their order, with words at both ends, are a scale; else nothing."""
    numbers = [number for _code, _label, number in offered]
    of = SCALES.get(len(offered))
    if of is None or any(isinstance(n, bool) or n != m for n, m in zip(numbers, of, strict=True)):
        return {}
    said = [label.partition(":") if ":" in label else (label, "", "") for _code, label, _number in offered]
    if not all(_BY_ITSELF.match(start) and int(start) == n for (start, _, _), n in zip(said, of, strict=True)):
        return {}
    words = [end.strip() for _start, _, end in said]
    middle = len(of) // 2
    others = [word for n, word in enumerate(words) if n not in {0, middle, len(of) - 1}]
    if any(others) or not words[0] or not words[-1]:
        return {}
    scale: Body = {"low": words[0], "high": words[-1], "points": len(of)}
    return {**scale, "middle": words[middle]} if words[middle] else scale


def _keyed(offered: list[tuple[str, str, Any]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for code, label, _number in offered:
        words = code if re.search(r"[A-Za-z]", code) and len(code) <= 40 else label
        found.append({"key": key_from(words, {one["key"] for one in found}, "option"), "label": label})
    return found


# --- tables


def is_table(item: Item) -> bool:
    """A group that repeats, or one whose groups all ask the same."""
    return item.get("repeats") is True or bool(_named_rows(item))


def _named_rows(item: Item) -> list[Item]:
    rows = [one for one in _inside(item) if one.get("type") != "display"]
    names = ("type", "text", "answerOption")
    shapes = {tuple(str(cell.get(name)) for cell in _inside(row) for name in names) for row in rows}
    alike = len(rows) >= 2 and len(shapes) == 1 and all(row.get("type") == "group" for row in rows)
    return rows if alike and all(_can_be_columns(row) for row in rows) else []


def _can_be_columns(row: Item) -> bool:
    cells = _inside(row)
    return 1 <= len(cells) <= 5 and all(str(cell.get("type")) in _CELLS and not cell.get("item") for cell in cells)


def _inside(item: Item) -> list[Item]:
    inside = item.get("item")
    return [one for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []


def _table(item: Item, base: Body) -> Step:
    rows = _named_rows(item)
    if rows:
        items = _keyed([(str(row.get("linkId", "")).rpartition(".")[2], _label(row), None) for row in rows])
        return {**base, "kind": "rows", "columns": _columns(_inside(rows[0])), "items": items}, ()
    cells = [one for one in _inside(item) if one.get("type") != "display"]
    if not _can_be_columns({"item": cells}):
        raise NotTaken("it is a group that repeats, and a table has one to five plain columns")
    most = extension(item, MOST_ROWS)
    most = most if isinstance(most, int) and 1 <= most <= 31 else 7
    return {**base, "kind": "rows", "columns": _columns(cells), "count": min(2, most), "max": most}, ()


def _columns(cells: list[Item]) -> list[Body]:
    found: list[Body] = []
    for cell in cells:
        name = str(cell.get("linkId", "")).rpartition(".")[2] or _label(cell)
        column: Body = {"key": key_from(name, {one["key"] for one in found}, "column"), "label": _label(cell)}
        column["kind"] = _CELLS[str(cell["type"])]
        if cell["type"] == "choice":
            offered = _offered(cell)
            scale = _scale(offered)
            column |= {"kind": "scale", **scale} if scale else {"options": _keyed(offered)}
        found.append(column)
    return found


def _label(item: Item) -> str:
    return title_and_text({name: value for name, value in item.items() if name != "item"})[0]


_CELLS = {"string": "short", "text": "prompt", "choice": "choice", "date": "date"}
_NEVER = {
    "attachment": "an exercise takes no files",
    "reference": "it points to a record elsewhere",
    "question": "the type 'question' is abstract: it says not what is asked",
}
_STEPS: dict[str, Callable[[Item, Body], Step]] = {
    "display": _read,
    "string": _kind("short"),
    "text": _kind("prompt"),
    "integer": _kind("short", "A whole number was asked for; here any words can be written"),
    "decimal": _kind("short", "A number was asked for; here any words can be written"),
    "quantity": _kind("short", "A measure was asked for; here any words can be written"),
    "dateTime": _kind("short", "A day and a time were asked for; here any words can be written"),
    "time": _kind("short", "A time was asked for; here any words can be written"),
    "url": _kind("short", "An address was asked for; here any words can be written"),
    "boolean": _yes_or_no,
    "date": _day,
    "choice": _choice,
    "coding": _choice,  # R5's word for it
    "open-choice": _open_choice,
    "group": _table,
}
