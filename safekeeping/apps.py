from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafekeepingConfig(AppConfig):
    name = "safekeeping"

    def ready(self) -> None:
        post_migrate.connect(_build_walls, sender=self)


def _build_walls(**_about: Any) -> None:
    """After every migration, whatever its app: the models say what the walls are."""
    from safekeeping import walls

    if walls.all_tables_are_there():
        walls.build()
