"""An exercise as the file that the reader reads: the way out of one clinic, and into another."""

from typing import Any

import yaml

from exercises.content.shapes import Content


class _Dumper(yaml.SafeDumper):
    """Writes everything out, as the reader follows no references, and texts of several lines as they stand."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def as_yaml(content: Content) -> str:
    """The file of an exercise: reading it gives the same exercise, letter by letter."""
    written: str = yaml.dump(
        content.as_json(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, indent=2
    )
    return written
