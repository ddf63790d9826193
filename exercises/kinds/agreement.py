from django.http import QueryDict

from exercises.content import Step
from exercises.kinds.base import Kind, Shown, Value


class Agreement(Kind):
    """Terms that two people settle together. No answer of one person: its page is the couple's own."""

    name = "agreement"
    asks = False
    template = "exercises/steps/read.html"
    page = "agreement"

    def read(self, step: Step, data: QueryDict) -> Value:
        return None

    def show(self, step: Step, value: Value) -> Shown:
        return Shown()
