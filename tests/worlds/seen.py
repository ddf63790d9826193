"""What an observer receives, as facts that can be compared; and the first fact in which two worlds differ."""

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse

Facts = dict[str, Any]
_SAVEPOINT = re.compile(r'(SAVEPOINT|TO SAVEPOINT|RELEASE SAVEPOINT) "\w+"')


@dataclass
class Glance:
    """All that reached the observer in one step of a world: what was asked for, and the facts of each answer."""

    facts: dict[str, Facts] = field(default_factory=dict)
    probed: dict[str, tuple[UUID, str]] = field(default_factory=dict)  # the id, and the same question about no record
    existing: set[UUID] = field(default_factory=set)


def of_answer(answer: HttpResponse, queries: list[str], *, asked: str) -> Facts:
    """A way to sign in first leads back to the address that was asked for: whoever asked knows that one."""
    back = urlencode({"next": asked})
    return {
        "status": answer.status_code,
        "body": b"".join(answer),
        "headers": sorted((name, value.replace(back, "next=there")) for name, value in answer.headers.items()),
        "cookies": answer.cookies.output(),
        "queries": queries,
    }


def of_mail(mail: EmailMessage) -> Facts:
    return {"mail": mail.message().as_bytes()}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The queries that are made meanwhile, without what was asked about."""
    found: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found.append(_SAVEPOINT.sub(r"\1", sql if isinstance(sql, str) else repr(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def difference(one: Glance, other: Glance) -> str:
    """The first thing that differs between two worlds in one step, in words; nothing if nothing does."""
    for asked in [*one.facts, *(name for name in other.facts if name not in one.facts)]:
        a, b = _about(asked, one, other), _about(asked, other, one)
        if a is None or b is None or a == b:
            continue
        aspect = next(name for name in {**a, **b} if a.get(name) != b.get(name))
        return f"{asked}: the {aspect}\n" + _apart(a.get(aspect), b.get(aspect))
    return ""


def _about(asked: str, here: Glance, there: Glance) -> Facts | None:
    """
    What one world answered. Where a record is in the other world alone, the answer here is the one about a record
    that never was; None where the question was not put to this world for another reason.
    """
    if asked in here.facts or asked not in there.probed:
        return here.facts.get(asked, {})
    pk, never = there.probed[asked]
    return None if pk in here.existing else here.facts[never]


def _apart(one: Any, other: Any) -> str:
    lines = [_lines(value) for value in (one, other)]
    changed = [
        line for line in difflib.unified_diff(*lines, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))
    ]
    return "\n".join(f"    {line[:300]}" for line in changed[:8]) or f"    {one!r}\n    {other!r}"


def _lines(value: Any) -> list[str]:
    if isinstance(value, bytes):
        return value.decode(errors="replace").splitlines()
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
