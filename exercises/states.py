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

BEFORE_BOTH = (Audience.PARTNER, Audience.SESSION)  # a partner comes to hear it: at home, or in the room


WEEKLY_CHECK_IN = "weekly-check-in"  # the exercise that goes with every couple

# The private check before an offer is kept under a key that no step of an exercise can have: those begin with a letter.
BEFORE = "_before"


class LaidFor(models.TextChoices):
    """Who is shown what two answers have in common. Of what they do not, nobody is."""

    BOTH = "both"  # both partners and their therapist, once and for good
    THERAPIST = "therapist"  # as it stands, and never who


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


class Instead(models.TextChoices):
    """What somebody would rather have than an exercise as it was given. Each is a full answer."""

    SMALLER = "smaller", _("Something smaller")
    LATER = "later", _("Later")
    ALOUD = "aloud", _("I would rather say it aloud")
    NOT_NOW = "not_now", _("Not now")
    SESSION = "session", _("Let us talk about it in the session")


SETS_ASIDE = frozenset({Instead.LATER, Instead.NOT_NOW, Instead.SESSION})  # the others leave the exercise open


class Rest(models.TextChoices):
    """How long somebody rests from all exercises."""

    WEEK = "week", _("For one week")
    SESSION = "session", _("Until the next session")
    OPEN = "open", _("Until I come back")


class Gap(models.TextChoices):
    """When an exercise of a programme opens to a partner."""

    START = "start", _("On the day it starts")
    DAYS = "days", _("Some days later")
    DONE = "done", _("When this partner has done, or set aside, what comes before")
    SESSION = "session", _("When you open it, in a session")


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


class Rhythm(models.TextChoices):
    """When a couple is asked an instrument."""

    SESSION = "session", _("In the week before each session")
    WEEKS = "weeks", _("Every few weeks")
    ONCE = "once", _("Once, from today")


class MeasureState(models.TextChoices):
    """Where one partner is with one time of being asked. Passing over is an answer as good as any."""

    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    PASSED = "passed", _("Passed over")


MEASURE_NEXT = {
    MeasureState.ASKED: {MeasureState.ANSWERED, MeasureState.PASSED},
    MeasureState.ANSWERED: set(),
    MeasureState.PASSED: set(),
}


class AgendaKind(models.TextChoices):
    """Where something to talk about comes from."""

    OWN = "own", _("Your own words")
    MARK = "mark", _("Marked in a review")
    CHECK_IN = "check_in", _("The check-in that is due")
    RAISED = "raised", _("Something a partner would like to raise")
    WISH = "wish", _("Rather in the session")


# What both may be shown on the agenda; of the others, that they exist is a partner's own.
PUBLISHABLE = (AgendaKind.OWN, AgendaKind.MARK, AgendaKind.CHECK_IN)


class FeedTitle(models.TextChoices):
    """What an entry of somebody's calendar is called, whoever looks at it."""

    APPOINTMENT = "appointment", _("Appointment")
    MEETING = "meeting", _("Meeting")
    BUSY = "busy", _("Busy")
    RESERVED = "reserved", _("Reserved")


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
