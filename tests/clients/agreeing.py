"""Agreements of the cast, in few words."""

from datetime import datetime

from clients import commands
from clients.models import ConsentDocument, ConsentSignature
from clients.states import DocumentKind
from tests.cast import NOON, Cast


def has_signed_nothing(cast: Cast, *names: str) -> None:
    ConsentSignature.objects.filter(partner__in=[cast.places[name] for name in names]).delete()


def current(cast: Cast, kind: str = DocumentKind.AGREEMENT) -> ConsentDocument:
    return ConsentDocument.objects.current().get(clinic=cast.riverside, kind=kind)


def agree(cast: Cast, name: str, at: datetime = NOON) -> None:
    for kind in DocumentKind:
        commands.sign(document=current(cast, kind), by=cast.viewer(name, at), at=at)


def publish(cast: Cast, kind: str = DocumentKind.AGREEMENT, at: datetime = NOON) -> ConsentDocument:
    return commands.publish(
        previous=current(cast, kind), title="Newer", text="Newer words.", by=cast.viewer("adair", at), at=at
    )
