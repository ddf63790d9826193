import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("homeworkwish", "couple_id", "clients_couple"),
    ("homeworkwish", "partner_id", "clients_partner"),
    ("homeworkwish", "homework_id", "exercises_homework"),
    ("homeworkpause", "couple_id", "clients_couple"),
    ("homeworkpause", "partner_id", "clients_partner"),
    ("goal", "couple_id", "clients_couple"),
    ("goal", "author_id", "clients_partner"),
    ("goal", "homework_id", "exercises_homework"),
    ("goalrating", "couple_id", "clients_couple"),
    ("goalrating", "author_id", "clients_partner"),
    ("goalrating", "goal_id", "exercises_goal"),
    ("goaloffer", "couple_id", "clients_couple"),
    ("goaloffer", "author_id", "clients_partner"),
    ("goaloffer", "goal_id", "exercises_goal"),
    ("proposal", "couple_id", "clients_couple"),
    ("proposal", "author_id", "clients_partner"),
    ("proposal", "assignment_id", "exercises_assignment"),
    ("agreementsignature", "couple_id", "clients_couple"),
    ("agreementsignature", "partner_id", "clients_partner"),
    ("agreementsignature", "proposal_id", "exercises_proposal"),
    ("holding", "couple_id", "clients_couple"),
    ("holding", "proposal_id", "exercises_proposal"),
]

