"""What every page looks like: icons, privacy badges, and which part of the site the reader is in."""

from functools import lru_cache

import lucide
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Circles stand for readers: two are the author and the therapist, three add the partner.
CIRCLES = {
    "two-circles": ((7, 12), (17, 12)),
    "three-circles": ((12, 6.5), (6.5, 16.5), (17.5, 16.5)),
}
LEVELS = {"only_me": "only-me", "therapist": "therapist", "session": "session", "partner": "partner"}


@lru_cache(maxsize=256)
def drawing(name: str) -> SafeString:
    """An inline SVG that assistive technology skips: words always stand beside it."""
    shared = {"class": "icon", "aria_hidden": "true", "focusable": "false"}
    if name not in CIRCLES:
        return mark_safe(lucide._render_icon(name, 20, **shared))
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3.75"/>' for x, y in CIRCLES[name])
    return mark_safe(
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
    return {"level": LEVELS[str(level).lower().replace("-", "_")], "staff": staff}


@register.simple_tag(takes_context=True)
def here(context: template.Context, name: str, also: str = "") -> SafeString:
    """Mark a navigation link as the current page, or as the part of the site the page belongs to."""
    request = context.get("request")
    if request is None:
        return mark_safe("")
    home = reverse(name)
    if request.path == home:
        return mark_safe(' aria-current="page"')
    below = f"{home}{also}/" if also else home
    return mark_safe(' aria-current="true"' if request.path.startswith(below) else "")
