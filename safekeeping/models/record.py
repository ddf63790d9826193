import uuid

from django.db import models


class Record(models.Model):
    """A row with an id that tells nothing: random, so neither order nor number can be guessed from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"