# Neither of two may see the other's signature, so PostgreSQL looks whether there are two. Whoever signs has signed
# before; the row is held, so that of two who sign at once the later finds the other's.
BOTH_HAVE_SIGNED = """
CREATE FUNCTION eyelevel_both_have_signed(of_proposal uuid, release timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM exercises_proposal WHERE id = of_proposal FOR NO KEY UPDATE;
    INSERT INTO exercises_holding (id, clinic_id, couple_id, proposal_id, holds_from)
    SELECT gen_random_uuid(), p.clinic_id, p.couple_id, p.id, release
      FROM exercises_proposal p
     WHERE p.id = of_proposal
       AND (p.couple_id = ANY (eyelevel_ids('couples')) OR pg_has_role(session_user, current_user, 'MEMBER'))
       AND 2 = (SELECT count(*) FROM exercises_agreementsignature s
                  JOIN clients_partner a ON a.id = s.partner_id AND a.couple_id = p.couple_id
                 WHERE s.proposal_id = p.id)
    ON CONFLICT (proposal_id) DO NOTHING;
END
$$;
"""
# A signature that is taken back before the agreement holds, and with it that it would have held. What holds stays.
UNSIGNED = """
CREATE FUNCTION eyelevel_unsigned(of_proposal uuid, moment timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM exercises_proposal WHERE id = of_proposal FOR NO KEY UPDATE;
    DELETE FROM exercises_holding
     WHERE proposal_id = of_proposal AND holds_from > moment
       AND (couple_id = ANY (eyelevel_ids('own_couples')) OR pg_has_role(session_user, current_user, 'MEMBER'));
END
$$;
"""
# A therapist opens, in the room, what either has proposed, without having been able to see whether there is anything.
OPEN_IN_ROOM = """
CREATE FUNCTION eyelevel_open_in_room(of_assignment uuid, of_step text, moment timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE exercises_proposal SET released_from = moment
     WHERE assignment_id = of_assignment AND step_key = of_step AND released_from > moment
       AND (couple_id = ANY (eyelevel_ids('treats')) OR pg_has_role(session_user, current_user, 'MEMBER'))
$$;
"""
# When a couple's work ends, what nobody could read yet stays with its author; the therapist who ends it sees none.
HOLD_BACK = """
CREATE FUNCTION eyelevel_hold_back(of_couple uuid, moment timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF of_couple = ANY (eyelevel_ids('treats')) OR pg_has_role(session_user, current_user, 'MEMBER') THEN
        UPDATE exercises_goal SET therapist_from = NULL WHERE couple_id = of_couple AND therapist_from > moment;
        UPDATE exercises_proposal SET released_from = NULL WHERE couple_id = of_couple AND released_from > moment;
        DELETE FROM exercises_goaloffer WHERE couple_id = of_couple AND partner_from > moment;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0005_safety'),
        ('exercises', '0005_only_what_is_mutual'),
    ]

    operations = [
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step_key', models.CharField(blank=True, max_length=60)),
                ('text', safekeeping.sealing.fields.SealedTextField(null=True, owner='author_id', purpose='shared')),
                ('made_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('therapist_from', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('homework', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.homework')),
            ],
        ),
        migrations.CreateModel(
            name='GoalOffer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', safekeeping.sealing.fields.SealedTextField(null=True, owner='author_id', purpose='shared')),
                ('partner_from', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('goal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='offer', to='exercises.goal')),
            ],
        ),
        migrations.CreateModel(
            name='GoalRating',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('value', safekeeping.sealing.fields.SealedJSONField(null=True, owner='author_id', purpose='shared')),
                ('rated_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='exercises.goal')),
            ],
        ),
        migrations.CreateModel(
            name='HomeworkPause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('until_session', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
        ),
        migrations.CreateModel(
            name='HomeworkWish',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('instead', models.CharField(choices=[('smaller', 'Something smaller'), ('later', 'Later'), ('aloud', 'I would rather say it aloud'), ('not_now', 'Not now'), ('session', 'Let us talk about it in the session')], max_length=8)),
                ('reason', safekeeping.sealing.fields.SealedTextField(null=True, owner='partner_id', purpose='shared')),
                ('made_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('homework', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='wish', to='exercises.homework')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step_key', models.CharField(max_length=60)),
                ('terms', safekeeping.sealing.fields.SealedJSONField(null=True, owner='author_id', purpose='shared')),
                ('version', models.PositiveIntegerField(default=1)),
                ('tab', models.CharField(blank=True, max_length=36)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('written_at', models.DateTimeField()),
                ('released_from', models.DateTimeField(null=True)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.assignment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
            ],
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('holds_from', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='holding', to='exercises.proposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AgreementSignature',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('terms', safekeeping.sealing.fields.SealedJSONField(owner='partner_id', purpose='shared')),
                ('signed_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='exercises.proposal')),
            ],
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['clinic', 'couple'], name='goals_of_couple'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='goal_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('homework', 'step_key'), name='one_goal_per_step'),
        ),
        migrations.AddIndex(
            model_name='goaloffer',
            index=models.Index(fields=['couple', 'partner_from'], name='goal_offers_for_partner'),
        ),
        migrations.AddIndex(
            model_name='goalrating',
            index=models.Index(fields=['goal', '-rated_at'], name='ratings_of_goal'),
        ),
        migrations.AddIndex(
            model_name='homeworkpause',
            index=models.Index(fields=['clinic', 'couple'], name='pauses_of_couple'),
        ),
        migrations.AddIndex(
            model_name='homeworkwish',
            index=models.Index(fields=['clinic', 'couple'], name='wishes_of_couple'),
        ),
        migrations.AddConstraint(
            model_name='homeworkwish',
            constraint=models.CheckConstraint(condition=models.Q(('instead__in', ['smaller', 'later', 'aloud', 'not_now', 'session'])), name='wish_known'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['assignment', 'step_key', 'released_from'], name='proposals_of_step'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='proposal_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='agreementsignature',
            constraint=models.UniqueConstraint(fields=('proposal', 'partner'), name='one_signature_each'),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for table, column, other in SAME_CLINIC
        ),
        migrations.RunSQL(BOTH_HAVE_SIGNED, "DROP FUNCTION eyelevel_both_have_signed"),
        migrations.RunSQL(UNSIGNED, "DROP FUNCTION eyelevel_unsigned"),
        migrations.RunSQL(OPEN_IN_ROOM, "DROP FUNCTION eyelevel_open_in_room"),
        migrations.RunSQL(HOLD_BACK, "DROP FUNCTION eyelevel_hold_back"),
    ]
