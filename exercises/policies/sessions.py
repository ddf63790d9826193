"""Rules about the agenda of a session, what a partner would like to raise in it, and its summary: pure."""

from clients.policies import NOT_THEIRS
from clients.policies import may_treat as may_plan
from clients.viewer import Viewer
from exercises.models import AgendaItem, SessionNote, SessionSummary
from exercises.policies.together import may_set_goals as may_raise
from exercises.states import PUBLISHABLE, AgendaKind
from safekeeping.verdict import YES, Verdict, no

__all__ = [
    "may_change_summary",
    "may_plan",
    "may_publish",
    "may_raise",
    "may_read_item",
    "may_read_session_note",
    "may_read_summary",
]


def may_read_session_note(viewer: Viewer, note: SessionNote) -> Verdict:
    """Its author; their therapist, where that was chosen, from its time on. To the other partner it does not exist."""
    if note.partner_id in viewer.is_partner:
        return YES
    if note.couple_id not in viewer.treats:
        return NOT_THEIRS
    return YES if note.therapist_from and note.therapist_from <= viewer.at else no("held")


def may_read_item(viewer: Viewer, item: AgendaItem) -> Verdict:
    """Their therapist; both partners what is published, until the session is over."""
    if item.couple_id in viewer.treats:
        return YES
    if item.couple_id not in viewer.takes_part:
        return NOT_THEIRS
    return YES if item.published_at and item.closed_at is None else no("not_published")


def may_publish(kind: AgendaKind, *, given_to: int = 2) -> Verdict:
    """The therapist's own words; and the name of an exercise that both were given."""
    if kind not in PUBLISHABLE:
        return no("private")
    return YES if kind == AgendaKind.OWN or given_to == 2 else no("given_to_one")


def may_read_summary(viewer: Viewer, summary: SessionSummary) -> Verdict:
    """Their therapist; both partners from its release on, while the work goes on."""
    if summary.couple_id in viewer.treats:
        return YES
    if summary.couple_id not in viewer.takes_part:
        return NOT_THEIRS
    return YES if summary.released_from <= viewer.at else no("not_released")


def may_change_summary(viewer: Viewer, summary: SessionSummary) -> Verdict:
    """Until it is released: what both have read stays as it is."""
    if summary.couple_id not in viewer.treats:
        return NOT_THEIRS
    return YES if summary.released_from > viewer.at else no("released")
