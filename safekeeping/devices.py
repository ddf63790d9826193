"""Kinds of device, as coarse as can be: enough for a person to know their own, too little to know another's."""

SYSTEM = "system"
PHONE, TABLET, COMPUTER = "phone", "tablet", "computer"


def kind_of(user_agent: str) -> str:
    """What a browser says of itself, in one word."""
    said = user_agent.lower()
    if "ipad" in said or "tablet" in said or ("android" in said and "mobile" not in said):
        return TABLET
    if "mobi" in said or "iphone" in said:
        return PHONE
    return COMPUTER
