"""One sealed cell: version | key id | nonce | ciphertext. Pure: bytes in, bytes out."""

import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
KEY_BYTES = 32  # AES-256
_NONCE = 12
_HEAD = 1 + 16 + _NONCE
_LENGTH = struct.Struct(">I")
SMALLEST = 64  # bytes of padded text: "yes" and a short line look alike


class SealBroken(Exception):
    """
    A cell that does not open: forged, cut, moved to another row, column or owner, or its key is not the one.
    `where` names the row, and never a text.
    """

    def __init__(self, why: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {why}" if where else why)
        self.where = where


class Cell(bytes):
    """Sealed bytes, as they lie in the database."""

    __slots__ = ()

    @property
    def key_id(self) -> UUID:
        """Which data key opens it. Raises SealBroken where there is no cell at all."""
        if len(self) <= _HEAD or self[0] != VERSION:
            raise SealBroken("no cell of a known version")
        return UUID(bytes=bytes(self[1:17]))


def keys_of(cells: Iterable[Cell]) -> set[UUID]:
    """The data keys of some cells. A page has many cells and few keys: each head is read once."""
    return {cell.key_id for cell in {cell[:17]: cell for cell in cells}.values()}


@dataclass(frozen=True)
class Binding:
    """Where a cell belongs: it opens nowhere else."""

    table: str
    column: str
    row: UUID
    owner: UUID

    def __bytes__(self) -> bytes:
        return f"{self.table}|{self.column}|{self.row}|{self.owner}".encode()


def seal(text: bytes, *, key_id: UUID, key: bytes, binding: Binding) -> Cell:
    """The text, padded and sealed with one data key."""
    head = bytes([VERSION]) + key_id.bytes
    nonce = secrets.token_bytes(_NONCE)
    return Cell(head + nonce + AESGCM(key).encrypt(nonce, padded(text), head + bytes(binding)))


def unseal(cell: Cell, *, key: bytes, binding: Binding) -> bytes:
    """The text of a cell. Raises SealBroken, and never gives an empty text instead."""
    head, nonce, sealed = cell[:17], cell[17:_HEAD], cell[_HEAD:]
    try:
        text = AESGCM(key).decrypt(bytes(nonce), bytes(sealed), bytes(head) + bytes(binding))
    except InvalidTag:
        raise SealBroken("it is not as it was sealed, or not where it was") from None
    (length,) = _LENGTH.unpack_from(text)
    return text[_LENGTH.size : _LENGTH.size + length]


def padded(text: bytes) -> bytes:
    """
    The text behind its length, filled up so that the size tells little: at least SMALLEST, and then to the next
    step of Padmé, at most 12 % more (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files", 2019).
    """
    size = max(len(text) + _LENGTH.size, SMALLEST)
    exponent = size.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (_LENGTH.pack(len(text)) + text).ljust((size + mask) & ~mask, b"\0")
