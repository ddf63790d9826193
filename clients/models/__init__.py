from clients.models.appointment import Appointment
from clients.models.clinic import Clinic
from clients.models.consent import ConsentDocument, ConsentSignature
from clients.models.couple import Couple, Partner
from clients.models.cover import Cover
from clients.models.ending import EndingAsk
from clients.models.membership import Membership
from clients.models.safety import ContentBoundary, SafetyAnswer

__all__ = [
    "Appointment",
    "Clinic",
    "ConsentDocument",
    "ConsentSignature",
    "ContentBoundary",
    "Couple",
    "Cover",
    "EndingAsk",
    "Membership",
    "Partner",
    "SafetyAnswer",
]
