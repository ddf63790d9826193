"""Second factors, kept by allauth and written by these commands alone: each change is recorded and told."""

from datetime import datetime
from typing import Any

from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction

from accounts import policies, queries
from accounts.commands.sessions import end_other_sessions
from accounts.commands.told import told
from accounts.models import User
from accounts.states import Change
from safekeeping.audit import Actor
from safekeeping.verdict import no

Type = Authenticator.Type


def _locked(user: User) -> User:
    """One change to a person's factors at a time."""
    return User.objects.select_for_update().get(pk=user.pk)


@transaction.atomic
def add_totp(*, user: User, secret: str, by: Actor, at: datetime, keep: str) -> None:
    """`keep` is the key of the session it is done in: with a first factor, sessions without one end."""
    _may_add(user, by, at)
    if Authenticator.objects.filter(user=user, type=Type.TOTP).exists():
        no("has_one").require()
    first = not queries.has_factor(user)
    TOTP.activate(user, secret)
    _added(user, by, at, keep if first else None)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any], by: Actor, at: datetime, keep: str) -> None:
    _may_add(user, by, at)
    first = not queries.has_factor(user)
    WebAuthn.add(user, name, credential)
    _added(user, by, at, keep if first else None)


def _may_add(user: User, by: Actor, at: datetime) -> None:
    policies.may_add_factor(by, _locked(user), at).require()


def _added(user: User, by: Actor, at: datetime, keep: str | None) -> None:
    if not Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(user)
    if keep is not None:
        end_other_sessions(user=user, keep=keep, by=by, at=at, tell=False)
    told(change=Change.FACTOR_ADDED, user=user, by=by, at=at)


@transaction.atomic
def remove_factor(*, user: User, factor: Authenticator, required: bool, by: Actor, at: datetime) -> None:
    """Take a factor away; with the last one the recovery codes go. Where one is `required`, the last one stays."""
    _locked(user)
    others = Authenticator.objects.filter(user=user).exclude(pk=factor.pk).exclude(type=Type.RECOVERY_CODES)
    policies.may_remove_factor(by, user, at, is_last=not others.exists(), required=required).require()
    Authenticator.objects.filter(user=user, pk=factor.pk).delete()
    delete_dangling_recovery_codes(user)
    told(change=Change.FACTOR_REMOVED, user=user, by=by, at=at)


@transaction.atomic
def make_codes(*, user: User, by: Actor, at: datetime) -> None:
    """New recovery codes; the former ones no longer work."""
    policies.may_make_codes(by, _locked(user), at, has_factor=queries.has_factor(user)).require()
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    told(change=Change.CODES_MADE, user=user, by=by, at=at)


@transaction.atomic
def show_codes(*, user: User, by: Actor) -> list[str]:
    """The recovery codes, the first time that anybody asks; then never again."""
    policies.may_change_account(by, user).require()
    kept = Authenticator.objects.select_for_update().filter(user=user, type=Type.RECOVERY_CODES).first()
    if kept is None or kept.wrap().did_view:
        return []
    codes = kept.wrap()
    codes.mark_as_viewed()
    shown: list[str] = codes.get_unused_codes()
    return shown


@transaction.atomic
def code_was_used(*, user: User, by: Actor, at: datetime) -> None:
    """Tell that a recovery code was used: its owner may be somebody else than its user."""
    policies.may_change_account(by, user).require()
    told(change=Change.CODE_USED, user=user, by=by, at=at)
