import django.db.models.deletion
import uuid
from django.db import migrations, models


# Who somebody is to whom, as in 0002; who stands in for a colleague treats the colleague's couples as well.
ENTER = """
CREATE OR REPLACE FUNCTION eyelevel_enter(who uuid, moment timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH place AS (
        SELECT p.id, p.clinic_id, p.couple_id, c.state
          FROM clients_partner p JOIN clients_couple c ON c.id = p.couple_id
         WHERE p.person_id = who
    ), staff AS (
        SELECT id, clinic_id, is_therapist, is_admin
          FROM clients_membership WHERE person_id = who AND ended_at IS NULL
    )
    SELECT set_config('eyelevel.person', coalesce(who::text, ''), true),
           set_config('eyelevel.at', moment::text, true),
           set_config('eyelevel.clinics', coalesce((SELECT string_agg(i::text, ',')
               FROM (SELECT clinic_id i FROM place UNION SELECT clinic_id FROM staff) ids), ''), true),
           set_config('eyelevel.places', coalesce((SELECT string_agg(id::text, ',') FROM place), ''), true),
           set_config('eyelevel.own_couples', coalesce((SELECT string_agg(couple_id::text, ',') FROM place), ''), true),
           set_config('eyelevel.couples', coalesce((SELECT string_agg(couple_id::text, ',')
               FROM place WHERE state <> 'ended'), ''), true),
           set_config('eyelevel.works_as', coalesce((SELECT string_agg(id::text, ',')
               FROM staff WHERE is_therapist), ''), true),
           set_config('eyelevel.treats', coalesce((SELECT string_agg(i::text, ',') FROM (
               SELECT c.id i FROM staff JOIN clients_couple c ON c.therapist_id = staff.id WHERE is_therapist
               UNION
               SELECT c.id FROM staff
                 JOIN clients_cover v ON v.stands_in_id = staff.id AND v.ended_at IS NULL
                  AND v.starts_at <= moment AND v.ends_at > moment
                 JOIN clients_membership a ON a.id = v.absent_id AND a.ended_at IS NULL
                 JOIN clients_couple c ON c.therapist_id = a.id AND c.state <> 'ended'
                WHERE staff.is_therapist) ids), ''), true),
           set_config('eyelevel.runs', coalesce((SELECT string_agg(clinic_id::text, ',')
               FROM staff WHERE is_admin), ''), true)
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION eyelevel_enter(who uuid, moment timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH place AS (
        SELECT p.id, p.clinic_id, p.couple_id, c.state
          FROM clients_partner p JOIN clients_couple c ON c.id = p.couple_id
         WHERE p.person_id = who
    ), staff AS (
        SELECT id, clinic_id, is_therapist, is_admin
          FROM clients_membership WHERE person_id = who AND ended_at IS NULL
    )
    SELECT set_config('eyelevel.person', coalesce(who::text, ''), true),
           set_config('eyelevel.at', moment::text, true),
           set_config('eyelevel.clinics', coalesce((SELECT string_agg(i::text, ',')
               FROM (SELECT clinic_id i FROM place UNION SELECT clinic_id FROM staff) ids), ''), true),
           set_config('eyelevel.places', coalesce((SELECT string_agg(id::text, ',') FROM place), ''), true),
           set_config('eyelevel.own_couples', coalesce((SELECT string_agg(couple_id::text, ',') FROM place), ''), true),
           set_config('eyelevel.couples', coalesce((SELECT string_agg(couple_id::text, ',')
               FROM place WHERE state <> 'ended'), ''), true),
           set_config('eyelevel.works_as', coalesce((SELECT string_agg(id::text, ',')
               FROM staff WHERE is_therapist), ''), true),
           set_config('eyelevel.treats', coalesce((SELECT string_agg(c.id::text, ',')
               FROM staff JOIN clients_couple c ON c.therapist_id = staff.id WHERE is_therapist), ''), true),
           set_config('eyelevel.runs', coalesce((SELECT string_agg(clinic_id::text, ',')
               FROM staff WHERE is_admin), ''), true)
$$;
"""
SAME_CLINIC = ("absent_id", "stands_in_id")


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0008_appointments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cover',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('stands_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['stands_in', 'ends_at'], name='covers_by_colleague')],
                'constraints': [models.CheckConstraint(condition=models.Q(('absent', models.F('stands_in')), _negated=True), name='nobody_stands_in_for_themselves'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='a_cover_lasts_a_while')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE clients_cover ADD CONSTRAINT cover_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES clients_membership (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for column in SAME_CLINIC
        ),
        migrations.RunSQL(ENTER, BEFORE),
    ]
