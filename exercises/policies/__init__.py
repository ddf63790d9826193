"""Who may do what with exercises: pure rules. Each rule about reading has its SQL twin as `visible_to` in models."""

from collections.abc import Collection
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.models import Couple
from clients.policies import NOT_AGREED
from clients.states import CoupleState
from clients.viewer import Viewer
from exercises.content import Step
from exercises.kinds import kind_of
from exercises.models import (
    Assignment,
    AssignmentConfirmation,
    Favourite,
    Homework,
    Mark,
    MutualMark,
    OutboxMessage,
    Plan,
    PrivateNote,
    Reflection,
    Share,
)
from exercises.states import BEFORE_BOTH, CHOICES_IN, NEXT, Audience, Frame, HomeworkState
from safekeeping.verdict import YES, Verdict, no

STALE_AFTER = timedelta(hours=24)  # a reminder this late is not sent any more

NOT_THEIRS = no("not_theirs")
ENDED = no("ended", _("This work has ended. What you wrote is kept for you in My writing."))


def may_see_assignment(viewer: Viewer, assignment: Assignment) -> Verdict:
    return YES if assignment.couple_id in viewer.treats else NOT_THEIRS


def may_see_homework(viewer: Viewer, homework: Homework) -> Verdict:
    """Its partner once it has opened, and their therapist. To the other partner it does not exist."""
    if homework.couple_id in viewer.treats or _is_own(viewer, homework):
        return YES
    return NOT_THEIRS


def _is_own(viewer: Viewer, homework: Homework) -> bool:
    """What is planned for somebody is not theirs yet: to them it does not exist."""
    return homework.partner_id in viewer.is_partner and homework.has_opened(viewer.at)


def may_see_plan(viewer: Viewer, plan: Plan) -> Verdict:
    return YES if plan.couple_id in viewer.treats else NOT_THEIRS


def may_read_reflection(viewer: Viewer, reflection: Reflection) -> Verdict:
    """The author alone; everybody else reads shares."""
    return YES if reflection.author_id in viewer.is_partner else NOT_THEIRS


def may_read_share(viewer: Viewer, share: Share) -> Verdict:
    """
    Its author always; the therapist after the hold; the partner only what was offered, after its release.

    The partner must have agreed to what the clinic asks. Whether its author has, or has since withdrawn, changes
    nothing: a text that vanished would tell of it.
    """
    if share.author_id in viewer.is_partner:
        return YES
    if share.couple_id in viewer.treats:
        return YES if share.therapist_from <= viewer.at else no("held")
    if share.couple_id not in viewer.takes_part or share.audience != Audience.PARTNER:
        return NOT_THEIRS
    if share.partner_from is None or share.partner_from > viewer.at:
        return no("not_released")
    return YES


def may_read_marks(viewer: Viewer, marks: MutualMark) -> Verdict:
    """Whose they are. What they have in common with the other's is worked out by PostgreSQL, and read by both."""
    return YES if marks.partner_id in viewer.is_partner else NOT_THEIRS


def may_see_what_is_mutual(viewer: Viewer, homework: Homework) -> Verdict:
    """Whoever the exercise was given to, while the couple's work goes on and oneself has agreed."""
    if homework.partner_id not in viewer.is_partner:
        return NOT_THEIRS
    return YES if homework.couple_id in viewer.takes_part else ENDED


def may_write(viewer: Viewer, homework: Homework) -> Verdict:
    """Writing, and changing what is written: one's own, while the couple's work goes on and oneself has agreed."""
    if not _is_own(viewer, homework):
        return NOT_THEIRS
    if homework.couple_id not in viewer.belongs_to:
        return ENDED
    if homework.partner_id not in viewer.has_agreed:
        return NOT_AGREED
    if homework.state == HomeworkState.WITHDRAWN:
        return no(
            "withdrawn",
            _("Your therapist has taken this exercise back. What you wrote is kept for you in My writing."),
        )
    return YES


def may_move(viewer: Viewer, homework: Homework, to: HomeworkState) -> Verdict:
    """From one state to another, along the transitions there are."""
    verdict = may_write(viewer, homework)
    if verdict and to not in NEXT[HomeworkState(homework.state)]:
        return no("no_such_step", _("That cannot be done with this exercise any more."))
    return verdict


def may_choose_readers(
    viewer: Viewer, homework: Homework, audiences: set[Audience], offered: Collection[Step] = ()
) -> Verdict:
    """
    Among the readers that the sharing frame offers; `offered` are the steps that are to go to the partner whole, or to
    be opened with both in the room, which not every kind may. Choosing fewer is always possible, in `may_share_less`.
    """
    verdict = may_write(viewer, homework)
    if verdict and not audiences <= set(CHOICES_IN[Frame(homework.assignment.frame)]):
        return no("not_in_this_frame", _("Choose one of the answers on this page."))
    if verdict and not all(kind_of(step).is_offered for step in offered):
        return no("never_offered", _("Choose one of the answers on this page."))
    return verdict


