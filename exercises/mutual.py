"""
Marks that show only where two people made the same ones. Pure: a secret and an answer in, bytes out.

Each row of marks is of one length, whatever was marked. A mark is a MAC of what it says, made with a secret of the
assignment; where nothing was marked stands a MAC that nobody else makes. PostgreSQL compares two rows, and sees where
they are alike and nothing more. In which order the items stand is a matter of the secret, so it does not see at which.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_bytes, token_hex
from uuid import UUID

from exercises.content import Option, Step
from exercises.kinds import Laid, kind_of
from exercises.states import LaidFor

SIZE = sha256().digest_size  # of one token; eyelevel_mutual (migration 0005) takes rows apart by it
LEVELS = ("yes", "maybe")


def new_secret() -> str:
    """The secret of one assignment."""
    return token_hex(SIZE)


def is_laid(step: Step) -> bool:
    """Whether an answer to the step is laid beside the other partner's."""
    return kind_of(step).laid_for is not None


def is_for_both(step: Step) -> bool:
    """Whether both partners are shown what their answers have in common."""
    return kind_of(step).laid_for == LaidFor.BOTH


def row_of(secret: str | None, step: Step, laid: Laid, *, by: UUID) -> bytes:
    """The tokens of one person's answer: whether it is there, then two for each item. Without a secret, only noise."""
    if secret is None:
        return token_bytes(SIZE * (1 + len(LEVELS) * len(step.items)))
    said = [("there", "", laid.is_there)]
    for n in _order(secret, step):
        levels = laid.items[n] if laid.items else (False,) * len(LEVELS)
        said += [(level, step.items[n].key, yes) for level, yes in zip(LEVELS, levels, strict=True)]
    return b"".join(_token(secret, step.key, level, item, "" if yes else str(by)) for level, item, yes in said)


def lessened(before: bytes | None, now: bytes, nothing: bytes) -> bytes:
    """What is in both rows of one person; `nothing` is the row of theirs in which nothing is said."""
    if before is None or before[:SIZE] != now[:SIZE]:
        return nothing
    pairs = zip(_tokens(before), _tokens(now), _tokens(nothing), strict=True)
    return b"".join(new if old == new else none for old, new, none in pairs)


def items_at(secret: str, step: Step, places: Iterable[int]) -> list[Option]:
    """The items that stand at these places of a row, in the order of the exercise."""
    order = _order(secret, step)
    return [step.items[n] for n in sorted(order[place] for place in places)]


def _order(secret: str, step: Step) -> list[int]:
    return sorted(range(len(step.items)), key=lambda n: _token(secret, step.key, "place", step.items[n].key, ""))


def _token(secret: str, *about: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), "|".join(about).encode(), "sha256")


def _tokens(row: bytes) -> list[bytes]:
    return [row[start : start + SIZE] for start in range(0, len(row), SIZE)]
