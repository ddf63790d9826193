"""What can happen to how somebody signs in: each is an audit verb, and a letter to that person alone."""

from django.db import models


class Change(models.TextChoices):
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    CODES_MADE = "recovery_codes.made"
    CODE_USED = "recovery_codes.used"
    SESSIONS_ENDED = "sessions.ended"
    CHECK_NOTED = "account.check_noted"
