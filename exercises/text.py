"""Text as people send it, made safe to keep: nothing visible is lost, and nothing invisible can do harm."""

import re
from typing import Any

MOST = 20_000  # characters of one answer; told from 90 % on, and refused on Continue
KEPT = 100_000  # characters that a draft keeps all the same, so that what was pasted is not lost
SHORT = 300  # characters of a one-line answer
DETAIL = 300  # characters of one of the words around an exercise
DETAILS = ("why", "when", "where", "how_long", "in_the_way")
REASON = 500  # characters of a therapist's reason to give an exercise all the same

# C0 and C1 controls other than tab and line feed, and lone surrogates: none can be seen, PostgreSQL refuses some.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


# Nothing but white space and marks that cannot be seen. Told one by one: what Python does not know may be an emoji.
_BLANK = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]*")


def tidy(text: str) -> str:
    """The text with one kind of line break and without control characters."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def written(sent: str) -> str | None:
    """What is kept of a text that was sent; None where there is nothing to read in it, which is no answer."""
    text = tidy(sent)[:KEPT]
    return None if _BLANK.fullmatch(text) else text


def longest(value: Any) -> int:
    """The characters of the longest text in an answer, be it one text, a list or a table."""
    if isinstance(value, str):
        return len(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(longest, parts), default=0)
