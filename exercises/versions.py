"""When a save may go through: every text counts its versions, and every page counts its own saves."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Judgement(Enum):
    SAVE = "save"
    SAME = "same"  # this save, or a later one of the same page, has been taken already
    CONFLICT = "conflict"  # another page of the same person has written since


class Versioned(Protocol):
    version: int
    tab: str
    seq: int


@dataclass(frozen=True)
class Stamp:
    """What a page sends along with a text: the version it began from, its own name, and its own count of saves."""

    version: int = 0
    tab: str = ""
    seq: int = 0


def judge(stored: Versioned | None, stamp: Stamp) -> Judgement:
    """
    A page that was the last to write may write again, whatever version it names, as nothing came between. Sending
    the same save twice, or an older one late, does nothing. A page without JavaScript has no name and no count.
    """
    if stored is None:
        return Judgement.SAVE
    same_page = bool(stamp.tab) and stored.tab == stamp.tab
    if same_page:
        return Judgement.SAVE if stamp.seq > stored.seq else Judgement.SAME
    return Judgement.SAVE if stamp.version == stored.version else Judgement.CONFLICT


def fingerprint(texts: Iterable[tuple[str, int]]) -> str:
    """Which texts these are, by step and version: what is shared has to be what its author last saw."""
    return ",".join(f"{key}:{version}" for key, version in sorted(texts))
