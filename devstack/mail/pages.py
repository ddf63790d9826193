"""The page of the mail catcher: escaped text and links, nothing that runs."""

import re
from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from devstack.mail.keeping import Letter, Letters
from devstack.ports import LOCAL

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
li { margin: .7rem 0 } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
dt { float: left; width: 5rem; opacity: .7 }
"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def linked(text: str) -> str:
    """The text, escaped, with its web addresses as links."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        address = escape(found.group())
        parts += [escape(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css">'
        f"</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def list_page(letters: Iterable[Letter]) -> str:
    """Every message, the newest first."""
    rows = [
        f'<li><a href="/{letter.name}">{escape(letter.subject) or "(no subject)"}</a><br>'
        f"to {escape(letter.to)}, {escape(letter.date)}</li>"
        for letter in letters
    ]
    listed = f"<ol>{''.join(rows)}</ol>" if rows else "<p>No mail yet. Reload this page to look again.</p>"
    return page("Caught mail", f"<p>Nothing here was sent to anybody.</p>{listed}")


def letter_page(letter: Letter) -> str:
    """One message."""
    said = (("From", letter.sender), ("To", letter.to), ("Date", letter.date))
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in said)
    back = '<p><a href="/">All mail</a></p>'
    return page(letter.subject or "(no subject)", f"{back}<dl>{rows}</dl><pre>{linked(letter.text)}</pre>")


class Handler(BaseHTTPRequestHandler):
    """Answers GET on the server's letters."""

    server: "PageServer"
    server_version = "mail"
    sys_version = ""

    def do_GET(self) -> None:
        """The list, one message, or the style."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        if host not in {"localhost", LOCAL}:
            # another site's name that was made to lead here must not read the reset links
            self.answer(HTTPStatus.MISDIRECTED_REQUEST, page("Not here", ""))
        elif self.path == "/":
            self.answer(HTTPStatus.OK, list_page(self.server.letters.all()))
        elif self.path == "/style.css":
            self.answer(HTTPStatus.OK, STYLE, "text/css")
        elif letter := self.server.letters.read(self.path.removeprefix("/")):
            self.answer(HTTPStatus.OK, letter_page(letter))
        else:
            self.answer(HTTPStatus.NOT_FOUND, page("No such message", '<p><a href="/">All mail</a></p>'))

    def answer(self, status: HTTPStatus, text: str, kind: str = "text/html") -> None:
        """Send it with the headers that keep it still."""
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing: the addresses of messages are nobody's business."""


class PageServer(ThreadingHTTPServer):
    """The page, on this machine only."""

    daemon_threads = True

    def __init__(self, letters: Letters, port: int) -> None:
        self.letters = letters
        super().__init__((LOCAL, port), Handler)
