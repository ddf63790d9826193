"""Who may do what with appointments: pure rules."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from clients.models import Appointment
from clients.policies import NOT_THEIRS
from clients.viewer import Viewer
from safekeeping.verdict import YES, Verdict, no

TAKEN = no("taken", _("There is a session of this couple at that time already."))


def may_see_appointment(viewer: Viewer, appointment: Appointment) -> Verdict:
    """Their therapist; both partners; and of a session with one of them alone, that one and nobody else."""
    if appointment.couple_id in viewer.treats:
        return YES
    if appointment.couple_id not in viewer.belongs_to:
        return NOT_THEIRS
    return YES if appointment.alone_id is None or appointment.alone_id in viewer.is_partner else NOT_THEIRS


def may_begin(starts: Iterable[datetime], at: datetime) -> Verdict:
    """A session is kept for a time to come."""
    return YES if min(starts) > at else no("past", _("That time is past. Choose one to come."))


def may_change_appointment(viewer: Viewer, appointment: Appointment) -> Verdict:
    """Move it or call it off: their therapist, until it begins."""
    if appointment.couple_id not in viewer.treats:
        return NOT_THEIRS
    if appointment.cancelled_at is not None:
        return no("cancelled", _("This session was called off. Make a new one."))
    if appointment.starts_at <= viewer.at:
        return no("begun", _("This session has begun, or is past. It stays as it is."))
    return YES
