"""Who may do what with appointments: pure rules."""

from clients.models import Appointment
from clients.policies import NOT_THEIRS
from clients.viewer import Viewer
from safekeeping.verdict import YES, Verdict


def may_see_appointment(viewer: Viewer, appointment: Appointment) -> Verdict:
    """Their therapist; both partners; and of a session with one of them alone, that one and nobody else."""
    if appointment.couple_id in viewer.treats:
        return YES
    if appointment.couple_id not in viewer.belongs_to:
        return NOT_THEIRS
    return YES if appointment.alone_id is None or appointment.alone_id in viewer.is_partner else NOT_THEIRS
