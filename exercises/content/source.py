"""From bytes to plain data, keeping the line of every part, refusing what YAML can do beyond plain data.

The YAML read here is a small part of YAML: text, whole numbers, lists and sets of keys. `Yes` and `No` stay
words, a date stays text, and there are no anchors, aliases or tags, so a file cannot grow while it is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from exercises.content.problems import Place, shown

LARGEST_FILE = 200_000  # bytes; the longest exercise of the library is a twentieth of it
DEEPEST = 12  # levels of lists and keys; an exercise needs six
# Control characters, and the marks that turn the direction of reading around and can make a text lie.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufeff\ufffe\uffff]")
_STANDARD = "tag:yaml.org,2002:"
_WORDS = f"{_STANDARD}str"
_NUMBER = f"{_STANDARD}int"
_NOTHING = f"{_STANDARD}null"
_HINTS = {
    "mapping values are not allowed here": "a text with a colon in it needs quotes around it",
    "cannot start any token": "a line begins with a tab, or with a character that needs quotes",
    "found another document": "a file holds one exercise, so '---' may stand only at its top",
}


class Unreadable(Exception):
    """The file has no data to judge; `reasons` are pairs of line and sentence."""

    def __init__(self, *reasons: tuple[int, str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


@dataclass
class Source:
    """Plain data with the line on which each place of it begins, and what was refused on the way."""

    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    texts: dict[Place, int] = field(default_factory=dict)
    refusals: list[tuple[int, str]] = field(default_factory=list)

    def line(self, place: Place, below: int | None = None) -> int:
        """The line of a place or of what holds it; with `below`, a line of its text."""
        if below is not None and place in self.texts:
            return self.texts[place] + below
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Loader(yaml.SafeLoader):
    """Knows text and whole numbers, and notes anchors, aliases and tags instead of following them."""

    yaml_implicit_resolvers = {}

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.refusals: list[tuple[int, str]] = []
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        marks: tuple[Any, Any] = (event.start_mark, event.end_mark)
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.refusals.append((line, f"'*{event.anchor}' repeats another place; write the text out instead"))
            self.get_event()
            return yaml.ScalarNode(_WORDS, "", *marks)
        if getattr(event, "anchor", None):
            self.refusals.append((line, f"'&{event.anchor}' names a place to repeat it; exercises are written out"))
        if getattr(event, "tag", None):
            tag = event.tag.replace(_STANDARD, "!!")
            self.refusals.append((line, f"'{tag}' is a tag, and tags are not allowed; write plain text"))
        if self.depth >= DEEPEST:
            raise Unreadable((line, f"lists and keys lie more than {DEEPEST} levels deep"))
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


_Loader.add_implicit_resolver(_NUMBER, re.compile(r"-?(0|[1-9][0-9]{0,8})\Z"), list("-0123456789"))
_Loader.add_implicit_resolver(_NOTHING, re.compile(r"~?\Z"), ["~", ""])


def read_source(path: Path) -> Source:
    """The data of a file with its lines; raises `Unreadable` where there is no data to speak of."""
    return read_text(_bytes(path))


def read_text(raw: bytes) -> Source:
    """The same, of what a file holds."""
    if len(raw) > LARGEST_FILE:
        raise Unreadable((1, f"the file is larger than {LARGEST_FILE // 1000} kB, the most an exercise may have"))
    text = _decoded(raw)
    loader = _Loader(text)
    source = Source(refusals=loader.refusals)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise Unreadable(*loader.refusals, _yaml_sentence(error)) from error
    finally:
        loader.dispose()
    if node is None:
        raise Unreadable((1, "the file is empty"))
    source.data = _data(node, (), source)
    return source


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Unreadable((0, f"the file cannot be read ({error.strerror})")) from error


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")  # editors on Windows put a byte order mark first; it says nothing and is dropped
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable((line, "the file is not UTF-8; save it again with the encoding UTF-8")) from error
    hits = list(islice(UNSEEN.finditer(text), 10))
    if hits:
        raise Unreadable(*((text.count("\n", 0, hit.start()) + 1, unseen_sentence(hit[0])) for hit in hits))
    return text


def unseen_sentence(character: str) -> str:
    """Names a character that cannot be seen by its code point."""
    return f"an invisible control character (U+{ord(character):04X}) stands in the text; remove it"


def _yaml_sentence(error: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be understood"
    hint = next((f"; {words}" for sign, words in _HINTS.items() if sign in problem), "")
    return (mark.line + 1 if mark else 1), f"this is not YAML: {problem}{hint}"


def _data(node: yaml.Node, place: Place, source: Source) -> object:
    """Plain data of a node, noting its lines; text loses the blank ends that block style leaves."""
    source.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, place, source))
    if isinstance(node, yaml.SequenceNode):
        return [_data(child, (*place, index), source) for index, child in enumerate(node.value)]
    source.texts[place] = node.start_mark.line + (2 if getattr(node, "style", None) in ("|", ">") else 1)
    if node.tag == _NUMBER:
        return int(node.value)
    return None if node.tag == _NOTHING else str(node.value).strip()


def _pairs(node: yaml.MappingNode, place: Place, source: Source) -> Iterator[tuple[str, object]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or not key.value:
            source.refusals.append((line, "a key has to be a plain word"))
        elif key.value in seen:
            first = seen[key.value]
            source.refusals.append((line, f"the key {shown(key.value)} stands here again; it was on line {first}"))
        else:
            seen[key.value] = line
            source.lines[(*place, key.value)] = line
            yield key.value, _data(value, (*place, key.value), source)
