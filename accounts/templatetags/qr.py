"""The key of an authenticator app as a drawing that its camera reads."""

import re

from allauth.mfa.adapter import get_adapter
from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def qr(link: str) -> SafeString:
    """Squares alone: nothing of the link itself stands in the drawing."""
    drawing = get_adapter().build_totp_svg(link)
    return SafeString(re.sub(r"^<\?xml[^>]*>\s*", "", drawing).replace("<svg ", '<svg aria-hidden="true" ', 1))
