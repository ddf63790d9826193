"""Papers to print or keep: PDF that a screen reader can read, made from data and never from markup."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst


def paper(name: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """
    A PDF of one of the papers in this folder, by PDF/UA-1. A sign that no font has (an emoji, for one) is an error
    there, so such a text gets a tagged PDF that does not claim it.
    """
    source = (Path(__file__).parent / f"{name}.typ").read_bytes()
    about: dict[str, Any] = {
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=True)}, "format": "pdf", "ignore_system_fonts": True,
        "timestamp": int(at.timestamp()),
    }  # fmt: skip
    try:
        found: bytes = typst.compile(source, pdf_standards=["ua-1"], **about)
    except typst.TypstError:
        found = typst.compile(source, **about)
    return found
