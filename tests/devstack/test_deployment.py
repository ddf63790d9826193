"""The container files keep what the decision record promises."""

import pytest
import yaml

from devstack.folders import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_guarded(name):
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("user") or name == "caddy"


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_pinned(name):
    tag = SERVICES[name]["image"].partition(":")[2]
    assert tag
    assert "latest" not in tag


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_no_store_can_be_reached_from_outside(name):
    assert SERVICES[name]["networks"] == ["stores"]
    assert "ports" not in SERVICES[name]
    assert COMPOSE["networks"]["stores"]["internal"]


def test_no_secret_is_in_an_environment_variable():
    for service in SERVICES.values():
        secret = [n for n in service.get("environment", {}) if n.endswith(("_URL", "_KEY", "PASSWORD"))]
        assert set(secret) <= {"SITE_URL"}


def test_whoever_uses_the_tables_waits_for_the_migration():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_has_no_tests_and_no_embedded_stores():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert not {"tests", "devstack", "run.py", "requirements/embedded.txt"} & allowed
    settings = (ROOT / "pyproject.toml").read_text()
    packages = ("intimacy_site", "exercises", "clients", "accounts", "safekeeping")
    assert all(package in allowed for package in packages if package in settings)
