import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("jointnote", "couple_id", "clients_couple"),
    ("jointnote", "author_id", "clients_membership"),
    ("reply", "couple_id", "clients_couple"),
    ("reply", "assignment_id", "exercises_assignment"),
    ("reply", "partner_id", "clients_partner"),
    ("reply", "author_id", "clients_membership"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_appointments'),
        ('exercises', '0012_measures'),
    ]

    operations = [
        migrations.CreateModel(
            name='JointNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', safekeeping.sealing.fields.SealedTextField(owner='author_id', purpose='assigned')),
                ('version', models.PositiveIntegerField(default=1)),
                ('tab', models.CharField(blank=True, max_length=36)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('written_at', models.DateTimeField()),
                ('partners_from', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple', '-made_at'], name='joint_notes_of_couple')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', safekeeping.sealing.fields.SealedTextField(owner='author_id', purpose='assigned')),
                ('sending', models.UUIDField()),
                ('to_both', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('partner_from', models.DateTimeField()),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.assignment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple', '-made_at'], name='replies_of_couple'), models.Index(fields=['partner', 'partner_from'], name='replies_for_partner')],
                'constraints': [models.UniqueConstraint(fields=('sending', 'partner'), name='one_reply_each')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for table, column, other in SAME_CLINIC
        ),
    ]
