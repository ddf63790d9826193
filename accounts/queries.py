"""The doors to people and invitations. A link's token stands in for the viewer: it came to their mailbox."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from accounts.models import Device, Invitation, User, key_hash

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
    """What is no id is nobody's, and is not repeated in an error."""
    try:
        return User.objects.filter(pk=UUID(user_id), is_active=True).first()
    except (ValueError, TypeError, AttributeError):
        return None


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


# --- how somebody signs in: always asked for with the person whose own it is

Type = Authenticator.Type


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it. Its `ref` stands in for the number it has in the database."""

    ref: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    totp: Authenticator | None
    passkeys: list[Passkey]
    codes_made_at: datetime | None

    def __bool__(self) -> bool:
        return bool(self.totp or self.passkeys)


def _ref(factor: Authenticator) -> UUID:
    return UUID(bytes=salted_hmac("accounts.passkey", str(factor.pk), algorithm="sha256").digest()[:16], version=4)


def _passkeys(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user, type=Type.WEBAUTHN).order_by("created_at", "pk"))


def factors_of(user: User) -> Factors:
    others = {f.type: f for f in Authenticator.objects.filter(user=user).exclude(type=Type.WEBAUTHN)}
    passkeys = [Passkey(_ref(f), f.wrap().name, f.created_at, f.last_used_at) for f in _passkeys(user)]
    codes = others.get(Type.RECOVERY_CODES)
    return Factors(others.get(Type.TOTP), passkeys, codes.created_at if codes else None)


def has_factor(user: User) -> bool:
    """Recovery codes alone are none: they stand in for one."""
    return Authenticator.objects.filter(user=user).exclude(type=Type.RECOVERY_CODES).exists()


def passkey_of(user: User, ref: UUID) -> Authenticator | None:
    return next((f for f in _passkeys(user) if _ref(f) == ref), None)


def codes_of(user: User) -> list[Authenticator]:
    """What a typed code can belong to: the app's first, then the recovery codes."""
    return list(Authenticator.objects.filter(user=user).exclude(type=Type.WEBAUTHN).order_by("-type"))


def devices_of(user: User, *, at: datetime) -> list[Device]:
    return list(Device.objects.alive(at).filter(user=user).order_by("-since", "pk"))


def device_of(user: User, pk: UUID, *, at: datetime) -> Device | None:
    return Device.objects.alive(at).filter(user=user, pk=pk).first()


def is_here(device: Device, session_key: str) -> bool:
    return device.key_hash == key_hash(session_key)
