"""Records are read through queries and written through commands; nowhere else touches .objects."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "clients", "exercises", "safekeeping")
DOORS = {"queries", "queries.py", "commands", "commands.py", "audit.py", "keyring.py", "migrations", "models"}


def sources() -> list[Path]:
    return [path for app in APPS for path in (ROOT / app).rglob("*.py")]


def test_it_opens_records_behind_the_doors_only():
    strays = []
    for path in sources():
        inside = path.relative_to(ROOT).parts[1:]
        is_door = bool(DOORS & set(inside)) and inside[0] != "management"
        if is_door:
            continue
        strays += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
        ]
    assert not strays


def test_it_uses_no_more_of_another_app_than_its_doors():
    allowed = {
        "queries", "commands", "policies", "viewer", "states", "models", "guards", "validators", "wording",
        "fields",
        "verdict", "audit", "context", "devices", "sealing", "walls", "operating", "csv",
    }  # fmt: skip
    strays = []
    for path in sources():
        own = path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                dotted = node.module.split(".")
                if len(dotted) > 1:
                    modules = [dotted]
                elif dotted[0] in APPS:
                    modules = [[dotted[0], alias.name] for alias in node.names]
            for app, room, *_ in modules:
                if app in APPS and app != own and room not in allowed:
                    strays.append(f"{path.relative_to(ROOT)}:{node.lineno} {app}.{room}")
    assert not strays


def test_it_guards_with_rules_and_never_with_assert():
    strays = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert)
    ]
    assert not strays
