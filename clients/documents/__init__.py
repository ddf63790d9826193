"""The documents that every clinic begins with, in our words. A clinic publishes its own versions after them."""

from pathlib import Path

HERE = Path(__file__).parent


def first_version(kind: str) -> dict[str, str]:
    """The title and the text of one kind. Lines are joined into paragraphs, as the page breaks its own lines."""
    heading, text = (HERE / f"{kind}.md").read_text(encoding="utf-8").split("\n", 1)
    return {"title": heading.removeprefix("# "), "text": _unwrapped(text.strip())}


def _unwrapped(text: str) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        follows = lines and lines[-1] and line and not line.startswith(("#", "- ", "*"))
        if follows:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)
