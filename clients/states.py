"""The states of a couple's work and of a place in it, and the transitions there are."""

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


class PlaceState(models.TextChoices):
    """How far someone is on the way in. Never stored: read from the place and its invitation."""

    JOINED = "joined", _("Joined")
    INVITED = "invited", _("Invited")
    UNSENT = "unsent", _("The letter could not be sent. The invitation is kept: send it again in a few minutes.")
    EXPIRED = "expired", _("The invitation has run out")
    NOT_INVITED = "not_invited", _("Not invited yet")
    ENDED = "ended", _("Ended")
