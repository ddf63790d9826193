from exercises.models.agreement import AgreementSignature, Holding, Proposal
from exercises.models.assignment import Assignment
from exercises.models.confirmation import AssignmentConfirmation
from exercises.models.draft import ExerciseDraft
from exercises.models.exercise import Exercise, ExerciseVersion
from exercises.models.favourite import Favourite
from exercises.models.goal import Goal, GoalOffer, GoalRating
from exercises.models.homework import Homework
from exercises.models.mutual import MutualMark
from exercises.models.outbox import OutboxMessage
from exercises.models.plan import Plan, PlanItem, Programme
from exercises.models.reflection import EarlierText, Reflection
from exercises.models.review import Mark, PrivateNote
from exercises.models.share import Share
from exercises.models.told import JointNote, Reply
from exercises.models.wish import HomeworkPause, HomeworkWish

__all__ = [
    "AgreementSignature",
    "Assignment",
    "AssignmentConfirmation",
    "EarlierText",
    "Exercise",
    "ExerciseDraft",
    "ExerciseVersion",
    "Favourite",
    "Goal",
    "GoalOffer",
    "GoalRating",
    "Holding",
    "Homework",
    "HomeworkPause",
    "HomeworkWish",
    "JointNote",
    "Mark",
    "MutualMark",
    "OutboxMessage",
    "Plan",
    "PlanItem",
    "PrivateNote",
    "Programme",
    "Proposal",
    "Reflection",
    "Reply",
    "Share",
]
