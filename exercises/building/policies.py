"""Who may read, give, build, offer, approve and retire an exercise: pure rules. Reading has its twin in models."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clients.models import Membership
from clients.viewer import Viewer
from exercises.models import Exercise, ExerciseVersion
from exercises.states import EXERCISE_NEXT, ExerciseState
from safekeeping.verdict import YES, Verdict, no

NOT_THEIRS = no("not_theirs")
RETIRED = no("retired", _("This exercise is retired. What is assigned stays as it is; it is not given any more."))


def may_read_exercise(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Built in: everybody. A clinic's own: its author; its therapists once approved; its admins once offered."""
    if exercise.clinic_id is None:
        return NOT_THEIRS if exercise.retired_at else YES
    if exercise.author_id in viewer.works_as:
        return YES
    if exercise.clinic_id in viewer.works_at and exercise.current_id and not exercise.retired_at:
        return YES
    waits = exercise.state == ExerciseState.OFFERED or exercise.current_id
    return YES if exercise.clinic_id in viewer.runs and waits else NOT_THEIRS


def may_use_exercise(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Give it to a couple: built in, one's own, or approved in one's clinic; never what is retired."""
    if exercise.retired_at:
        return RETIRED
    return YES if shown_to(viewer, exercise) else NOT_THEIRS


def shown_to(viewer: Viewer, exercise: Exercise) -> UUID | None:
    """The version that somebody would give: their own newest, or what everybody has."""
    if exercise.author_id in viewer.works_as:
        return exercise.newest_id
    if exercise.clinic_id is None or exercise.clinic_id in viewer.works_at:
        return exercise.current_id
    return None


def may_give_version(viewer: Viewer, version: ExerciseVersion, clinic: UUID) -> Verdict:
    """
    Give these very words of a clinic's own exercise to a couple there: what one has published oneself, or what is
    approved. What is built in anybody gives, in any version.
    """
    if version.clinic_id != clinic:
        return NOT_THEIRS
    verdict = may_use_exercise(viewer, version.exercise)
    if verdict and version.exercise.author_id not in viewer.works_as and version.pk != version.exercise.current_id:
        return no("not_approved", _("This version is not approved for the clinic."))
    return verdict


def may_begin(viewer: Viewer, author: Membership) -> Verdict:
    """Make an exercise: every therapist, in their own name."""
    return YES if author.pk in viewer.works_as else NOT_THEIRS


def may_edit_exercise(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Its author alone. A colleague makes a copy."""
    if exercise.author_id is None or exercise.author_id not in viewer.works_as:
        return NOT_THEIRS
    return RETIRED if exercise.state == ExerciseState.RETIRED else YES


def may_offer(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Its author, the newest version, where the clinic does not have that one already."""
    verdict = may_edit_exercise(viewer, exercise)
    if not verdict:
        return verdict
    if exercise.newest_id is None:
        return no("not_published", _("Publish a version first. That is what is offered."))
    if exercise.newest_id == exercise.current_id:
        return no("approved_already", _("The clinic has this version already."))
    if ExerciseState.OFFERED not in EXERCISE_NEXT[ExerciseState(exercise.state)]:
        return no("offered_already", _("A version is offered, and waits for an answer. Take it back to offer another."))
    return YES


def may_take_back_offer(viewer: Viewer, exercise: Exercise) -> Verdict:
    verdict = may_edit_exercise(viewer, exercise)
    if verdict and exercise.state != ExerciseState.OFFERED:
        return no("not_offered", _("It is not offered to the clinic just now."))
    return verdict


def may_answer_offer(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Approve, or hand back: an admin of its clinic."""
    if exercise.clinic_id is None or exercise.clinic_id not in viewer.runs:
        return NOT_THEIRS
    if exercise.state != ExerciseState.OFFERED:
        return no("not_offered", _("It is not offered to the clinic just now."))
    return YES


def may_retire(viewer: Viewer, exercise: Exercise) -> Verdict:
    """Its author; an admin, what the clinic has of it."""
    of_clinic = exercise.clinic_id in viewer.runs and exercise.current_id is not None
    if exercise.clinic_id is None or not (exercise.author_id in viewer.works_as or of_clinic):
        return NOT_THEIRS
    return RETIRED if exercise.state == ExerciseState.RETIRED else YES
