"""The names that FHIR gives to things, said once for both ways."""

from typing import Any

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CATEGORY = "http://hl7.org/fhir/StructureDefinition/questionnaire-displayCategory"
MOST_ROWS = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs"
HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
CONTROL_SYSTEM = "http://hl7.org/fhir/questionnaire-item-control"
CATEGORY_SYSTEM = "http://hl7.org/fhir/questionnaire-display-category"

Item = dict[str, Any]


def coded(url: str, system: str, code: str) -> Item:
    """An extension that holds one code."""
    return {"url": url, "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


HELP = coded(CONTROL, CONTROL_SYSTEM, "help")
INSTRUCTIONS = coded(CATEGORY, CATEGORY_SYSTEM, "instructions")


def extension(item: Item, url: str) -> Any:
    """The value of an item's extension, whatever its type; None where it has none."""
    extensions = item.get("extension")
    for one in extensions if isinstance(extensions, list) else []:
        if isinstance(one, dict) and one.get("url") == url:
            return next((value for name, value in one.items() if name.startswith("value")), None)
    return None


def codes(value: Any) -> set[str]:
    """The codes of a CodeableConcept."""
    coding = value.get("coding") if isinstance(value, dict) else None
    return {str(one.get("code")) for one in coding if isinstance(one, dict)} if isinstance(coding, list) else set()
