from exercises.models.assignment import Assignment
from exercises.models.confirmation import AssignmentConfirmation
from exercises.models.draft import ExerciseDraft
from exercises.models.exercise import Exercise, ExerciseVersion
from exercises.models.homework import Homework
from exercises.models.outbox import OutboxMessage
from exercises.models.reflection import EarlierText, Reflection
from exercises.models.review import Mark, PrivateNote
from exercises.models.share import Share

__all__ = [
    "Assignment",
    "AssignmentConfirmation",
    "EarlierText",
    "Exercise",
    "ExerciseDraft",
    "ExerciseVersion",
    "Homework",
    "Mark",
    "OutboxMessage",
    "PrivateNote",
    "Reflection",
    "Share",
]
