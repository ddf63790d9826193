"""Rooms stay small enough to see across."""

import ast
from pathlib import Path

from devstack.checks import over_budget

ROOT = Path(__file__).parents[2]
PACKAGES = ("intimacy_site", "safekeeping", "accounts", "clients", "exercises", "devstack", "benchmarks")
SOURCES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]


def test_it_keeps_modules_under_three_hundred_lines():
    assert not [f"{p.relative_to(ROOT)}: {n}" for p in SOURCES if (n := len(p.read_text().splitlines())) > 300]


def test_it_keeps_functions_under_forty_lines():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 40
    ]
    assert not long


def test_it_sends_little_css_and_javascript():
    assert not over_budget()
