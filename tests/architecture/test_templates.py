"""A part's name, its element's id and the hx-target that asks for it are one word; nothing stands inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

WITHOUT_A_TOKEN = {"unsubscribe.html"}  # its link is the proof; mail programs press the button without a session


def whole(path: Path) -> str:
    """A template together with everything it includes by a fixed name."""
    text = path.read_text()
    for name in re.findall(r'{% include "([^"]+)"', text):
        if (ROOT / "templates" / name).exists() and name != str(path.relative_to(ROOT / "templates")):
            text += whole(ROOT / "templates" / name)
    return text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_it_targets_elements_of_its_own_page(path):
    text = path.read_text()
    ids = set(re.findall(r'id="([^"]+)"', whole(path)))
    assert set(re.findall(r'hx-target="#([^"]+)"', text)) <= ids


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_it_has_no_inline_style_script_or_handler_and_nothing_from_elsewhere(path):
    text = path.read_text()
    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|hx-vals='js:", text)
    assert not re.findall(r"<script(?![^>]*\bsrc=)", text)
    assert not re.findall(r'(?:src|href)="https?://', text)
    assert "|safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_it_fits_on_a_screen_or_has_parts_with_names(path):
    assert len(path.read_text().splitlines()) <= 120


def test_it_sends_every_form_with_its_token():
    for path in TEMPLATES:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.S):
            includes = re.findall(r'{% include "([^"]+)"', form)
            inner = "".join((ROOT / "templates" / name).read_text() for name in includes)
            assert "csrf_token" in form + inner or path.name in WITHOUT_A_TOKEN, path
