from accounts.models.invitation import Invitation
from accounts.models.user import Theme, User

__all__ = ["Invitation", "Theme", "User"]
