"""Numbers and names as a chart prints them, and how much room they take. No font is known on the server."""

import unicodedata

from django.utils.formats import number_format

SIZE = 12.0  # the height of letters in a chart, in its own units
ELLIPSIS = "…"
NARROW = frozenset(" .,:;'’|!ijltfrI()[]·")
BROAD = frozenset("mwMW@%&—…→")


def number(value: float) -> str:
    """A value in the reader's way of writing numbers, with two decimals at most."""
    rounded = round(value, 2)
    places = 0 if rounded == int(rounded) else 1 if round(rounded, 1) == rounded else 2
    return str(number_format(rounded, places))


def place(value: float) -> str:
    """A coordinate, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")


def _em(letter: str) -> float:
    """How wide a letter is at most, in its height: measured on broad fonts, and rounded up."""
    category = unicodedata.category(letter)
    if category in {"Mn", "Me", "Cf"}:
        return 0
    if letter in NARROW:
        return 0.45
    if letter in BROAD or unicodedata.east_asian_width(letter) in "WF":
        return 1.1
    if category in {"Lo", "So"}:
        return 1.3
    return 0.9 if category == "Lu" else 0.72


def width(text: str) -> float:
    """The room that a text takes at most."""
    return SIZE * sum(_em(letter) for letter in text)


def fitted(text: str, most: float) -> str:
    """The text on one line, cut where there is no more room."""
    text = " ".join(text.split())
    if width(text) <= most:
        return text
    left = most - width(ELLIPSIS)
    kept = ""
    for letter in text:
        left -= SIZE * _em(letter)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + ELLIPSIS
