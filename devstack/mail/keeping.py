"""The last messages, one file each."""

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from devstack.folders import private_folder

KEPT = 200
NAME = re.compile(r"\d{20}\.eml")


@dataclass(frozen=True)
class Letter:
    """One message, as the page shows it."""

    name: str
    sender: str
    to: str
    subject: str
    date: str
    text: str


class Letters:
    """A folder of messages; the oldest go when there are more than `kept`."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self._folder = private_folder(folder)
        self._kept = kept
        self._last = 0

    def add(self, content: bytes) -> str:
        """Keep a message and give its name."""
        self._last = max(time.time_ns(), self._last + 1)
        path = self._folder / f"{self._last:020d}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
        unfinished.replace(path)
        for name in self.names()[self._kept :]:
            (self._folder / name).unlink(missing_ok=True)
        return path.name

    def names(self) -> list[str]:
        """The newest first."""
        return sorted((path.name for path in self._folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)

    def read(self, name: str) -> Letter | None:
        """The message, or None when there is none of that name."""
        if not NAME.fullmatch(name):
            return None
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        message = message_from_bytes(content, policy=policy.default)
        said = {part: str(message.get(part, "")) for part in ("from", "to", "subject", "date")}
        return Letter(name, said["from"], said["to"], said["subject"], said["date"], _text(message))

    def all(self) -> list[Letter]:
        """Every message, the newest first."""
        return [letter for name in self.names() if (letter := self.read(name))]


def _text(message: EmailMessage) -> str:
    """The plain text; of a message without one, the source of whatever text it has."""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return "(This message has no text.)"
    try:
        return str(body.get_content())
    except (LookupError, ValueError):
        return "(The text of this message cannot be read.)"
