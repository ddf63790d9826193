"""Waiting for something that happens beside the browser."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], seconds: float = 10) -> None:
    """Until it has happened, and no longer; fails when it does not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
