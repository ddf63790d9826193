"""Ports on this machine."""

import os
import socket
import time

from devstack.errors import StackError

LOCAL = "127.0.0.1"


def is_free(port: int) -> bool:
    """True when a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
    return True


def next_free(port: int) -> int:
    """The port, or the first free one after it."""
    for candidate in range(port, min(port + 200, 65536)):
        if is_free(candidate):
            return candidate
    raise StackError(f"No port is free from {port} on.")


def site_port(patience: float = 0.0) -> int:
    """PORT from the environment, free within `patience` seconds; raises StackError with a way out."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StackError(f"PORT is '{text}'; it must be a number from 1 to 65535.")
    port = int(text)
    deadline = time.monotonic() + patience
    while not is_free(port):
        if time.monotonic() >= deadline:
            raise StackError(
                f"Port {port} is taken by another program. End that one, or choose another port: "
                f"PORT={port + 1} python3 run.py"
            )
        time.sleep(0.2)
    return port
