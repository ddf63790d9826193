"""Lasting names: every option, row and column has a key that answers are kept under, and that its words may outlive."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from difflib import SequenceMatcher

LONGEST = 40  # characters of a key that is made of words; one may have 60
_LIKE = 0.6  # how alike two labels are, from 0 to 1, for one to be the other in new words
_SAME_PLACE = 0.2  # what standing in the same place counts for


def key_from(words: str, taken: Collection[str], fallback: str = "entry") -> str:
    """A key that reads like the words it stands for, and is none of those taken."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST].strip("-")
    if not stem or not stem[0].isalpha():
        stem = f"{fallback}-{stem}".strip("-")
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def keep_keys(before: Sequence[Mapping[str, str]], labels: Sequence[str], fallback: str = "entry") -> list[str]:
    """
    The key of each label, so that what was there keeps its own: in other words, in another place, or both.

    A label as it stood takes its key along. What is new in words takes the key of the label that it is most like, or,
    where nothing was added or taken out, of the one whose place it has. Everything else gets a key of its own.
    """
    keys: list[str | None] = [None] * len(labels)
    left = list(range(len(before)))
    for n, label in enumerate(labels):
        same = next((m for m in left if before[m]["label"] == label), None)
        if same is not None:
            keys[n] = before[same]["key"]
            left.remove(same)
    if len(labels) == len(before):
        for m in [m for m in left if keys[m] is None]:
            keys[m] = before[m]["key"]
            left.remove(m)
    likest = sorted(
        (
            (_likeness(before[m]["label"], labels[n]) + (_SAME_PLACE if m == n else 0), -m, -n)
            for m in left
            for n in range(len(labels))
            if not keys[n]
        ),
        reverse=True,
    )
    for likeness, m, n in likest:
        if likeness >= _LIKE and -m in left and keys[-n] is None:
            keys[-n] = before[-m]["key"]
            left.remove(-m)
    taken = {entry["key"] for entry in before}
    found = []
    for label, kept in zip(labels, keys, strict=True):
        key = kept or key_from(label, taken, fallback)
        taken.add(key)
        found.append(key)
    return found


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold()[:200], other.casefold()[:200], autojunk=False).ratio()
