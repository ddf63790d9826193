"""What every page looks like: icons, privacy badges, and which part of the site the reader is in."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
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


@register.simple_tag(takes_context=True)
def here(context: template.Context, name: str, also: str = "") -> SafeString:
    """Mark a navigation link as the current page, or as the part of the site the page belongs to."""
    request = context.get("request")
    home = reverse(name)
    if request is None or not request.path.startswith(home):
        return SafeString("")
    if request.path == home:
        return SafeString(' aria-current="page"')
    return SafeString(' aria-current="true"' if request.path.startswith(f"{home}{also}") else "")
