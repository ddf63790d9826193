"""How a rule answers: yes, or no with a code for machines and a sentence for people."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


class Refused(PermissionDenied):
    """A policy said no. The 403 page shows the verdict's reason."""

    def __init__(self, verdict: "Verdict") -> None:
        self.verdict = verdict
        super().__init__(str(verdict.reason) or verdict.code)


@dataclass(frozen=True)
class Verdict:
    """A policy's answer. Falsy when refused."""

    allowed: bool
    code: str = "ok"
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise Refused unless allowed."""
        if not self.allowed:
            raise Refused(self)


YES = Verdict(True)


def no(code: str, reason: str | Promise = "") -> Verdict:
    """A refusal."""
    return Verdict(False, code, reason)
