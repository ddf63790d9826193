import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("safetyanswer", "couple_id", "clients_couple"),
    ("safetyanswer", "partner_id", "clients_partner"),
    ("contentboundary", "couple_id", "clients_couple"),
    ("contentboundary", "partner_id", "clients_partner"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0004_first_documents'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentBoundary',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('wishes', safekeeping.sealing.fields.SealedJSONField(null=True, owner='partner_id', purpose='safety')),
                ('changed_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple'], name='boundaries_of_couple')],
            },
        ),
        migrations.CreateModel(
            name='SafetyAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('period', models.PositiveSmallIntegerField()),
                ('value', safekeeping.sealing.fields.SealedJSONField(null=True, owner='partner_id', purpose='safety')),
                ('made_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple', '-made_at'], name='check_ins_of_couple')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE clients_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for table, column, other in SAME_CLINIC
        ),
    ]
