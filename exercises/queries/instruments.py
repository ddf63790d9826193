"""The instruments of a clinic: the doors to them."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from clients.models import Couple, Membership
from clients.viewer import Viewer
from exercises.models import Instrument

WITH_NAMES = ("licensed_by__person", "imported_by__person")


def instruments(*, viewer: Viewer) -> list[Instrument]:
    """Those of the viewer's clinics, the retired last."""
    rows = Instrument.objects.visible_to(viewer).select_related(*WITH_NAMES).defer("body")
    return sorted(rows.order_by("title", "pk"), key=lambda one: one.retired_at is not None)


def instrument_or_404(*, viewer: Viewer, pk: UUID) -> Instrument:
    return get_object_or_404(Instrument.objects.visible_to(viewer).select_related(*WITH_NAMES), pk=pk)


def askable(couple: Couple, *, viewer: Viewer) -> list[Instrument]:
    """What a couple of the viewer's can be asked."""
    rows = Instrument.objects.visible_to(viewer).askable().filter(clinic=couple.clinic_id, clinic__in=viewer.works_at)
    return list(rows.defer("body").order_by("title", "pk"))


def member_at(instrument: Instrument, *, viewer: Viewer) -> Membership:
    """The viewer as a therapist of the instrument's clinic."""
    return get_object_or_404(Membership.objects.current(), pk__in=viewer.works_as, clinic=instrument.clinic_id)
