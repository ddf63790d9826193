from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.validators import known_zone, plain_line, plain_text
from clients.viewer import Viewer
from safekeeping.models import Record
from safekeeping.walls import NEVER, Wall


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def visible_to(self, viewer: Viewer) -> "ClinicQuerySet":
        """The twin of policies.may_run: its admins."""
        return self.filter(pk__in=viewer.runs)


class Clinic(Record):
    """A practice: its people, its couples, and what it tells everyone in a crisis."""

    name = models.CharField(_("name"), max_length=120, validators=[plain_line])
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    crisis_text = models.TextField(_("help in a crisis"), blank=True, validators=[plain_text])
    exit_url = models.URLField(_("where the exit leads"), default="https://www.wikipedia.org/")
    hold_minutes = models.PositiveSmallIntegerField(_("minutes before a therapist can read"), default=10)
    most_open = models.PositiveSmallIntegerField(_("open exercises a person has at most"), default=3)
    is_demo = models.BooleanField(default=False)

    objects = ClinicQuerySet.as_manager()

    class Safekeeping:
        plain = {"id", "name", "time_zone", "crisis_text", "exit_url", "hold_minutes", "most_open", "is_demo"}
        sealed: set[str] = set()
        wall = Wall(read="id = ANY({clinics})", insert=NEVER, update="id = ANY({runs})", delete=NEVER)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hold_minutes__lte=60), name="hold_is_an_hour_at_most"),
            models.CheckConstraint(
                condition=models.Q(most_open__gte=1, most_open__lte=20), name="most_open_one_to_twenty"
            ),
        ]
