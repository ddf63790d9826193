"""What one backup holds, written beside it: a half is refused without its other half."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from safekeeping.audit import Head
from safekeeping.operating import Trouble

NAME = "manifest.json"
DATA, KEYS = "data", "keys"


@dataclass(frozen=True)
class Manifest:
    """
    One half of a backup. `id` is the same in both halves; `rows` counts each table; `erased` are the people who had
    been erased when it was made.
    """

    id: str
    kind: str
    made_at: str
    server: int
    sha256: str
    rows: dict[str, int]
    heads: list[dict[str, Any]] = field(default_factory=list)
    migrations: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def anchors(self) -> list[Head]:
        return [Head.from_json(head) for head in self.heads]

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest in a folder. Raises Trouble where there is none, or one that is none."""
        path = folder / NAME
        try:
            return cls(**json.loads(path.read_text()))
        except OSError as error:
            raise Trouble(f"{folder} is no backup: {NAME} cannot be read ({error.strerror}).") from error
        except (ValueError, TypeError) as error:
            raise Trouble(f"{path} is not the manifest of a backup.") from error

    def dump(self, folder: Path) -> Path:
        """The dump that lies beside it. Raises Trouble unless it is, to the last byte, the one that was made."""
        path = folder / f"{self.kind}.dump"
        if not path.is_file() or not path.stat().st_size:
            raise Trouble(f"{path} is missing or empty.")
        if digest(path) != self.sha256:
            raise Trouble(f"{path} is not the file that was backed up: it was cut short or changed.")
        return path


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backups_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """The whole backups in a folder, the oldest first. What was never finished has another name."""
    found = [(path.parent, Manifest.read(path.parent)) for path in folder.glob(f"[0-9]*/{NAME}")]
    return sorted(found, key=lambda pair: pair[1].made_at)
