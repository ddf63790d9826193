from django.db import migrations
from django.utils import timezone

from clients.documents import first_version

KINDS = ("agreement", "secrets")


def add_first_documents(apps, schema_editor):
    """Clinics that were founded before there were documents begin with the same ones as new clinics."""
    Clinic, Document = apps.get_model("clients", "Clinic"), apps.get_model("clients", "ConsentDocument")
    at = timezone.now()
    Document.objects.bulk_create(
        Document(clinic=clinic, kind=kind, number=1, published_at=at, **first_version(kind))
        for clinic in Clinic.objects.all()
        for kind in KINDS
        if not Document.objects.filter(clinic=clinic, kind=kind).exists()
    )


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_consent_and_ending")]
    operations = [migrations.RunPython(add_first_documents, migrations.RunPython.noop)]
