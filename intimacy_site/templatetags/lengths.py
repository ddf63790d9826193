"""How long something lasts, in words."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def in_words(seconds: int) -> str:
    """A length as people say it: minutes, seconds, or both."""
    minutes, rest = divmod(int(seconds), 60)
    parts = [
        ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes) if minutes else "",
        ngettext("{n} second", "{n} seconds", rest).format(n=rest) if rest or not minutes else "",
    ]
    return " ".join(filter(None, parts))


@register.filter
def altogether(parts: Iterable[Mapping[str, int]], rounds: int) -> int:
    """The seconds of all parts, as many times as there are rounds."""
    return rounds * sum(part["seconds"] for part in parts)
