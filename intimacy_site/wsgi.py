import os

from django.core.wsgi import get_wsgi_application

from safekeeping import walls

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intimacy_site.settings")
# Only web processes pool connections: a pool opened before Celery forks would be shared by its children.
os.environ.setdefault("DATABASE_POOL", "on")
application = get_wsgi_application()
walls.insist(patience=30)
