"""Measures that Alex and Blake fill in, in few words."""

from exercises.commands import sharing, writing
from exercises.models import Reflection
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import NOON
from tests.exercises.scene import DAY

WEEK = 7 * DAY
CLOSE, ROWS = "closeness", "now-and-wished"  # steps of the check-in, and of the four kinds


def answers(scene, version, values, name="alex", at=NOON, audience=Audience.THERAPIST):
    """Somebody is given a measure, fills it in and says who may read it; None: it is left unfinished."""
    frame = Frame.READ_TOGETHER if version.exercise.slug == "four-kinds-of-closeness" else Frame.PRIVATE_FIRST
    given = scene.assign(name, version=version, frame=frame, at=at)
    homework = scene.homework(name, given)
    for number, step in enumerate(version.content.steps, 1):
        if step.key in values:
            kept = Reflection.objects.filter(homework=homework, step_key=step.key).first()
            writing.save_step(
                by=scene.viewer(name, at), homework=homework.pk, number=number, step=step, value=values[step.key],
                stamp=Stamp(version=kept.version if kept else 0), at=at,
            )  # fmt: skip
    if audience:
        sharing.choose_readers(by=scene.viewer(name, at), homework=homework, audience=audience, at=at)
    return homework


def marks(scene, version, *values, name="alex", first=NOON, **more):
    return [
        answers(scene, version, {CLOSE: value}, name=name, at=first + n * WEEK, **more)
        for n, value in enumerate(values)
    ]
