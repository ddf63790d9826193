from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.cast import NOON, Cast
from tests.exercises.post import Post, post_office
from tests.exercises.scene import Scene, stage


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return stage(cast)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A mail server of our own, to which the site really speaks."""
    with post_office(settings) as office:
        yield office


@pytest.fixture
def alex(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("alex")


@pytest.fixture
def blake(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("blake")


@pytest.fixture
def moreno(scene: Scene, clock: time_machine.Traveller) -> Client:
    return scene.browser("moreno")
