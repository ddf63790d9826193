"""What every page looks like: icons, privacy badges, and which part of the site the reader is in."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

register = template.Library()

# Circles stand for readers: two are the author and the therapist, three add the partner.
CIRCLES = {
    "two-circles": ((6.75, 12), (17.25, 12)),
    "three-circles": ((12, 6.75), (6.25, 16.75), (17.75, 16.75)),
}
LEVELS = {"only_me": "only-me", "therapist": "therapist", "session": "session", "partner": "partner"}


@lru_cache(maxsize=256)
def drawing(name: str) -> SafeString:
    """An inline SVG that assistive technology skips: words always stand beside it."""
    if name not in CIRCLES:
        svg: str = lucide(name, size=20, **{"class": "icon", "aria_hidden": "true", "focusable": "false"})
        return SafeString(svg)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in CIRCLES[name])
    return SafeString(
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" aria-hidden="true" focusable="false">{dots}</svg>'
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a lucide icon, or one of our own circles."""
    return drawing(str(name))


@register.inclusion_tag("parts/privacy_badge.html")
def privacy(level: str, staff: bool = False) -> dict[str, object]:
    """Say who can read a text, in icon and words; `staff` words it for someone other than the author.

    An unknown level is an error: a badge that guesses would lie about privacy.
    """
    return {"level": LEVELS[str(level)], "staff": staff}


@lru_cache(maxsize=512)
def _drawn(name: str, language: str, told: tuple[tuple[str, str | bool], ...]) -> SafeString:
    return SafeString(get_template(name).render(dict(told)).strip())


@register.simple_tag
def kept(name: str, **told: str | bool) -> SafeString:
    """
    Draw a part that is the same for everybody in one language, once a process. It is given `told` and nothing else: no
    request, no person, no record can come into what is kept.
    """
    if not all(isinstance(one, str | bool) for one in told.values()):
        raise TypeError(f"{name} is kept for everybody: only words and yes or no can make a difference to it")
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn
    return draw(name, get_language() or settings.LANGUAGE_CODE, tuple(sorted(told.items())))


# The pages that navigation leads to, with what belongs to them beyond their own address.
PLACES = {
    "today": "", "reflections": "", "shared": "", "account": "", "caseload": "couples/", "inbox": "", "calendar": "",
    "instruments": "", "library": "",
    "people": "", "clinic-caseloads": "", "documents": "", "clinic-library": "", "clinic-settings": "",
}  # fmt: skip


@lru_cache(maxsize=1)
def _homes() -> dict[str, str]:
    return {reverse(name): name for name in PLACES}


def place_of(path: str) -> tuple[str, str]:
    """Which page of the navigation an address is, or belongs to, and what `aria-current` says of that."""
    homes = _homes()
    if path in homes:
        return homes[path], "page"
    within = [home for home, name in homes.items() if path.startswith(f"{home}{PLACES[name]}")]
    return (homes[max(within, key=len)], "true") if within else ("", "")


@register.simple_tag(takes_context=True)
def nav(context: template.Context, name: str, **told: bool) -> SafeString:
    """Draw a navigation, kept for each page it marks as the current one."""
    request = context.get("request")
    place, how = place_of(request.path) if request else ("", "")
    return kept(name, place=place, how=how, **told)


@register.simple_tag(takes_context=True)
def here(context: template.Context, name: str) -> SafeString:
    """Mark a link of a navigation as the current page, or as the part of the site the page belongs to."""
    return SafeString(f' aria-current="{context["how"]}"' if context["place"] == name else "")
