"""Reading the library as its readers do: every text with its place, its sentences, its words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from exercises.content import Content, Step, read_library

LIBRARY = Path(__file__).parents[2] / "exercises" / "library"
EXERCISES = read_library(LIBRARY)


def read_plainly(folder: Path) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]


PROGRAMMES = read_plainly(LIBRARY / "programmes")


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


def programme_texts(programme: dict[str, Any]) -> list[str]:
    notes = [item.get("note", "") for item in programme["items"]]
    return [programme["title"], programme["summary"], programme["purpose"], *programme["cautions"], *notes]
