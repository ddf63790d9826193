"""A FHIR R4 Questionnaire as an instrument: read exactly, or refused with a sentence for each thing that is not."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from exercises.content.fhir import Unusable
from exercises.content.fhir.incoming import not_for_a_person, opened
from exercises.content.fhir.words import ORDINAL, extension
from exercises.content.problems import shown
from exercises.scoring.expressions import Counted, NotRead, read_expression
from exercises.scoring.shapes import Item, Option, Rule, Scale, Sheet
from exercises.text import tidy

ITEM_WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
MOST_ITEMS = 200
MOST_OPTIONS = 20
MOST_TOLD = 20
LINE, TEXT, RIGHTS = 200, 2_000, 4_000
LARGEST_WEIGHT = 1_000_000
Raw = dict[str, Any]


@dataclass
class _Found:
    """What was come upon so far."""

    problems: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    depths: dict[str, int] = field(default_factory=dict)  # of what counts
    links: set[str] = field(default_factory=set)
    groups: list[tuple[str, list[str]]] = field(default_factory=list)
    sums: list[tuple[str, str, str]] = field(default_factory=list)  # link, title, expression

    def says(self, link: str, sentence: str) -> None:
        self.problems.append(f"{link}: {sentence}.")


def read_instrument(raw: bytes) -> Sheet:
    """The instrument in what somebody sent; raises `Unusable` with everything that is in the way."""
    data, items = opened(raw, most=MOST_ITEMS)
    found = _Found()
    _walk(items, found, depth=1, above="")
    title = _text(data.get("title") or data.get("name"), LINE)
    if not title:
        found.problems.insert(0, "The questionnaire has no title, or one longer than 200 characters.")
    rights = _text(data.get("copyright"), RIGHTS) if data.get("copyright") else ""
    if rights is None:
        found.problems.append(f"Its copyright is no text of up to {RIGHTS:,} characters.")
    if not found.problems and not found.depths:
        found.problems.append(
            "None of its options has a number (itemWeight or ordinalValue): there is nothing to count."
        )
    _stop(found)
    total, subscales = _scales(found)
    _stop(found)
    return Sheet(title or "", tuple(found.items), total, subscales, rights or "")


def _stop(found: _Found) -> None:
    if found.problems:
        told = found.problems[:MOST_TOLD]
        more = len(found.problems) - len(told)
        raise Unusable("\n".join([*told, *([f"And {more} more."] if more else [])]))


def _text(value: Any, most: int) -> str | None:
    """A text that is there and not too long; None for anything else."""
    said = tidy(value).strip() if isinstance(value, str) else ""
    return said if 0 < len(said) <= most else None


def _walk(items: list[Any], found: _Found, *, depth: int, above: str) -> None:
    """The items one after the other. What is only said goes above the question that follows it."""
    said = [above] if above else []
    for raw in items:
        link = _link(raw, found)
        if link is None:
            continue
        if extension(raw, CALCULATED) is not None:
            _calculated(raw, link, found)
            continue
        because = not_for_a_person(raw)
        if because:
            found.says(link, because)
            continue
        kind = raw.get("type")
        if kind == "group":
            _group(raw, link, found, depth, said)
            said = []
        elif kind == "display":
            said += filter(None, [_text(raw.get("text"), TEXT)])
        elif kind in ("choice", "coding"):
            _question(raw, link, found, depth, "\n\n".join(said))
            said = []
        else:
            found.says(link, f"it is of the type {shown(kind)}; an instrument is asked with options to choose from")


def _link(raw: Any, found: _Found) -> str | None:
    link = raw.get("linkId") if isinstance(raw, dict) else None
    if not isinstance(link, str) or not link.strip() or len(link) > 60 or tidy(link) != link:
        found.problems.append(f"Item {len(found.links) + 1} has no linkId of up to 60 characters.")
        return None
    if link in found.links:
        found.says(link, "this linkId stands twice, and nobody could tell which of the two an answer belongs to")
        return None
    found.links.add(link)
    return link


def _group(raw: Raw, link: str, found: _Found, depth: int, said: list[str]) -> None:
    if raw.get("repeats") is True:
        found.says(link, "it is a group that repeats")
        return
    before, inside = len(found.items), raw.get("item")
    title = _text(raw.get("text"), TEXT) or ""
    _walk(
        inside if isinstance(inside, list) else [],
        found,
        depth=depth + 1,
        above="\n\n".join(filter(None, [*said, title])),
    )
    links = [item.link for item in found.items[before:] if item.is_counted]
    found.groups.append((title or link, links))


def _calculated(raw: Raw, link: str, found: _Found) -> None:
    value = extension(raw, CALCULATED)
    told = value if isinstance(value, dict) else {}
    expression = told.get("expression")
    if told.get("language") != "text/fhirpath" or not isinstance(expression, str) or len(expression) > 20_000:
        found.says(link, "what it is worked out by is no expression in text/fhirpath")
        return
    found.sums.append((link, _text(raw.get("text"), LINE) or link, expression))


# --- questions


def _question(raw: Raw, link: str, found: _Found, depth: int, above: str) -> None:
    text, options, inside = _text(raw.get("text"), TEXT), raw.get("answerOption"), raw.get("item") or []
    helps = (
        [one for one in inside if isinstance(one, dict) and one.get("type") == "display"]
        if isinstance(inside, list)
        else []
    )
    if text is None:
        found.says(link, f"it has no text, or one of more than {TEXT:,} characters")
    elif raw.get("repeats") is True:
        found.says(link, "several options can be chosen, and it is not said what these count together")
    elif not isinstance(inside, list) or len(helps) < len(inside):
        found.says(link, "it asks something more inside itself")
    elif not isinstance(options, list) or not 2 <= len(options) <= MOST_OPTIONS:
        away = " it names a list that is kept elsewhere (answerValueSet);" if raw.get("answerValueSet") else ""
        found.says(link, f"{away.strip()} an item has 2 to {MOST_OPTIONS} options of its own (answerOption)".strip())
    else:
        _options(link, text, options, found, depth, above)


def _options(link: str, text: str, options: list[Any], found: _Found, depth: int, above: str) -> None:
    try:
        item = Item(link, text, tuple(_option(one) for one in options), above)
    except ValueError as error:
        found.says(link, str(error))
        return
    counted = [one for one in item.options if one.weight is not None]
    if len({one.code for one in item.options}) < len(item.options):
        found.says(link, "two of its options have the same code")
    elif counted and len(counted) < len(item.options):
        found.says(link, "some of its options have a number and some have none")
    else:
        found.items.append(item)
        if counted:
            found.depths[link] = depth


def _option(raw: Any) -> Option:
    option = raw if isinstance(raw, dict) else {}
    told = option.get("valueCoding")
    coding: Raw = told if isinstance(told, dict) else {}
    plain = option.get("valueString", option.get("valueInteger"))
    plain = None if isinstance(plain, bool) else str(plain) if isinstance(plain, int) else plain
    label = _text(coding.get("display") or coding.get("code") or plain, LINE)
    code = _text(coding.get("code") or plain or label, LINE)
    if label is None or code is None:
        raise ValueError(f"one of its options has no words, or more than {LINE} characters")
    numbers = {
        _number(found)
        for part in (option, coding)
        for url in (ITEM_WEIGHT, ORDINAL)
        if (found := extension(part, url)) is not None
    }
    if len(numbers) > 1:
        raise ValueError(f"the option {shown(label)} has two different numbers")
    return Option(code, label, next(iter(numbers), None))


def _number(told: Any) -> Fraction:
    """A weight, as it stands in the file: to six places."""
    try:
        number = Decimal(str(told)) if isinstance(told, (int, float)) and not isinstance(told, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) > LARGEST_WEIGHT:
        raise ValueError(f"{shown(told)} is no number that an option can count")
    if number != round(number, 6):
        raise ValueError(f"{shown(told)} has more than six places after the point")
    return Fraction(number)


# --- what is counted together


def _scales(found: _Found) -> tuple[Scale, tuple[Scale, ...]]:
    everything = tuple(found.depths)
    sums: list[Scale] = []
    for link, title, expression in found.sums:
        try:
            counted: Counted = read_expression(expression, found.depths)
        except NotRead as refused:
            found.says(link, f"how it is worked out is not read: {refused}")
            continue
        sums.append(Scale(title, counted.links, counted.rule))
    whole = [scale for scale in sums if set(scale.links) == set(everything)]
    if len(sums) > 1 and len(whole) != 1:
        found.problems.append("It has several sums, and does not say which of them is the total: one of all items is.")
    total = Scale("", everything, Rule.SUM)
    if whole or len(sums) == 1:
        total = (whole or sums)[0]
    others = [scale for scale in sums if scale is not total]
    known = [set(everything), set(total.links), *(set(scale.links) for scale in others)]
    groups = [
        Scale(title[:LINE], tuple(links)) for title, links in found.groups if len(links) > 1 and set(links) not in known
    ]
    return total, (*others, *groups)
