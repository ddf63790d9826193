from clients.models.clinic import Clinic
from clients.models.consent import ConsentDocument, ConsentSignature
from clients.models.couple import Couple, Partner
from clients.models.ending import EndingAsk
from clients.models.membership import Membership

__all__ = ["Clinic", "ConsentDocument", "ConsentSignature", "Couple", "EndingAsk", "Membership", "Partner"]
