"""A therapist plans a session: own words, order, minutes, what both may read, and what was talked about."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients.models import Couple, Membership
from clients.policies import may_edit_couple
from clients.viewer import Viewer
from exercises.models import AgendaItem, Mark
from exercises.policies.sessions import may_publish
from exercises.queries.agenda import AgendaRow, agenda
from exercises.states import AgendaKind
from safekeeping import audit
from safekeeping.verdict import Refused, no

GONE = no("gone", _("This is no longer on the agenda."))


def held(couple: Couple, by: Viewer) -> Couple:
    """The couple as it is, so that two windows of one agenda come one after the other."""
    now = Couple.objects.select_for_update(of=("self",), no_key=True).select_related("clinic").get(pk=couple.pk)
    may_edit_couple(by, now).require()
    return now


def settled(couple: Couple, by: Viewer, at: datetime) -> list[AgendaRow]:
    """The agenda with an item for each row, at the place at which it stands. The couple is held by the caller."""
    rows = agenda(couple, viewer=by)
    author = Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as)
    for position, row in enumerate(rows):
        if row.item is None:
            AgendaItem.objects.create(
                clinic_id=couple.clinic_id, couple=couple, author=author, kind=row.kind, source=row.source,
                assignment_id=row.assignment if row.kind in {AgendaKind.MARK, AgendaKind.CHECK_IN} else None,
                step_key=row.step_key, position=position, made_at=at,
            )  # fmt: skip
        elif row.item.position != position:
            AgendaItem.objects.filter(pk=row.item.pk).update(position=position)
    return agenda(couple, viewer=by)


def _item(couple: Couple, key: str, by: Viewer, at: datetime) -> tuple[AgendaRow, AgendaItem, list[AgendaRow]]:
    """The row that a page named, its item, and the whole agenda. Refused where another page has taken it off."""
    rows = settled(couple, by, at)
    row = next((row for row in rows if row.key == key), None)
    if row is None or row.item is None:
        raise Refused(GONE)
    return row, row.item, rows


@transaction.atomic
def add(*, by: Viewer, couple: Couple, text: str, minutes: int | None, at: datetime) -> None:
    """Own words, at the end; for oneself until they are published."""
    couple = held(couple, by)
    rows = settled(couple, by, at)
    author = Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as)
    item = AgendaItem(
        clinic_id=couple.clinic_id, couple=couple, author=author, kind=AgendaKind.OWN, text=text, minutes=minutes,
        position=len(rows), made_at=at,
    )  # fmt: skip
    item.save(force_insert=True)
    audit.record(verb="agenda.added", by=by, subject=item, at=at)


@transaction.atomic
def rise(*, by: Viewer, couple: Couple, key: str, places: int, at: datetime) -> None:
    """Up by so many places, or down. At either end nothing changes."""
    couple = held(couple, by)
    row, _found, rows = _item(couple, key, by, at)
    order = [one.item.pk for one in rows if one.item]
    was = rows.index(row)
    order.insert(max(0, min(len(order), was - places)), order.pop(was))
    for position, pk in enumerate(order):
        AgendaItem.objects.filter(pk=pk).update(position=position)
    audit.record(verb="agenda.ordered", by=by, subject=couple, at=at)


@transaction.atomic
def tick(*, by: Viewer, couple: Couple, key: str, done: bool, at: datetime) -> None:
    """It was talked about, or not yet."""
    _row, item, _rows = _item(held(couple, by), key, by, at)
    AgendaItem.objects.filter(pk=item.pk).update(done_at=(item.done_at or at) if done else None)
    audit.record(verb="agenda.ticked" if done else "agenda.unticked", by=by, subject=item, at=at)


@transaction.atomic
def allow_minutes(*, by: Viewer, couple: Couple, key: str, minutes: int | None, at: datetime) -> None:
    """How long to stay with it."""
    _row, item, _rows = _item(held(couple, by), key, by, at)
    AgendaItem.objects.filter(pk=item.pk).update(minutes=minutes)
    audit.record(verb="agenda.timed", by=by, subject=item, at=at)


@transaction.atomic
def publish(*, by: Viewer, couple: Couple, key: str, opens: bool, at: datetime) -> None:
    """
    Both partners can read it: the therapist's own words, or an exercise's name, as it is now. `opens`: in the room,
    what was given to be opened there. What a partner said in private is refused here, and by the database.
    """
    row, item, _rows = _item(held(couple, by), key, by, at)
    if not row.may_publish:
        may_publish(row.kind, given_to=0).require()
    if row.kind != AgendaKind.OWN and item.assignment:
        item.text = item.assignment.version.title
    item.published_at = item.published_at or at
    item.opens = opens and row.kind == AgendaKind.MARK
    item.save()
    audit.record(verb="agenda.published", by=by, subject=item, at=at)


@transaction.atomic
def withhold(*, by: Viewer, couple: Couple, key: str, at: datetime) -> None:
    """For the therapist alone again."""
    _row, item, _rows = _item(held(couple, by), key, by, at)
    AgendaItem.objects.filter(pk=item.pk).update(published_at=None, opens=False)
    audit.record(verb="agenda.withheld", by=by, subject=item, at=at)


@transaction.atomic
def drop(*, by: Viewer, couple: Couple, key: str, at: datetime) -> None:
    """Own words are deleted; a mark is taken off; what a partner raised, or rather talks about, is put away."""
    row, item, _rows = _item(held(couple, by), key, by, at)
    if row.kind == AgendaKind.MARK and row.source:
        Mark.objects.filter(pk=row.source, couple=item.couple_id).delete()
    if row.kind in {AgendaKind.OWN, AgendaKind.MARK}:
        AgendaItem.objects.filter(pk=item.pk).delete()
    else:
        AgendaItem.objects.filter(pk=item.pk).update(done_at=at, closed_at=at)
    audit.record(verb="agenda.dropped", by=by, subject=item, at=at)
