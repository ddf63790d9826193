"""The doors to people and invitations. A link's token stands in for the viewer: it came to their mailbox."""

from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError

from accounts.models import Invitation, User

STOP = signing.Signer(salt="accounts.unsubscribe")


def token_hash(token: str) -> str:
    """What of an invitation's token is kept."""
    return sha256(token.encode()).hexdigest()


def invitation_by(token: str) -> Invitation | None:
    return Invitation.objects.select_related("made_by").filter(token_hash=token_hash(token)).first()


def user_by_address(email: str) -> User | None:
    """The account with this address, if it is open."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def open_account(user_id: str) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first()


def has_account(email: str) -> bool:
    return User.objects.filter(email=email.strip().lower()).exists()


def unsubscribe_token(user: User) -> str:
    """For the link in every reminder that stops reminders; the same each time, and good for nothing else."""
    return STOP.sign(user.pk.hex)


def user_by_unsubscribe_token(token: str) -> User | None:
    try:
        return User.objects.filter(pk=UUID(STOP.unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None


def user_by_reset_id(uid: str) -> User | None:
    """The person a reset link names; whether its key fits is another question."""
    try:
        return User.objects.filter(pk=UUID(uid), is_active=True).first()
    except (ValueError, ValidationError):
        return None
