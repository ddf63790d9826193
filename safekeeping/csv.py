"""Tables as files that a spreadsheet opens without running anything in them."""

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import StreamingHttpResponse

Cell = str | int | float | Decimal | None

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")  # and their full-width forms


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe_cell(cell: Cell) -> str | int | float | Decimal:
    """
    A text that a spreadsheet would run as a formula gets an apostrophe before it; a number stays a number.

    Also where white space stands before the sign: some programs trim it first. A NUL is left out, no program reads it.
    """
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    return f"'{text}" if FORMULA.match(text) else text


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The rows as lines of a file: UTF-8 with its mark, CRLF, every text in quotes."""
    writer = csv.writer(_Echo(), lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    yield BOM
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_file(rows: Iterable[Iterable[Cell]], *, name: str) -> StreamingHttpResponse:
    """The rows as a file to keep, sent while it is made. `name` is ours and says nothing of anybody."""
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
