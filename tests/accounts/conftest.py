import pytest

from accounts import deliveries


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the worker would be given to do: the task's name, and its arguments."""
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(deliveries, "hand_over", lambda task, *args: given.append((task.name.split(".")[-1], *args)))
    return given
