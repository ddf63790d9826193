"""Text as a therapist or a clinic wrote it, in paragraphs, lists and emphasis; never as markup of its own."""

from functools import lru_cache

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "list", "heading", "newline", "blockquote"])
_TAGS = {"p", "em", "strong", "ul", "ol", "li", "h2", "h3", "blockquote", "br"}


@register.filter
@lru_cache(maxsize=512)
def prose(text: str) -> SafeString:
    """Markdown without HTML, links or images; what comes out is cleaned once more."""
    return mark_safe(nh3.clean(_MARKDOWN.render(text), tags=_TAGS, attributes={}))
