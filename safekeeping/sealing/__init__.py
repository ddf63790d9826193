"""Sealing: what is private lies in the database as AES-256-GCM cells that open only in their own row, for its owner."""

from safekeeping.sealing.cells import Cell, SealBroken, keys_of
from safekeeping.sealing.fields import SealedBytesField, SealedField, SealedJSONField, SealedTextField, open_together
from safekeeping.sealing.keyring import Destroyed, Purpose, open_keyring

__all__ = [
    "Cell",
    "Destroyed",
    "Purpose",
    "SealBroken",
    "SealedBytesField",
    "SealedField",
    "SealedJSONField",
    "SealedTextField",
    "keys_of",
    "open_keyring",
    "open_together",
]
