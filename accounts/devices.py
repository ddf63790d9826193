"""What kind of device a browser says it is: as coarse as helps its owner to tell one from another."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PHONE = "phone", _("A phone")
    TABLET = "tablet", _("A tablet")
    COMPUTER = "computer", _("A computer")
    OTHER = "other", _("A device")


# the first that fits: browsers name those they descend from, too
BROWSERS = (
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def kind_of(agent: str) -> Kind:
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return Kind.TABLET
    if "Mobi" in agent or "iPhone" in agent:
        return Kind.PHONE
    return Kind.COMPUTER if any(name in agent for name in ("Windows", "Macintosh", "Linux", "CrOS")) else Kind.OTHER


def browser_of(agent: str) -> str:
    return next((family for mark, family in BROWSERS if mark in agent), "")
