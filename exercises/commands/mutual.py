"""Laying an answer beside the other partner's, and taking it back."""

from datetime import datetime, timedelta

from django.db import transaction

from clients.viewer import Viewer
from exercises import mutual, policies
from exercises.commands.writing import locked
from exercises.content import Content, Step
from exercises.kinds import Laid, kind_of
from exercises.models import Homework, MutualMark, Reflection
from exercises.queries.mutual import secret_of
from exercises.text import SHORT
from safekeeping import audit

# Marks count from a minute after they are made at the earliest. No request lasts as long, so what has been compared
# once cannot be joined by a row that was made before and committed after.
SETTLED = timedelta(minutes=1)
WORDS = SHORT * 4  # bytes: words are sealed at one length


def soon(at: datetime) -> datetime:
    """The first moment from which marks can count that are made at an instant."""
    return at + SETTLED


def secret_for(content: Content) -> str | None:
    """What marks of a new assignment are made with; nothing where the exercise has none."""
    return mutual.new_secret() if any(map(mutual.is_laid, content.steps)) else None


def lay(*, copy: Homework, at: datetime, release: datetime, hides: bool = False) -> None:
    """
    Lay the answers of one exercise that is finished, or finished again; with `hides`, what both would see stays hidden.

    What is taken back counts at once, what is added from the release on. Each writes two rows, whatever is in them.
    """
    values = {one.step_key: one.value for one in Reflection.objects.filter(homework=copy)}
    for step in _laid_in(copy):
        hidden = hides and mutual.is_for_both(step)
        laid = Laid() if hidden else kind_of(step).laid(step, values.get(step.key))
        _lay(copy, step, laid, at=at, release=release)


@transaction.atomic
def take_back(*, by: Viewer, homework: Homework, at: datetime) -> None:
    """Take one's marks back. What both have been shown stays."""
    copy = locked(homework)
    policies.may_share_less(by, copy).require()
    lay_nothing(copy=copy, at=at)
    audit.record(verb="homework.marks_taken_back", by=by, subject=copy, at=at)


def lay_nothing(*, copy: Homework, at: datetime) -> None:
    """From now on nothing of an exercise lies beside the other's."""
    for step in _laid_in(copy):
        _lay(copy, step, Laid(), at=at)


def lay_nothing_anywhere(*, by: Viewer, at: datetime) -> None:
    """The same in everything of somebody's."""
    own = MutualMark.objects.visible_to(by).values("homework")
    for copy in Homework.objects.own(by).filter(pk__in=own).order_by("pk"):
        lay_nothing(copy=locked(copy), at=at)


def _laid_in(copy: Homework) -> list[Step]:
    return [step for step in copy.assignment.version.content.steps if mutual.is_laid(step)]


def _lay(copy: Homework, step: Step, laid: Laid, *, at: datetime, release: datetime | None = None) -> None:
    """What is left of what counts by now, soon; and the whole of it, at the release."""
    secret = secret_of(copy.assignment)
    now, nothing = (mutual.row_of(secret, step, one, by=copy.partner_id) for one in (laid, Laid()))
    words = {row: _words(step, laid.words if row != nothing else "") for row in (now, nothing)}
    own = MutualMark.objects.filter(homework=copy, step_key=step.key).order_by("-number")
    before = own.filter(counts_from__lte=soon(at)).first()
    left = nothing
    if before and before.words == words[now]:  # other words than those that count are agreed to anew
        left = mutual.lessened(bytes(before.tokens), now, nothing)
    number = own.values_list("number", flat=True).first() or 0
    for row, counts_from in [(left, soon(at)), *([(now, release)] if release else [])]:
        number += 1
        MutualMark.objects.create(
            clinic_id=copy.clinic_id, couple_id=copy.couple_id, assignment_id=copy.assignment_id, homework=copy,
            partner_id=copy.partner_id, step_key=step.key, number=number, shown_to=str(kind_of(step).laid_for),
            tokens=row, words=words[now if row != nothing else nothing], counts_from=counts_from, made_at=at,
        )  # fmt: skip


def _words(step: Step, text: str) -> str | None:
    """Filled up to one length, so that its size tells nothing; none where the kind of step has none to show."""
    if not kind_of(step).lays_words:
        return None
    return f"{text}{' ' * (WORDS - len(text.encode()))}"
