"""Key-encryption keys: what wraps the data keys. They lie apart from the database; by default in a file."""

import base64
import binascii
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from safekeeping.sealing.cells import KEY_BYTES, SealBroken

_NONCE = 12
NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")


class Masters(Protocol):
    """What wraps and unwraps data keys. A key service on the network would be another one of these."""

    @property
    def current(self) -> str:
        """The name of the key that wraps what is new."""

    @property
    def names(self) -> list[str]:
        """All keys there are, the current one last."""

    def wrap(self, data_key: bytes, *, about: bytes) -> bytes:
        """The data key wrapped with the current key, for one use (`about`) only."""

    def unwrap(self, wrapped: bytes, *, name: str, about: bytes) -> bytes:
        """The data key. Raises SealBroken when it was wrapped with another key, or for another use."""


class FileMasters:
    """
    Keys in a file, one a line: `name base64`. The last line is the current key; earlier ones still unwrap.

    The file is never dumped with the database. Whoever has both can read everything.
    """

    def __init__(self, path: Path) -> None:
        self._keys: dict[str, bytes] = {}
        try:
            lines = path.read_text().splitlines()
        except OSError as error:
            raise ImproperlyConfigured(
                f"The key file {path} cannot be read ({error.strerror}). `manage.py make_key` writes a first one; "
                "KEYS_FILE names it."
            ) from error
        for number, line in enumerate(filter(str.strip, lines), 1):
            name, _space, encoded = line.strip().partition(" ")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != KEY_BYTES:
                raise ImproperlyConfigured(f"Line {number} of the key file {path} is not a name and a 32-byte key.")
            self._keys[name] = key
        if not self._keys:
            raise ImproperlyConfigured(f"The key file {path} holds no key.")

    @property
    def current(self) -> str:
        return self.names[-1]

    @property
    def names(self) -> list[str]:
        return list(self._keys)

    def wrap(self, data_key: bytes, *, about: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._keys[self.current]).encrypt(nonce, data_key, about)

    def unwrap(self, wrapped: bytes, *, name: str, about: bytes) -> bytes:
        key = self._keys.get(name)
        if key is None:
            raise SealBroken(f"the key file has no key named {name}")
        try:
            return AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
        except InvalidTag:
            raise SealBroken("a data key does not unwrap") from None


def add_master(path: Path, *, name: str) -> None:
    """
    Write another key to the end of the file, readable by its owner alone; it becomes the current one.

    Raises ImproperlyConfigured for a file that others can read, a name that is taken, and a file that is no key file.
    """
    if not NAME.fullmatch(name):
        raise ImproperlyConfigured("A key's name is up to 60 letters, digits, dots, dashes and underscores.")
    line = f"{name} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ImproperlyConfigured(f"The key file {path} cannot be written ({error.strerror}).") from error
    with os.fdopen(descriptor, "r+") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise ImproperlyConfigured(f"Others can read the key file {path}. Close it first: chmod 600 {path}")
        there = file.read()
        if there.strip() and name in FileMasters(path).names:
            raise ImproperlyConfigured(f"The key file {path} has a key named {name} already.")
        file.write(line if not there or there.endswith("\n") else "\n" + line)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> FileMasters:
    return FileMasters(path)


def masters() -> Masters:
    """The keys of this process, read again when the file has changed. A process without KEYS_FILE opens nothing."""
    if not settings.KEYS_FILE:
        raise ImproperlyConfigured("This process has no KEYS_FILE: it neither seals nor opens anything.")
    path = Path(settings.KEYS_FILE)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _read(path, changed)
