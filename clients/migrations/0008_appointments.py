import django.db.models.deletion
import uuid
from django.db import migrations, models


# A foreign key is checked past row-level security, so it names the clinic, too.
SAME_CLINIC = [("couple_id", "clients_couple"), ("alone_id", "clients_partner")]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0007_most_open_and_next_session'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField(default=50)),
                ('series', models.UUIDField(null=True)),
                ('made_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('alone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.partner')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.clinic')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='clients.couple')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'couple', 'starts_at'], name='appointments_of_couple')],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gte', 5), ('minutes__lte', 480)), name='appointment_of_some_minutes'), models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('couple', 'starts_at'), name='one_appointment_at_a_time'), models.UniqueConstraint(fields=('clinic', 'id'), name='appointment_in_clinic')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE clients_appointment ADD CONSTRAINT appointment_{column}_same_clinic FOREIGN KEY "
                f"(clinic_id, {column}) REFERENCES {other} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED",
                migrations.RunSQL.noop,
            )
            for column, other in SAME_CLINIC
        ),
    ]
