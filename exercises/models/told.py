from datetime import datetime

from django.db import models
from django.db.models import Q

from clients.models import Clinic, Couple, Membership, Partner
from clients.viewer import Viewer
from exercises.models.assignment import Assignment
from safekeeping.models import Record
from safekeeping.sealing import Purpose, SealedTextField
from safekeeping.walls import Wall

OWN = "clinic_id = ANY({clinics}) AND author_id = ANY({works_as}) AND couple_id = ANY({treats})"


class JointNoteQuerySet(models.QuerySet["JointNote"]):
    def visible_to(self, viewer: Viewer) -> "JointNoteQuerySet":
        """
        The twin of policies.reviewing.may_read_joint_note: its author; the couple's therapist once it is published;
        both partners from its release on.
        """
        return self.filter(
            Q(couple__in=viewer.treats, author__in=viewer.works_as)
            | Q(couple__in=viewer.treats, partners_from__isnull=False)
            | Q(couple__in=viewer.takes_part, partners_from__lte=viewer.at)
        )


class JointNote(Record):
    """
    What a therapist writes for both partners: the same words, from the same moment on. Until it is published it is its
    author's alone, and once it is, it does not change: to change it, it is taken back.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    text = SealedTextField(purpose=Purpose.ASSIGNED, owner="author_id")
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=36, blank=True)
    seq = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    written_at = models.DateTimeField()
    partners_from = models.DateTimeField(null=True)  # none: not published

    objects = JointNoteQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "author", "version", "tab", "seq", "made_at", "written_at", "partners_from",
        }  # fmt: skip
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    couple_id = ANY({treats}) AND (author_id = ANY({works_as}) OR partners_from IS NOT NULL)
                    OR couple_id = ANY({couples}) AND partners_from <= {at}
                )
            """,
            change=OWN,
        )

    class Meta:
        indexes = [models.Index(fields=["clinic", "couple", "-made_at"], name="joint_notes_of_couple")]

    def is_released(self, at: datetime) -> bool:
        """Whether the partners can read it."""
        return self.partners_from is not None and self.partners_from <= at


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, viewer: Viewer) -> "ReplyQuerySet":
        """The twin of policies.reviewing.may_read_reply: its one reader from its release on, and their therapist."""
        return self.filter(Q(couple__in=viewer.treats) | Q(partner__in=viewer.is_partner, partner_from__lte=viewer.at))


class Reply(Record):
    """
    What a therapist writes to one partner about an exercise: a row for each reader, so that nothing of what one is
    told hangs on what the other is. `sending` is the same for those of a reply to both.
    """

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
    couple = models.ForeignKey(Couple, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    author = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    text = SealedTextField(purpose=Purpose.ASSIGNED, owner="author_id")
    sending = models.UUIDField()
    to_both = models.BooleanField()  # said to its reader, as is that it is to them alone
    made_at = models.DateTimeField()
    partner_from = models.DateTimeField()

    objects = ReplyQuerySet.as_manager()

    class Safekeeping:
        plain = {
            "id", "clinic", "couple", "assignment", "partner", "author", "sending", "to_both", "made_at",
            "partner_from",
        }  # fmt: skip
        sealed = {"text"}
        wall = Wall(
            read="""
                clinic_id = ANY({clinics}) AND (
                    couple_id = ANY({treats}) OR partner_id = ANY({places}) AND partner_from <= {at})
            """,
            change=OWN,
        )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "partner"], name="one_reply_each"),
        ]
        indexes = [
            models.Index(fields=["clinic", "couple", "-made_at"], name="replies_of_couple"),
            models.Index(fields=["partner", "partner_from"], name="replies_for_partner"),
        ]
