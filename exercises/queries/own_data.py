"""Everything a person has here of their own, one item after the other, however much it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Count, F, Model, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from clients.models import (
    Appointment,
    ConsentSignature,
    ContentBoundary,
    EndingAsk,
    Membership,
    Partner,
)
from clients.states import ContentKind, Wish
from clients.viewer import Viewer
from exercises.content import Step
from exercises.kinds import kind_of
from exercises.kinds.before import before_step
from exercises.models import (
    AgreementSignature,
    EarlierText,
    ExerciseVersion,
    Goal,
    GoalOffer,
    GoalRating,
    Holding,
    Homework,
    HomeworkPause,
    HomeworkWish,
    Measurement,
    Proposal,
    RecordAuthorisation,
    Reflection,
    Share,
)
from exercises.queries.results import answers_of
from exercises.states import Audience, MeasureState
from safekeeping.sealing import open_together

LOT = 200  # rows that are open at once
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Item:
    """One thing: what sort it is, since when, what it is about, what was asked, the words, and who may read them."""

    sort: str
    at: datetime | date | None
    about: str
    asked: str
    words: str
    readers: str = ""


@dataclass
class Own:
    """Somebody's own data. Each section is asked for anew whenever the items are gone through."""

    user: User
    viewer: Viewer

    def __post_init__(self) -> None:
        self._versions: dict[UUID, tuple[str, dict[str, Step]]] = {}

    def items(self) -> Iterator[Item]:
        """The sections in the order in which a person would look for them."""
        for section in SECTIONS:
            yield from section(self)

    def how_many(self) -> int:
        """About how many rows there are: for how far along the making is."""
        mine = {"author__in": self.viewer.is_partner}
        rows = (Reflection.objects.filter(**mine), Share.objects.filter(**mine), GoalRating.objects.filter(**mine))
        return sum(int(found.aggregate(n=Count("pk"))["n"]) for found in rows)

    def step(self, version: UUID, key: str) -> tuple[str, Step | None]:
        """The title of an exercise, and one of its steps."""
        if version not in self._versions:
            content = ExerciseVersion.objects.get(pk=version).content
            own = {step.key: step for step in (*content.steps, before_step())}
            self._versions[version] = content.title, own
        title, steps = self._versions[version]
        return title, steps.get(key)


def _lots(rows: "QuerySet[Row]") -> Iterator[Row]:
    """The rows one by one, opened some at a time, and never all of them in memory."""
    found = rows.iterator(chunk_size=LOT)
    while lot := list(islice(found, LOT)):
        open_together(*lot)
        yield from lot


def _account(own: Own) -> Iterator[Item]:
    user, sort = own.user, _("Account")
    said: tuple[tuple[str, object], ...] = (
        (_("Name"), user.chosen_name),
        (_("Pronouns"), user.pronouns),
        (_("E-mail address"), user.email),
        (_("Time zone"), user.time_zone),
        (_("Language"), user.language),
        (_("Colours"), user.get_theme_display()),
        (_("Reminders by e-mail"), _("yes") if user.wants_reminders else _("no")),
        (_("Time of day for reminders"), user.remind_at.strftime("%H:%M")),
    )
    yield from (Item(sort, user.joined_at, "", asked, str(words)) for asked, words in said if words)
    for place in Partner.objects.filter(pk__in=own.viewer.is_partner).select_related("clinic").order_by("pk"):
        yield Item(sort, place.joined_at, place.clinic.name, _("Your place as a partner"), place.email)
    staff = Membership.objects.filter(pk__in=own.viewer.works_as).select_related("clinic").order_by("pk")
    for member in staff:
        yield Item(sort, member.joined_at, member.clinic.name, _("Your place as a therapist"), member.email)


def _writing(own: Own) -> Iterator[Item]:
    rows = Reflection.objects.visible_to(own.viewer).filter(value__isnull=False)
    for row in _lots(rows.order_by("written_at", "pk").annotate(of=_version("homework__"))):
        yield from _answer(own, _("Writing"), row.written_at, row, row.value)


def _earlier(own: Own) -> Iterator[Item]:
    rows = EarlierText.objects.visible_to(own.viewer).filter(value__isnull=False).select_related("reflection")
    for row in _lots(rows.order_by("kept_at", "pk").annotate(of=_version("reflection__homework__"))):
        yield from _answer(own, _("Earlier text"), row.kept_at, row, row.value, key=row.reflection.step_key)


