"""What `run.py` says."""

import sys
import time

_started = time.monotonic()


def say(text: str) -> None:
    """One line, with the seconds since the start."""
    print(f"[run {time.monotonic() - _started:5.1f}s] {text}", flush=True)


def complain(text: str) -> None:
    """One line or more on the error stream."""
    print(text, file=sys.stderr, flush=True)
