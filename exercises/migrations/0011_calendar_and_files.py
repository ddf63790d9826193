import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.conf import settings
from django.db import migrations, models

# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("exportpart", "export_id", "exercises_export"),
    ("recordask", "couple_id", "clients_couple"),
    ("recordask", "partner_id", "clients_partner"),
    ("recordask", "asked_by_id", "clients_membership"),
    ("recordauthorisation", "couple_id", "clients_couple"),
    ("recordauthorisation", "partner_id", "clients_partner"),
    ("recordauthorisation", "ask_id", "exercises_recordask"),
]

# Whose calendar an address is of. A program that reads one is nobody yet: it is answered as the person found here.
FEED = """
CREATE FUNCTION eyelevel_feed(hash text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.person_id FROM exercises_calendarfeed f JOIN accounts_user u ON u.id = f.person_id
     WHERE f.token_hash = hash AND u.is_active
$$;
"""

# Whether both partners of a couple have given their word to the therapist who treats them now, and asked for it. Told
# to that therapist alone, as one word: of one partner's answer nothing can be told from it while the other's is missing.
BOTH_AUTHORISE = """
CREATE FUNCTION eyelevel_both_authorise(of_couple uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT of_couple = ANY (eyelevel_ids('treats')) AND count(DISTINCT a.partner_id) = 2
      FROM exercises_recordauthorisation a
      JOIN exercises_recordask k ON k.id = a.ask_id AND k.partner_id = a.partner_id
      JOIN clients_couple c ON c.id = a.couple_id AND c.therapist_id = k.asked_by_id AND c.state <> 'ended'
     WHERE a.couple_id = of_couple AND a.taken_back_at IS NULL
       AND a.given_at <= eyelevel_at() AND a.ends_at > eyelevel_at()
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_appointments'),
        ('exercises', '0010_sessions'),
        ('safekeeping', '0004_export_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_id', models.UUIDField()),
                ('state', models.CharField(choices=[('waiting', 'Being made'), ('ready', 'Ready'), ('failed', 'Could not be made')], default='waiting', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('settled_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ExportPart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner_id', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('content', safekeeping.sealing.fields.SealedBytesField(owner='owner_id', purpose='export')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='exercises.export')),
            ],
        ),
        migrations.CreateModel(
            name='RecordAsk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
        ),
        migrations.CreateModel(
            name='RecordAuthorisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('given_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.recordask')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('title', models.CharField(choices=[('appointment', 'Appointment'), ('meeting', 'Meeting'), ('busy', 'Busy'), ('reserved', 'Reserved')], default='appointment', max_length=11)),
                ('due_days', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('title__in', ['appointment', 'meeting', 'busy', 'reserved'])), name='feed_title_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='export_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'ready', 'failed'])), name='export_state_known'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('expires_at__isnull', False)), _connector='OR'), name='what_is_not_waiting_expires'),
        ),
        migrations.AddConstraint(
            model_name='exportpart',
            constraint=models.UniqueConstraint(fields=('export', 'number'), name='parts_are_numbered'),
        ),
        migrations.AddIndex(
            model_name='recordask',
            index=models.Index(fields=['clinic', 'couple'], name='record_asks_of_couple'),
        ),
        migrations.AddConstraint(
            model_name='recordask',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='record_ask_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='recordask',
            constraint=models.UniqueConstraint(fields=('partner', 'asked_by'), name='one_record_ask_each'),
        ),
        migrations.AddConstraint(
            model_name='recordauthorisation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('given_at'))), name='an_authorisation_ends'),
        ),
        migrations.AddConstraint(
            model_name='recordauthorisation',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('ask',), name='one_standing_authorisation'),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_{model} ADD CONSTRAINT {model}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for model, column, other in SAME_CLINIC
        ),
        migrations.RunSQL(FEED, "DROP FUNCTION eyelevel_feed"),
        migrations.RunSQL(BOTH_AUTHORISE, "DROP FUNCTION eyelevel_both_authorise"),
    ]
