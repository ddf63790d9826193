"""Before and after a session: what a partner would like to raise, and what is summed up for both."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.models import Couple, Membership, Partner
from clients.queries.appointments import last_session
from clients.viewer import Viewer
from exercises.commands.agenda import held
from exercises.commands.sharing import held_until, release_of_offer
from exercises.commands.wishing import session_was
from exercises.models import AgendaItem, Exercise, Mark, SessionNote, SessionSummary
from exercises.policies import sessions as policies
from exercises.states import AgendaKind, Audience
from safekeeping import audit


class WrittenMeanwhile(ValueError):
    """Another page of the same person has written since this one was opened; `kept` is what stands."""

    def __init__(self, kept: SessionNote | SessionSummary) -> None:
        super().__init__()
        self.kept = kept


# --- a partner


@transaction.atomic
def keep_note(*, by: Viewer, place: Partner, text: str, audience: Audience, version: int, at: datetime) -> SessionNote:
    """
    What somebody would like to raise, for themselves (ONLY_ME) or for their therapist, too (THERAPIST), after the
    clinic's hold. Raises WrittenMeanwhile where it is no longer the `version` that the page began from.
    """
    place = (
        Partner.objects.select_for_update(of=("self",), no_key=True).select_related("couple__clinic").get(pk=place.pk)
    )
    policies.may_raise(by, place).require()
    note = SessionNote.objects.filter(partner=place).first()
    is_told = audience == Audience.THERAPIST and bool(text)
    if note and (note.text or "", note.therapist_from is not None) == (text, is_told):
        return note  # a button that was pressed twice
    if note and note.version != version:
        raise WrittenMeanwhile(note)
    if note is None:
        note = SessionNote(clinic_id=place.clinic_id, couple_id=place.couple_id, partner=place, version=0)
    note.text, note.written_at = text or None, at
    note.therapist_from = held_until(place.couple, at) if is_told else None
    note.version += 1
    note.save()
    audit.record(verb="session.note_kept", by=by, subject=note, at=at)
    return note


# --- their therapist


def open_agenda(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """A therapist reads what waits for the session, with what partners wrote for them."""
    policies.may_plan(by, couple).require()
    audit.record(verb="agenda.read", by=by, subject=couple, at=at)


def open_in_room(*, by: Viewer, item: AgendaItem, at: datetime) -> None:
    """A therapist opens, with both in the room, what each gave for that."""
    policies.may_plan(by, item.couple).require()
    audit.record(verb="answers.opened_in_room", by=by, subject=item, at=at)


@transaction.atomic
def sum_up(
    *, by: Viewer, couple: Couple, text: str, then: str, exercise: Exercise | None, version: int, at: datetime
) -> None:
    """
    Joint words, for both from the couple's next release on; until then they can be changed. With the first of them the
    session is over: what was ticked off leaves the agenda with its mark, and rests that were to last until it end.
    """
    couple = held(couple, by)
    rows = SessionSummary.objects.filter(couple=couple, released_from__gt=at)
    summary = rows.order_by("-written_at").first()
    if summary and (summary.text or "", summary.next or "", summary.exercise_id) == (
        text, then, exercise.pk if exercise else None
    ):  # fmt: skip
        return
    if (summary.version if summary else 0) != version and summary:
        raise WrittenMeanwhile(summary)
    is_first = summary is None
    summary = summary or _new(couple, by, at)
    summary.text, summary.next, summary.exercise = text or None, then or None, exercise
    summary.version, summary.written_at = summary.version + 1, at
    summary.released_from = release_of_offer(couple, at=at)
    summary.save()
    audit.record(verb="session.summed_up", by=by, subject=summary, at=at)
    if is_first:
        _close(couple, at)
        session_was(by=by, couple=couple, at=at)


def _new(couple: Couple, by: Viewer, at: datetime) -> SessionSummary:
    last, zone = last_session(couple, viewer=by), ZoneInfo(couple.time_zone)
    is_new = last and not SessionSummary.objects.filter(couple=couple, appointment=last).exists()
    held_at = last.starts_at if last and is_new else at
    author = Membership.objects.get(clinic=couple.clinic_id, pk__in=by.works_as)
    return SessionSummary(
        clinic_id=couple.clinic_id, couple=couple, author=author,
        appointment=last if is_new else None, held_on=held_at.astimezone(zone).date(), version=0,
    )  # fmt: skip


def _close(couple: Couple, at: datetime) -> None:
    """What was talked about leaves the agenda; the rest waits for the next time."""
    done = AgendaItem.objects.filter(couple=couple, done_at__isnull=False, closed_at__isnull=True)
    marks = done.filter(kind=AgendaKind.MARK).values("source")
    Mark.objects.filter(couple=couple, pk__in=marks).delete()
    done.update(closed_at=at)


@transaction.atomic
def take_back_summary(*, by: Viewer, couple: Couple, at: datetime) -> None:
    """Before anybody has read it, as if it had not been written. What was ticked off stays so."""
    couple = held(couple, by)
    for summary in SessionSummary.objects.filter(couple=couple, released_from__gt=at):
        policies.may_change_summary(by, summary).require()
        summary.delete()
        audit.record(verb="session.summary_taken_back", by=by, subject=couple, at=at)
