import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("couple_id", "clients_couple"),
    ("assignment_id", "exercises_assignment"),
    ("author_id", "clients_membership"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0005_safety'),
        ('exercises', '0002_seals_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignmentConfirmation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', safekeeping.sealing.fields.SealedTextField(owner='author_id', purpose='notes')),
                ('made_at', models.DateTimeField()),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.assignment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple'], name='confirmations_of_couple')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_assignmentconfirmation ADD CONSTRAINT confirmation_{column}_same_clinic "
                f"FOREIGN KEY (clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for column, other in SAME_CLINIC
        ),
    ]
