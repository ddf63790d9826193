"""The Celery application. PostgreSQL holds what is due; Celery only wakes whoever looks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intimacy_site.settings")
app = Celery("intimacy_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="deliveries")
app.autodiscover_tasks(related_name="schedule")
