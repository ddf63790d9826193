"""A person's own data as one file: asked for, made piece by piece, taken, and gone a day later."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from celery import current_app
from celery.exceptions import OperationalError
from django.core.cache import cache
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.models import User
from accounts.queries import open_account
from clients.models import Membership, Partner
from clients.queries import viewer_of
from clients.viewer import Viewer
from exercises.models import Export, ExportPart
from exercises.policies import taking as policies
from exercises.queries.exports import progress_key
from exercises.queries.own_data import Item, Own
from exercises.states import ExportState
from safekeeping import audit, context
from safekeeping.csv import csv_lines

KEPT = timedelta(hours=24)
TRIES = 5  # then it has failed, and whoever asked can ask again
PIECE = 256 * 1024  # bytes of the file that are sealed together
MAKE = "exercises.schedule.make_export"
SOON = 55  # seconds after which a message is worth nothing: the next is on its way


@transaction.atomic
def ask(*, by: Viewer, at: datetime) -> None:
    """Ask for the file. While one is being made, asking again changes nothing; one that is there is made anew."""
    policies.may_ask_for_export(by).require()
    place = _place_of(by)
    own = Export.objects.visible_to(by)
    own.exclude(state=ExportState.WAITING).delete()
    wanted = Export(clinic_id=place.clinic_id, person_id=cast(UUID, by.user_id), owner_id=place.pk, asked_at=at)
    Export.objects.bulk_create([wanted], ignore_conflicts=True)  # pressed twice at once: one row stands
    if own.filter(pk=wanted.pk).exists():
        audit.record(verb="export.asked", by=by, subject=wanted, at=at)
    transaction.on_commit(lambda: wake(by.user_id))


def _place_of(viewer: Viewer) -> Partner | Membership:
    """The place whose key seals the file: always the same one of a person."""
    place = Partner.objects.filter(pk__in=viewer.is_partner).order_by("pk").first()
    return place or Membership.objects.filter(pk__in=viewer.works_as).order_by("pk")[0]


def wake(person: UUID | None) -> None:
    """Tell whoever makes these. If the queue is away, the schedule does so within a minute."""
    current_app.loader.import_default_modules()
    with suppress(OperationalError):
        current_app.tasks[MAKE].apply_async(args=(str(person),), retry=False, expires=SOON)


def wake_for_waiting() -> int:
    """Tell them of all that wait. One that is being made is held by who makes it, and passed over."""
    waiting = list(
        Export.objects.filter(state=ExportState.WAITING).order_by("asked_at").values_list("person", flat=True)
    )
    for person in waiting:
        wake(person)
    return len(waiting)


@transaction.atomic
def forget_over(*, at: datetime) -> int:
    """What was made a day ago, and what has failed, is gone with every piece of it."""
    return Export.objects.filter(expires_at__lte=at).delete()[0]


# --- making


def make(*, person: str, at: datetime) -> bool:
    """
    Make what somebody waits for; whether it was made. It acts as that person, so that nothing that is not theirs can
    get into it, and in one transaction: whoever is stopped in the middle leaves nothing behind, and it is made again.
    """
    user = open_account(person)
    if user is None or not _begin(user, at):
        return False
    try:
        return _make(user, at)
    except Exception:
        _give_up(user, at)
        raise


def _begin(user: User, at: datetime) -> bool:
    """Count this try before it is made: what stops its maker each time has failed in the end."""
    with context.entered(user.pk, at=at):
        export = _held(user)
        if export is None:
            return False
        export.attempts += 1
        export.save(update_fields=["attempts"])
        if export.attempts > TRIES:
            _settle(export, ExportState.FAILED, at)
        return export.state == ExportState.WAITING


def _held(user: User) -> Export | None:
    """The export that waits, unless somebody is making it."""
    waiting = Export.objects.filter(person=user, state=ExportState.WAITING)
    return waiting.select_for_update(of=("self",), no_key=True, skip_locked=True).first()


def _settle(export: Export, state: ExportState, at: datetime) -> None:
    export.state, export.settled_at, export.expires_at = state, at, at + KEPT
    export.save(update_fields=["state", "settled_at", "expires_at", "size"])


def _give_up(user: User, at: datetime) -> None:
    with context.entered(user.pk, at=at):
        export = _held(user)
        if export is not None and export.attempts >= TRIES:
            _settle(export, ExportState.FAILED, at)


def _make(user: User, at: datetime) -> bool:
    with (
        context.entered(user.pk, at=at),
        translation.override(user.language),
        timezone.override(ZoneInfo(user.time_zone)),
    ):
        export = _held(user)
        if export is None:
            return False
        pieces = _Pieces(export)
        own = Own(user, viewer_of(user, at=at))
        _write(pieces, own, _Progress(export.pk, own.how_many() * len(FILES)), at)
        export.size = pieces.close()
        _settle(export, ExportState.READY, at)
        audit.record(verb="export.made", by=None, subject=export, at=at, clinic_id=export.clinic_id)
        return True


class _Pieces:
    """A file that is sealed and kept piece by piece as it is written, and can be read by nobody until it is whole."""

    def __init__(self, export: Export) -> None:
        self.export, self.number, self.size, self.waiting = export, 0, 0, bytearray()

    def write(self, some: bytes) -> int:
        self.waiting += some
        while len(self.waiting) >= PIECE:
            self._keep(bytes(self.waiting[:PIECE]))
            del self.waiting[:PIECE]
        return len(some)

    def flush(self) -> None:
        """A piece is kept when it is full."""

    def close(self) -> int:
        """Keep the rest; the answer is how many bytes the file has."""
        if self.waiting:
            self._keep(bytes(self.waiting))
        return self.size

    def _keep(self, some: bytes) -> None:
        ExportPart.objects.create(
            clinic_id=self.export.clinic_id, export=self.export, owner_id=self.export.owner_id, number=self.number,
            content=some,
        )  # fmt: skip
        self.number, self.size = self.number + 1, self.size + len(some)


class _Progress:
    """How far along it is, for the page that waits: a number that may be lost, and nothing depends on."""

    def __init__(self, export: UUID, total: int) -> None:
        self.key, self.total, self.done = progress_key(export), total, 0

    def watch(self, items: Iterator[Item]) -> Iterator[Item]:
        for item in items:
            self.done += 1
            if self.done % 100 == 0:
                with suppress(RedisError):
                    cache.set(self.key, min(99, 100 * self.done // max(self.total, 1)), 600)
            yield item


def _write(pieces: _Pieces, own: Own, progress: _Progress, at: datetime) -> None:
    """The same items three times, each time in another form, so that none of them is ever held whole."""
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, lines in FILES.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(about, "w") as file:
                for line in lines(progress.watch(own.items()), at):
                    file.write(line.encode())


def _told(at: Any) -> str:
    if at is None:
        return ""
    return timezone.localtime(at).isoformat(timespec="minutes") if isinstance(at, datetime) else str(at.isoformat())


def _as_html(items: Iterator[Item], at: datetime) -> Iterator[str]:
    head, one, foot = (get_template(f"exercises/taking/file_{part}.html") for part in ("head", "item", "foot"))
    yield head.render({"at": at})
    sort = ""
    for item in items:
        yield one.render({"item": item, "begins": item.sort != sort, "has_time": isinstance(item.at, datetime)})
        sort = item.sort
    yield foot.render({})


def _as_json(items: Iterator[Item], at: datetime) -> Iterator[str]:
    yield f'{{"made_at": {json.dumps(_told(at))}, "items": [\n'
    between = ""
    for item in items:
        said = {"sort": item.sort, "at": _told(item.at), "about": item.about, "asked": item.asked}
        yield between + json.dumps({**said, "words": item.words, "readers": item.readers}, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _as_csv(items: Iterator[Item], at: datetime) -> Iterator[str]:
    def rows() -> Iterator[tuple[str, ...]]:
        yield _("Sort"), _("When"), _("About"), _("Asked"), _("Words"), _("Who may read it")
        for item in items:
            yield item.sort, _told(item.at), item.about, item.asked, item.words, item.readers

    return csv_lines(rows())


FILES: dict[str, Callable[[Iterator[Item], datetime], Iterator[str]]] = {
    "notes.html": _as_html,
    "notes.json": _as_json,
    "notes.csv": _as_csv,
}


# --- taking it


def take(*, by: Viewer, export: Export, at: datetime) -> None:
    """Somebody takes their file out of here."""
    policies.may_take_export(by, export).require()
    audit.record(verb="export.taken", by=by, subject=export, at=at)


@transaction.atomic
def forget(*, by: Viewer, at: datetime) -> None:
    """Do away with one's file before its time."""
    for export in Export.objects.visible_to(by).exclude(state=ExportState.WAITING):
        audit.record(verb="export.forgotten", by=by, subject=export, at=at)
        export.delete()
