from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations only, and signing in says nothing but what is needed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and this password do not go together. Try again."),
        "too_many_login_attempts": _("There were many tries in a short time. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: no "welcome back" with a name in it, where somebody else may be reading along."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """
        Tries are counted for an account at one address and one kind of device, never for the account alone.

        So nobody locks an account from elsewhere, and two people in one home, each with a phone of their own,
        do not lock each other out. What one address may try in all is limited besides (ACCOUNT_RATE_LIMITS).
        """
        return self.place_of(request, credentials.get("email", "").lower())

    def place_of(self, request: HttpRequest, account: str, *, device: bool = True) -> str:
        """An account as it is tried from one address, and from one kind of device there."""
        agent = sha256(self.get_http_user_agent(request).encode()).hexdigest()[:16] if device else ""
        return f"{truncate_ip(self.get_client_ip(request))}:{agent}:{account}"


SEALED = "1:"
PURPOSE = b"eye-level: second factors"


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))


class FactorAdapter(DefaultMFAAdapter):
    """
    Second factors, in our words, and sealed where they lie.

    The key of a TOTP app and the seed of recovery codes are sealed with AES-256-GCM before they reach the database or
    a session. The sealing key is derived by HKDF-SHA256 from SECRET_KEY: whoever has a dump of the database alone
    cannot make codes. With a new SECRET_KEY the former one stays in SECRET_KEY_FALLBACKS, or factors are set up anew.
    """

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This did not fit. A code works once and for a short time: try the newest one."),
    }

    def encrypt(self, text: str) -> str:
        nonce = token_bytes(12)
        sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), PURPOSE)
        return SEALED + urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidTag for what was not sealed here: an empty or a foreign secret is never taken for one."""
        raw = urlsafe_b64decode(encrypted_text.removeprefix(SEALED))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _cipher(secret).decrypt(raw[:12], raw[12:], PURPOSE).decode()
            except InvalidTag:
                continue
        raise InvalidTag

    def _get_site_name(self) -> str:
        """What a device shows beside a passkey."""
        return str(settings.MFA_TOTP_ISSUER)

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.email}
