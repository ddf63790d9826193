"""Ends with 0 when the container's process does its work: `healthy.py web`, `worker` or `beat`."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

# beat writes its schedule down every three minutes
BEAT_MAY_BE_SILENT = 600


def web() -> bool:
    """The site answers, asked by its own name, as its front door would ask."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", "/healthz/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker answers through the broker; asked by its name, so nobody waits for others to answer."""
    name = f"celery@{socket.gethostname()}"
    ping = ["inspect", "ping", "--timeout", "10", "--destination", name]
    command = [sys.executable, "-m", "celery", "-A", "intimacy_site", *ping]
    answer = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 (all our own words)
    return answer.returncode == 0


def beat() -> bool:
    """The schedule was written down lately."""
    folder = Path("/tmp")  # noqa: S108 (the container's own)
    written = [path.stat().st_mtime for path in folder.glob("beat-schedule*")]
    return bool(written) and time.time() - max(written) < BEAT_MAY_BE_SILENT


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
