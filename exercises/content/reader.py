"""The doors: one exercise, the whole library, or an exercise that was kept as JSON."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

from exercises.content.problems import ContentError, Finding, Problem
from exercises.content.rules import findings
from exercises.content.shapes import Content
from exercises.content.source import Source, Unreadable, read_source, read_text

Judge = Callable[[object], Iterable[Finding]]


class Numbered(Protocol):
    """What stands in a folder of the library."""

    @property
    def number(self) -> int: ...


T = TypeVar("T", bound=Numbered)
_KEPT = Path("exercise")  # what a problem calls content that never was a file


def read_exercise(path: Path) -> Content:
    """The exercise in a file; raises `ContentError` with all that is wrong in it."""
    content, problems = read_file(path, findings, Content.from_checked)
    if content is None:
        raise ContentError(problems)
    return content


def read_upload(raw: bytes) -> Content:
    """The exercise in what somebody sent, whatever they call the file; raises `ContentError` as for a file."""
    content, problems = _judged(lambda: read_text(raw), Path("file"), findings, Content.from_checked, is_named=False)
    if content is None:
        raise ContentError(problems)
    return content


def read_library(folder: Path) -> tuple[Content, ...]:
    """Every exercise of a folder by its number; raises one `ContentError` for all files together."""
    if not folder.is_dir():
        raise ContentError((Problem(folder, 0, "there is no such folder"),))
    return read_folder(folder, findings, Content.from_checked)


def read_folder(folder: Path, judge: Judge, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    """Every file of a folder by its number; raises one `ContentError` for all files together."""
    problems: list[Problem] = []
    read: list[tuple[Path, T]] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yml":
            problems.append(Problem(path, 0, "ends in '.yml' and would be passed over; name it '.yaml'"))
        if path.suffix != ".yaml":
            continue
        content, found = read_file(path, judge, make)
        problems.extend(found)
        if content is not None:
            read.append((path, content))
    problems.extend(_repeated_numbers(read))
    if problems:
        raise ContentError(tuple(problems))
    return tuple(sorted((content for _, content in read), key=lambda content: content.number))


def from_json(data: dict[str, Any]) -> Content:
    """The exercise that `Content.as_json` gave, judged as a file would be; raises `ContentError`."""
    found = findings(data)
    if found:
        raise ContentError(tuple(Problem(_KEPT, 0, finding.sentence()) for finding in found))
    return Content.from_checked(data)


def read_file(path: Path, judge: Judge, make: Callable[[dict[str, Any]], T]) -> tuple[T | None, tuple[Problem, ...]]:
    """What a file holds, made of its data where these are as they ought to be; or everything that is wrong."""
    return _judged(lambda: read_source(path), path, judge, make)


def _judged(
    read: Callable[[], Source], path: Path, judge: Judge, make: Callable[[dict[str, Any]], T], *, is_named: bool = True
) -> tuple[T | None, tuple[Problem, ...]]:
    try:
        source = read()
    except Unreadable as unreadable:
        return None, tuple(Problem(path, line, reason) for line, reason in unreadable.reasons)
    refused = [Problem(path, line, reason) for line, reason in source.refusals]
    found = [*judge(source.data), *(_misnamed(source, path) if is_named else ())]
    placed = [Problem(path, source.line(one.place, one.below), one.sentence()) for one in found]
    problems = tuple(sorted([*refused, *placed], key=lambda problem: problem.line))
    if problems or not isinstance(source.data, dict):
        return None, problems
    return make(source.data), ()


def _misnamed(source: Source, path: Path) -> Iterator[Finding]:
    """A file called by another name than its slug would be looked for in vain."""
    slug = source.data.get("slug") if isinstance(source.data, dict) else None
    if isinstance(slug, str) and slug != path.stem:
        yield Finding(("slug",), f"is '{slug}', but the file is called '{path.name}'; the two have to be the same")


def _repeated_numbers(read: list[tuple[Path, T]]) -> Iterator[Problem]:
    """Slugs cannot come twice, as they are file names; numbers can."""
    first: dict[int, Path] = {}
    for path, content in read:
        earlier = first.setdefault(content.number, path)
        if earlier != path:
            line = read_source(path).line(("number",))
            yield Problem(path, line, f"number: {content.number} is already the number of {earlier.name}")
