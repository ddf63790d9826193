"""
How each sort of thing that the schema knows is asked for on a page, and read from what a page sent.

Reading judges nothing: what is wrong is kept, so that nothing typed is lost, and said by the reader's own rules.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exercises.building.words import hint_of, label_of, value_of
from exercises.content.keys import keep_keys, key_from
from exercises.content.rules import schema
from exercises.text import tidy

LONG = 600  # characters; what may be longer is written in a box and not on a line
MOST_ROWS = 40
Rule = Mapping[str, Any]


def resolved(rule: Rule) -> dict[str, Any]:
    """A rule with what it refers to."""
    name = rule.get("$ref", "").rpartition("/")[2]
    return {**(schema()["$defs"][name] if name else {}), **rule}


class Box:
    """One part of an exercise, by its name in the schema."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.name, self.rule = name, resolved(rule)
        self.label, self.hint = str(label_of(name)), str(hint_of(name, str(rule.get("description", ""))))

    def fields(self, at: str, value: Any, more: int = 0) -> dict[str, forms.Field]:
        """The form fields; `at` is what their names begin with, `more` how many blank rows are wanted."""
        return {at: self.field()}

    def field(self) -> forms.Field:
        raise NotImplementedError

    def initial(self, at: str, value: Any) -> dict[str, Any]:
        return {at: value}

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        """What was sent; an empty value where there is nothing."""
        raise NotImplementedError


class Words(Box):
    """A line, or a text."""

    def field(self) -> forms.Field:
        is_long = self.rule.get("maxLength", 0) >= LONG
        rows = {"rows": 8 if self.rule["maxLength"] > LONG else 3, "data-grow": True} if is_long else {}
        widget = (forms.Textarea if is_long else forms.TextInput)(attrs={**rows, "dir": "auto", "autocomplete": "off"})
        return forms.CharField(label=self.label, help_text=self.hint, required=False, widget=widget)

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        return tidy(data.get(at, "")).strip()


class Number(Box):
    """A whole number. What is none is kept as it was typed."""

    def field(self) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "number"})
        return forms.CharField(label=self.label, help_text=self.hint, required=False, widget=widget)

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        typed = tidy(data.get(at, "")).strip()
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else typed


class One(Box):
    """One of the values that the schema lists."""

    def field(self) -> forms.Field:
        choices = [(str(value), value_of(self.name, value)) for value in self.rule["enum"]]
        return forms.ChoiceField(
            label=self.label, help_text=self.hint, required=False, choices=choices, widget=forms.RadioSelect
        )

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        sent = data.get(at, "")
        return next((value for value in self.rule["enum"] if str(value) == sent), "")


class Few(One):
    """The same where there is little room."""

    def field(self) -> forms.Field:
        choices = [("", "—"), *((str(value), value_of(self.name, value)) for value in self.rule["enum"])]
        return forms.ChoiceField(label=self.label, help_text=self.hint, required=False, choices=choices)


class Several(Box):
    """Any number of the values that the schema lists."""

    def field(self) -> forms.Field:
        choices = [(value, value_of(self.name, value)) for value in resolved(self.rule["items"])["enum"]]
        return forms.MultipleChoiceField(
            label=self.label, help_text=self.hint, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
        )

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        sent = data.getlist(at)
        return [value for value in resolved(self.rule["items"])["enum"] if value in sent]


class Lines(Box):
    """Sentences, one a line."""

    def field(self) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 4, "data-grow": True, "dir": "auto"})
        return forms.CharField(label=self.label, help_text=self.hint, required=False, widget=widget)

    def initial(self, at: str, value: Any) -> dict[str, Any]:
        return {at: "\n".join(" ".join(str(line).split()) for line in value or [])}

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        return [line.strip() for line in tidy(data.get(at, "")).split("\n") if line.strip()]


class Options(Lines):
    """Labels, one a line, each with a key that outlives its words."""

    def initial(self, at: str, value: Any) -> dict[str, Any]:
        return super().initial(at, [option["label"] for option in value or []])

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        labels = super().read(at, data, before)
        keys = keep_keys(before or [], labels, self.name.rstrip("s"))
        return [{"key": key, "label": label} for key, label in zip(keys, labels, strict=True)]


class Rows(Box):
    """Things with several parts each, such as the columns of a table."""

    def boxes(self) -> list[Box]:
        parts = resolved(self.rule["items"])["properties"]
        return [box_for(name, rule, small=True) for name, rule in parts.items() if name != "key"]

    def fields(self, at: str, value: Any, more: int = 0) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for n in range(min(MOST_ROWS, len(value or []) + more)):
            found[f"{at}-{n}-key"] = forms.CharField(required=False, widget=forms.HiddenInput)
            for box in self.boxes():
                found |= box.fields(f"{at}-{n}-{box.name}", None)
            if n < len(value or []):
                found[f"{at}-{n}-out"] = forms.BooleanField(label=_("Take this one out"), required=False)
        return found

    def initial(self, at: str, value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for n, row in enumerate(value or []):
            found[f"{at}-{n}-key"] = row.get("key", "")
            for box in self.boxes():
                found |= box.initial(f"{at}-{n}-{box.name}", row.get(box.name))
        return found

    def read(self, at: str, data: QueryDict, before: Any) -> Any:
        known = {row["key"]: row for row in before or []}
        rows, taken = [], set(known)
        for n in range(MOST_ROWS):
            old = known.get(data.get(f"{at}-{n}-key", ""), {})
            parts = {b.name: b.read(f"{at}-{n}-{b.name}", data, old.get(b.name)) for b in self.boxes()}
            filled = {name: part for name, part in parts.items() if part not in ("", [])}
            if not filled or data.get(f"{at}-{n}-out"):
                continue
            key = old.get("key") or key_from(str(filled.get("label", "")), taken, self.name.rstrip("s"))
            taken.add(key)
            rows.append({"key": key, **filled})
        return rows


def box_for(name: str, rule: Rule, *, small: bool = False) -> Box:
    """The box that fits what the schema says of a part."""
    whole = resolved(rule)
    if "enum" in whole:
        return (Few if small else One)(name, rule)
    if whole.get("type") == "integer":
        return Number(name, rule)
    if whole.get("type") != "array":
        return Words(name, rule)
    entry = resolved(whole["items"])
    if "enum" in entry:
        return Several(name, rule)
    if entry.get("type") != "object":
        return Lines(name, rule)
    return (Options if set(entry["properties"]) == {"key", "label"} else Rows)(name, rule)
