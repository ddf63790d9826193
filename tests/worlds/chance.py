"""
Chance that can be had twice: everything random is drawn from a stream named by who acts, and at which step.

Ids, session keys, CSRF masks, nonces and passwords' salts come from `os.urandom`; Message-IDs and MIME boundaries from
`random`. Each deed begins a stream of its own, so that what one person draws never moves what another will draw.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class Chance:
    def __init__(self) -> None:
        self._stream = random.Random()

    def begin(self, *name: object) -> None:
        """From here on, all that is random is a function of this name."""
        self._stream.seed(repr(name))
        random.seed(repr(name))

    def bytes(self, count: int) -> bytes:
        return self._stream.randbytes(count)


@contextmanager
def chance() -> Iterator[Chance]:
    """Takes the place of the machine's own randomness while it is open."""
    ours, before = Chance(), random.getstate()
    try:
        with patch.object(os, "urandom", ours.bytes), patch.object(random, "_urandom", ours.bytes):
            yield ours
    finally:
        random.setstate(before)
