"""Exercises as FHIR R4 Questionnaires and back (docs/decisions/0016-clinic-library.md): what fits, and what is told."""

from exercises.content.fhir.incoming import Taken, Unusable, read_questionnaire
from exercises.content.fhir.outgoing import LeftOut, as_questionnaire

__all__ = ["LeftOut", "Taken", "Unusable", "as_questionnaire", "read_questionnaire"]
