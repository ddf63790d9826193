"""Reading the library as its readers do: every text with its place, its sentences, its words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from exercises.content import Column, Content, Step, read_library

LIBRARY = Path(__file__).parents[2] / "exercises" / "library"
EXERCISES = read_library(LIBRARY)


def read_plainly(folder: Path) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]


PROGRAMMES = read_plainly(LIBRARY / "programmes")


def partner_texts(exercise: Content) -> Iterator[tuple[str, str]]:
    """Every text a partner can read, with its place."""
    yield "title", exercise.title
    yield "summary", exercise.summary
    yield "introduction", exercise.introduction
    for step in exercise.steps:
        yield from step_texts(step)
    yield "notice", exercise.notice


def step_texts(step: Step) -> Iterator[tuple[str, str]]:
    parts: list[Step | Column] = [step, *step.columns]
    for part in parts:
        words = [getattr(part, name, "") for name in ("title", "label", "text", "hint", "low", "middle", "high")]
        words += [option.label for option in (*part.options, *getattr(part, "items", ()))]
        yield from ((f"{step.key}/{part.key}", text) for text in words if text)
    yield from ((f"{step.key}/own", text) for text in own_texts(step))


def own_texts(step: Step) -> Iterator[str]:
    """What a kind has of its own: a line, or a list of things with a label. Numbers are for the machine."""
    for part in step.own.values():
        if isinstance(part, str):
            yield part
        elif isinstance(part, list | tuple):
            yield from (thing["label"] for thing in part)


def choices(step: Step) -> Iterator[tuple[str, list[str]]]:
    """The lists from which one chooses, in the step and in its columns; nobody has to tick a checklist."""
    if step.kind != "checklist" and step.options:
        yield step.key, [option.label for option in step.options]
    for column in step.columns:
        if column.options:
            yield f"{step.key}/{column.key}", [option.label for option in column.options]


def labels(step: Step) -> list[str]:
    """Whatever can stay behind as somebody's mark: options, items, and what a kind has of its own."""
    lists = (step.options, step.items, *(column.options for column in step.columns))
    return [*(thing.label for things in lists for thing in things), *own_texts(step)]


def prose(exercise: Content) -> list[str]:
    """What is told to a partner, without the short labels that may well be the same everywhere."""
    pages = [part for step in exercise.steps for part in (step.title, step.text, step.hint)]
    return [exercise.introduction, *pages, exercise.notice]


def therapist_texts(exercise: Content) -> Iterator[str]:
    yield exercise.purpose
    yield from exercise.cautions
    yield from exercise.debrief


def programme_texts(programme: dict[str, Any]) -> list[str]:
    notes = [item.get("note", "") for item in programme["items"]]
    return [programme["title"], programme["summary"], programme["purpose"], *programme["cautions"], *notes]


def found(pattern: str, text: str) -> list[str]:
    return re.findall(rf"\b(?:{pattern})\b", text.replace("\n", " "), re.IGNORECASE)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a blank line, a list's entry and a colon end one too."""
    plain = re.sub(r"(?m)^\s*(?:\d+\.|[-*])\s+", "\n\n", text).replace("*", "").replace("...", " ")
    pieces = re.split(r"[.?!:;](?=[\s\"”]|$)|\n\s*\n", plain)
    return [words for piece in pieces if (words := re.findall(r"[A-Za-z][A-Za-z'’-]*", piece))]
