"""The doors to clinics, couples and the people in them. Each takes `viewer=`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.shortcuts import get_object_or_404

from accounts.queries import has_account, token_hash
from clients import policies
from clients.models import Clinic, Couple, EndingAsk, Membership, Partner
from clients.queries.consent import consent_of
from clients.queries.viewers import viewer_of as viewer_of
from clients.states import ConsentState, CoupleState, PlaceState
from clients.viewer import Viewer

Place = Partner | Membership
NEUTRAL_SITE = "https://www.wikipedia.org/"


# --- one record, or a page that is not there


def couple_or_404(*, viewer: Viewer, pk: UUID) -> Couple:
    """A couple the viewer treats: for the therapist's pages."""
    couples = Couple.objects.visible_to(viewer).filter(pk__in=viewer.treats)
    return get_object_or_404(couples.select_related("clinic"), pk=pk)


def administered_couple_or_404(*, viewer: Viewer, pk: UUID) -> Couple:
    """A couple of a clinic the viewer runs, as a name on a list: for the clinic's pages."""
    couples = Couple.objects.visible_to(viewer).filter(clinic__in=viewer.runs)
    return get_object_or_404(couples.select_related("clinic", "therapist__person"), pk=pk)


def partner_or_404(*, viewer: Viewer, pk: UUID) -> Partner:
    """One of the partners the viewer treats."""
    partners = Partner.objects.visible_to(viewer).filter(couple__in=viewer.treats)
    return get_object_or_404(partners.select_related("couple", "person", "invitation"), pk=pk)


def membership_or_404(*, viewer: Viewer, pk: UUID) -> Membership:
    memberships = Membership.objects.visible_to(viewer)
    return get_object_or_404(memberships.select_related("clinic", "person", "invitation"), pk=pk)


# --- places: who has joined, who is invited


@dataclass(frozen=True)
class PlaceRow:
    """A place as staff see it: how far its person is on the way in, since when, and what can be done."""

    place: Place
    state: PlaceState
    since: datetime | None
    may_invite: bool
    closed_since: datetime | None = None  # their writing, after a new password by letter
    opens_at: datetime | None = None
    consent: ConsentState | None = None  # on their therapist's page, once they have joined
    consent_since: datetime | None = None
    asked_at: datetime | None = None  # when they asked to end the shared work

    @property
    def may_revoke(self) -> bool:
        return self.may_invite and self.state in {PlaceState.INVITED, PlaceState.UNSENT}

    @property
    def was_invited(self) -> bool:
        return self.state not in {PlaceState.NOT_INVITED, PlaceState.JOINED, PlaceState.ENDED}


def place_row(place: Place, *, viewer: Viewer) -> PlaceRow:
    state, since = _state_of(place, viewer.at)
    person = place.person if place.person and place.person.is_locked(viewer.at) else None
    closed = (person.locked_since, person.opens_at) if person else (None, None)
    return PlaceRow(place, state, since, bool(policies.may_invite(viewer, place)), *closed)


def _state_of(place: Place, at: datetime) -> tuple[PlaceState, datetime | None]:
    letter = place.invitation
    if isinstance(place, Membership) and place.ended_at:
        return PlaceState.ENDED, place.ended_at
    if place.person_id:
        return PlaceState.JOINED, place.joined_at
    if letter is None or letter.revoked_at or letter.accepted_at:
        return PlaceState.NOT_INVITED, None
    if not letter.is_open(at):
        return PlaceState.EXPIRED, letter.expires_at
    return (PlaceState.INVITED, letter.sent_at) if letter.sent_at else (PlaceState.UNSENT, letter.made_at)


def places_of(couple: Couple, *, viewer: Viewer) -> list[PlaceRow]:
    """Both places of a couple, for their therapist: each with what its own person agreed to, and asks for."""
    partners = Partner.objects.visible_to(viewer).filter(couple=couple, couple__in=viewer.treats)
    asks = EndingAsk.objects.visible_to(viewer).open().filter(partner=OuterRef("pk"))
    partners = partners.annotate(asked_at=Subquery(asks.values("asked_at")))
    people = list(partners.select_related("couple", "person", "invitation"))
    consent = consent_of([partner.pk for partner in people if partner.person_id], viewer=viewer)
    nothing: tuple[ConsentState | None, datetime | None] = (None, None)
    return [
        replace(place_row(p, viewer=viewer), consent=state, consent_since=since, asked_at=p.asked_at)
        for p in people
        for state, since in [consent.get(p.pk, nothing)]
    ]


@dataclass(frozen=True)
class Invited:
    """What an invitation's page says: the place, who invites, and whether its address has an account."""

    place: Place
    clinic: Clinic
    inviter: str
    email: str
    has_account: bool


