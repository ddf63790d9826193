"""Model fields that lie sealed in the database and read as plain values on a loaded row."""

import json
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from safekeeping.sealing import keyring
from safekeeping.sealing.cells import Binding, Cell, SealBroken, keys_of, seal, unseal
from safekeeping.states import Purpose


def open_together(*rows: models.Model) -> None:
    """Ask once for the keys of all that these rows hold sealed, before it is read field by field."""
    cells = (value for row in rows for value in row.__dict__.values() if isinstance(value, Cell))
    keyring.fetch(keys_of(cells))


class SealedAttribute(DeferredAttribute):
    """Opens the cell when the attribute is first read."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Cell):
            value = self.field.opened(value, row=instance.pk, owner=getattr(instance, self.field.owner))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        """There so that Python asks `__get__` even where the row has a value."""
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):
    """
    A sealed value. `owner` names the attribute with the id of whose key seals it; the row also has a `clinic_id`.

    It can be neither searched nor sorted by, and is written through its row only: `update(value=...)` raises
    TypeError, as a cell is bound to its row. Queries by `values_list` give a Cell, to open with `opened`.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, purpose: Purpose, owner: str, **kwargs: Any) -> None:
        self.purpose, self.owner = Purpose(purpose), owner
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "purpose": self.purpose.value, "owner": self.owner}

    def encoded(self, value: Any) -> bytes:
        """The value as bytes."""
        raise NotImplementedError

    def decoded(self, text: bytes) -> Any:
        """The value these bytes are."""
        raise NotImplementedError

    def _binding(self, row: UUID, owner: UUID) -> Binding:
        return Binding(self.model._meta.db_table, self.attname, row, owner)

    def opened(self, cell: Cell | None, *, row: UUID, owner: UUID) -> Any:
        """The value in a cell. Raises SealBroken where it does not belong to this row and owner."""
        if cell is None:
            return None
        try:
            key = keyring.key_to_open(cell.key_id)
            return self.decoded(unseal(cell, key=key, binding=self._binding(row, owner)))
        except SealBroken as broken:
            raise type(broken)(str(broken), where=f"{self.model._meta.label}:{row}") from None

    def sealed(self, value: Any, *, row: UUID, owner: UUID, clinic: UUID) -> Cell:
        """The cell for one row, sealed with its owner's key."""
        key_id, key = keyring.key_to_seal(owner=owner, purpose=self.purpose, clinic=clinic)
        return seal(self.encoded(value), key_id=key_id, key=key, binding=self._binding(row, owner))

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Cell):
            return value
        owner = getattr(model_instance, self.owner)
        return self.sealed(value, row=model_instance.pk, owner=owner, clinic=model_instance.clinic_id)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Cell):
            raise TypeError(
                f"{self.model.__name__}.{self.name} is sealed: it is written by saving its row, and never searched"
            )
        return None if value is None else connection.Database.Binary(bytes(value))

    def from_db_value(self, value: Any, *_args: Any) -> Cell | None:
        return None if value is None else Cell(value)


class SealedBytesField(SealedField):
    """Sealed bytes, as of a file."""

    def encoded(self, value: bytes) -> bytes:
        return bytes(value)

    def decoded(self, text: bytes) -> bytes:
        return text


class SealedTextField(SealedField):
    """Sealed text."""

    def encoded(self, value: str) -> bytes:
        return value.encode()

    def decoded(self, text: bytes) -> str:
        return text.decode()


class SealedJSONField(SealedField):
    """A sealed value that JSON can hold."""

    def encoded(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decoded(self, text: bytes) -> Any:
        return json.loads(text)
