"""How long somebody stays signed in. The numbers are those of the safety notes, section 5; no clinic changes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.commands import begin_clock, extend_session
from clients.viewer import Viewer, ViewerRequest


@dataclass(frozen=True)
class Limit:
    idle: timedelta  # since the last thing done
    whole: timedelta  # since signing in, whatever was done


PARTNER = Limit(idle=timedelta(minutes=15), whole=timedelta(hours=8))
THERAPIST = Limit(idle=timedelta(minutes=30), whole=timedelta(hours=12))
ADMIN = Limit(idle=timedelta(minutes=15), whole=timedelta(hours=8))
STEP = timedelta(minutes=1)  # the row of a session is written once in this time, at most


def limit_of(viewer: Viewer) -> Limit:
    """The shortest of one's roles; who has none is treated as a partner."""
    roles = [(viewer.is_partner, PARTNER), (viewer.is_therapist, THERAPIST), (viewer.is_admin, ADMIN)]
    limits = [limit for held, limit in roles if held] or [PARTNER]
    return Limit(idle=min(limit.idle for limit in limits), whole=min(limit.whole for limit in limits))


def end_of(request: ViewerRequest) -> datetime:
    """When the session ends if this request counts as use."""
    viewer, limit = request.viewer, limit_of(request.viewer)
    began = request.session.get("began")
    since = datetime.fromtimestamp(began, UTC) if began else viewer.at
    end = min(viewer.at + limit.idle, since + limit.whole)
    recorded = request.session.ends_at
    return recorded if recorded and began and abs(end - recorded) < STEP else end


def use(request: ViewerRequest) -> None:
    """Somebody did something: the session goes on."""
    end = end_of(request)
    begin_clock(session=request.session, at=request.viewer.at)
    if end != request.session.ends_at:
        extend_session(session=request.session, until=end)
