from exercises.models.agreement import AgreementSignature, Holding, Proposal
from exercises.models.assignment import Assignment
from exercises.models.calendar import CalendarFeed
from exercises.models.confirmation import AssignmentConfirmation
from exercises.models.draft import ExerciseDraft
from exercises.models.exercise import Exercise, ExerciseVersion
from exercises.models.export import Export, ExportPart
from exercises.models.favourite import Favourite
from exercises.models.goal import Goal, GoalOffer, GoalRating
from exercises.models.homework import Homework
from exercises.models.joint_record import RecordAsk, RecordAuthorisation
from exercises.models.measure import Asking, Instrument, Measurement
from exercises.models.mutual import MutualMark
from exercises.models.outbox import OutboxMessage
from exercises.models.plan import Plan, PlanItem, Programme
from exercises.models.reflection import EarlierText, Reflection
from exercises.models.review import Mark, PrivateNote
from exercises.models.session import AgendaItem, SessionNote, SessionSummary
from exercises.models.share import Share
from exercises.models.told import JointNote, Reply
from exercises.models.wish import HomeworkPause, HomeworkWish

__all__ = [
    "AgendaItem",
    "AgreementSignature",
    "Asking",
    "Assignment",
    "AssignmentConfirmation",
    "CalendarFeed",
    "EarlierText",
    "Exercise",
    "ExerciseDraft",
    "ExerciseVersion",
    "Export",
    "ExportPart",
    "Favourite",
    "Goal",
    "GoalOffer",
    "GoalRating",
    "Holding",
    "Homework",
    "HomeworkPause",
    "HomeworkWish",
    "Instrument",
    "JointNote",
    "Mark",
    "Measurement",
    "MutualMark",
    "OutboxMessage",
    "Plan",
    "PlanItem",
    "PrivateNote",
    "Programme",
    "Proposal",
    "RecordAsk",
    "RecordAuthorisation",
    "Reflection",
    "Reply",
    "SessionNote",
    "SessionSummary",
    "Share",
]
