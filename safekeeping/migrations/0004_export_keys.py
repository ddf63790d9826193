from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('safekeeping', '0003_chains_in_order'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='datakey',
            name='key_purpose_known',
        ),
        migrations.AlterField(
            model_name='datakey',
            name='purpose',
            field=models.CharField(choices=[('private', 'Private'), ('shared', 'Shared'), ('safety', 'Safety'), ('notes', 'Notes'), ('assigned', 'Assigned'), ('export', 'Export')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='datakey',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['private', 'shared', 'safety', 'notes', 'assigned', 'export'])), name='key_purpose_known'),
        ),
    ]
