"""What kind of device a browser says it is: as coarse as helps its owner to tell one from another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from safekeeping import devices


class Kind(models.TextChoices):
    PHONE = devices.PHONE, _("A phone")
    TABLET = devices.TABLET, _("A tablet")
    COMPUTER = devices.COMPUTER, _("A computer")
    OTHER = devices.OTHER, _("A device")


# the first that fits: browsers name those they descend from, too
BROWSERS = (
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def browser_of(agent: str) -> str:
    return next((family for mark, family in BROWSERS if mark in agent), "")
