"""A person before a screen: presses what is written on it, and every page they see is looked over."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cast import PASSWORD
from tests.second import code

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WIDTHS = {360: 740, 1280: 800}


@dataclass
class Watch:
    """What browsers complained about. A test says beforehand what it provokes."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def expect(self, *parts: str) -> None:
        self.expected += parts

    def complain(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.complaints.append(text)

    def listen(self, page: Any) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complain(str(error)))

    def _hear(self, said: Any) -> None:
        if said.type in {"error", "warning"}:
            self.complain(f"{said.text} ({said.location['url']}, on {said.page.url})")


class Person:
    """One browser window."""

    def __init__(self, page: Any, watch: Watch, *, scripts: bool = True) -> None:
        self.page, self.watch, self.scripts = page, watch, scripts
        watch.listen(page)

    def another_tab(self) -> "Person":
        """The same person, in a second tab of the same browser."""
        return Person(self.page.context.new_page(), self.watch)

    # --- moving about
    def visit(self, path: str) -> None:
        self.page.goto(path)
        self.glance()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in/")
        self.fill("E-mail address", email)
        self.fill("Password", password)
        with self.page.expect_navigation():
            self.button("Sign in").click()
        if self.path.startswith("/sign-in/second/"):
            self.fill("Code", code())
            self.press("Continue")

    def press(self, name: str) -> None:
        """A button that leads to another page."""
        with self.page.expect_navigation():
            self.button(name).click()
        self.glance()

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def follow(self, name: str, within: str = "main") -> None:
        """A link."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()
        self.glance()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    @property
    def main(self) -> Any:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    # --- looking
    def glance(self) -> None:
        """The first time that anybody sees this page in this test: look."""
        if not self.scripts:
            return
        path = re.sub(r"[0-9a-f-]{36}", "…", self.path)
        page = (path, " ".join(self.page.locator("h1, #error-summary, .notice, .empty").all_inner_texts()))
        if page not in self.watch.seen:
            self.watch.seen.add(page)
            self.look()

    def look(self) -> None:
        """Nothing that axe would find, and nothing that has to be scrolled sideways."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        for violation in found:
            nodes = [node["html"][:200] for node in violation["nodes"]]
            self.watch.complain(f"axe on {self.path}: {violation['id']}: {nodes}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.watch.complain(f"{self.path} is {wide} px too wide at {self.page.viewport_size['width']}")

    def picture(self, name: str) -> None:
        """For the README, when asked for: narrow and wide, light and dark."""
        if os.environ.get("SCREENSHOTS") != "1":
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        self.page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # or it is taken half-way
                self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", caret="initial")
        self.page.set_viewport_size(before)
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
