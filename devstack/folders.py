"""Where things lie: everything that a run makes is in `.data`, readable by its owner alone."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from devstack.errors import StackError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
# the address of a Unix socket may have 107 bytes; PostgreSQL adds `/.s.PGSQL.5432.lock`
LONGEST_SOCKET_FOLDER = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def private_folder(path: Path) -> Path:
    """The folder, made if missing, open to its owner alone; refused when somebody else made it first."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(f"{path} belongs to somebody else or is no folder: move it away and try again.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def socket_folder(wanted: Path) -> Path:
    """`wanted`, or a private stand-in when its path is too long or too odd for the address of a socket."""
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(wanted)):
        return private_folder(wanted)
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return private_folder(Path(tempfile.gettempdir()) / f"eyelevel-{os.geteuid()}-{digest}")


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log, or a word that there is none."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(the log is empty)"
