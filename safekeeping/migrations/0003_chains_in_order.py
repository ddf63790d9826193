from django.db import migrations

# A transaction may leave lines in two chains, such as a clinic's and that of no clinic. Two that take the heads in
# opposite order would each wait for the other. So an event says, as it is added, which chain it is for, in a setting of
# the transaction (a savepoint that is taken back takes it back, too); and the first one to be chained at the commit
# takes all of these heads, always in one order.
IN_ORDER = """
CREATE FUNCTION eyelevel_audit_meant() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chain text := coalesce(NEW.clinic_id, '00000000-0000-0000-0000-000000000000')::text;
    meant text := coalesce(current_setting('eyelevel.chains', true), '');
BEGIN
    IF strpos(meant, chain) = 0 THEN
        PERFORM set_config('eyelevel.chains', concat_ws(',', nullif(meant, ''), chain), true);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_meant AFTER INSERT ON safekeeping_auditevent
    FOR EACH ROW EXECUTE FUNCTION eyelevel_audit_meant();

CREATE OR REPLACE FUNCTION eyelevel_audit_added() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    chain uuid;
    meant text := coalesce(current_setting('eyelevel.chains', true), '');
BEGIN
    IF meant <> '' THEN
        FOR chain IN SELECT c::uuid FROM unnest(string_to_array(meant, ',')) c ORDER BY 1 LOOP
            INSERT INTO safekeeping_audithead (clinic_id, number, hash)
                VALUES (chain, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
            PERFORM FROM safekeeping_audithead WHERE clinic_id = chain FOR UPDATE;
        END LOOP;
        PERFORM set_config('eyelevel.chains', '', true);
    END IF;
    PERFORM eyelevel_audit_chain(NEW);
    RETURN NULL;
END $$;
"""
AS_BEFORE = """
DROP TRIGGER audit_meant ON safekeeping_auditevent;
DROP FUNCTION eyelevel_audit_meant;
CREATE OR REPLACE FUNCTION eyelevel_audit_added() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM eyelevel_audit_chain(NEW);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('safekeeping', '0002_seals_and_chain'),
    ]

    operations = [migrations.RunSQL(IN_ORDER, AS_BEFORE)]
