from django.db import models
from django.db.models import Q

from safekeeping.models.record import Record
from safekeeping.states import Purpose
from safekeeping.walls import NEVER, Wall


class DataKey(Record):
    """
    The key to what one owner wrote for one purpose, wrapped by a key that is not in the database.

    Destroying it erases everything sealed with it, in every copy of the data. `owner_id` is a place in a couple or
    on a staff; without foreign keys, as the row outlives whoever it was made for.
    """

    clinic_id = models.UUIDField()
    owner_id = models.UUIDField()
    purpose = models.CharField(max_length=10, choices=Purpose)
    wrapped = models.BinaryField(null=True)
    wrapped_by = models.CharField(max_length=60)  # the name of the key-encryption key
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)  # opens what it sealed, and seals no more
    destroyed_at = models.DateTimeField(null=True)

    class Safekeeping:
        plain = {
            "id", "clinic_id", "owner_id", "purpose", "wrapped", "wrapped_by", "made_at", "retired_at", "destroyed_at",
        }  # fmt: skip
        sealed: set[str] = set()
        # One's own keys; and of others' only those to what can be shared with oneself, or told to one's therapist.
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    owner_id = ANY({places}) OR owner_id = ANY({works_as})
                    OR purpose IN ('shared', 'assigned')
                    OR purpose = 'safety' AND owner_id IN (
                        SELECT id FROM clients_partner WHERE couple_id = ANY({treats}))
                )
            """,
            insert="clinic_id = ANY({clinics}) AND (owner_id = ANY({places}) OR owner_id = ANY({works_as}))",
            update=NEVER,
            delete=NEVER,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "purpose"], condition=Q(retired_at__isnull=True), name="one_key_to_seal_with"
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="a_key_is_there_until_destroyed",
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="key_purpose_known"),
        ]

    @property
    def about(self) -> bytes:
        """What a wrapped key is bound to: moved to another row, it does not unwrap."""
        return f"{self.pk}|{self.owner_id}|{self.purpose}".encode()
