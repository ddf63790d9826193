"""
The states that records and people can be in: how each comes about, and who is answered otherwise than in the table.

Whoever is not named in `otherwise` is answered as tests/access/test_matrix.py says. To whom a record is hidden there,
it is hidden in every state, byte for byte.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from accounts.commands import revoke
from accounts.models import Invitation
from clients import commands as clients
from clients.models import Membership, Partner
from exercises.commands import assigning, goals, instruments, leaving, measuring, sharing, writing
from exercises.models import Asking, Goal, Homework, Instrument, Share
from exercises.states import Audience, HomeworkState
from tests.access.scene import NOW, Scene
from tests.clients.agreeing import publish
from tests.exercises.joint import WORD

HOMEWORK = {"homework", "finished", "step", "mutual", "assignment"}
IN, GO, NF, NO, BAD = 200, 302, 404, 403, 422
Otherwise = dict[tuple[str, str], dict[str, int]]


@dataclass
class State:
    name: str
    touches: set[str]  # the kinds of records whose URLs are asked; "" for those that name none
    bring: Callable[[Scene], object]
    otherwise: Otherwise = field(default_factory=dict)


def told(code: int, who: str, *rows: str) -> Otherwise:
    """The same answer at several URLs, each written as in `post homework-step`."""
    found: Otherwise = {}
    for row in rows:
        method, name = row.split()
        found[method, name] = dict.fromkeys(who.split(), code)
    return found


def together(*parts: Otherwise) -> Otherwise:
    found: Otherwise = {}
    for part in parts:
        for row, codes in part.items():
            found[row] = found.get(row, {}) | codes
    return found


def _set_aside(scene: Scene) -> None:
    by = scene.cast.viewer("alex", NOW)
    writing.move(by=by, homework=scene.open, to=HomeworkState.SET_ASIDE, at=NOW)


def _finished(scene: Scene) -> None:
    by = scene.cast.viewer("alex", NOW)
    sharing.choose_readers(by=by, homework=scene.open, audience=Audience.ONLY_ME, at=NOW)


def _withdrawn(scene: Scene) -> None:
    """Both exercises: of the finished one only Blake's copy is still open."""
    for assignment in (scene.assignment, scene.open.assignment):
        assigning.withdraw(by=scene.cast.viewer("moreno", NOW), assignment=assignment, at=NOW)


def _not_open(scene: Scene) -> None:
    Homework.objects.filter(pk=scene.open.pk).update(opens_at=None)


def _open_tomorrow(scene: Scene) -> None:
    Homework.objects.filter(pk=scene.open.pk).update(opens_at=NOW + timedelta(days=1))


def _paused(scene: Scene) -> None:
    clients.pause_couple(couple=scene.cast.couple, by=scene.cast.viewer("moreno", NOW), at=NOW)


def _ended(scene: Scene) -> None:
    leaving.separate(couple=scene.cast.couple, by=scene.cast.viewer("moreno", NOW), at=NOW)


def _moved(scene: Scene) -> None:
    by, to = scene.cast.viewer("adair", NOW), scene.cast.staff["yilmaz"]
    clients.move_couple(couple=scene.cast.couple, to=to, by=by, at=NOW)


def _new_agreement(scene: Scene) -> None:
    publish(scene.cast, at=NOW)


def _agreement_withdrawn(scene: Scene) -> None:
    leaving.withdraw_agreement(by=scene.cast.viewer("alex", NOW), at=NOW)


def _others_agreement_withdrawn(scene: Scene) -> None:
    leaving.withdraw_agreement(by=scene.cast.viewer("blake", NOW), at=NOW)


def _shared_with_nobody(scene: Scene) -> None:
    sharing.share_less(by=scene.cast.viewer("alex", NOW), homework=scene.finished, at=NOW)


def _goals_taken_back(scene: Scene) -> None:
    for goal in Goal.objects.filter(author=scene.cast.places["alex"]):
        goals.choose_readers(by=scene.cast.viewer("alex", NOW), goal=goal, audience=Audience.ONLY_ME, at=NOW)


