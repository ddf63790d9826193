"""An answer that its author wants to keep as a goal becomes one when the exercise is finished."""

from datetime import datetime
from typing import Any

from clients.viewer import Viewer
from exercises.models import Goal, Homework, Share
from safekeeping import audit


def keep_goals(*, by: Viewer, homework: Homework, at: datetime) -> None:
    """
    What is shared and ticked becomes a goal once, for the therapist from when the answer is. Whatever happens to the
    answer later, the goal stays as it is; an answer kept for oneself stays an answer.
    """
    steps = {step.key for step in homework.assignment.version.content.steps if step.kind == "goal"}
    if not steps:
        return
    kept = set(Goal.objects.filter(homework=homework).values_list("step_key", flat=True))
    for share in Share.objects.filter(homework=homework, step_key__in=steps - kept).order_by("step_key"):
        answer: Any = share.value
        if answer["keep"]:
            goal = Goal.objects.create(
                clinic_id=homework.clinic_id, couple_id=homework.couple_id, author_id=homework.partner_id,
                homework=homework, step_key=share.step_key, text=answer["text"], made_at=at,
                therapist_from=share.therapist_from,
            )  # fmt: skip
            audit.record(verb="goal.written", by=by, subject=goal, at=at)
