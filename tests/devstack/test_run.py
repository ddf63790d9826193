"""run.py, the one door."""

import ast
import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest

from devstack import browser, checks, environment, prepare
from devstack.errors import StackError
from devstack.folders import ROOT


@pytest.fixture
def run():
    specification = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_explains_itself_to_who_says_an_unknown_word():
    answer = subprocess.run([sys.executable, "run.py", "dance"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1
    assert "does not know 'dance'" in answer.stderr
    assert "run.py test" in answer.stderr


def test_it_tells_what_it_can_do():
    answer = subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0
    assert "DATABASE_URL" in answer.stdout


def test_an_old_python_is_told_so_in_a_sentence(run, monkeypatch):
    monkeypatch.setattr(run, "sys", SimpleNamespace(argv=["run.py"], version_info=(3, 9, 2), exit=sys.exit))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.9\."):
        run.main()


def test_an_old_python_can_read_it():
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 6))


def test_it_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "run.py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_packages_are_installed_again_when_a_lock_changes(run, monkeypatch, tmp_path):
    monkeypatch.setattr(run, "REQUIREMENTS", tmp_path)
    (tmp_path / "base.txt").write_text("a==1")
    before = run.stamp_of(["base"])
    assert run.stamp_of(["base"]) == before
    (tmp_path / "base.txt").write_text("a==2")
    assert run.stamp_of(["base"]) != before


def test_a_step_is_done_again_when_an_input_changes_moves_or_goes(tmp_path):
    seen = set()
    for text in ("one", "two"):
        (tmp_path / "a.css").write_text(text)
        seen.add(prepare.fingerprint(["*.css"], tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    seen.add(prepare.fingerprint(["*.css"], tmp_path))
    (tmp_path / "b.css").unlink()
    seen.add(prepare.fingerprint(["*.css"], tmp_path))
    assert len(seen) == 4


def test_the_demonstration_is_never_loaded_into_production(monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(StackError, match="for development"):
        environment.development({})


def test_what_somebody_set_is_left_as_it_is(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mine:25")
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    found = environment.development({"REDIS_URL": "redis://x"}, port=8123)
    assert found["EMAIL_URL"] == "smtp://mine:25"
    assert found["SECRET_KEY_FILE"] == "/run/secrets/key"
    assert found["SITE_URL"] == "http://localhost:8123"
    assert found["REDIS_URL"] == "redis://x"


def test_a_style_sheet_that_grew_too_heavy_is_named(tmp_path):
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "a.css").write_bytes(b" " * 30_721)
    assert checks.over_budget(tmp_path) == [
        "a page to write on loads 30721 bytes of css; the budget is 30720.",
        "a page with a timer loads 30721 bytes of css; the budget is 30720.",
    ]


def test_without_a_browser_it_says_what_will_be_skipped(monkeypatch, capsys):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    assert browser.ensure_browser() is None
    assert "browser tests will be skipped" in capsys.readouterr().out