def _agreement_changed(scene: Scene) -> None:
    """By Blake, and opened in the room at once."""
    scene.together.proposes("blake", WORD, NOW)
    scene.together.opens(NOW)


def _held(scene: Scene) -> None:
    later = NOW + timedelta(hours=1)
    Share.objects.filter(homework=scene.finished).update(therapist_from=later, partner_from=later)


def _letter(scene: Scene) -> Invitation:
    return Membership.objects.get(pk=scene.paths["newcomer"]["pk"]).invitation


def _asked_no_more(scene: Scene) -> None:
    for asking in Asking.objects.filter(couple=scene.cast.couple):
        measuring.stop_asking(by=scene.cast.viewer("moreno", NOW), asking=asking, at=NOW)


def _instruments_retired(scene: Scene) -> None:
    for one in Instrument.objects.all():
        instruments.retire(by=scene.cast.viewer("moreno", NOW), instrument=one, at=NOW)


def _revoked(scene: Scene) -> None:
    revoke(invitation=_letter(scene), by=None, at=NOW)


def _expired(scene: Scene) -> None:
    Invitation.objects.filter(pk=_letter(scene).pk).update(expires_at=NOW)


def _used(scene: Scene) -> None:
    """Somebody has joined the staff with it; and the partner's place is taken, too."""
    finley = scene.cast.people["finley"]
    Invitation.objects.filter(pk=_letter(scene).pk).update(accepted_at=NOW, accepted_by=finley)
    Membership.objects.filter(pk=scene.paths["newcomer"]["pk"]).update(person=finley, joined_at=NOW)
    Partner.objects.filter(pk=scene.paths["partner"]["pk"]).update(person=finley, joined_at=NOW)


def _memberships_ended(scene: Scene) -> None:
    ended = [scene.cast.staff["yilmaz"].pk, scene.cast.staff["both"].pk, scene.paths["newcomer"]["pk"]]
    Membership.objects.filter(pk__in=ended).update(ended_at=NOW)


def _locked(*names: str) -> Callable[[Scene], None]:
    def bring(scene: Scene) -> None:
        for name in names:
            person = scene.cast.people[name]
            person.locked_since = NOW
            person.save(update_fields=["locked_since"])

    return bring


def _check_noted(scene: Scene) -> None:
    for name, who in (("locked-out", "moreno"), ("hale", "adair")):
        place = (Partner if name == "locked-out" else Membership).objects.get(pk=scene.paths[name]["pk"])
        clients.note_check(place=place, by=scene.cast.viewer(who, NOW), at=NOW)


