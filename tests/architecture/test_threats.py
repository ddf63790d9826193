"""The page of threats claims nothing that no test proves."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "threats.md").read_text()
POINTERS = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| threat", "|---"))]


@pytest.mark.parametrize("pointer", POINTERS)
def test_it_points_at_tests_that_exist(pointer):
    name, _colons, test = pointer.partition("::")
    path = ROOT / name
    assert path.exists()
    functions = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    assert test in functions if test else any(name.startswith("test_") for name in functions)


def test_it_proves_every_threat():
    assert len(ROWS) > 25
    assert [row for row in ROWS if "`tests/" not in row] == []
