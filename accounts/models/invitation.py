from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from safekeeping.models import Record


class Invitation(Record):
    """A sealed envelope to one address: its token is known to the letter alone, here lies only the hash."""

    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when the letter left; empty: it could not be sent
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Safekeeping:
        plain = {
            "id", "email", "token_hash", "made_by", "made_at", "sent_at", "expires_at", "accepted_at",
            "accepted_by", "revoked_at",
        }  # fmt: skip
        sealed: set[str] = set()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            )
        ]

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at
