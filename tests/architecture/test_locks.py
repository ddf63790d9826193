"""The locks hold on any machine: hashes and versions, no address of an index."""

import pytest

from devstack.folders import ROOT

SETS = ("boot", "base", "embedded", "test", "lint")
FORBIDDEN = ("://", "--index-url", "--extra-index-url", "--find-links", " @ ")


@pytest.mark.parametrize("name", SETS)
def test_it_names_no_index(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert [word for word in FORBIDDEN if word in text] == []


@pytest.mark.parametrize("name", SETS)
def test_it_pins_every_package_with_its_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "-"))]
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", SETS)
def test_it_has_a_source_that_a_person_wrote(name):
    assert (ROOT / "requirements" / f"{name}.in").is_file()


def test_the_sets_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for name in SETS:
        for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines():
            if "==" in line:
                package, version = line.split(";")[0].rstrip(" \\").split("==")
                versions.setdefault(package, set()).add(version.strip())
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml"])
def test_no_lock_that_records_addresses_is_kept(name):
    assert [path for path in ROOT.rglob(name) if ".venv" not in path.parts] == []
