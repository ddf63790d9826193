import datetime
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.validators import known_zone, plain_line


class Theme(models.TextChoices):
    SYSTEM = "system", _("As on this device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    DIM = "dim", _("Dim (dark, with softer text)")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person. The address is kept in lower case: one mailbox, one account."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One person, signing in with their own address. What they may do is decided elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    chosen_name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True, validators=[plain_line])
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    language = models.CharField(_("language"), max_length=12, default="en")
    theme = models.CharField(_("colours"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    wants_reminders = models.BooleanField(_("reminders by e-mail"), default=True)
    remind_at = models.TimeField(_("time of day for reminders"), default=datetime.time(18))
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    factor_offered_at = models.DateTimeField(null=True, blank=True)  # once, at joining, and never again
    locked_since = models.DateTimeField(null=True, blank=True)  # a new password was set with a letter alone
    opens_at = models.DateTimeField(null=True, blank=True)  # somebody has checked who it is: the lock ends then

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Safekeeping:
        plain = {
            "id", "password", "last_login", "email", "chosen_name", "pronouns", "time_zone", "language",
            "theme", "wants_reminders", "remind_at", "is_active", "joined_at",
            "factor_offered_at", "locked_since", "opens_at",
        }  # fmt: skip
        sealed: set[str] = set()
        worker = {"select": None, "update": ["joined_at"]}  # update: to hold a row while a mail leaves

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="address_in_lower_case"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(locked_since__isnull=False), name="only_what_is_locked_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"User {self.pk}"

    def is_locked(self, at: datetime.datetime) -> bool:
        """Whether private writing stays closed: after a new password by letter, until it was shown who asked."""
        return self.locked_since is not None and not (self.opens_at is not None and at >= self.opens_at)
