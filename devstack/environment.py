"""The environment variables that the product reads, for each way of running it here."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from devstack.binaries import find_postgres
from devstack.errors import StackError
from devstack.folders import DATA, private_folder
from devstack.stores import is_set

DUMMY = "only-for-a-check-" + "0123456789abcdef" * 4


def _written_once(path: Path, text: str) -> Path:
    """The file, readable by its owner alone; what it holds already is kept."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return path


def secret_key_file(data: Path = DATA) -> Path:
    """The file with this machine's own SECRET_KEY."""
    return _written_once(data / "secret_key", secrets.token_urlsafe(64))


def keys_file(data: Path = DATA) -> Path:
    """The file with the key that wraps all others here, as `manage.py make_key` writes it."""
    return _written_once(data / "keys", f"first {base64.b64encode(secrets.token_bytes(32)).decode()}\n")


def serving(role: str, variables: Mapping[str, str]) -> dict[str, str]:
    """
    The same for a process that serves as the `web` or the `worker`: it connects to PostgreSQL as a role that owns
    nothing, and a worker has no keys. Neither is told how the other connects.
    """
    own = variables.get(f"{role.upper()}_DATABASE_URL")
    if not own:
        raise StackError(
            "DATABASE_URL is the database as its owner. Say as well how the site and the worker connect: "
            "WEB_DATABASE_URL and WORKER_DATABASE_URL, with the roles that deploy/roles.sql makes."
        )
    others = {f"{name}_DATABASE_URL" for name in ("WEB", "WORKER", "BACKUP")}
    found = {name: value for name, value in variables.items() if name not in others} | {"DATABASE_URL": own}
    if role == "worker":
        found.pop("KEYS_FILE", None)
    return found


def _postgres_programs() -> str:
    """The folder with pg_dump and pg_restore; nothing where PostgreSQL is somebody's own, and they are on the path."""
    try:
        return str(find_postgres().folder)
    except StackError:
        return ""


def _common(kind: str, stores: dict[str, str]) -> dict[str, str]:
    found = {
        **os.environ,
        **stores,
        "DJANGO_SETTINGS_MODULE": "intimacy_site.settings",
        "PYTHONUNBUFFERED": "1",
    }
    found["ENVIRONMENT"] = kind
    if not is_set("KEYS_FILE"):
        found["KEYS_FILE"] = str(keys_file(private_folder(DATA)))
    if not is_set("ERASURES_FILE"):
        found["ERASURES_FILE"] = str(private_folder(DATA) / "erased.jsonl")
    if not is_set("PG_BIN"):
        found["PG_BIN"] = _postgres_programs()
    return found


def development(stores: dict[str, str], *, port: int = 8000, mail_port: int = 1025) -> dict[str, str]:
    """For the demonstration; what somebody set already is left as it is."""
    if os.environ.get("ENVIRONMENT", "development") == "production":
        raise StackError("ENVIRONMENT is production, but run.py is for development: it loads a demonstration.")
    found = _common("development", stores)
    found["PORT"] = str(port)
    if not is_set("SECRET_KEY"):
        found["SECRET_KEY_FILE"] = str(secret_key_file())
    # passkeys need a name, not a number
    for name, value in (
        ("SITE_URL", f"http://localhost:{port}"),
        ("EMAIL_URL", f"smtp://127.0.0.1:{mail_port}"),
    ):
        if not is_set(name):
            found[name] = value
    return found


def test(stores: dict[str, str]) -> dict[str, str]:
    """For tests and checks."""
    return _common("test", stores)


def production_dummy(stores: dict[str, str]) -> dict[str, str]:
    """Production settings with made-up values, to see that they hold together."""
    return _common("production", stores) | {
        "SECRET_KEY": DUMMY,
        "ALLOWED_HOSTS": "homework.example.org",
        "SITE_URL": "https://homework.example.org",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "Eye Level <hello@example.org>",
    }
