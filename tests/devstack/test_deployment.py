"""The container files keep what the decision record promises."""

import json
import os
import shutil
import subprocess
import sys

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


IN_PRODUCTION = {
    "ENVIRONMENT": "production", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "h.example.org",
    "SITE_URL": "https://h.example.org", "EMAIL_URL": "smtp+tls://u:p@h.example.org:587",
    "DEFAULT_FROM_EMAIL": "a@example.org", "REDIS_URL": "redis://h.example.org:6379/0",
    "DATABASE_URL": "postgres://u:p@h.example.org/x?sslmode=verify-full",
}  # fmt: skip


def setting(name, **environment):
    code = f"import json, intimacy_site.settings as s; print(json.dumps(s.{name}))"
    return json.loads(
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=IN_PRODUCTION | environment, check=True, capture_output=True
        ).stdout
    )


@pytest.mark.parametrize("pooled", ["true", "false"])
def test_it_keeps_the_checked_tls_to_the_database(pooled):
    options = setting("DATABASES", DATABASE_POOL=pooled)["default"]["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert ("pool" in options) == (pooled == "true")


def test_it_pools_without_further_options():
    found = setting("DATABASES", DATABASE_POOL="true", DATABASE_URL="postgres://u:p@h.example.org/x")
    assert found["default"]["OPTIONS"]["pool"]["max_size"] == 8


def test_it_takes_a_long_text_and_refuses_larger_ones_itself():
    """Text is sent three times as long, or more, and our own page says so before the front door cuts it off."""
    ours = setting("DATA_UPLOAD_MAX_MEMORY_SIZE")
    assert ours == 4 * 1024 * 1024
    assert "max_size 5MB" in (ROOT / "deploy" / "Caddyfile").read_text()
    assert ours < 5_000_000


def test_it_writes_down_no_path_that_was_not_found():
    assert setting("LOGGING")["loggers"]["django.request"]["level"] == "ERROR"


def test_it_says_that_another_mail_server_was_not_taken(tmp_path):
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "make-secrets")

    def make(**environment):
        path = {"PATH": os.environ["PATH"]}
        return subprocess.run([script], env=path | environment, check=True, capture_output=True, text=True)

    first = "smtp+tls://u:one@h:587"
    assert not make(EMAIL_URL=first).stderr
    assert not make(EMAIL_URL=first).stderr
    assert not make().stderr
    warned = make(EMAIL_URL="smtp+tls://u:two@h:587")
    assert "EMAIL_URL differs from secrets/email_url" in warned.stderr
    assert "two" not in warned.stderr + warned.stdout
    assert (tmp_path / "secrets" / "email_url").read_text() == first
