"""What a name, a time zone and an address may look like, said in words."""

import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
    "Pacific",
)  # fmt: skip
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
def zones() -> tuple[str, ...]:
    """Every time zone of a place on earth, by name, and UTC."""
    return ("UTC", *sorted(z for z in available_timezones() if z.partition("/")[0] in REGIONS))


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def known_zone(value: str) -> None:
    """Refuse a name that no time zone has."""
    if not _is_zone(value):
        raise ValidationError(_("Choose a time zone from the list."), code="unknown_zone")


def mailbox(address: str) -> str:
    """The mailbox an address likely leads to: without capitals, a +tag, or dots where they mean nothing."""
    name, _at, host = address.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if host in DOTS_MEAN_NOTHING:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"
