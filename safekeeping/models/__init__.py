from safekeeping.models.audit import AuditEvent, AuditHead, AuditLink
from safekeeping.models.data_key import DataKey
from safekeeping.models.record import Record

__all__ = ["AuditEvent", "AuditHead", "AuditLink", "DataKey", "Record"]
