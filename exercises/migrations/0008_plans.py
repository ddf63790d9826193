import django.db.models.constraints
import django.db.models.deletion
import safekeeping.sealing.fields
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too: no row can point into another's.
SAME_CLINIC = [
    ("plan", "couple_id", "clients_couple"),
    ("plan", "started_by_id", "clients_membership"),
    ("planitem", "couple_id", "clients_couple"),
    ("planitem", "plan_id", "exercises_plan"),
    ("planitem", "after_id", "exercises_planitem"),
    ("planitem", "assignment_id", "exercises_assignment"),
]

# Somebody has done or set aside an exercise: what waits for that opens to them, and what comes so many days after it
# gets its day. It looks at their own copies alone. They see neither the plan nor what has not opened, so PostgreSQL
# does it. Its twin in Python is exercises.opening.
OPEN_NEXT = """
CREATE FUNCTION eyelevel_open_next(done uuid, moment timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE own AS (
        SELECT h.partner_id, i.id AS item, coalesce(u.time_zone, c.time_zone) AS zone
          FROM exercises_homework h
          JOIN exercises_planitem i ON i.assignment_id = h.assignment_id
          JOIN exercises_plan p ON p.id = i.plan_id AND p.paused_at IS NULL AND p.stopped_at IS NULL
          JOIN clients_partner s ON s.id = h.partner_id
          JOIN clients_couple c ON c.id = s.couple_id AND c.state <> 'ended'
          LEFT JOIN accounts_user u ON u.id = s.person_id
         WHERE h.id = done AND h.state IN ('finished', 'set_aside')
           AND (h.partner_id = ANY (eyelevel_ids('places')) OR pg_has_role(session_user, current_user, 'MEMBER'))
    ), opening (item, days) AS (
        SELECT n.id, 0 FROM own JOIN exercises_planitem n ON n.after_id = own.item
         WHERE n.gap = 'done' AND n.skipped_at IS NULL
        UNION ALL
        SELECT n.id, o.days + n.days FROM opening o JOIN exercises_planitem n ON n.after_id = o.item
         WHERE n.gap = 'days' AND n.skipped_at IS NULL
    )
    UPDATE exercises_homework n
       SET changed_at = moment,
           opens_at = CASE WHEN o.days = 0 THEN moment
               ELSE (date_trunc('day', moment AT TIME ZONE own.zone) + make_interval(days => o.days))
                    AT TIME ZONE own.zone END
      FROM own, opening o JOIN exercises_planitem i ON i.id = o.item
     WHERE n.assignment_id = i.assignment_id AND n.partner_id = own.partner_id
       AND n.opens_at IS NULL AND n.state = 'open'
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0007_most_open_and_next_session'),
        ('exercises', '0007_clinic_library'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('start_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PlanItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('gap', models.CharField(choices=[('start', 'On the day it starts'), ('days', 'Some days later'), ('done', 'When this partner has done, or set aside, what comes before'), ('session', 'When you open it, in a session')], max_length=7)),
                ('days', models.PositiveSmallIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('skipped_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('body', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='homework',
            name='one_copy_per_partner',
        ),
        migrations.AddField(
            model_name='assignment',
            name='details',
            field=safekeeping.sealing.fields.SealedJSONField(null=True, owner='assigned_by_id', purpose='assigned'),
        ),
        migrations.AddField(
            model_name='homework',
            name='due_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='homework',
            name='occurrence',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='homework',
            name='opens_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            "UPDATE exercises_homework h SET due_on = a.due_on, opens_at = a.made_at "
            "FROM exercises_assignment a WHERE a.id = h.assignment_id",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='assignment',
            name='due_on',
        ),
        migrations.AddConstraint(
            model_name='homework',
            constraint=models.UniqueConstraint(fields=('assignment', 'partner', 'occurrence'), name='one_copy_each_time'),
        ),
        migrations.AddField(
            model_name='plan',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic'),
        ),
        migrations.AddField(
            model_name='plan',
            name='couple',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple'),
        ),
        migrations.AddField(
            model_name='plan',
            name='started_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.membership'),
        ),
        migrations.AddField(
            model_name='planitem',
            name='after',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='exercises.planitem'),
        ),
        migrations.AddField(
            model_name='planitem',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exercises.assignment'),
        ),
        migrations.AddField(
            model_name='planitem',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic'),
        ),
        migrations.AddField(
            model_name='planitem',
            name='couple',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.couple'),
        ),
        migrations.AddField(
            model_name='planitem',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='exercises.plan'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['clinic', 'couple', '-made_at'], name='plans_of_couple'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='plan_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.UniqueConstraint(fields=('plan', 'position'), name='one_item_per_position'),
        ),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('assignment',), name='one_place_per_assignment'),
        ),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.UniqueConstraint(fields=('clinic', 'id'), name='planitem_in_clinic'),
        ),
        migrations.AddConstraint(
            model_name='planitem',
            constraint=models.CheckConstraint(condition=models.Q(('gap__in', ['start', 'days', 'done', 'session'])), name='gap_known'),
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                f"ALTER TABLE exercises_{table} ADD CONSTRAINT {table}_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for table, column, other in SAME_CLINIC
        ),
        migrations.RunSQL(OPEN_NEXT, "DROP FUNCTION eyelevel_open_next"),
    ]
