"""Reading along in a child's log, and passing on only what a person should see."""

import re
from pathlib import Path

TROUBLE = re.compile(r"\b(warning|error|critical|fatal)\b", re.IGNORECASE)
TRACEBACK = "Traceback (most recent call last)"
LARGEST = 2_000_000


def begin(path: Path) -> None:
    """Set a log that has grown large aside as `<name>.log.1`, and make sure that there is one."""
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_name(f"{path.name}.1"))
    path.touch(mode=0o600)


class LogReader:
    """Gives the troubling lines that were added since the last look, tracebacks whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0
        self._rest = ""
        self._in_traceback = False

    def troubles(self) -> list[str]:
        """The new lines worth showing."""
        return [line for line in self._new_lines() if self._matters(line)]

    def _new_lines(self) -> list[str]:
        try:
            with self._path.open("rb") as log:
                log.seek(self._offset)
                added = log.read()
        except OSError:
            return []
        self._offset += len(added)
        *lines, self._rest = (self._rest + added.decode(errors="replace")).split("\n")
        return lines

    def _matters(self, line: str) -> bool:
        if self._in_traceback:
            # the line that names the error is the first that is not indented
            self._in_traceback = line.startswith(" ") or not line
            return True
        self._in_traceback = TRACEBACK in line
        return self._in_traceback or bool(TROUBLE.search(line))
