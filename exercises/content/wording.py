"""
How a text reads: its grade, its long sentences, and words that order, praise, gender or speak of the other.

The library's own texts have to pass (tests/exercises/test_library_texts.py). Who builds an exercise is given the same
as hints, and refused nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exercises.content.problems import Finding, Place
from exercises.content.shapes import Content, Step, plain

HARDEST_GRADE = 5.0  # school years, Flesch and Kincaid; five is about eleven years of age
HARD_GRADE = 7.0  # from here on a hint is given
LONGEST_SENTENCE = 20  # words

DUTY = r"should|must|ought|supposed to|overdue|late again|deadline|due|tasks?|assignments?|homework|compliance"
GENDER = (
    r"he|she|him|his|her|hers|himself|herself|husband|wife|boyfriend|girlfriend|man|men|woman|women|male|female|"
    r"mother|father|mum|mom|dad|sister|brother|son|daughter|boy|girl|bride|groom|guys|ladies|gentlemen"
)
PRAISE = r"congratulations|great job|good job|keep it up|amazing|awesome|hooray|streak|score|points|level up|badge"
OTHER = (
    r"your turn|in return|reply to|answer back|respond to|waiting for (?:you|your)|"
    r"your partner (?:has|have|had|did|does|will|is doing|also|too|is waiting|can see|needs you|wants you)|"
    r"when your partner|until your partner|ask your partner|tell your partner what|compare with|each other's|"
    r"(?:both|the two) of you (?:have|need|do)|share back|partner's answers?"
)
BLAME = r"your (?:own )?fault|you (?:failed|forgot|missed)|you are behind|finally|simply|obviously|just do"
JARGON = r"intercourse|libido|dysfunction|attachment|differentiation|disclos\w+|vulnerab\w+|reciproc\w+|mutual\w*"

_READ_BY_PARTNERS = ("title", "summary", "introduction", "notice")
_NO_WORDS = {"key", "kind"}
_HINTS = {
    DUTY: "“{word}” can sound like an order. Say what one can do.",
    GENDER: "“{word}” names a gender. Write “you”, “they” or “your partner”.",
    PRAISE: "“{word}” praises or counts. Leave it to the reader what it is worth.",
    OTHER: "“{word}” speaks of what the other one does, or asks for something back.",
    BLAME: "“{word}” can sound like a reproach.",
    JARGON: "“{word}” is a word of the trade. Say it as one would at a kitchen table.",
}


def partner_texts(exercise: Content) -> Iterator[tuple[str, str]]:
    """Every text a partner can read, with its place."""
    yield from ((name, getattr(exercise, name)) for name in _READ_BY_PARTNERS)
    for step in exercise.steps:
        yield from step_texts(step)


def step_texts(step: Step) -> Iterator[tuple[str, str]]:
    """Every text of a step, whatever its kind, with its place."""
    for place, text in _texts(plain(step), ()):
        yield "/".join([step.key, *map(str, place)]), text


def therapist_texts(exercise: Content) -> Iterator[str]:
    """What is written for the therapist alone."""
    yield exercise.purpose
    yield from exercise.cautions
    yield from exercise.debrief


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _NO_WORDS:
                yield from _texts(part, (*place, name))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _texts(part, (*place, index))
    elif isinstance(value, str) and value:
        yield place, value


def found(pattern: str, text: str) -> list[str]:
    """Each time one of these words stands in a text."""
    return re.findall(rf"\b(?:{pattern})\b", text.replace("\n", " "), re.IGNORECASE)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a blank line, a list's entry and a colon end one too."""
    plain = re.sub(r"(?m)^\s*(?:\d+\.|[-*])\s+", "\n\n", text).replace("*", "").replace("...", " ")
    pieces = re.split(r"[.?!:;](?=[\s\"”]|$)|\n\s*\n", plain)
    return [words for piece in pieces if (words := re.findall(r"[A-Za-z][A-Za-z'’-]*", piece))]


def syllables(word: str) -> int:
    """Counted by its groups of vowels, as one does on fingers."""
    bare = re.sub(r"(?:[^laeiouy]es|[^aeioutd]ed|[^laeiouy]e)$", "x", word.lower().strip("'’-"))
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def grade(text: str) -> float:
    """School years by Kincaid, Fishburne, Rogers and Chissom (1975). A text needs at least one word."""
    parts = sentences(text)
    words = [word for part in parts for word in part]
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def hints(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What could be said more gently or more plainly to partners, in a text that may be half written."""
    read: list[tuple[Place, str]] = [
        ((name,), body[name]) for name in _READ_BY_PARTNERS if isinstance(body.get(name), str)
    ]
    steps = body.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        read += _texts(step, ("steps", index))
    return tuple(dict.fromkeys(hint for place, text in read for hint in _hints_of(place, text)))


def _hints_of(place: Place, text: str) -> Iterator[Finding]:
    for pattern, sentence in _HINTS.items():
        for word in dict.fromkeys(word.lower() for word in found(pattern, text)):
            yield Finding(place, sentence.format(word=word))
    if "!" in text:
        yield Finding(place, "There is an exclamation mark. A full stop is calmer.")
    long = [words for words in sentences(text) if len(words) > LONGEST_SENTENCE]
    if long:
        opening = " ".join(long[0][:4])
        yield Finding(
            place, f"A sentence has {len(long[0])} words (“{opening} …”). Up to {LONGEST_SENTENCE} read well."
        )
    words = sum(map(len, sentences(text)))
    if words >= 8 and grade(text) > HARD_GRADE:  # a grade of a few words says nothing
        yield Finding(place, f"This reads like school year {round(grade(text))}. Shorter words and sentences help.")
