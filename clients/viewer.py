"""Who is asking, and when: enough to answer every policy without a query."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from intimacy_site.web import Request

Ids = frozenset[UUID]
NONE: Ids = frozenset()


@dataclass(frozen=True)
class Viewer:
    """A person as the rules see them, frozen for one request."""

    user_id: UUID | None
    at: datetime
    is_partner: Ids = NONE  # the places (Partner) that are theirs, in couples of any state
    belongs_to: Ids = NONE  # couples that are theirs and have not ended
    has_agreed: Ids = NONE  # places of theirs in which they have signed what their clinic asks for now
    takes_part: Ids = NONE  # couples that are theirs, have not ended, and in which they have agreed
    is_client_of: Ids = NONE  # clinics they have a place at, in a couple of any state
    works_as: Ids = NONE  # memberships as a therapist
    treats: Ids = NONE  # couples they are the therapist of, or stand in for
    covers: Ids = NONE  # of these, those of a colleague they stand in for
    runs: Ids = NONE  # clinics they administer
    works_at: Ids = NONE  # clinics they are a therapist at
    is_demo: bool = field(default=False, compare=False)
    must_have_factor: bool = field(default=False, compare=False)  # on the staff of a real clinic
    has_factor: bool = field(default=False, compare=False)  # known of staff alone

    @property
    def is_therapist(self) -> bool:
        return bool(self.works_as)

    @property
    def is_admin(self) -> bool:
        return bool(self.runs)

    @property
    def lacks_factor(self) -> bool:
        """Whether a second step has to be set up before any work."""
        return self.must_have_factor and not self.has_factor


class ViewerRequest(Request):
    """A request with its viewer."""

    viewer: Viewer