SET_ASIDE, RESUME = "post homework-set-aside", "post homework-resume"
OPENING = ("get homework-step", "get homework-check", "get homework-sharing")
SAVING = ("post homework-step", "post homework-save")
WRITING = (*OPENING, *SAVING, "post homework-sharing")
READING = (
    "get homework", "get homework-wish", *OPENING, "get homework-done", "get shared-detail", "get homework-together",
)  # fmt: skip
WISH = ("get homework-wish", "post homework-wish")
JOINT = {"goal", "offer", "agreement", "together"}
OWN_PAGES = (
    "post homework-wish",
    *READING, *SAVING, "post homework-sharing", SET_ASIDE, RESUME, "post homework-share-less", "get reflection",
)  # fmt: skip
MEASURE = {"asking", "asking-item", "answered"}
ANSWERING = ("get measure", "get measure-item", "get measure-check")
SENDING = ("post measure", "post measure-item", "post measure-check")
PLAN = ("get plan-start", "post plan-start", "post plan", "get plan-item", "post plan-item")
ASSIGN = ("get assign", "post assign", *PLAN)
PLANS = {"couple", "plan-start", "plan-item", "appointment"}
SESSIONS = (
    "get appointments", "get agenda", "get agenda-present", "get agenda-print", "get agenda-pdf", "get session-summary",
)  # fmt: skip
KEEPING = ("post appointments", "post appointment", "post appointment-cancel", "post agenda", "post session-summary")
WITHDRAW = ("get assignment-withdraw", "post assignment-withdraw")
SEPARATE = ("get couple-separate", "post couple-separate")
CHECK = ("get partner-check", "post partner-check")
OF_A_COUPLE = (
    "get couple", "get couple-goals", "get couple-review", "get couple-balance", "get joint-notes",
    "get check-ins", "get suggestions", "get couple-edit", "get couple-separate",
    "get assign", "get couple-progress", "get couple-progress-file", "get couple-record",
    "get couple-measures", "get couple-measures-file", "get couple-timeline",
)  # fmt: skip
REVIEW = (
    "get review",
    "get review-note",
    "post review-seen",
    "post review-note",
    "post review-mark",
    "get review-next",
    "get review-previous",
    "get review-reply",
    "post review-reply",
    "get review-earlier",
    "post joint-notes",
)
INVITATION = ("get invitation", "post invitation")
EVERYONE = "nobody alex blake moreno casey yilmaz former okafor ellis adair both admin_elsewhere"
STAFF_PAGES = (
    "get staff", "post staff", "post staff-invite", "post staff-revoke", "get couple-move", "post couple-move",
    "get document-next", "post document-next",
)  # fmt: skip

