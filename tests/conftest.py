import pytest

from tests.cast import Cast, assemble
from tests.stores import empty_cache


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> None:
    """The throttles begin anew with each test."""
    empty_cache()


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()
