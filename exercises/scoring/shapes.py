"""What an instrument asks and how it is counted, as plain values. Numbers are fractions: nothing is ever rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any


class Rule(StrEnum):
    """How the weights of the answers become one number."""

    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True)
class Option:
    """One possible answer, and what it counts. Reversed items say so here: there is no other rule for them."""

    code: str
    label: str
    weight: Fraction | None = None


@dataclass(frozen=True)
class Item:
    """One question. Either all of its options count, or none of them does."""

    link: str
    text: str
    options: tuple[Option, ...]
    above: str = ""  # what the instrument says before it: an instruction, or the heading of a group

    @property
    def is_counted(self) -> bool:
        return all(option.weight is not None for option in self.options)

    def option(self, code: str | None) -> Option | None:
        """The option of a code; none for a code that this question does not have."""
        return next((one for one in self.options if one.code == code), None)


@dataclass(frozen=True)
class Scale:
    """Some of the items, counted together."""

    title: str
    links: tuple[str, ...]
    rule: Rule = Rule.SUM


@dataclass(frozen=True)
class Sheet:
    """An instrument as it is asked and counted. It never changes once it is there."""

    title: str
    items: tuple[Item, ...]
    total: Scale
    subscales: tuple[Scale, ...] = ()
    rights: str = ""  # its licence or copyright, in its own words

    @cached_property
    def by_link(self) -> Mapping[str, Item]:
        return {item.link: item for item in self.items}

    def as_json(self) -> dict[str, Any]:
        """Values that JSON has; `from_json` makes the same sheet of them."""
        return {
            "title": self.title,
            "rights": self.rights,
            "items": [_item_as_json(item) for item in self.items],
            "total": _scale_as_json(self.total),
            "subscales": [_scale_as_json(scale) for scale in self.subscales],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sheet":
        """What `as_json` gave."""
        return cls(
            title=kept["title"],
            rights=kept["rights"],
            items=tuple(
                Item(one["link"], one["text"], tuple(_option(option) for option in one["options"]), one["above"])
                for one in kept["items"]
            ),
            total=_scale(kept["total"]),
            subscales=tuple(_scale(one) for one in kept["subscales"]),
        )


def _item_as_json(item: Item) -> dict[str, Any]:
    options = [[one.code, one.label, None if one.weight is None else str(one.weight)] for one in item.options]
    return {"link": item.link, "text": item.text, "above": item.above, "options": options}


def _option(kept: list[Any]) -> Option:
    code, label, weight = kept
    return Option(code, label, None if weight is None else Fraction(weight))


def _scale_as_json(scale: Scale) -> dict[str, Any]:
    return {"title": scale.title, "links": list(scale.links), "rule": scale.rule.value}


def _scale(kept: Mapping[str, Any]) -> Scale:
    return Scale(kept["title"], tuple(kept["links"]), Rule(kept["rule"]))
