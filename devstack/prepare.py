"""What must be done between the stores and the site; each step is skipped while its inputs are the same."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from devstack.console import say
from devstack.errors import StackError
from devstack.folders import DATA, ROOT
from devstack.stores import DATABASE, Stores

STATIC_ROOT = ROOT / "staticfiles"
ALWAYS = ("requirements/base.txt", "intimacy_site/settings.py")


def fingerprint(patterns: Iterable[str], root: Path = ROOT) -> str:
    """Changes when a file that matches comes, goes, moves or changes."""
    digest = hashlib.sha256()
    paths = {path for pattern in (*patterns, *ALWAYS) for path in root.glob(pattern) if path.is_file()}
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _run(environment: Mapping[str, str], *words: str) -> str:
    """Run Python with these words and give what it printed; raises StackError with all it said."""
    answer = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    log = DATA / "logs" / "prepare.log"
    with log.open("a") as file:
        file.write(f"$ {' '.join(words)}\n{answer.stdout}{answer.stderr}")
    if answer.returncode:
        raise StackError(f"{' '.join(words)} ended with {answer.returncode}:\n{answer.stdout}{answer.stderr}")
    return answer.stdout


def migrate(stores: Stores, environment: Mapping[str, str]) -> None:
    """Bring the tables up to date. The embedded database remembers what it has seen, so it may be skipped."""
    seen = fingerprint(["*/migrations/*.py"])
    if stores.postgres and stores.postgres.remark(DATABASE) == seen:
        return
    say("migrating the database")
    _run(environment, "manage.py", "migrate", "--no-input", "-v", "0")
    if stores.postgres:
        stores.postgres.set_remark(DATABASE, seen)


def forget_migrations(stores: Stores) -> None:
    """Look again at the next start, because somebody worked on the database by hand."""
    if stores.postgres:
        stores.postgres.set_remark(DATABASE, "")


def collect_static(environment: Mapping[str, str]) -> None:
    """Gather styles, scripts and pictures where the site serves them from."""
    stamp = STATIC_ROOT / ".fingerprint"
    seen = fingerprint(["static/**/*", "*/static/**/*"])
    if stamp.exists() and stamp.read_text() == seen:
        return
    say("collecting static files")
    _run(environment, "manage.py", "collectstatic", "--no-input", "-v", "0")
    stamp.write_text(seen)


def load_content(environment: Mapping[str, str]) -> str:
    """The exercise library and the demonstration; gives the lines with the demonstration's sign-ins."""
    say("loading the library and the demonstration")
    return _run(environment, "-m", "devstack.steps", "load_library", "load_demo").strip()
