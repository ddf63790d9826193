import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("sessionnote", "couple_id", "clients_couple"),
    ("sessionnote", "partner_id", "clients_partner"),
    ("agendaitem", "couple_id", "clients_couple"),
    ("agendaitem", "author_id", "clients_membership"),
    ("agendaitem", "assignment_id", "exercises_assignment"),
    ("sessionsummary", "couple_id", "clients_couple"),
    ("sessionsummary", "author_id", "clients_membership"),
    ("sessionsummary", "appointment_id", "clients_appointment"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_appointments'),
        ('exercises', '0009_favourites'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('own', 'Your own words'), ('mark', 'Marked in a review'), ('check_in', 'The check-in that is due'), ('raised', 'Something a partner would like to raise'), ('wish', 'Rather in the session')], max_length=8)),
                ('source', models.UUIDField(null=True)),
                ('step_key', models.CharField(blank=True, max_length=60)),
                ('text', safekeeping.sealing.fields.SealedTextField(null=True, owner='author_id', purpose='assigned')),
                ('minutes', models.PositiveSmallIntegerField(null=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('opens', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('assignment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.assignment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(fields=['clinic', 'couple', 'position'], name='agenda_of_couple')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['own', 'mark', 'check_in', 'raised', 'wish'])), name='agenda_kind_known'), models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('kind__in', ['own', 'mark', 'check_in']), _connector='OR'), name='nothing_private_is_published'), models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), ('source__isnull', False)), fields=('couple', 'kind', 'source'), name='one_item_per_source')],
            },
        ),
        migrations.CreateModel(
            name='SessionNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', safekeeping.sealing.fields.SealedTextField(null=True, owner='partner_id', purpose='shared')),
                ('therapist_from', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('written_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple'], name='session_notes_of_couple')],
            },
        ),
        migrations.CreateModel(
            name='SessionSummary',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('held_on', models.DateField()),
                ('text', safekeeping.sealing.fields.SealedTextField(null=True, owner='author_id', purpose='assigned')),
                ('next', safekeeping.sealing.fields.SealedTextField(null=True, owner='author_id', purpose='assigned')),
                ('version', models.PositiveIntegerField(default=1)),
                ('written_at', models.DateTimeField()),
                ('released_from', models.DateTimeField()),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.appointment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('exercise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='exercises.exercise')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple', '-released_from'], name='summaries_of_couple')],
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
