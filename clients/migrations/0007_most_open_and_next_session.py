from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0005_safety'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='most_open',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='open exercises a person has at most'),
        ),
        migrations.AddField(
            model_name='couple',
            name='next_session_on',
            field=models.DateField(null=True, verbose_name='next session'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('most_open__gte', 1), ('most_open__lte', 20)), name='most_open_one_to_twenty'),
        ),
    ]
