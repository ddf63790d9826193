"""How often a code of the second step can be tried."""

from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit

from accounts.models import User


def _places(user: User) -> dict[str, str]:
    """
    By account, address and device; and more generously by account and address, for whoever changes devices there.

    Never by the account alone, as allauth has it: whoever knows another's password could keep them out.
    """
    adapter, account = get_adapter(), str(user.pk)
    return {
        "second_step": adapter.place_of(context.request, account),
        "second_step_nearby": adapter.place_of(context.request, account, device=False),
    }


def count_a_try(user: User) -> None:
    """Raises a ValidationError when there were too many."""
    for action, key in _places(user).items():
        if not ratelimit.consume(context.request, action=action, key=key):
            raise get_adapter().validation_error("too_many_login_attempts")


def forget_tries(user: User) -> None:
    """The right code was given."""
    for action, key in _places(user).items():
        ratelimit.clear(context.request, action=action, key=key)
