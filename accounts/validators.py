"""What a name, a time zone and an address may look like, said in words."""

import unicodedata
from functools import lru_cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
    "Pacific",
)  # fmt: skip
# what some machines keep beside their time zones, and others do not
NO_ZONES = {"localtime", "posixrules", "Factory"}
NO_ZONE_BEGINS = ("right/", "posix/")
DOTS_MEAN_NOTHING = {"gmail.com", "googlemail.com"}


def plain_line(value: str) -> None:
    """Refuse what is unseen and changes how a line reads: control characters, breaks, turned writing."""
    hidden = {"Cc", "Zl", "Zp", "Cs"}
    if any(unicodedata.category(c) in hidden for c in value):
        raise ValidationError(_("Leave out line breaks and other hidden characters."), code="hidden")
    if any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in value):
        raise ValidationError(_("Leave out hidden characters that turn the writing around."), code="turned")


def plain_text(value: str) -> None:
    """As plain_line, for a text of several lines."""
    plain_line("".join(c for c in value if c not in "\r\n\t"))


@lru_cache(maxsize=1)
def accepted_zones() -> frozenset[str]:
    """Every name that Python and PostgreSQL both know: one that PostgreSQL refuses would stop everybody's reminders."""
    names = (z for z in available_timezones() if not z.startswith(NO_ZONE_BEGINS))
    return frozenset({"UTC", *names} - NO_ZONES)


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Every time zone of a place on earth, by name, and UTC."""
    return ("UTC", *sorted(z for z in accepted_zones() if z.partition("/")[0] in REGIONS))


def known_zone(value: str) -> None:
    """Refuse a name that no time zone has, or not everywhere."""
    if value not in accepted_zones():
        raise ValidationError(_("Choose a time zone from the list."), code="unknown_zone")


def mailbox(address: str) -> str:
    """The mailbox an address likely leads to: without capitals, a +tag, or dots where they mean nothing."""
    name, _at, host = address.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if host in DOTS_MEAN_NOTHING:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"
