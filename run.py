#!/usr/bin/env python3
"""One door to everything: makes the virtual environment, then hands over to `devstack`.

This file must parse on Python 3.6, so that an old one is told what is missing in a sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
PROBE = "import sys, pip; print(sys.version)"
SETS = {
    "up": ("base", "embedded"),
    "manage": ("base", "embedded"),
    "test": ("base", "embedded", "test", "lint"),
    "check": ("base", "embedded", "test", "lint"),
    "bench": ("base", "embedded", "test", "lint"),
    "worlds": ("base", "embedded", "test", "lint"),
    "lock": (),
}
USAGE = """\
python3 run.py            start everything and the demonstration (the same as: run.py up)
python3 run.py test ...   run the tests; further words go to pytest
python3 run.py check      format, lint, types, import contracts, migrations, budgets, deployment
python3 run.py manage ... manage.py with the database and Valkey up
python3 run.py bench ...  the benchmarks
python3 run.py worlds     the long run of the two worlds; --seed N --examples N --observer NAME
python3 run.py lock       compile requirements/*.in into the locks

PORT            the port of the site (8000)
DATABASE_URL    use this PostgreSQL instead of the embedded one
REDIS_URL       use this Redis or Valkey instead of the embedded one
RELOAD=1        restart the site when its code changes
CHROMIUM        the browser for the browser tests
RUN_WITH_PIP=1  install with pip instead of uv"""


def say(text):
    print(f"[run] {text}", flush=True)


def stamp_of(names):
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((REQUIREMENTS / (name + ".txt")).read_bytes())
    return digest.hexdigest()


def venv_is_sound():
    """False as well when the environment was made by another Python or moved away from its own."""
    if not PYTHON.exists():
        return False
    try:
        answer = subprocess.run(
            [str(PYTHON), "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.decode().strip() == sys.version.strip()


def make_venv():
    say("making the virtual environment in .venv")
    try:
        venv.create(str(VENV), with_pip=True, clear=VENV.exists(), symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"The virtual environment could not be made ({error}).\n"
            "On Debian and Ubuntu the package python3-venv may be missing."
        )


def files(names):
    return [word for name in names for word in ("-r", str(REQUIREMENTS / (name + ".txt")))]


def install_with_uv(names):
    """True when uv did it; uv itself comes from PyPI, pinned in boot.txt."""
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    boot = subprocess.call([*pip, "--require-hashes", "--only-binary", ":all:", *files(["boot"])])
    if boot:
        return False
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON), "--compile-bytecode"]
    return subprocess.call([*uv, "--require-hashes", "--only-binary", ":all:", *files(names)]) == 0


def install_with_pip(names):
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--progress-bar",
        "off",
        "-q",
        "--disable-pip-version-check",
        "--no-input",
    ]
    if subprocess.call([*pip, "--require-hashes", "--only-binary", ":all:", *files(names)]):
        sys.exit("The packages could not be installed; the lines above say why. Is the network there?")


def ensure_packages(names):
    """Install the sets when their locks changed since the last time."""
    stamp = VENV / (".installed-" + "-".join(names))
    want = stamp_of(names)
    if not venv_is_sound():
        make_venv()
    if not stamp.exists() or stamp.read_text() != want:
        say(f"installing packages: {', '.join(names)} (the first time takes a minute or so)")
        if os.environ.get("RUN_WITH_PIP") == "1" or not install_with_uv(names):
            install_with_pip(names)
        stamp.write_text(want)
        say("packages are in place")
    # so that a plain `pytest` finds devstack.pytest_plugin before it has read its own pythonpath
    for site in VENV.glob("lib/python*/site-packages"):
        (site / "eyelevel.pth").write_text(str(ROOT) + "\n")


def locked(names):
    """Two run.py in one folder install one after the other."""
    try:
        import fcntl
    except ImportError:
        sys.exit("run.py needs Linux or macOS; on Windows use WSL.")
    data = ROOT / ".data"
    data.mkdir(mode=0o700, exist_ok=True)
    with (data / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_packages(names)


def lock():
    """Compile every lock anew; without addresses, so that it holds for any index."""
    uv = shutil.which("uv", path=str(VENV / "bin") + os.pathsep + os.environ.get("PATH", ""))
    if not uv:
        sys.exit("uv is missing: run `python3 run.py check` once, it installs uv.")
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_FIND_LINKS", "UV_FIND_LINKS")}
    options = [
        "-q",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
    ]
    for name in ("boot", "base", "embedded", "test", "lint"):
        source = REQUIREMENTS / (name + ".in")
        command = [
            uv,
            "pip",
            "compile",
            *options,
            *sys.argv[2:],
            str(source),
            "-o",
            str(source.with_suffix(".txt")),
        ]
        subprocess.run(command, check=True, env=environment, cwd=str(REQUIREMENTS))
        say("locked " + name)


def main():
    words = sys.argv[1:] or ["up"]
    if words[0] in ("-h", "--help", "help"):
        print(USAGE)
        return
    if words[0] not in SETS:
        sys.exit(f"run.py does not know '{words[0]}'.\n\n{USAGE}")
    if sys.version_info < (3, 11):  # noqa: UP036 (an old Python is who this line is for)
        sys.exit("Eye Level needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))
    if words[0] == "lock":
        lock()
        return
    locked(SETS[words[0]])
    os.chdir(str(ROOT))
    os.execv(str(PYTHON), [str(PYTHON), "-m", "devstack", *words])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
