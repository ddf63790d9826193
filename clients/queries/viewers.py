"""Who is asking, as the rules see them."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from clients.states import CoupleState, DocumentKind
from clients.viewer import Viewer

# Asked for on every page, so written out: building this union with the ORM costs more than running it.
VIEWER = """
    SELECT 'partner', place.id, couple.id, clinic.id, couple.state, false, false, clinic.is_demo,
           %(kinds)s = (
               SELECT count(*)
                 FROM clients_consentsignature signature
                 JOIN clients_consentdocument document ON document.id = signature.document_id
                WHERE signature.partner_id = place.id AND signature.withdrawn_at IS NULL
                  AND document.clinic_id = place.clinic_id
                  AND NOT EXISTS (SELECT FROM clients_consentdocument newer
                                   WHERE newer.clinic_id = document.clinic_id AND newer.kind = document.kind
                                     AND newer.number > document.number)
           )
      FROM clients_partner place
      JOIN clients_couple couple ON couple.id = place.couple_id
      JOIN clients_clinic clinic ON clinic.id = place.clinic_id
     WHERE place.person_id = %(person)s
    UNION ALL
    SELECT 'staff', place.id, couple.id, clinic.id, couple.state, place.is_therapist, place.is_admin, clinic.is_demo,
           EXISTS (SELECT 1 FROM mfa_authenticator f WHERE f.user_id = place.person_id AND f.type <> 'recovery_codes')
      FROM clients_membership place
      JOIN clients_clinic clinic ON clinic.id = place.clinic_id
      LEFT JOIN clients_couple couple ON couple.therapist_id = place.id
     WHERE place.person_id = %(person)s AND place.ended_at IS NULL
    UNION ALL
    SELECT 'cover', place.id, couple.id, couple.clinic_id, couple.state, true, false, false, false
      FROM clients_membership place
      JOIN clients_cover cover ON cover.stands_in_id = place.id AND cover.ended_at IS NULL
       AND cover.starts_at <= %(at)s AND cover.ends_at > %(at)s
      JOIN clients_membership absent ON absent.id = cover.absent_id AND absent.ended_at IS NULL
      JOIN clients_couple couple ON couple.therapist_id = absent.id AND couple.state <> 'ended'
     WHERE place.person_id = %(person)s AND place.ended_at IS NULL AND place.is_therapist
"""


def viewer_of(user: User | AnonymousUser, *, at: datetime) -> Viewer:
    """The viewer a person is, in one query: their places, and their memberships with the caseload."""
    if not isinstance(user, User) and not user.is_authenticated:
        return Viewer(user_id=None, at=at)
    with connection.cursor() as cursor:
        cursor.execute(VIEWER, {"person": user.pk, "kinds": len(DocumentKind), "at": at})
        return _viewer(user, at, cursor.fetchall())


def _viewer(user: Any, at: datetime, rows: list[tuple[Any, ...]]) -> Viewer:
    places = [row for row in rows if row[0] == "partner"]
    staff = [row for row in rows if row[0] == "staff"]
    therapist = [row for row in staff if row[5]]
    covered = frozenset(row[2] for row in rows if row[0] == "cover")
    under_way = [row for row in places if row[4] != CoupleState.ENDED]
    return Viewer(
        user_id=user.pk,
        at=at,
        is_partner=frozenset(row[1] for row in places),
        belongs_to=frozenset(row[2] for row in under_way),
        has_agreed=frozenset(row[1] for row in places if row[8]),
        takes_part=frozenset(row[2] for row in under_way if row[8]),
        is_client_of=frozenset(row[3] for row in places),
        works_as=frozenset(row[1] for row in therapist),
        treats=covered | frozenset(row[2] for row in therapist if row[2]),
        covers=covered,
        runs=frozenset(row[3] for row in staff if row[6]),
        works_at=frozenset(row[3] for row in therapist),
        is_demo=any(row[7] for row in rows),
        must_have_factor=not all(row[7] for row in staff),
        has_factor=any(row[8] for row in staff),
    )