def admit(token: str) -> None:
    """For this transaction, let the holder of a link see the clinic that invites them, and no other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT eyelevel_admit(%s)", [token_hash(token)])


def invited_by(*, token: str, viewer: Viewer) -> Invited | None:
    """What the holder of a link may see: nothing, unless it can still be accepted."""
    admit(token)
    of_token = Q(invitation__token_hash=token_hash(token), person__isnull=True)
    related = ("clinic", "invitation__made_by")
    place: Place | None = (
        Partner.objects.filter(of_token)
        .exclude(couple__state=CoupleState.ENDED)
        .select_related(*related, "couple")
        .first()
        or Membership.objects.filter(of_token, ended_at__isnull=True).select_related(*related).first()
    )
    letter = place.invitation if place else None
    if place is None or letter is None or not letter.is_open(viewer.at):
        return None
    inviter = letter.made_by.chosen_name if letter.made_by else ""
    return Invited(place, place.clinic, inviter, letter.email, has_account(letter.email))


# --- the clinic, for its admins


def clinics_run_by(viewer: Viewer) -> list[Clinic]:
    return list(Clinic.objects.visible_to(viewer).order_by("name", "pk"))


def people_of(*, viewer: Viewer, words: str = "") -> tuple[list[PlaceRow], list[PlaceRow]]:
    """Staff and partners of the clinics the viewer runs, whose name or address holds the words."""
    said = Q(name__icontains=words) | Q(email__icontains=words) | Q(person__chosen_name__icontains=words)
    staff = Membership.objects.visible_to(viewer).filter(said).select_related("clinic", "person", "invitation")
    partners = (
        Partner.objects.visible_to(viewer).filter(said, clinic__in=viewer.runs)
        .select_related("clinic", "person", "invitation", "couple__therapist__person")
    )  # fmt: skip
    return _by_name(staff, viewer), _by_name(partners, viewer)


def _by_name(places: Iterable[Place], viewer: Viewer) -> list[PlaceRow]:
    rows = [place_row(place, viewer=viewer) for place in places]
    return sorted(rows, key=lambda r: (r.state == PlaceState.ENDED, r.place.display_name.casefold(), str(r.place.pk)))


def caseloads_of(*, viewer: Viewer) -> list[Membership]:
    """Each therapist of the clinics the viewer runs, with `couples` under way: names, nothing clinical."""
    under_way = Couple.objects.visible_to(viewer).exclude(state=CoupleState.ENDED).order_by("alias", "pk")
    therapists = (
        Membership.objects.visible_to(viewer).current().filter(is_therapist=True)
        .select_related("clinic", "person")
        .prefetch_related(Prefetch("caseload", under_way, to_attr="couples"))
    )  # fmt: skip
    return sorted(therapists, key=lambda m: (m.display_name.casefold(), str(m.pk)))


def therapists_for(couple: Couple, *, viewer: Viewer) -> list[Membership]:
    """To whom an admin can move a couple, each with `load`, the couples they have."""
    others = (
        Membership.objects.visible_to(viewer).current()
        .filter(clinic=couple.clinic_id, is_therapist=True, person__isnull=False)
        .exclude(pk=couple.therapist_id)
        .select_related("person")
        .annotate(load=Count("caseload", filter=~Q(caseload__state=CoupleState.ENDED)))
    )  # fmt: skip
    return sorted(others, key=lambda m: (m.display_name.casefold(), str(m.pk)))


def is_on_staff(clinic: Clinic, email: str) -> bool:
    return Membership.objects.current().filter(clinic=clinic, email=email.strip().lower()).exists()


def awaited_admin(clinic_name: str, email: str) -> Membership | None:
    """The admin of a clinic just founded, who has not joined yet."""
    awaited = Membership.objects.current().filter(is_admin=True, person__isnull=True, email=email.strip().lower())
    return awaited.filter(clinic__name=clinic_name).first()


def what_hangs_on(membership: Membership) -> tuple[int, int]:
    """How many other admins have joined the clinic, and how many couples the membership treats."""
    admins = Membership.objects.current().filter(clinic=membership.clinic_id, is_admin=True, person__isnull=False)
    couples = Couple.objects.filter(therapist=membership).exclude(state=CoupleState.ENDED)
    return admins.exclude(pk=membership.pk).count(), couples.count()


# --- everyone


def own_memberships(*, viewer: Viewer) -> list[Membership]:
    """The viewer's memberships as a therapist: where they can take on couples."""
    return list(
        Membership.objects.filter(pk__in=viewer.works_as).select_related("clinic").order_by("clinic__name", "pk")
    )


def own_clinics(*, viewer: Viewer) -> list[Clinic]:
    """The clinics someone is a partner or a member of staff at; a partner's own comes first."""
    if viewer.user_id is None:
        return []
    at_work = Q(pk__in=viewer.runs | viewer.works_at)
    as_partner = Q(pk__in=Partner.objects.filter(pk__in=viewer.is_partner).values("clinic"))
    clinics = Clinic.objects.filter(as_partner | at_work).order_by("name", "pk")
    return sorted(clinics, key=lambda c: c.pk in viewer.runs | viewer.works_at)


def exit_of(*, viewer: Viewer) -> str:
    """Where leaving quickly leads: as their clinic has set it, or to a neutral site."""
    return next((clinic.exit_url for clinic in own_clinics(viewer=viewer)), NEUTRAL_SITE)
