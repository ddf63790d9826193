from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from exercises.content import Step
from exercises.kinds.base import Kind, Line, Shown, Value
from exercises.kinds.text import too_long
from exercises.text import SHORT, written

TEXTS = ("mine", "guess")
BETWEEN = " / "  # two texts that are joined


def ticked(data: QueryDict, name: str) -> bool:
    """Whether a box was ticked, as Django's own checkbox reads it."""
    return bool(forms.CheckboxInput().value_from_datadict(data, {}, name))  # type: ignore[arg-type]


class Guess(Kind):
    """
    Line by line, something of one's own and what one thinks the other's is. It is never scored, and "I don't know" is a
    full answer.

    The answer holds, under the key of each line with something in it, `mine`, `guess` and `unknown`.
    """

    name = "guess"
    is_offered = False
    template = "exercises/steps/guess.html"

    def fields(self, step: Step, rows: int = 0) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {}
        for item in step.items:
            for name, label in zip(TEXTS, (step.own["mine"], step.own["theirs"]), strict=True):
                widget = forms.TextInput(attrs={"data-limit": SHORT, "dir": "auto", "autocomplete": "off"})
                made[f"{name}-{item.key}"] = forms.CharField(label=label, required=False, widget=widget)
            made[f"unknown-{item.key}"] = forms.BooleanField(label=_("I don’t know"), required=False)
        return made

    def groups(self, step: Step) -> list[tuple[str, list[str]]]:
        return [(item.label, [f"{name}-{item.key}" for name in (*TEXTS, "unknown")]) for item in step.items]

    def initial(self, step: Step, value: Value) -> dict[str, Any]:
        return {f"{name}-{key}": part for key, line in (value or {}).items() for name, part in line.items()}

    def read(self, step: Step, data: QueryDict) -> Value:
        lines = {}
        for item in step.items:
            line: dict[str, Any] = {
                name: text for name in TEXTS if (text := written(data.get(f"{name}-{item.key}", "")))
            }
            if ticked(data, f"unknown-{item.key}"):
                line["unknown"] = True
            if line:
                lines[item.key] = line
        return lines or None

    def problems(self, step: Step, value: Value) -> Mapping[str, str]:
        return {
            f"{name}-{key}": too_long(line[name], SHORT)
            for key, line in (value or {}).items()
            for name in TEXTS
            if len(line.get(name, "")) > SHORT
        }

    def join(self, step: Step, theirs: Value, mine: Value) -> Value:
        keys = [item.key for item in step.items if item.key in theirs or item.key in mine]
        return {key: _both(theirs.get(key, {}), mine.get(key, {})) for key in keys}

    def holds(self, step: Step, value: Value, mine: Value) -> bool:
        return all(_holds((value or {}).get(key, {}), line) for key, line in mine.items())

    def show(self, step: Step, value: Value) -> Shown:
        found = [(item.label, (value or {}).get(item.key, {})) for item in step.items]
        cells = [(label, tuple(self._cells(step, line))) for label, line in found if line]
        return Shown(rows=tuple(cells))

    def _cells(self, step: Step, line: dict[str, Any]) -> list[tuple[str, str]]:
        guess = BETWEEN.join(filter(None, (line.get("guess"), _("I don’t know") if line.get("unknown") else "")))
        both = ((step.own["mine"], line.get("mine", "")), (step.own["theirs"], guess))
        return [(label, text) for label, text in both if text]

    def own_lines(self, step: Step, value: Value) -> list[Line]:
        kept = value or {}
        return [
            Line(item.key, item.label, text)
            for item in step.items
            if (text := kept.get(item.key, {}).get("mine"))
        ]  # fmt: skip

    def line_label(self, step: Step, key: str) -> str:
        return next((item.label for item in step.items if item.key == key), "")


def _both(theirs: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    joined = {**theirs, **mine}
    for name in TEXTS:
        one, other = theirs.get(name), mine.get(name)
        if one and other and one != other:
            joined[name] = f"{one}{BETWEEN}{other}"
    return joined


def _holds(line: dict[str, Any], mine: dict[str, Any]) -> bool:
    return all(
        line.get(name) == part or (name in TEXTS and str(line.get(name, "")).endswith(f"{BETWEEN}{part}"))
        for name, part in mine.items()
    )
