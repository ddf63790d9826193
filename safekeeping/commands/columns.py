"""Every sealed column there is, found through the models: nobody keeps a list that could forget one."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value

from safekeeping.models import DataKey
from safekeeping.sealing.fields import SealedField


def sealed_models() -> Iterator[tuple[type[models.Model], list[SealedField]]]:
    """Each model that seals something, with its sealed fields."""
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if fields and model._meta.managed and not model._meta.proxy:
            yield model, fields


def rows_of(model: type[models.Model]) -> QuerySet[Any]:
    """All rows, whatever a manager of the model's own would leave out."""
    return model._base_manager.all()


def sealed_with(model: type[models.Model], fields: list[SealedField], keys: QuerySet[DataKey]) -> QuerySet[Any]:
    """The rows of which a cell names one of these keys; a cell says so behind its version."""
    names = keys.annotate(name=Func(F("pk"), function="uuid_send", output_field=models.BinaryField())).values("name")
    wanted, named = Q(), {}
    for field in fields:
        alias = f"key_of_{field.name}"
        named[alias] = Func(
            F(field.attname), Value(2), Value(16), function="substring", output_field=models.BinaryField()
        )
        wanted |= Q(**{f"{alias}__in": names})
    return rows_of(model).alias(**named).filter(wanted)
