"""The SMTP side, and both sides together."""

import asyncio
import signal
import threading
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

from devstack.mail.keeping import Letters
from devstack.mail.pages import PageServer
from devstack.ports import LOCAL


class Keeper:
    """Takes every message."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message."""
        content = envelope.content or b""
        self._letters.add(content.encode() if isinstance(content, str) else content)
        return "250 Kept"


async def serve(letters: Letters, smtp_port: int, page_port: int, ready: Callable[[int, int], None]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told both ports (0 asks for any)."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    smtp = await loop.create_server(lambda: SMTP(Keeper(letters), hostname="localhost", loop=loop), LOCAL, smtp_port)
    with PageServer(letters, page_port) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        ready(smtp.sockets[0].getsockname()[1], pages.server_port)
        await ended.wait()
        pages.shutdown()
    smtp.close()
