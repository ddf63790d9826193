from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import truncate_ip
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
        device = sha256(self.get_http_user_agent(request).encode()).hexdigest()[:16]
        login = credentials.get("email", "").lower()
        return f"{truncate_ip(self.get_client_ip(request))}:{device}:{login}"
