from accounts.models.device import Device, key_hash, sessions_by_hash
from accounts.models.invitation import Invitation
from accounts.models.user import Theme, User

__all__ = ["Device", "Invitation", "Theme", "User", "key_hash", "sessions_by_hash"]
