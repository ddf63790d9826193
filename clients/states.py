"""The states of a couple's work, and the transitions there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CoupleState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


NEXT = {
    CoupleState.ACTIVE: {CoupleState.PAUSED, CoupleState.ENDED},
    CoupleState.PAUSED: {CoupleState.ACTIVE, CoupleState.ENDED},
    CoupleState.ENDED: set(),
}
