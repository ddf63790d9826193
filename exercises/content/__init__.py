"""The exercise library as content: what an exercise is, and the reader that refuses what is not one.

Nothing here knows Django, a couple or an answer. A file goes in; a frozen `Content` or a list of sentences
comes out.
"""

from exercises.content.problems import ContentError, Problem
from exercises.content.programmes import Item, Sequence, read_programmes
from exercises.content.reader import from_json, read_exercise, read_library, read_upload
from exercises.content.shapes import Column, Content, Option, Step

__all__ = [
    "Column",
    "Content",
    "ContentError",
    "Item",
    "Option",
    "Problem",
    "Sequence",
    "Step",
    "from_json",
    "read_exercise",
    "read_library",
    "read_programmes",
    "read_upload",
]
