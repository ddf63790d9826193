"""An exercise as a Questionnaire (FHIR R4), with a sentence for everything that has no place in one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exercises.content.fhir.words import HELP, INSTRUCTIONS, MOST_ROWS, ORDINAL, Item
from exercises.content.shapes import Column, Content, Option, Step

LONG, LINE = 20_000, 300  # characters of an answer, as the site takes them


@dataclass(frozen=True)
class LeftOut:
    """Something of an exercise that a questionnaire has no place for: a step by its title, or all of it."""

    step: str
    reason: str


def as_questionnaire(content: Content) -> tuple[dict[str, Any], tuple[LeftOut, ...]]:
    """The questionnaire, and what is left out of it."""
    items: list[Item] = [_display("introduction", content.introduction)]
    left: list[LeftOut] = []
    for step in content.steps:
        maker = _ITEMS.get(step.kind)
        if maker:
            items.append(maker(step))
        else:
            left.append(LeftOut(step.title, f"questionnaires have no item for a step of the kind '{step.kind}'"))
    items.append(_display("notice", content.notice))
    questionnaire = {
        "resourceType": "Questionnaire",
        "name": "".join(part.capitalize() for part in content.slug.split("-")),
        "title": content.title,
        "status": "draft",
        "subjectType": ["Patient"],
        "description": content.summary,
        "purpose": content.purpose,
        "item": items,
    }
    return questionnaire, (*left, *_about(content))


def _about(content: Content) -> list[LeftOut]:
    lost = [LeftOut("", "the tags, the minutes and the sharing frame, by which an exercise is found and given")]
    if content.cautions:
        lost.append(LeftOut("", "the sentences of caution for the therapist"))
    return [*lost, LeftOut("", "the questions for the next session")]


def _display(link: str, text: str, *extensions: Item) -> Item:
    return {"linkId": link, **({"extension": list(extensions)} if extensions else {}), "text": text, "type": "display"}


def _asked(step: Step, kind: str, **more: Any) -> Item:
    """An item that asks, with the step's text and hint below it as FHIR has them."""
    below = [_display(f"{step.key}.text", step.text, INSTRUCTIONS)] if step.text else []
    below += [_display(f"{step.key}.hint", step.hint, HELP)] if step.hint else []
    below += more.pop("item", [])
    return {"linkId": step.key, "text": step.title, "type": kind, **more, **({"item": below} if below else {})}


def _read(step: Step) -> Item:
    return _display(step.key, f"{step.title}\n\n{step.text}")


def _options(options: tuple[Option, ...]) -> list[Item]:
    return [{"valueCoding": {"code": option.key, "display": option.label}} for option in options]


def _points(of: Step | Column) -> list[Item]:
    """
    A scale is a choice whose options have a place in an order: the words at its ends stay with the numbers, which an
    integer with limits would lose.
    """
    numbers = range(11) if of.points == 11 else range(1, of.points + 1)
    said = {numbers[0]: of.low, numbers[len(numbers) // 2]: of.middle, numbers[-1]: of.high}
    return [
        {
            "extension": [{"url": ORDINAL, "valueDecimal": number}],
            "valueCoding": {"code": str(number), "display": _point(number, said.get(number, ""))},
        }
        for number in numbers
    ]


def _point(number: int, words: str) -> str:
    return f"{number}: {words}" if words else f"{number}"


def _cell(column: Column, link: str) -> Item:
    """One column of a table, as an item."""
    item: Item = {"linkId": f"{link}.{column.key}", "text": column.label, "type": _CELLS[column.kind]}
    if column.kind in {"scale", "choice"}:
        item["answerOption"] = _points(column) if column.kind == "scale" else _options(column.options)
    return item


def _rows(step: Step) -> Item:
    """A table: a group for each row that has a name, or one that repeats."""
    if not step.items:
        most = [{"url": MOST_ROWS, "valueInteger": step.max}]
        cells = [_cell(column, step.key) for column in step.columns]
        return {**_asked(step, "group", repeats=True, item=cells), "extension": most}
    rows = [
        {
            "linkId": f"{step.key}.{row.key}", "text": row.label, "type": "group",
            "item": [_cell(column, f"{step.key}.{row.key}") for column in step.columns],
        }
        for row in step.items
    ]  # fmt: skip
    return _asked(step, "group", item=rows)


_CELLS = {"short": "string", "prompt": "text", "scale": "choice", "choice": "choice", "date": "date"}
_ITEMS: dict[str, Callable[[Step], Item]] = {
    "read": _read,
    "prompt": lambda step: _asked(step, "text", maxLength=LONG),
    "short": lambda step: _asked(step, "string", maxLength=LINE),
    "scale": lambda step: _asked(step, "choice", answerOption=_points(step)),
    "choice": lambda step: _asked(step, "choice", answerOption=_options(step.options)),
    "choices": lambda step: _asked(step, "choice", repeats=True, answerOption=_options(step.options)),
    "checklist": lambda step: _asked(step, "choice", repeats=True, answerOption=_options(step.options)),
    "rows": _rows,
}


def file_name(content: Content) -> str:
    """A name for the file: the exercise's own, which has no characters that a header or a disk could stumble over."""
    return re.sub(r"[^a-z0-9-]", "", content.slug)[:60] or "exercise"
