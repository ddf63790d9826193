"""What a piece of homework or an exercise can be, who can read a share, and the transitions there are: as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HomeworkState(models.TextChoices):
    OPEN = "open", _("Open")
    FINISHED = "finished", _("Finished")
    SET_ASIDE = "set_aside", _("Not now")
    WITHDRAWN = "withdrawn", _("Withdrawn")


NEXT = {
    HomeworkState.OPEN: {HomeworkState.FINISHED, HomeworkState.SET_ASIDE, HomeworkState.WITHDRAWN},
    HomeworkState.SET_ASIDE: {HomeworkState.OPEN, HomeworkState.WITHDRAWN},
    HomeworkState.FINISHED: set(),
    HomeworkState.WITHDRAWN: set(),
}


class Frame(models.TextChoices):
    """What an exercise is meant for. The therapist may choose another when assigning."""

    PRIVATE_FIRST = "private-first", _("Private first: written for oneself")
    OFFER = "offer", _("Offer: each may offer something, one way")
    READ_TOGETHER = "read-together", _("Read together: opened by you in a session")


class Audience(models.TextChoices):
    """Who may read one answer. The most private comes first; ONLY_ME is never stored on a share: there is none."""

    ONLY_ME = "only_me", _("Only me")
    THERAPIST = "therapist", _("My therapist")
    SESSION = "session", _("My therapist, to open with both of us in a session")
    PARTNER = "partner", _("My therapist and my partner")


SHARED = (Audience.THERAPIST, Audience.SESSION, Audience.PARTNER)
CHOICES_IN = {
    Frame.PRIVATE_FIRST: (Audience.ONLY_ME, Audience.THERAPIST),
    Frame.OFFER: (Audience.ONLY_ME, Audience.THERAPIST, Audience.PARTNER),
    Frame.READ_TOGETHER: (Audience.ONLY_ME, Audience.THERAPIST, Audience.SESSION),
}


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


OUTBOX_NEXT = {
    OutboxState.WAITING: {OutboxState.SENT, OutboxState.STOPPED, OutboxState.FAILED},
    OutboxState.SENT: set(),
    OutboxState.STOPPED: set(),
    OutboxState.FAILED: set(),
}


class ExerciseState(models.TextChoices):
    """Who may give an exercise of a clinic. Those that are built in are approved."""

    MINE = "mine", _("Only for you")
    OFFERED = "offered", _("Offered to the clinic, and waits for an answer")
    APPROVED = "approved", _("For every therapist of the clinic")
    RETIRED = "retired", _("Retired")


EXERCISE_NEXT = {
    ExerciseState.MINE: {ExerciseState.OFFERED, ExerciseState.RETIRED},
    ExerciseState.OFFERED: {ExerciseState.MINE, ExerciseState.APPROVED, ExerciseState.RETIRED},
    ExerciseState.APPROVED: {ExerciseState.OFFERED, ExerciseState.RETIRED},  # a later version is offered
    ExerciseState.RETIRED: set(),
}
