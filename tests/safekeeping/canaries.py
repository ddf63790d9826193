"""Marked texts, every place in which a copy of one could come to lie, and every form it could have there."""

import base64
import json
import logging
import logging.config
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from secrets import token_hex
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from safekeeping import walls
from safekeeping.dumps import programs

MOST = 20_000_000  # bytes of one temporary file; what is larger is no text that somebody wrote
URL_SAFE = bytes.maketrans(b"+/", b"-_")  # two alphabets of base64, read as one
OTHERS = ("pytest-of-", "bash_jobs")  # folders of those who run tests, in which their own words lie


@dataclass
class Flock:
    """
    Texts that nobody else has written, ever: each carries the stem of its flock and a number of its own.

    A search looks for the stem, so that a text that was cut short is found, too.
    """

    stem: str = field(default_factory=lambda: f"kestrel{token_hex(8)}")
    sown: dict[str, str] = field(default_factory=dict)

    def mark(self, where: str) -> str:
        token = f"{self.stem}n{len(self.sown):04d}"
        self.sown[token] = where
        return token

    def text(self, where: str, times: int = 2) -> str:
        """A sentence, that quoting, escaping and cutting change in some way."""
        token = self.mark(where)
        return "; ".join([f"“{token}” sang & <flew> at 5 % — {token}"] * (times // 2 or 1))

    def long(self, where: str, length: int) -> str:
        """A text of more than so many characters."""
        one = self.text(where) + "\n"
        return one * (length // len(one) + 1)


@dataclass(frozen=True, order=True)
class Finding:
    place: str
    form: str


def _base64s(text: bytes) -> Iterator[bytes]:
    """What a text looks like within base64, wherever it begins; the letters it shares with neighbours left off."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + text)
        end = len(whole) - (4 if (before + len(text)) % 3 else 0)
        yield whole[(0, 2, 3)[before] : end].translate(URL_SAFE)


def forms(stem: str) -> dict[str, list[bytes]]:
    """
    A stem in each form, by its name. Letters and digits are the same in ASCII, Latin-1, HTML, JSON, quoted-printable
    and URL-encoding, so those are found with UTF-8; the last two are for encoders that spare no letter.
    """
    found: dict[str, list[bytes]] = {
        "url, every letter": ["".join(f"%{ord(c):02x}" for c in stem).encode()],
        "json, every letter": ["".join(f"\\u{ord(c):04x}" for c in stem).encode()],
    }
    for name in ("utf-8", "utf-16-le", "utf-16-be"):
        encoded = stem.encode(name)
        found[name] = [encoded]
        found[f"hex of {name}"] = [encoded.hex().encode()]
        found[f"base64 of {name}"] = list(_base64s(encoded))
        found[f"reversed {name}"] = [encoded[::-1]]
    return found


def search(places: dict[str, bytes], stem: str) -> set[Finding]:
    """Where a stem is, and in which form. Lines that were broken are searched as one, too."""
    wanted: dict[str, list[bytes]] = forms(stem)
    found: set[Finding] = set()
    for place, material in places.items():
        joined = material.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"\r", b"").replace(b"\n", b"")
        both = material + b"\0" + joined
        in_base64, small = both.translate(URL_SAFE), both.lower()
        for form, shapes in wanted.items():
            within = in_base64 if form.startswith("base64") else small
            if any(shape in within for shape in shapes):
                found.add(Finding(place, form))
    return found


def _plain(value: Any) -> bytes:
    return repr(value).encode() + b"\n" + json.dumps(value, default=repr, ensure_ascii=False).encode()


def dump() -> bytes:
    """The whole database as SQL, by the role that makes backups, which row-level security does not bind."""
    address = programs.Address({**connection.settings_dict, "USER": walls.BACKUP})
    return programs.run("pg_dump", "--format=plain", address=address).encode()


def sessions() -> bytes:
    """In the dump they are compressed and signed; here as they were."""
    return b"\n".join(_plain(session.get_decoded()) for session in Session.objects.all())


def asked() -> bytes:
    """What PostgreSQL shows of the questions it was last asked on each connection to this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return "\n".join(query or "" for (query,) in cursor.fetchall()).encode()


def valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])


def queue() -> bytes:
    """Every key with its value, as they were put in: a DUMP of Valkey's would be compressed."""
    store, read = valkey(), []
    readers = {
        b"string": store.get, b"list": lambda key: store.lrange(key, 0, -1), b"hash": store.hgetall,
        b"set": store.smembers, b"zset": lambda key: store.zrange(key, 0, -1, withscores=True),
        b"stream": store.xrange,
    }  # fmt: skip
    for key in store.scan_iter():
        read += [key, *_bytes(readers[store.type(key)](key))]
    return b"\n".join(read)


def _bytes(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _bytes([*value.keys(), *value.values()])
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for part in value:
            yield from _bytes(part)
    else:
        yield repr(value).encode()


def letters(mails: list[Message]) -> bytes:
    """Mails as they were sent, and as they are read."""
    parts = [mail.as_bytes() for mail in mails]
    for mail in mails:
        parts += [_plain(mail.items())]
        parts += [part.get_payload(decode=True) or b"" for part in mail.walk() if not part.is_multipart()]
    return b"\n".join(parts)


def _ours(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(OTHERS)]
        for name in names:
            path = Path(here, name)
            try:
                about = path.lstat()
            except OSError:  # somebody else's, and gone
                continue
            if about.st_uid == os.geteuid() and path.is_file() and about.st_size <= MOST:
                yield path, about


class Changed:
    """The files of some folders that are new, or have changed since."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._before = dict(self._now())

    def _now(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for folder in self._folders:
            for path, about in _ours(folder):
                yield path, (about.st_mtime_ns, about.st_size)

    def read(self) -> bytes:
        """Each name with its contents; of a file that has grown, what was added."""
        parts = []
        for path, now in self._now():
            was = self._before.get(path, (0, 0))
            if now != was:
                try:
                    parts += [str(path).encode(), path.read_bytes()[was[1] if was[1] < now[1] else 0 :]]
                except OSError:
                    continue
        return b"\n".join(parts)


def logs_of_the_stores() -> Path | None:
    """Where PostgreSQL and Valkey write, if they are ours."""
    ours = os.environ.get("DEVSTACK_TEST_VALKEY")
    return Path(ours).parent / "logs" if ours else None


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Every line of every logger, however slight, as the product writes lines."""
    configured = logging.config.DictConfigurator(settings.LOGGING)  # type: ignore[attr-defined]
    handler = logging.FileHandler(path)
    handler.setFormatter(configured.configure_formatter(dict(settings.LOGGING["formatters"]["plain"])))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    levels = [(logger, logger.level) for logger in loggers]
    for logger, level in levels:
        logger.setLevel(logging.DEBUG if level or logger.parent is None else level)
    others = [(other, other.level) for other in logging.getLogger().handlers]
    for other, _level in others:  # pytest would show all of it beside what failed
        other.setLevel(logging.CRITICAL + 1)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        for other, level in others:
            other.setLevel(level)
        logging.getLogger().removeHandler(handler)
        handler.close()
        for logger, level in levels:
            logger.setLevel(level)


@dataclass
class Field:
    """What is searched: begun before anything is sown, and read once everything is."""

    log: Path
    mails: list[Message]
    temporary: Changed = field(default_factory=lambda: Changed(Path(tempfile.gettempdir())))
    stores: Changed = field(init=False)

    def __post_init__(self) -> None:
        folder = logs_of_the_stores()
        self.stores = Changed(*([folder] if folder else []))

    def places(self) -> dict[str, bytes]:
        return {
            "log": self.log.read_bytes(),
            "questions": asked(),
            "sessions": sessions(),
            "valkey": queue(),
            "mail": letters(self.mails),
            "temporary files": self.temporary.read(),
            "logs of the stores": self.stores.read(),
            "database": dump(),
        }
