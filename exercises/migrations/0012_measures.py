import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("instrument", "imported_by_id", "clients_membership"),
    ("instrument", "licensed_by_id", "clients_membership"),
    ("asking", "couple_id", "clients_couple"),
    ("asking", "partner_id", "clients_partner"),
    ("asking", "instrument_id", "exercises_instrument"),
    ("measurement", "couple_id", "clients_couple"),
    ("measurement", "partner_id", "clients_partner"),
    ("measurement", "asking_id", "exercises_asking"),
    ("measurement", "instrument_id", "exercises_instrument"),
]


# When a couple's work ends, what the therapist could not read yet they never will. They do not see it, so PostgreSQL
# does it.
HOLD_BACK = """
CREATE FUNCTION eyelevel_hold_back_answers(of_couple uuid, moment timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF of_couple = ANY (eyelevel_ids('treats')) OR pg_has_role(session_user, current_user, 'MEMBER') THEN
        UPDATE exercises_measurement SET therapist_from = NULL WHERE couple_id = of_couple AND therapist_from > moment;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_appointments'),
        ('exercises', '0011_calendar_and_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('body', models.JSONField()),
                ('direction', models.CharField(choices=[('better', 'better'), ('worse', 'worse'), ('neither', 'neither')], max_length=7)),
                ('most_missing', models.PositiveSmallIntegerField(default=0)),
                ('norms', models.JSONField(default=dict)),
                ('sources', models.JSONField(default=dict)),
                ('licence', models.CharField(blank=True, max_length=1000)),
                ('licensed_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.membership')),
                ('licensed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.membership')),
            ],
        ),
        migrations.CreateModel(
            name='Asking',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rhythm', models.CharField(choices=[('session', 'In the week before each session'), ('weeks', 'Every few weeks'), ('once', 'Once, from today')], max_length=7)),
                ('weeks', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exercises.instrument')),
            ],
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('answered', 'Answered'), ('passed', 'Passed over')], default='asked', max_length=8)),
                ('answers', safekeeping.sealing.fields.SealedJSONField(null=True, owner='partner_id', purpose='safety')),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('therapist_from', models.DateTimeField(null=True)),
                ('asking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measurements', to='exercises.asking')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exercises.instrument')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='instrument_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['better', 'worse', 'neither'])), name='direction_known'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('licensed_at__isnull', True), ('licensed_by__isnull', True)), models.Q(('licensed_at__isnull', False), ('licensed_by__isnull', False)), _connector='OR'), name='somebody_answers_for_a_licence'),
        ),
        migrations.AddIndex(
            model_name='asking',
            index=models.Index(fields=['clinic', 'couple'], name='askings_of_couple'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='asking_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('partner', 'instrument'), name='asked_in_one_rhythm'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.CheckConstraint(condition=models.Q(('rhythm__in', ['session', 'weeks', 'once'])), name='rhythm_known'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rhythm', 'weeks'), ('weeks__gte', 1), ('weeks__lte', 52)), models.Q(models.Q(('rhythm', 'weeks'), _negated=True), ('weeks', 0)), _connector='OR'), name='weeks_where_it_is_by_the_week'),
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(fields=['partner', 'instrument', 'finished_at'], name='measurements_of_partner'),
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(fields=['clinic', 'couple', 'therapist_from'], name='measurements_for_therapist'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='measurement_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('asking',), name='one_open_measurement'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'answered', 'passed'])), name='measure_state_known'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'asked'), ('therapist_from__isnull', True)), models.Q(models.Q(('state', 'asked'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='nothing_unfinished_is_handed_in'),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for table, column, other in SAME_CLINIC
        ),
        migrations.RunSQL(HOLD_BACK, "DROP FUNCTION eyelevel_hold_back_answers"),
    ]
