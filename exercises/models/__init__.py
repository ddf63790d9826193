from exercises.models.assignment import Assignment
from exercises.models.confirmation import AssignmentConfirmation
from exercises.models.exercise import Exercise, ExerciseVersion
from exercises.models.homework import Homework
from exercises.models.outbox import OutboxMessage
from exercises.models.plan import Plan, PlanItem, Programme
from exercises.models.reflection import EarlierText, Reflection
from exercises.models.review import Mark, PrivateNote
from exercises.models.share import Share

__all__ = [
    "Assignment",
    "AssignmentConfirmation",
    "EarlierText",
    "Exercise",
    "ExerciseVersion",
    "Homework",
    "Mark",
    "OutboxMessage",
    "Plan",
    "PlanItem",
    "PrivateNote",
    "Programme",
    "Reflection",
    "Share",
]
