"""Reading a page as a person does: its words, its fields, its links; and pressing its buttons."""

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse

HTMX = {"HX-Request": "true"}


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"input", "textarea", "button", "select", "option"}:
            self.found.append((tag, dict(attrs)))


def html(response: HttpResponse) -> str:
    return response.content.decode()


def words(response: HttpResponse) -> str:
    """What stands on the page, without markup."""
    body = html(response).partition("<main")[2] or html(response)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields(response: HttpResponse, name: str) -> list[dict[str, str | None]]:
    """The form controls of a name, by their attributes."""
    parser = _Fields()
    parser.feed(html(response))
    return [attrs for _tag, attrs in parser.found if attrs.get("name") == name]


def values(response: HttpResponse, name: str) -> list[str | None]:
    return [attrs.get("value") for attrs in fields(response, name)]


def chosen(response: HttpResponse, name: str) -> list[str | None]:
    return [attrs.get("value") for attrs in fields(response, name) if "checked" in attrs]


def box(response: HttpResponse) -> str:
    """The text in the writing box."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html(response), re.DOTALL)
    return unescape(found[1]) if found else ""


def masked(response: HttpResponse) -> bytes:
    """The answer without what is drawn afresh for each: the CSRF token, and the seconds of one's own session."""
    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": "|data-left=")\w+', b"", response.content)
