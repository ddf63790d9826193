"""The audit trail's one door in, and how it is checked."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models

from safekeeping.context import device
from safekeeping.models import AuditEvent, AuditHead

NO_CLINIC = UUID(int=0)


class Actor(Protocol):
    @property
    def user_id(self) -> UUID | None: ...


def record(
    *, verb: str, by: Actor | None, subject: models.Model | str, at: datetime, clinic_id: UUID | None = None
) -> None:
    """Write one line of the trail, in the transaction of the deed itself. `by` None: the system acted."""
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                verb=verb,
                actor_id=by.user_id if by else None,
                clinic_id=clinic_id or getattr(subject, "clinic_id", None),
                subject=subject if isinstance(subject, str) else f"{subject._meta.label}:{subject.pk}",
                device=device(),
                at=at,
            )
        ]
    )


# --- checking


@dataclass(frozen=True)
class Head:
    """The end of one clinic's chain, to keep somewhere else."""

    clinic: UUID
    number: int
    hash: str

    def as_json(self) -> dict[str, Any]:
        return {"clinic": str(self.clinic), "number": self.number, "hash": self.hash}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Head":
        """What as_json gave. Raises ValueError, KeyError or TypeError for anything else."""
        return cls(UUID(found["clinic"]), int(found["number"]), bytes.fromhex(found["hash"]).hex())


def heads() -> list[Head]:
    """Where every chain ends now."""
    return [Head(h.clinic_id, h.number, bytes(h.hash).hex()) for h in AuditHead.objects.order_by("clinic_id")]


CHAINS = """
    SELECT coalesce(e.clinic_id, l.clinic_id, %(none)s), l.number, l.hash,
           coalesce(e.id, l.event_id), e.verb, e.actor_id, e.clinic_id, e.subject, e.device, e.at
      FROM safekeeping_auditlink l FULL JOIN safekeeping_auditevent e ON e.id = l.event_id
     ORDER BY 1, l.number NULLS FIRST
"""


def verify(anchors: Iterable[Head] = ()) -> list[str]:
    """
    One sentence for each chain that is not whole, naming the first broken row or the missing numbers; none if all is
    well. `anchors` are heads kept elsewhere: with them, an end that was cut off shows, too.
    """
    ends = {head.clinic: head for head in heads()}
    kept: dict[UUID, dict[int, str]] = {}
    for anchor in anchors:
        kept.setdefault(anchor.clinic, {})[anchor.number] = anchor.hash
    seen: set[UUID] = set()
    problems = []
    for clinic, rows in _chains():
        seen.add(clinic)
        found = _first_break(rows, ends.get(clinic), kept.get(clinic, {}))
        if found:
            problems.append(f"Clinic {clinic}: {found}")
    gone = sorted((ends.keys() | kept.keys()) - seen)
    return problems + [f"Clinic {clinic}: the whole chain is missing." for clinic in gone]


def _chains() -> Iterator[tuple[UUID, list[Any]]]:
    rows: list[Any] = []
    current: UUID | None = None
    with connection.cursor() as cursor:
        cursor.execute(CHAINS, {"none": NO_CLINIC})
        for row in cursor:
            if current is not None and row[0] != current:
                yield current, rows
                rows = []
            current = row[0]
            rows.append(row[1:])
    if current is not None:
        yield current, rows


def _first_break(rows: list[Any], end: Head | None, kept: dict[int, str]) -> str:
    digest, expected = bytes(32), 1
    for number, link, event, *about in rows:
        if number is None:
            return f"event {event} is not in the chain."
        if number != expected:
            return f"numbers {expected} to {number - 1} are missing."
        if about[0] is None:
            return f"the event of number {number}, {event}, is missing."
        digest = hashlib.sha256(digest + _written(event, *about)).digest()
        if digest != bytes(link):
            return f"number {number}, event {event}, is not as it was written."
        if kept.get(number, digest.hex()) != digest.hex():
            return f"number {number} is not the one whose hash was kept."
        expected += 1
    last = max([end.number if end else 0, *kept])
    if last >= expected:
        return f"numbers {expected} to {last} are missing."
    if end is None or end.hash != digest.hex():
        return "the end of the chain is not the one that was written."
    return ""


def _written(event: UUID, verb: str, actor: Any, clinic: Any, subject: str, device: str, at: datetime) -> bytes:
    """An event as PostgreSQL hashes it: see eyelevel_audit_digest."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return "|".join([str(event), verb, str(actor or ""), str(clinic or ""), subject, device, moment]).encode()
