"""The container files keep what the decision record promises."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
import yaml

from devstack.binaries import find_postgres
from devstack.folders import ROOT
from devstack.postgres import OWNER, ROLES, SILENT
from safekeeping.sealing.masters import FileMasters

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


def told(name):
    """What a container is told: its environment, and the secrets it can read."""
    service = SERVICES[name]
    return service.get("environment", {}), set(service.get("secrets", []))


ADDRESS = {
    "migrate": "database_url", "operator": "database_url", "web": "web_database_url", "worker": "worker_database_url",
    "beat": "worker_database_url", "backup": "backup_database_url", "exporter": "web_database_url",
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESS)
def test_each_connects_as_its_own_role_and_can_read_no_other_password(name):
    environment, secrets = told(name)
    assert environment["DATABASE_URL_FILE"] == f"/run/secrets/{ADDRESS[name]}"
    others = {secret for secret in COMPOSE["secrets"] if secret.endswith(("_password", "database_url"))}
    assert secrets & others == {ADDRESS[name]}


def test_only_what_opens_texts_for_their_people_and_the_operator_have_the_keys():
    holders = {name for name in SERVICES if "keys" in told(name)[1]}
    assert holders == {"web", "exporter", "migrate", "operator"}
    assert {name for name in SERVICES if "KEYS_FILE" in told(name)[0]} == holders


def test_every_secret_that_is_named_is_there_and_given_to_somebody():
    given = {secret for name in SERVICES for secret in told(name)[1]}
    assert given == set(COMPOSE["secrets"])
    for environment, secrets in map(told, SERVICES):
        files = {value.removeprefix("/run/secrets/") for value in environment.values() if "/run/secrets/" in str(value)}
        assert files <= secrets


def test_data_and_keys_are_backed_up_into_two_folders_by_a_role_that_only_reads():
    environment, _secrets = told("backup")
    assert environment["BACKUP_DATABASE_URL_FILE"] == "/run/secrets/backup_database_url"
    words = SERVICES["backup"]["command"]
    assert words[words.index("--to") + 1] != words[words.index("--keys-to") + 1]
    assert int(words[words.index("--prune-keys") + 1]) < int(words[words.index("--prune") + 1])
    made = (ROOT / "deploy" / "postgres-init.sh").read_text()
    assert "create role eyelevel_backup login bypassrls" in made
    assert made.count("bypassrls") == 1
    assert "superuser" not in made.partition("psql")[2]


@pytest.mark.parametrize("name", ["operator", "backup"])
def test_the_operators_commands_run_when_asked_and_list_the_erased(name):
    assert SERVICES[name]["profiles"] == ["operator"]
    assert SERVICES[name]["restart"] == "no"
    assert any(volume.startswith("erasures:/erasures") for volume in SERVICES[name]["volumes"])
    assert told(name)[0]["ERASURES_FILE"] == "/erasures/erased.jsonl"


def test_the_programs_that_dump_are_as_new_as_the_server():
    server = SERVICES["postgres"]["image"].partition(":")[2].partition(".")[0]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"postgresql-client-{server}" in dockerfile
    assert f"PG_BIN=/usr/lib/postgresql/{server}/bin" in dockerfile
    # and only where they are needed
    assert SERVICES["web"]["build"]["target"] == "app"
    assert "postgresql-client" not in dockerfile.partition("FROM app AS operator")[0]


def test_the_secrets_that_are_made_are_those_that_are_asked_for(tmp_path):
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "make-secrets")
    subprocess.run([script], env={"PATH": os.environ["PATH"]}, check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert len(set(made.values())) == len(made)
    for role in ("web", "worker", "backup"):
        assert made[f"{role}_database_url"].startswith(f"postgres://eyelevel_{role}:{made[f'{role}_password']}@")


def test_a_key_is_added_to_those_that_were_made(tmp_path):
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "make-secrets")

    def make(*words):
        return subprocess.run([script, *words], env={"PATH": os.environ["PATH"]}, check=False, capture_output=True)

    make()
    path = tmp_path / "secrets" / "keys"
    wrapped = FileMasters(path).wrap(b"a data key", about=b"here")
    assert make("--new-key", "2026-11").returncode == 0
    assert FileMasters(path).names == ["first", "2026-11"]
    assert FileMasters(path).unwrap(wrapped, name="first", about=b"here") == b"a data key"
    before = path.read_bytes()
    for words in (("--new-key", "2026-11"), ("--new-key", "two words"), ("--new-key",)):
        assert make(*words).returncode
    assert path.read_bytes() == before


def test_whoever_uses_the_tables_waits_for_the_migration():
    for name in ("web", "worker", "exporter", "beat"):
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


def test_it_mails_no_error_and_lets_no_line_be_written_that_quotes_one():
    logs = setting("LOGGING")
    assert logs["loggers"]["django"]["handlers"] == []
    assert logs["formatters"]["plain"]["()"] == "intimacy_site.logs.Reticent"
    assert {handler["formatter"] for handler in logs["handlers"].values()} == {"plain"}


def test_a_server_that_is_not_ours_writes_down_no_statement_that_failed():
    made = (ROOT / "deploy" / "roles.sql").read_text()
    for role in (OWNER, *ROLES):
        for name, value in SILENT.items():
            assert f"ALTER ROLE {role} SET {name} = '{value}';" in made


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


def test_the_roles_are_made_as_the_walls_need_them(cluster, tmp_path):
    """The script of the container, run as it stands against a new PostgreSQL."""
    made = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "make-secrets")
    subprocess.run([made], env={"PATH": os.environ["PATH"]}, check=True, capture_output=True)
    script = (ROOT / "deploy" / "postgres-init.sh").read_text().replace("/run/secrets", str(tmp_path / "secrets"))
    server = cluster()
    server.start()
    where = {"PATH": f"{find_postgres().folder}:{os.environ['PATH']}", "PGHOST": str(server.place.sockets)}
    subprocess.run(["sh", "-c", script], env=where, check=True, capture_output=True)
    with closing(server.connect("eyelevel")) as connection:
        above = "select rolname, rolsuper, rolbypassrls, rolcanlogin, rolpassword is not null from pg_authid"
        found = set(connection.execute(f"{above} where rolname like 'eyelevel%'"))
        silent = dict(connection.execute("select rolname, rolconfig from pg_roles where rolname like 'eyelevel%'"))
        memberships = connection.execute(
            "select pg_has_role('eyelevel_backup', 'pg_read_all_data', 'usage'), "
            "pg_has_role('eyelevel_web', 'eyelevel', 'member')"
        ).fetchone()
    assert found == {
        ("eyelevel", False, False, True, True),
        ("eyelevel_web", False, False, True, True),
        ("eyelevel_worker", False, False, True, True),
        ("eyelevel_backup", False, True, True, True),
    }
    assert memberships == (True, False)
    wanted = sorted(f"{name}={value}" for name, value in SILENT.items())
    assert {role: sorted(settings or []) for role, settings in silent.items()} == dict.fromkeys(silent, wanted)
    for user in ("eyelevel", "eyelevel_web", "eyelevel_worker", "eyelevel_backup"):
        server.connect("eyelevel", user=user).close()
    with closing(server.connect("eyelevel", user="eyelevel")) as connection:
        connection.execute("create table thing (id int)")
    server.stop()
