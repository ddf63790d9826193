from django.http import QueryDict

from exercises.content import Step
from exercises.kinds.base import Kind, Shown, Value


class Read(Kind):
    """A page of text, with nothing to answer."""

    name = "read"
    asks = False
    template = "exercises/steps/read.html"

    def read(self, step: Step, data: QueryDict) -> Value:
        return None

    def show(self, step: Step, value: Value) -> Shown:
        return Shown()
