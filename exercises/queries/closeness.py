"""What a therapist could give next, by the distance between closeness as it is and as it is wished."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import cast

from clients.models import Couple
from clients.policies import Care
from clients.viewer import Viewer
from exercises.facets import FACETS
from exercises.models import Assignment, ExerciseVersion, Share
from exercises.policies import giving
from exercises.queries.library import versions_for

MEASURE, STEP = "four-kinds-of-closeness", "now-and-wished"
FORMS = next(facet.values for facet in FACETS if facet.name == "closeness")
MOST = 4  # suggestions for one form


@dataclass(frozen=True)
class Form:
    """One form of closeness as one partner rated it, 0 to 10."""

    key: str
    label: str
    now: int
    wished: int

    @property
    def distance(self) -> int:
        """How far the wish is away, in either direction: a wish for less counts as much as one for more."""
        return abs(self.wished - self.now)


@dataclass(frozen=True)
class Closeness:
    """The latest ratings of one partner that the therapist may read."""

    name: str
    at: datetime
    forms: list[Form]
    assignment: Assignment


def latest_closeness(couple: Couple, *, viewer: Viewer) -> list[Closeness]:
    """The latest ratings of each partner who let the therapist read them. Two queries, and the keys."""
    shares = (
        Share.objects.visible_to(viewer)
        .filter(
            couple=couple, couple__in=viewer.treats, step_key=STEP, assignment__version__exercise__slug=MEASURE,
            therapist_from__lte=viewer.at,
        )
        .select_related("assignment__version", "author__person")
        .order_by("author__seat", "-shared_at")
    )  # fmt: skip
    latest: dict[object, Share] = {}
    for share in shares:
        latest.setdefault(share.author_id, share)
    return [_closeness(share) for share in latest.values()]


def _closeness(share: Share) -> Closeness:
    step = next(step for step in share.assignment.version.content.steps if step.key == STEP)
    rated = cast(list[dict[str, str]], share.value or [])
    forms = [
        Form(item.key, str(FORMS[item.key]), int(row["now"]), int(row["wished"]))
        for item, row in zip(step.items, rated, strict=False)
        if item.key in FORMS and "now" in row and "wished" in row
    ]
    return Closeness(share.author.display_name, share.shared_at, forms, share.assignment)


@dataclass(frozen=True)
class Suggestion:
    """One form that somebody wishes otherwise, and exercises that have to do with it."""

    label: str
    versions: list[ExerciseVersion]


def suggestions(couple: Couple, ratings: list[Closeness], *, care: list[Care], viewer: Viewer) -> list[Suggestion]:
    """
    The forms in which a wish is furthest away, with exercises new to the couple. Left out is what either has said “not
    now” to. The therapist decides; nothing here is told to anybody else.
    """
    distances: dict[str, int] = {}
    for form in chain.from_iterable(one.forms for one in ratings):
        if form.distance:
            distances[form.key] = max(form.distance, distances.get(form.key, 0))
    if not distances:
        return []
    used = Assignment.objects.visible_to(viewer).filter(couple=couple).values("version__exercise")
    fresh = versions_for(viewer, couple.clinic_id).exclude(exercise__in=used).exclude(exercise__slug=MEASURE)
    everybody = {one.partner_id for one in care}
    left = [
        version
        for version in fresh.select_related("exercise")
        if not any(found.code == "not_now" for found in giving.concerns(version.content, care, everybody))
    ]
    ranked = sorted(distances, key=lambda key: (-distances[key], list(FORMS).index(key)))
    found = [(key, [version for version in left if key in version.content.closeness][:MOST]) for key in ranked]
    return [Suggestion(str(FORMS[key]), versions) for key, versions in found if versions]
