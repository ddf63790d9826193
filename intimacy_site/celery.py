"""The Celery application. PostgreSQL holds what is due; Celery only wakes whoever looks."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intimacy_site.settings")
app = Celery("intimacy_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="deliveries")
app.autodiscover_tasks(related_name="schedule")


@worker_init.connect
def insist_on_walls(**_about: Any) -> None:
    """No worker starts with a database role that row-level security does not bind."""
    from safekeeping import walls

    walls.insist(patience=30)
