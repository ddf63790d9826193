"""Kinds of device, as coarse as can be: enough for a person to know their own, too little to know another's."""

SYSTEM = "system"
PHONE, TABLET, COMPUTER, OTHER = "phone", "tablet", "computer", "other"


def kind_of(agent: str) -> str:
    """What a browser says of itself, in one word."""
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return TABLET
    if "Mobi" in agent or "iPhone" in agent:
        return PHONE
    return COMPUTER if any(name in agent for name in ("Windows", "Macintosh", "Linux", "CrOS")) else OTHER