def _shared(own: Own) -> Iterator[Item]:
    """The copies that others may read, and from when on they may."""
    rows = Share.objects.filter(author__in=own.viewer.is_partner)
    for row in _lots(rows.order_by("shared_at", "pk").annotate(of=_version("homework__"))):
        sort, who = _("Shared"), _readers(row, own.viewer)
        if not row.line:
            yield from _answer(own, sort, row.shared_at, row, row.value, readers=who)
            continue
        title, step = own.step(_of(row), row.step_key)
        label = kind_of(step).line_label(step, row.line) if step else ""
        asked = " · ".join(filter(None, (step.title if step else "", label)))
        yield Item(sort, row.shared_at, title, asked, str(row.value or ""), who)


def _version(path: str) -> F:
    return F(f"{path}assignment__version")


def _of(row: Any) -> UUID:
    return cast(UUID, row.of)


def _answer(
    own: Own, sort: str, at: datetime, row: Any, value: Any, *, key: str = "", readers: str = ""
) -> Iterator[Item]:
    title, step = own.step(_of(row), key or row.step_key)
    if step is not None and value is not None:
        yield from (Item(sort, at, title, asked, words, readers) for asked, words in kind_of(step).export(step, value))


def _readers(share: Share, viewer: Viewer) -> str:
    """Who may read a copy now, or will. When the shared work has ended the partner cannot, whatever was offered."""
    therapist = _("your therapist, from %(day)s") % {"day": _day(share.therapist_from)}
    offered = share.audience == Audience.PARTNER and share.couple_id in viewer.belongs_to
    if not offered or share.partner_from is None:
        return therapist
    return f"{therapist}; " + _("your partner, from %(day)s") % {"day": _day(share.partner_from)}


def _day(at: datetime) -> str:
    return date_format(localtime(at), "j F Y")


def _given(own: Own) -> Iterator[Item]:
    rows = Homework.objects.own(own.viewer).order_by("opens_at", "pk")
    for row in rows.annotate(of=_version("")).iterator(chunk_size=LOT):
        title, _step = own.step(_of(row), "")
        yield Item(_("Exercise"), row.opens_at, title, _("How it stands"), str(row.get_state_display()))
        if row.due_on:
            yield Item(_("Exercise"), row.due_on, title, _("Due"), row.due_on.isoformat())


def _wishes(own: Own) -> Iterator[Item]:
    rows = HomeworkWish.objects.filter(partner__in=own.viewer.is_partner).order_by("made_at", "pk")
    for row in _lots(rows.annotate(of=_version("homework__"))):
        words = " · ".join(filter(None, (str(row.get_instead_display()), str(row.reason or ""))))
        title, _step = own.step(_of(row), "")
        yield Item(_("Wish"), row.made_at, title, _("What would suit better"), words, _("your therapist"))
    for pause in HomeworkPause.objects.filter(partner__in=own.viewer.is_partner).order_by("since", "pk"):
        until = _day(pause.until) if pause.until else _("until you come back")
        yield Item(_("Resting"), pause.since, "", _("Until"), until, _("your therapist"))


def _goals(own: Own) -> Iterator[Item]:
    for goal in _lots(Goal.objects.own(own.viewer).order_by("made_at", "pk")):
        who = _("your therapist, from %(day)s") % {"day": _day(goal.therapist_from)} if goal.therapist_from else ""
        yield Item(_("Goal"), goal.made_at, "", _("What it would look like"), str(goal.text or ""), who)
    for offer in _lots(GoalOffer.objects.filter(author__in=own.viewer.is_partner).order_by("partner_from", "pk")):
        who = _("your partner, from %(day)s") % {"day": _day(offer.partner_from)}
        who = who if offer.couple_id in own.viewer.belongs_to else ""
        yield Item(_("Goal, offered"), offer.partner_from, "", _("What it would look like"), str(offer.text or ""), who)
    ratings = GoalRating.objects.filter(author__in=own.viewer.is_partner).select_related("goal")
    for one in _lots(ratings.order_by("rated_at", "pk")):
        value: Any = one.value or {}
        words = " · ".join(filter(None, (str(value.get("point", "")), value.get("line", ""))))
        yield Item(_("Goal, how near"), one.rated_at, str(one.goal.text or ""), _("How near, and a line"), words)