# Whoever has something to agree to first is led there before anything is looked up: of any exercise and of none.
FIRST = (told(403, "alex", SET_ASIDE, "post homework-sharing", "post homework-wish"), told(BAD, "alex", *SAVING))
CLOSED = told(NF, EVERYONE, *INVITATION)
STATES = [
    State("homework set aside", HOMEWORK, _set_aside, together(told(NO, "alex", SET_ASIDE), told(GO, "alex", RESUME))),
    State("homework finished", HOMEWORK, _finished, told(NO, "alex", SET_ASIDE, *WISH)),
    State(
        "exercise withdrawn", HOMEWORK, _withdrawn,
        together(told(NO, "alex", SET_ASIDE, *WISH, *WRITING), told(NO, "moreno", *WITHDRAW)),
    ),
    State(
        "exercise planned, not open", {"homework", "step"}, _not_open,
        told(NF, "alex", "get homework", *WISH, *WRITING, SET_ASIDE, RESUME),
    ),
    State(
        "exercise planned for a day to come", {"homework", "step"}, _open_tomorrow,
        told(NF, "alex", "get homework", *WISH, *WRITING, SET_ASIDE, RESUME),
    ),
    State(
        "couple paused", {*HOMEWORK, *PLANS, *MEASURE}, _paused,
        together(told(NO, "moreno", *ASSIGN), told(GO, "alex", *ANSWERING)),
    ),
    State("asked no more", MEASURE, _asked_no_more, told(GO, "alex", *ANSWERING)),
    State("instrument retired", {*MEASURE, "instrument"}, _instruments_retired, together(
        told(GO, "alex", *ANSWERING), told(NO, "moreno yilmaz former both", "post instrument"),
    )),
    State(
        "couple ended", {*HOMEWORK, *JOINT, *PLANS, *MEASURE}, _ended,
        together(
            told(NO, "alex", *ANSWERING, *SENDING),
            told(NO, "alex", SET_ASIDE, *WISH, *WRITING), told(NF, "blake", "get shared-detail", "get goal-offered"),
            told(NO, "alex", "post goal", "post goal-close", "get goal-offer", "post goal-offer", "post agreement",
                 "post agreement-sign"),
            told(NF, "alex", "get agreement-print"),
            told(NO, "moreno", *ASSIGN, *SEPARATE, "post couple-session", "post joint-notes", *KEEPING),
        ),
    ),
    State(
        "couple moved", {*HOMEWORK, *PLANS}, _moved,
        together(
            told(NF, "moreno", "post session-was", *SESSIONS, *KEEPING, "get appointment", "post agenda-present"),
            told(IN, "yilmaz", *SESSIONS, "get appointment", "post agenda-present"),
            told(GO, "yilmaz", *KEEPING),
            told(BAD, "yilmaz", "post appointments"),
            told(NF, "moreno", *OF_A_COUPLE, "post couple-edit", "post assign", "post couple-separate", *WITHDRAW,
                 *REVIEW, *PLAN, "get plan", "post couple-session", "post couple-record"),
            told(IN, "yilmaz", *OF_A_COUPLE, "get assignment-withdraw", "get review", "get review-note", "get plan",
                 "get review-reply", "get review-earlier", "get plan-start", "get plan-item"),
            told(NF, "moreno", "post couple-measures"), told(BAD, "yilmaz", "post couple-measures"),
            told(BAD, "yilmaz", "post review-reply", "post couple-edit", "post assign", "post plan-start",
                 "post plan-item"),
            told(GO, "yilmaz", "post couple-record"),
            told(GO, "yilmaz", "post session-was", "post plan", "post couple-session", "post couple-separate",
                 "post assignment-withdraw", "post review-seen", "post review-note", "post review-mark",
                 "get review-next", "get review-previous", "post joint-notes"),
        ),
    ),
    State(
        "agreement newer", {"homework", "finished", "step", "mutual"}, _new_agreement,
        together(told(GO, "alex blake casey", *READING), *FIRST),
    ),
    State(
        "agreement withdrawn", {"homework", "finished", "step", "mutual", *MEASURE}, _agreement_withdrawn,
        together(told(GO, "alex", *READING, *ANSWERING), told(NO, "alex", *SENDING), *FIRST),
    ),
    State(
        "agreement of the other withdrawn", {"homework", "finished", "step", "mutual"}, _others_agreement_withdrawn,
        told(GO, "blake", *READING),
    ),
    State("offer held", {"finished"}, _held, told(NF, "blake", "get shared-detail")),
    State("goal taken back", {"goal", "offer"}, _goals_taken_back, told(NF, "blake", "get goal-offered")),
    State(
        "agreement changed", {"agreement", "together"}, _agreement_changed,
        together(told(409, "alex", "post agreement", "post agreement-sign"), told(NF, "alex", "get agreement-print")),
    ),
    State("offer taken back", {"finished"}, _shared_with_nobody, told(NF, "blake", "get shared-detail")),
    State("invitation revoked", {"token", "newcomer"}, _revoked, CLOSED),
    State("invitation expired", {"token", "newcomer"}, _expired, CLOSED),
    State(
        "invitation used", {"token", "newcomer", "partner"}, _used,
        together(
            CLOSED, told(NO, "adair both", "post staff-invite", "post staff-revoke"),
            told(NO, "moreno", "get partner-edit", "post partner-edit", "post partner-invite", "post partner-revoke"),
        ),
    ),
    State(
        "memberships ended", {"newcomer", "couple", "document"}, _memberships_ended,
        together(
            told(NF, "yilmaz both", *STAFF_PAGES, "get document"),
            told(NO, "adair", "post staff-invite", "post staff-revoke"),
        ),
    ),
    State(
        "locked after a reset", {"homework", "finished", "couple", "locked-out"}, _locked("alex", "moreno"),
        together(told(GO, "alex moreno", *OWN_PAGES, "get reflection-file"),
                 told(GO, "moreno", *OF_A_COUPLE, "post session-was", "post couple-edit", "post assign", *SEPARATE,
                      "post couple-measures", *CHECK, "get plan", "post plan", *SESSIONS, "post appointments",
                      "post agenda", "post joint-notes", "get review-earlier",
                      "post agenda-present", "post session-summary")),
    ),
    State(
        "check noted", {"locked-out", "hale"}, _check_noted,
        together(told(NO, "moreno", "post partner-check"), told(NO, "adair both", "post staff-check")),
    ),
]  # fmt: skip
