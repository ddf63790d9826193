"""Each field says beside itself whether it is kept plain or sealed; nobody can forget."""

import pytest
from django.apps import apps

from safekeeping.sealing import SealedField
from safekeeping.walls import Wall

OURS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.split(".")[0] in {"accounts", "clients", "exercises", "safekeeping"}
]


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_it_declares_every_field_plain_or_sealed(model):
    keep = model.Safekeeping
    assert not keep.plain & keep.sealed
    assert {field.name for field in model._meta.concrete_fields} == keep.plain | keep.sealed


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_it_seals_what_it_declares_sealed_and_nothing_else(model):
    fields = {field.name for field in model._meta.concrete_fields if isinstance(field, SealedField)}
    assert fields == model.Safekeeping.sealed


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_it_has_a_wall_around_every_row_of_a_clinic(model):
    of_a_clinic = any(field.attname == "clinic_id" for field in model._meta.concrete_fields)
    assert not of_a_clinic or isinstance(getattr(model.Safekeeping, "wall", None), Wall)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_it_names_a_record_by_its_id_alone(model):
    record = model(
        **{f.attname: "a secret" for f in model._meta.concrete_fields if f.get_internal_type() == "TextField"}
    )
    for words in (str(record), repr(record)):
        assert str(record.pk) in words
        assert "secret" not in words
