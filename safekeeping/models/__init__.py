from safekeeping.models.audit import AuditEvent
from safekeeping.models.record import Record

__all__ = ["AuditEvent", "Record"]
