from clients.models.clinic import Clinic
from clients.models.couple import Couple, Partner
from clients.models.membership import Membership
from clients.models.safety import ContentBoundary, SafetyAnswer

__all__ = ["Clinic", "ContentBoundary", "Couple", "Membership", "Partner", "SafetyAnswer"]
