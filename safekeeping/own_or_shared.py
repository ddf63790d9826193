"""
Rows that belong to one clinic or, with no clinic, to all: what points to them from a clinic's row is of that clinic or
of none.

A foreign key of two columns cannot say "or of none", so a trigger does. It is made for every such key there is, by the
models themselves, whenever the walls are raised (safekeeping/walls.py).
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

FUNCTION = """
CREATE OR REPLACE FUNCTION eyelevel_own_or_shared() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_parent uuid;
BEGIN
    EXECUTE format('SELECT clinic_id FROM %I WHERE id = $1', TG_ARGV[0])
       INTO of_parent USING (to_jsonb(NEW) ->> TG_ARGV[1])::uuid;
    IF of_parent IS NOT NULL AND of_parent IS DISTINCT FROM NEW.clinic_id THEN
        RAISE foreign_key_violation USING MESSAGE = TG_TABLE_NAME || '.' || TG_ARGV[1] || ' points into another clinic';
    END IF;
    RETURN NEW;
END
$$
"""


def guarded() -> Iterator[tuple[str, str, str]]:
    """Every key from a row that has a clinic to a row that may have none, as (table, column, other table)."""
    for model in apps.get_models():
        if _clinic_of(model) is None:
            continue
        for field in model._meta.concrete_fields:
            parent = field.related_model if isinstance(field, models.ForeignKey) else None
            clinic = _clinic_of(parent) if isinstance(parent, type) else None
            if clinic is not None and clinic.null and isinstance(parent, type):
                yield model._meta.db_table, field.attname, parent._meta.db_table


def _clinic_of(model: type[models.Model]) -> "models.Field[object, object] | None":
    return next((field for field in model._meta.concrete_fields if field.attname == "clinic_id"), None)


def statements() -> Iterator[str]:
    """What makes the database as the models say. Running it again changes nothing."""
    yield FUNCTION
    for table, column, other in guarded():
        name = f"{column}_own_or_shared"
        yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
        yield (
            f'CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {column}, clinic_id ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION eyelevel_own_or_shared('{other}', '{column}')"
        )
