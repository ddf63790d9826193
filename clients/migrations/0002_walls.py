from django.db import migrations, models

# Who somebody is to whom, looked up by PostgreSQL for row-level security (safekeeping/walls.py) as the owner of the
# tables, and kept in settings that end with the transaction. Nobody: all are empty, and no clinic's row is seen.
ENTER = """
CREATE FUNCTION eyelevel_enter(who uuid, moment timestamptz) RETURNS void LANGUAGE sql
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

# The holder of a letter's link is shown the clinic that invites them, before they are anybody there.
ADMIT = """
CREATE FUNCTION eyelevel_admit(hash text) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT set_config('eyelevel.letter', hash, true),
           set_config('eyelevel.clinics', concat_ws(',',
        nullif(current_setting('eyelevel.clinics', true), ''), string_agg(DISTINCT clinic_id::text, ',')), true)
      FROM (
        SELECT p.clinic_id FROM clients_partner p JOIN accounts_invitation i ON i.id = p.invitation_id
         WHERE i.token_hash = hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL
        UNION
        SELECT m.clinic_id FROM clients_membership m JOIN accounts_invitation i ON i.id = m.invitation_id
         WHERE i.token_hash = hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL
      ) invited
$$;
"""

# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = """
ALTER TABLE clients_couple ADD CONSTRAINT couple_therapist_same_clinic
    FOREIGN KEY (clinic_id, therapist_id) REFERENCES clients_membership (clinic_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE clients_partner ADD CONSTRAINT partner_couple_same_clinic
    FOREIGN KEY (clinic_id, couple_id) REFERENCES clients_couple (clinic_id, id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("safekeeping", "0002_seals_and_chain")]

    operations = [
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("clinic", "id"), name="membership_in_clinic"),
        ),
        migrations.RunSQL(ENTER, "DROP FUNCTION eyelevel_enter"),
        migrations.RunSQL(ADMIT, "DROP FUNCTION eyelevel_admit"),
        migrations.RunSQL(SAME_CLINIC, migrations.RunSQL.noop),
    ]
