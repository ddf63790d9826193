"""The people of the tests. Read this first: every access question is asked of this cast."""

import datetime
from dataclasses import dataclass
from datetime import UTC
from functools import cache, cached_property
from itertools import count

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from accounts.models import User
from clients import queries
from clients.models import Clinic, ConsentDocument, ConsentSignature, Couple, Membership, Partner
from clients.states import DocumentKind
from clients.viewer import Viewer

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
PASSWORD = "correct horse battery staple"

TOTP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of every member of staff: their app is set up

PERSONAS = ("alex", "blake", "moreno", "casey", "yilmaz", "former", "okafor", "ellis", "adair", "both")


@cache
def hashed() -> str:
    """The password of everyone in the cast, hashed once: Argon2 is slow on purpose."""
    return make_password(PASSWORD)


def app_of(user: User) -> Authenticator:
    """An authenticator app that makes codes from the key of the tests."""
    sealed = get_adapter().encrypt(TOTP_KEY)
    return Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed}, created_at=NOON)


@dataclass
class Cast:
    riverside: Clinic
    hilltop: Clinic
    people: dict[str, User]
    couple: Couple  # the couple under test: Alex and Blake, treated by Moreno
    neighbours: Couple  # Casey and Devon, another couple of Moreno's
    strangers: Couple  # Ellis and Finley, at another clinic, treated by Okafor
    staff: dict[str, Membership]
    places: dict[str, Partner]

    def viewer(self, name: str, at: datetime.datetime = NOON) -> Viewer:
        return queries.viewer_of(self.people[name], at=at)

    @cached_property
    def alex(self) -> User:  # partner
        return self.people["alex"]

    @cached_property
    def blake(self) -> User:  # Alex's partner
        return self.people["blake"]

    @cached_property
    def moreno(self) -> User:  # their therapist
        return self.people["moreno"]


def everybody_agrees(cast: Cast) -> None:
    """Each clinic asks for two documents, and each partner has signed both: exercises are open."""
    documents = [
        ConsentDocument(clinic=clinic, kind=kind, number=1, title=kind.label, text="Read *this*.", published_at=NOON)
        for clinic in (cast.riverside, cast.hilltop)
        for kind in DocumentKind
    ]
    ConsentDocument.objects.bulk_create(documents)
    ConsentSignature.objects.bulk_create(
        ConsentSignature(clinic=document.clinic, partner=place, document=document, signed_at=NOON)
        for document in documents
        for place in cast.places.values()
        if place.clinic_id == document.clinic_id
    )


def assemble() -> Cast:
    """
    alex, blake: the couple under test; moreno: their therapist; casey (and devon): another couple of moreno's;
    yilmaz: a colleague in the same clinic; former: their therapist until lately; okafor: a therapist elsewhere;
    ellis: a partner elsewhere; adair: their clinic's admin; both: therapist and admin there, treating nobody of these.
    """
    names = (*PERSONAS, "devon", "finley", "admin_elsewhere")
    people = {n: User(email=f"{n}@example.org", chosen_name=n.capitalize(), time_zone="Europe/Berlin") for n in names}
    for user in people.values():
        user.password = hashed()
    User.objects.bulk_create(people.values())
    riverside = Clinic.objects.create(
        name="Riverside", time_zone="Europe/Berlin", crisis_text="Call 112.", most_open=20
    )
    hilltop = Clinic.objects.create(name="Hilltop", time_zone="Europe/Lisbon", most_open=20)
    staff = {
        name: Membership.objects.create(
            clinic=clinic, person=people[name], name=name, email=people[name].email, joined_at=NOON,
            is_therapist=role in {"therapist", "both"}, is_admin=role in {"admin", "both"},
        )
        for name, clinic, role in [
            ("moreno", riverside, "therapist"), ("yilmaz", riverside, "therapist"), ("former", riverside, "therapist"),
            ("adair", riverside, "admin"), ("both", riverside, "both"), ("okafor", hilltop, "therapist"),
            ("admin_elsewhere", hilltop, "admin"),
        ]
    }  # fmt: skip
    Authenticator.objects.bulk_create(app_of(people[name]) for name in staff)
    places: dict[str, Partner] = {}

    def pair(clinic: Clinic, therapist: str, alias: str, *partners: str) -> Couple:
        couple = Couple.objects.create(
            clinic=clinic, therapist=staff[therapist], alias=alias, time_zone=clinic.time_zone, made_at=NOON
        )
        seat = count(1)
        for name in partners:
            places[name] = Partner.objects.create(
                clinic=clinic, couple=couple, seat=next(seat), person=people[name], name=name,
                email=people[name].email, joined_at=NOON,
            )  # fmt: skip
        return couple

    cast = Cast(
        riverside=riverside,
        hilltop=hilltop,
        people=people,
        couple=pair(riverside, "moreno", "River stones", "alex", "blake"),
        neighbours=pair(riverside, "moreno", "Old oak", "casey", "devon"),
        strangers=pair(hilltop, "okafor", "North star", "ellis", "finley"),
        staff=staff,
        places=places,
    )
    everybody_agrees(cast)
    return cast
