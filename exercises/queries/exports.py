"""A person's own file: how far along it is, and its pieces."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from clients.viewer import Viewer
from exercises.models import Export, ExportPart
from safekeeping import context


def own_export(*, viewer: Viewer) -> Export | None:
    """The viewer's own. One that is over is none, even where it has not been cleared away yet."""
    found = Export.objects.visible_to(viewer).first()
    return None if found and found.expires_at and found.expires_at <= viewer.at else found


def progress_key(export: UUID) -> str:
    return f"export-{export}"


def progress(export: Export) -> int:
    """How far along it is, of a hundred; 0 where nobody has begun, or nobody knows."""
    try:
        return int(cache.get(progress_key(export.pk)) or 0)
    except RedisError:
        return 0


def pieces(export: UUID, *, person: UUID, at: datetime) -> Iterator[bytes]:
    """
    The file, piece by piece. Each is asked for in a transaction of its own, as the person whose it is: it is sent when
    the request's own has long ended.
    """
    number = 0
    while True:
        with context.entered(person, at=at):
            part = ExportPart.objects.filter(export=export, export__person=person, number=number).first()
            content = cast("bytes | None", part.content) if part else None
        if content is None:
            return
        yield content
        number += 1
