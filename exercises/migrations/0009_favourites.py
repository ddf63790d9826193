import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("clients", "0005_safety"),
        ("exercises", "0008_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="Favourite",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("clinic", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.clinic")),
                ("exercise", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="exercises.exercise")),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.membership")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "exercise"), name="one_favourite_each")],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE exercises_favourite ADD CONSTRAINT favourite_owner_id_same_clinic "
            "FOREIGN KEY (clinic_id, owner_id) REFERENCES clients_membership (clinic_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
            migrations.RunSQL.noop,
        ),
    ]
