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


class DocumentKind(models.TextChoices):
    """What each person reads and signs alone before any exercise opens."""

    AGREEMENT = "agreement", _("Agreement")
    SECRETS = "secrets", _("Policy on secrets")


class ConsentState(models.TextChoices):
    """How one person stands to what their clinic asks. Never stored: read from what they signed."""

    AGREED = "agreed", _("Has agreed")
    NOT_YET = "not_yet", _("Has not agreed yet")
    OUTDATED = "outdated", _("Has agreed to an earlier version, not yet to the newest")
    WITHDRAWN = "withdrawn", _("Has withdrawn")
