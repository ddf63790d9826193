"""A real browser, a real server, real mail. One module starts one browser; each person has a window of their own."""

import email
import email.policy
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile

import pytest
from django.utils import timezone

from exercises.commands.library import FOLDER, load_library
from tests.cast import Cast, assemble
from tests.journeys.person import Person, Watch

EXERCISE = "guided-reflection"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, or a skip that says why there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="journeys need playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"journeys need Chromium: {CHROMIUM} is not there (set CHROMIUM)")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    # Playwright's own event loop runs in this thread, and Django takes it for code that must not block.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_api.sync_playwright() as driver:
            try:
                chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
            except sync_api.Error as error:
                pytest.skip(f"journeys need Chromium, and {CHROMIUM} did not start: {error}")
            yield chromium
            chromium.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        if before is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of the running site, which its mails name, too."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def people(site, transactional_db, tmp_path) -> Cast:
    """The cast, and a library of one exercise."""
    copyfile(FOLDER / f"{EXERCISE}.yaml", tmp_path / f"{EXERCISE}.yaml")
    load_library(at=timezone.now(), folder=tmp_path)
    cast = assemble()
    # Leaving quickly leads to another address of this very server: nothing of the world outside is asked.
    exit_url = site.replace("localhost", "127.0.0.1") + "/healthz/"
    type(cast.riverside).objects.update(exit_url=exit_url)
    return cast


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when any page had something to complain about."""
    watch = Watch()
    yield watch
    assert watch.complaints == []


@pytest.fixture
def window(browser, site, watch) -> Iterator[Callable[..., Person]]:
    """Opens a browser window of its own: other cookies, another person."""
    contexts = []

    def open_window(width: int = 360, **options: object) -> Person:
        height = 740 if width < 600 else 800
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=site, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Person(context.new_page(), watch, scripts=options.get("java_script_enabled", True))

    yield open_window
    for context in contexts:
        context.close()


@dataclass
class Letter:
    to: str
    subject: str
    text: str
    whole: str

    @property
    def link(self) -> str:
        """The address of ours that it names first."""
        return re.search(r"http://\S+", self.text)[0]


@dataclass
class Mailbox:
    letters: list[Letter] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        self.letters.append(Letter(envelope.rcpt_tos[0], message["Subject"], text, message.as_string()))
        return "250 taken"

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.to == address]


@pytest.fixture
def mailbox(settings, unused_port) -> Iterator[Mailbox]:
    """A mail server on this machine, to which the site really speaks."""
    from aiosmtpd.controller import Controller

    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=unused_port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield mailbox
    controller.stop()


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
