from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from safekeeping.sealing.masters import add_master
from tests.cast import assemble
from tests.exercises.scene import Scene, stage


@pytest.fixture
def lasting_scene(transactional_db: None) -> Scene:
    """A scene that is committed, for what goes on in several transactions."""
    return stage(assemble())


@pytest.fixture
def keys_file(settings: Any, tmp_path: Path) -> Path:
    """A key file of the test's own. Ask for it before anything is sealed."""
    path = tmp_path / "keys"
    add_master(path, name="first")
    settings.KEYS_FILE = str(path)
    return path


def run(*words: Any, **options: Any) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=out, **options)
    return out.getvalue()
