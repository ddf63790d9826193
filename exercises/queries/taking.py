"""What somebody takes along of their own."""

from clients.viewer import Viewer
from exercises.kinds import kind_of
from exercises.models import Homework, Reflection
from exercises.queries.writing import numbered_steps
from safekeeping.sealing import open_together


def own_words(homework: Homework, *, viewer: Viewer) -> list[tuple[str, str]]:
    """What the viewer was asked in one exercise, with what they wrote, in its order; what is empty is left out."""
    written = {r.step_key: r for r in Reflection.objects.visible_to(viewer).filter(homework=homework)}
    open_together(*written.values())
    return [
        line
        for step in numbered_steps(homework).values()
        if step.key in written and written[step.key].value is not None
        for line in kind_of(step).export(step, written[step.key].value)
    ]