def readers_of(
    audience: Audience, own: Audience | None, *, follows: bool, offers: bool, is_shared: bool = True
) -> Audience:
    """
    Who is to read a whole answer: whom its author chose for it by itself (`own`), or else, where it follows, for all of
    the exercise. What a partner cannot read whole, at home or in a session, goes to nobody then, rather than to
    somebody who was not named; nor does an answer that nobody but its author may read.
    """
    chosen = (own or (audience if follows else Audience.ONLY_ME)) if is_shared else Audience.ONLY_ME
    return Audience.ONLY_ME if chosen in BEFORE_BOTH and not offers else chosen


def may_share_less(viewer: Viewer, homework: Homework) -> Verdict:
    """At any time, in any state of the exercise or the couple: the owner of a sentence controls it."""
    return YES if _is_own(viewer, homework) else NOT_THEIRS


def may_take_along(viewer: Viewer, homework: Homework) -> Verdict:
    """One's own words, whatever became of the exercise or the couple."""
    return YES if homework.partner_id in viewer.is_partner else NOT_THEIRS


def may_assign(viewer: Viewer, couple: Couple) -> Verdict:
    if couple.pk not in viewer.treats:
        return NOT_THEIRS
    if couple.state == CoupleState.PAUSED:
        return no("paused", _("This couple's work is paused. Resume it to assign exercises."))
    if couple.state == CoupleState.ENDED:
        return no("ended", _("This couple's work has ended."))
    return YES


def may_have_open(name: str, open_now: int, *, most: int) -> Verdict:
    """One more exercise, for somebody who has so many open. Said to the therapist alone."""
    if open_now < most:
        return YES
    sentence = ngettext(
        "{name} has {n} open; your clinic thinks {most} is enough. Choose what to take back in its place.",
        "{name} has {n} open; your clinic thinks {most} are enough. Choose what to take back in its place.",
        most,
    )
    return no("enough", sentence.format(name=name, n=open_now, most=most))


def may_change_plan(viewer: Viewer, plan: Plan) -> Verdict:
    """Everything that is done to a plan: by the couple's therapist, while it goes on."""
    verdict = may_assign(viewer, plan.couple)
    if verdict and plan.stopped_at is not None:
        return no("stopped", _("This programme has been stopped."))
    return verdict


def may_withdraw(viewer: Viewer, assignment: Assignment) -> Verdict:
    if assignment.couple_id not in viewer.treats:
        return NOT_THEIRS
    if assignment.withdrawn_at is not None:
        return no("withdrawn_already", _("This exercise has been withdrawn already."))
    return YES


def may_review(viewer: Viewer, assignment: Assignment) -> Verdict:
    """Reviewing, noting and marking: the couple's therapist."""
    return may_see_assignment(viewer, assignment)


def may_read_note(viewer: Viewer, note: PrivateNote) -> Verdict:
    """Its author, while the couple is theirs."""
    if note.author_id in viewer.works_as and note.assignment.couple_id in viewer.treats:
        return YES
    return NOT_THEIRS


def may_see_mark(viewer: Viewer, mark: Mark) -> Verdict:
    return YES if mark.couple_id in viewer.treats else NOT_THEIRS


def may_remind(message: OutboxMessage, *, lateness: timedelta, has_agreed: bool, rests: bool = False) -> Verdict:
    """Whether a reminder that has fallen due is still wanted: asked in the transaction that sends it."""
    homework, person = message.homework, message.partner.person
    if homework.state != HomeworkState.OPEN:
        return no("no_longer_open")
    if not homework.has_opened(message.due_at + lateness):  # its reader is in another zone than when it was planned
        return no("not_opened")
    if homework.couple.state != CoupleState.ACTIVE:
        return no("couple_not_active")
    if person is None or not person.is_active or not person.wants_reminders:
        return no("not_wanted")
    if not has_agreed:  # nobody is sent after an exercise that does not open to them
        return no("not_agreed")
    if rests:
        return no("rests")
    if lateness > STALE_AFTER:
        return no("stale")
    return YES


def may_see_favourite(viewer: Viewer, favourite: Favourite) -> Verdict:
    """Whose it is."""
    return YES if favourite.owner_id in viewer.works_as else NOT_THEIRS


def may_keep_favourites(viewer: Viewer) -> Verdict:
    """Whoever has the library: therapists."""
    return YES if viewer.is_therapist else no("not_a_therapist")


def may_read_confirmation(viewer: Viewer, confirmation: AssignmentConfirmation) -> Verdict:
    """Who gave the reason, while the couple is theirs."""
    if confirmation.author_id in viewer.works_as and confirmation.couple_id in viewer.treats:
        return YES
    return NOT_THEIRS