def _agreements(own: Own) -> Iterator[Item]:
    """What they wrote down themselves; and what both have signed, which is theirs as much as the other's."""
    mine = Proposal.objects.filter(author__in=own.viewer.is_partner).select_related("assignment")
    for row in _lots(mine.order_by("written_at", "pk")):
        yield from _terms(own, _("Agreement, as you wrote it"), row.written_at, row, row.terms)
    holding = Holding.objects.visible_to(own.viewer).values("proposal")
    signed = AgreementSignature.objects.visible_to(own.viewer).filter(proposal__in=holding)
    for one in _lots(signed.select_related("proposal__assignment").order_by("signed_at", "pk")):
        yield from _terms(own, _("Agreement, signed by you both"), one.signed_at, one.proposal, one.terms)


def _terms(own: Own, sort: str, at: datetime, proposal: Proposal, terms: Any) -> Iterator[Item]:
    title, step = own.step(proposal.assignment.version_id, proposal.step_key)
    labels = {item.key: item.label for item in step.items} if step else {}
    for key, words in (terms or {}).items():
        if words:
            yield Item(sort, at, title, labels.get(key, key), words)


def _told(own: Own) -> Iterator[Item]:
    """Own limits and consents. What was said in a check-in is never shown again, here neither."""
    for row in _lots(ContentBoundary.objects.filter(partner__in=own.viewer.is_partner).order_by("pk")):
        wishes = cast(dict[str, str], row.wishes or {})
        for kind in ContentKind:
            said = Wish(wishes[kind]).label if kind in wishes else ""
            if said:
                yield Item(_("Limit"), row.changed_at, "", str(kind.label), str(said), _("your therapist"))
    signed = ConsentSignature.objects.filter(partner__in=own.viewer.is_partner).select_related("document__clinic")
    for one in signed.order_by("signed_at", "pk"):
        words = _("agreed")
        if one.withdrawn_at:
            words = _("agreed, and taken back on %(day)s") % {"day": _day(one.withdrawn_at)}
        about = f"{one.document.title} ({one.document.number})"
        yield Item(_("Consent"), one.signed_at, one.document.clinic.name, about, words, _("your therapist"))
    for word in RecordAuthorisation.objects.visible_to(own.viewer).order_by("given_at", "pk"):
        words = _("taken back") if word.taken_back_at else _("until %(day)s") % {"day": _day(word.ends_at)}
        yield Item(_("Consent"), word.given_at, "", _("That the joint record may leave"), words)
    for ask in EndingAsk.objects.filter(partner__in=own.viewer.is_partner).order_by("asked_at", "pk"):
        words = _("asked, and taken back") if ask.taken_back_at else _("asked")
        yield Item(_("About the shared work"), ask.asked_at, "", _("To end it"), words, _("your therapist"))


def _sessions(own: Own) -> Iterator[Item]:
    """A partner's own. Those a therapist has are their couples' as much, and stand in their calendar."""
    rows = Appointment.objects.visible_to(own.viewer).filter(couple__in=own.viewer.belongs_to)
    for row in rows.order_by("starts_at", "pk").iterator(chunk_size=LOT):
        words = _("called off") if row.cancelled_at else _("%(n)s minutes") % {"n": row.minutes}
        yield Item(_("Session"), row.starts_at, "", _("Session"), words)


def _ticked(own: Own) -> Iterator[Item]:
    """What they answered to instruments, word for word; what it adds up to is no data of theirs but worked out."""
    rows = Measurement.objects.own(own.viewer).select_related("instrument").order_by("begun_at", "pk")
    for row in _lots(rows):
        who = _("your therapist, from %(day)s") % {"day": _day(row.therapist_from)} if row.therapist_from else ""
        at, answers, title = row.finished_at or row.begun_at, answers_of(row), row.instrument.title
        if row.state == MeasureState.PASSED:
            yield Item(_("Questions ticked"), at, title, _("How it stands"), str(row.get_state_display()), who)
        for item in row.instrument.sheet.items:
            option = item.option(answers.get(item.link))
            if item.link in answers:
                words = option.label if option else _("rather not said")
                yield Item(_("Questions ticked"), at, title, item.text, words, who)


SECTIONS: tuple[Callable[[Own], Iterator[Item]], ...] = (
    _account, _writing, _earlier, _shared, _given, _wishes, _goals, _agreements, _told, _ticked, _sessions,
)  # fmt: skip
