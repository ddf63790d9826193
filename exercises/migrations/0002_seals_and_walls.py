from collections.abc import Iterable
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from safekeeping.sealing import SealedJSONField, SealedTextField

SEALED = [
    ("assignment", "note", SealedTextField, {"purpose": "assigned", "owner": "assigned_by_id", "null": True}),
    ("reflection", "value", SealedJSONField, {"purpose": "private", "owner": "author_id", "null": True}),
    ("earliertext", "value", SealedJSONField, {"purpose": "private", "owner": "author_id", "null": True}),
    ("share", "value", SealedJSONField, {"purpose": "shared", "owner": "author_id", "null": True}),
    ("privatenote", "text", SealedTextField, {"purpose": "notes", "owner": "author_id"}),
]
# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("assignment", "couple_id", "clients_couple"),
    ("assignment", "assigned_by_id", "clients_membership"),
    ("homework", "couple_id", "clients_couple"),
    ("homework", "partner_id", "clients_partner"),
    ("homework", "assignment_id", "exercises_assignment"),
    ("reflection", "couple_id", "clients_couple"),
    ("reflection", "author_id", "clients_partner"),
    ("reflection", "homework_id", "exercises_homework"),
    ("earliertext", "author_id", "clients_partner"),
    ("earliertext", "reflection_id", "exercises_reflection"),
    ("share", "couple_id", "clients_couple"),
    ("share", "author_id", "clients_partner"),
    ("share", "assignment_id", "exercises_assignment"),
    ("share", "homework_id", "exercises_homework"),
    ("share", "reflection_id", "exercises_reflection"),
    ("privatenote", "author_id", "clients_membership"),
    ("privatenote", "assignment_id", "exercises_assignment"),
    ("mark", "couple_id", "clients_couple"),
    ("mark", "assignment_id", "exercises_assignment"),
    ("outboxmessage", "partner_id", "clients_partner"),
    ("outboxmessage", "homework_id", "exercises_homework"),
]

# When a couple's work ends, what its therapist cannot read yet is dropped, by the therapist who does not see it.
DROP_HELD = """
CREATE FUNCTION eyelevel_drop_held(of_couple uuid, moment timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM exercises_share WHERE couple_id = of_couple AND therapist_from > moment
       AND (couple_id = ANY (eyelevel_ids('treats')) OR pg_has_role(session_user, current_user, 'MEMBER'))
$$;
"""


def seal_what_is_there(apps: Any, _editor: Any) -> None:
    """What was written before there were seals."""
    for model_name, name, _field, _options in SEALED:
        model = apps.get_model("exercises", model_name)
        for row in model.objects.iterator():
            setattr(row, name, getattr(row, f"{name}_unsealed"))
            row.save(update_fields=[name])


def sealed() -> Iterable[migrations.operations.base.Operation]:
    for model, name, field, options in SEALED:
        yield migrations.RenameField(model, name, f"{name}_unsealed")
        yield migrations.AddField(model, name, field(**{**options, "null": True}))
    yield migrations.RunPython(seal_what_is_there, migrations.RunPython.noop)
    for model, name, field, options in SEALED:
        yield migrations.RemoveField(model, f"{name}_unsealed")
        if not options.get("null"):
            yield migrations.AlterField(model, name, field(**options))


def filled(model: str, name: str, to: str, source: str) -> Iterable[migrations.operations.base.Operation]:
    """A new foreign key that every row has, copied from another table."""
    key = {"to": to, "on_delete": django.db.models.deletion.CASCADE, "related_name": "+"}
    yield migrations.AddField(model, name, models.ForeignKey(null=True, **key))
    yield migrations.RunSQL(source, migrations.RunSQL.noop)
    yield migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop)
    yield migrations.AlterField(model, name, models.ForeignKey(**key))


def same_clinic() -> Iterable[migrations.operations.base.Operation]:
    yield migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop)
    for table, column, other in SAME_CLINIC:
        yield migrations.RunSQL(
            f"ALTER TABLE exercises_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
            f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
            migrations.RunSQL.noop,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("exercises", "0001_initial"),
        ("clients", "0002_walls"),
        ("safekeeping", "0002_seals_and_chain"),
    ]

    operations = [
        *filled(
            "earliertext", "author", "clients.partner",
            "UPDATE exercises_earliertext e SET author_id = r.author_id "
            "FROM exercises_reflection r WHERE r.id = e.reflection_id",
        ),
        *filled(
            "share", "assignment", "exercises.assignment",
            "UPDATE exercises_share s SET assignment_id = h.assignment_id "
            "FROM exercises_homework h WHERE h.id = s.homework_id",
        ),
        *sealed(),
        *(
            migrations.AddConstraint(
                model_name=name,
                constraint=models.UniqueConstraint(fields=("clinic", "id"), name=f"{name}_in_clinic"),
            )
            for name in ("assignment", "homework", "reflection")
        ),
        *same_clinic(),
        migrations.RunSQL(DROP_HELD, "DROP FUNCTION eyelevel_drop_held"),
    ]  # fmt: skip
