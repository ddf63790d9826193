from django.db import models


class Purpose(models.TextChoices):
    """What a data key seals. Who may fetch the key differs, so that one wall's hole does not open the others."""

    PRIVATE = "private"  # a partner's own writing
    SHARED = "shared"  # copies for the readers its author chose
    SAFETY = "safety"  # safety answers and content boundaries
    NOTES = "notes"  # a therapist's process notes
    ASSIGNED = "assigned"  # what a therapist writes to a couple with an exercise
    EXPORT = "export"  # a person's own data as a file, until it is gone a day later
