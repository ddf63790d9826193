"""
The few ways of writing a sum in FHIRPath that are read: each means one thing, and everything else is refused.

    %resource.item.where(linkId='a' or linkId='b').answer.value.ordinal().sum()
    %resource.repeat(item).where(linkId in ('a' | 'b')).answer.value.weight().avg()
    %resource.item.where(linkId='a').answer.value.ordinal() + %resource.item.where(linkId='b').answer.value.ordinal()
    (… + …) / 2        where 2 is how many there are

Without `where`, all that is reached is meant: `item` reaches one level, `repeat(item)` and `descendants()` all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from exercises.scoring.shapes import Rule

_LINK = r"'([^'\\]+)'"
_REACH = r"%resource(?P<reach>(?:\.item)+|\.repeat\(item\)|\.descendants\(\)|\.item\.descendants\(\))"
_ONE_OF = rf"linkId={_LINK}(?:orlinkId={_LINK})*"
_IN = rf"linkIdin\({_LINK}(?:\|{_LINK})*\)"
_NUMBER = r"\.answer\.value(?:Coding)?\.(?:ordinal|weight)\(\)"
_TERM = re.compile(rf"{_REACH}(?:\.where\((?P<where>{_ONE_OF}|{_IN})\))?{_NUMBER}")
_WHOLE = re.compile(rf"{_TERM.pattern}\.(?P<rule>sum|avg)\(\)")
_DIVIDED = re.compile(r"\((?P<inside>.+)\)/(?P<by>[1-9]\d{0,3})")
_QUOTED = re.compile(rf"{_LINK}|\s+")


class NotRead(Exception):
    """An expression that is not read; `str()` says why."""


@dataclass(frozen=True)
class Counted:
    """Which items an expression counts, and how."""

    links: tuple[str, ...]
    rule: Rule


def read_expression(text: str, depths: Mapping[str, int]) -> Counted:
    """What an expression counts; `depths` says how deep each item lies, 1 for the top. Raises `NotRead`."""
    bare = _QUOTED.sub(lambda found: found[0] if found[1] else "", text)
    whole = _WHOLE.fullmatch(bare)
    if whole:
        rule = Rule.SUM if whole["rule"] == "sum" else Rule.MEAN
        return Counted(_once(_links(whole, depths)), rule)
    divided = _DIVIDED.fullmatch(bare)
    links = _added(divided["inside"] if divided else bare, depths)
    if not divided:
        return Counted(links, Rule.SUM)
    if int(divided["by"]) != len(links):
        raise NotRead(f"it adds {len(links)} answers and divides by {divided['by']}")
    return Counted(links, Rule.MEAN)


def _added(text: str, depths: Mapping[str, int]) -> tuple[str, ...]:
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    found: list[str] = []
    at = 0
    while True:
        term = _TERM.match(text, at)
        if not term:
            raise NotRead("only a sum or a mean of answers named by their linkId is read")
        links = _links(term, depths)
        if len(links) != 1:
            raise NotRead("it adds several answers at once, which FHIRPath does not")
        found += links
        if term.end() == len(text):
            return _once(found)
        if text[term.end()] != "+":
            raise NotRead("only a sum or a mean of answers named by their linkId is read")
        at = term.end() + 1


def _links(term: "re.Match[str]", depths: Mapping[str, int]) -> list[str]:
    reach = term["reach"]
    level = None if "(" in reach else reach.count(".item")
    reached = [link for link, depth in depths.items() if level is None or depth == level]
    if term["where"] is None:
        return reached
    named = re.findall(_LINK, term["where"])
    away = [link for link in named if link not in reached]
    if away:
        raise NotRead(f"it names {', '.join(away[:5])}, and where it looks there is no such question that counts")
    return named


def _once(links: list[str]) -> tuple[str, ...]:
    twice = sorted({link for link in links if links.count(link) > 1})
    if twice:
        raise NotRead(f"it counts {', '.join(twice[:5])} twice")
    if not links:
        raise NotRead("it reaches no question that counts")
    return tuple(links)
