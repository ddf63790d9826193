from clients.models.clinic import Clinic
from clients.models.couple import Couple, Partner
from clients.models.membership import Membership

__all__ = ["Clinic", "Couple", "Membership", "Partner"]
