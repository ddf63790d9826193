"""Locks that the kernel lets go of when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.errors import StackError


class FileLock:
    """An advisory lock on one file; its text may say who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def try_exclusive(self) -> bool:
        """Take the lock for oneself, or turn a shared one into one's own; False when others hold it.

        A shared lock may be lost by a refused attempt: ask only when about to let go.
        """
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share(self) -> None:
        """Hold the lock together with others; waits while somebody has it for himself."""
        self._take(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def note(self, text: str) -> None:
        """Leave a word in the file."""
        self.path.write_text(text)

    def read_note(self) -> str:
        """The word that the last holder left."""
        return self.path.read_text().strip() if self.path.exists() else ""

    def _take(self, how: int) -> bool:
        fresh = self._descriptor is None
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, how)
        except BlockingIOError:
            if fresh:
                self.release()
            return False
        return True


@contextmanager
def one_at_a_time(path: Path, patience: float = 120.0) -> Iterator[None]:
    """Only one process is in here; the next waits up to `patience` seconds."""
    lock = FileLock(path)
    deadline = time.monotonic() + patience
    while not lock.try_exclusive():
        if time.monotonic() > deadline:
            raise StackError(f"Another process has held {path.name} for {patience:.0f} seconds; is one hanging?")
        time.sleep(0.05)
    try:
        yield
    finally:
        lock.release()
