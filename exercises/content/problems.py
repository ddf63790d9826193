"""What can be said about a file that is not an exercise."""

from dataclasses import dataclass
from pathlib import Path

# Where a value stands inside an exercise: ("steps", 2, "kind"); lists are counted from nought as in the data.
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One sentence about one line of one file; line 0 where there is no line to point at."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{where}: {self.reason}"


class ContentError(Exception):
    """Carries every problem that was found, so that an author mends a file once and not line by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class Finding:
    """A problem that knows its place but not yet its file; `below` counts lines into its text."""

    place: Place
    reason: str
    below: int | None = None

    def sentence(self) -> str:
        """The reason with its place before it, lists counted from one as people count."""
        steps = [str(part + 1) if isinstance(part, int) else part for part in self.place]
        return f"{' → '.join(steps)}: {self.reason}" if steps else self.reason


def shown(value: object) -> str:
    """A value as an author may recognise it, cut short so that a hostile file cannot fill the screen."""
    if value is None:
        return "nothing"
    text = str(value).replace("\n", " ")
    text = text if len(text) <= 40 else f"{text[:40]}…"
    return f"'{text}'" if isinstance(value, str) else text
