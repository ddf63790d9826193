"""The stage on which both worlds begin."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from clients.models import Couple
from exercises.commands import assigning, instruments, measuring
from exercises.content import Content, from_json
from exercises.content.shapes import plain
from exercises.scoring import Direction, read_instrument
from exercises.states import Frame, Rhythm
from intimacy_site.celery import app
from safekeeping.sealing.keyring import Purpose, key_to_seal
from tests.cast import NOON, PASSWORD, Cast, assemble
from tests.exercises import together
from tests.exercises.joint import AGREEMENT, joint_content
from tests.exercises.measures import SMALL
from tests.exercises.scene import content, new_version
from tests.library import programme
from tests.worlds.world import Stage

SHORT = ("letter", "line", "near", "guess")


@pytest.fixture
def workers_work_at_once() -> Iterator[None]:
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


def pact() -> Content:
    """An exercise with an agreement, as its second step."""
    agreement = joint_content().steps[AGREEMENT - 1]
    steps = [{"key": "reading", "kind": "read", "title": "Read this", "text": "A quiet page."}, plain(agreement)]
    return from_json(content().as_json() | {"slug": "pact", "number": 911, "title": "A pact", "steps": steps})


def have_keys(cast: Cast) -> None:
    """A key is drawn with the first text of its kind: drawn in one world alone, it would shift what comes after it."""
    for place in cast.places.values():
        for purpose in (Purpose.PRIVATE, Purpose.SHARED, Purpose.SAFETY, Purpose.EXPORT):
            key_to_seal(owner=place.pk, purpose=purpose, clinic=place.clinic_id)
    for member in cast.staff.values():
        for purpose in (Purpose.NOTES, Purpose.ASSIGNED, Purpose.EXPORT):
            key_to_seal(owner=member.pk, purpose=purpose, clinic=member.clinic_id)


@pytest.fixture
def stage(db: None, settings: Any, workers_work_at_once: None) -> Stage:
    """
    Alex and Blake have two exercises and a menu, Casey and Ellis one each; the library has a programme. Both of the
    couple are asked an instrument every week. Hashing is cheap here.
    """
    cast = assemble()  # first: its password is hashed once for all tests, and other tests want it as in production
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    have_keys(cast)
    User.objects.update(password=make_password(PASSWORD))
    whole = content().as_json()
    version = new_version(from_json(whole | {"steps": [one for one in whole["steps"] if one["key"] in SHORT]}))

    programme(version.exercise.slug, version.exercise.slug, version.exercise.slug)
    menu = new_version(from_json(together.content().as_json() | {"steps": together.STEPS[:1]}))

    def given(therapist: str, names: tuple[str, ...], days: int, version=version):
        partners = [cast.places[name] for name in names]
        return assigning.assign(
            by=cast.viewer(therapist), couple=partners[0].couple, version=version, partners=partners,
            frame=Frame.OFFER, at=NOON, due_on=(NOON + timedelta(days=days)).date(),
        ).pk  # fmt: skip

    assignments = {
        "the first": given("moreno", ("alex", "blake"), 2),
        "the second": given("moreno", ("alex", "blake"), 6),
        "the menu": given("moreno", ("alex", "blake"), 4, menu),
        "the oak": given("moreno", ("casey", "devon"), 2),
        "the star": given("okafor", ("ellis", "finley"), 2),
    }
    both = [cast.places["alex"], cast.places["blake"]]
    assignments["the pact"] = assigning.assign(
        by=cast.viewer("moreno"), couple=cast.couple, version=new_version(pact()), partners=both,
        frame=Frame.PRIVATE_FIRST, at=NOON,
    ).pk  # fmt: skip
    by, author = cast.viewer("moreno"), cast.staff["moreno"]
    counted = instruments.take_in(
        by=by, author=author, sheet=read_instrument(SMALL), direction=Direction.BETTER, at=NOON
    )
    instruments.confirm(by=by, instrument=counted, member=author, licence="Ours.", at=NOON)
    measuring.ask(
        by=by, couple=Couple.objects.get(pk=cast.couple.pk), instrument=counted, partners=both, rhythm=Rhythm.WEEKS,
        weeks=1, at=NOON,
    )  # fmt: skip
    return Stage(cast.people, assignments)
