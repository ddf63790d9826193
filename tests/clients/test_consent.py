"""What each person agrees to, alone: documents that never change, signatures, withdrawal, and who may know of them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients import commands, policies, queries
from clients.models import Clinic, ConsentDocument, ConsentSignature, Couple
from clients.queries import consent
from clients.states import ConsentState, CoupleState, DocumentKind
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS, Cast
from tests.clients.agreeing import agree, current, has_signed_nothing, publish

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


# --- documents


def test_it_founds_a_clinic_with_both_documents_in_our_words(db: None) -> None:
    clinic = commands.add_clinic(name="Lakeside", time_zone="UTC", by=None, at=NOON)
    found = {d.kind: d for d in ConsentDocument.objects.current().filter(clinic=clinic)}
    assert set(found) == set(DocumentKind.values)
    assert "who reads what" in found["agreement"].title
    assert "Nobody reads along" in found["agreement"].text
    assert "tell alone" in found["secrets"].title
    for document in found.values():
        assert document.number == 1
        assert document.published_by is None
        assert "Your clinic may have changed it" in document.text
        assert all(len(paragraph) < 1000 for paragraph in document.text.splitlines())
        for claim in ("end-to-end", "encrypt", "nobody can ever"):
            assert claim not in document.text.lower()


def test_it_gives_clinics_from_before_the_same_documents(cast: Cast) -> None:
    ConsentDocument.objects.filter(clinic=cast.hilltop).delete()
    import_module("clients.migrations.0004_first_documents").add_first_documents(apps, None)
    assert ConsentDocument.objects.filter(clinic=cast.hilltop, number=1).count() == 2
    assert ConsentDocument.objects.filter(clinic=cast.riverside).count() == 2


@pytest.mark.parametrize(
    "change", [{"text": "Other words."}, {"title": "Other"}, {"number": 7}, {"published_at": NOON}]
)
def test_it_never_changes_what_is_published(cast: Cast, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        ConsentDocument.objects.filter(pk=current(cast).pk).update(**change)
    assert current(cast).text == "Read *this*."


def test_it_publishes_the_next_version_beside_the_last(cast: Cast) -> None:
    first = current(cast)
    second = publish(cast)
    assert (second.number, second.published_by) == (2, cast.staff["adair"])
    assert current(cast) == second
    assert ConsentDocument.objects.filter(pk=first.pk, text="Read *this*.").exists()
    assert AuditEvent.objects.get(verb="document.published").subject == f"clients.ConsentDocument:{second.pk}"


def test_it_publishes_nothing_over_a_version_that_was_not_read(cast: Cast) -> None:
    first = current(cast)
    publish(cast)
    with pytest.raises(commands.NewerVersion):
        commands.publish(previous=first, title="Mine", text="Mine.", by=cast.viewer("both"), at=NOON)
    assert ConsentDocument.objects.filter(clinic=cast.riverside, kind="agreement").count() == 2


@pytest.mark.parametrize("name", [name for name in (*PERSONAS, "admin_elsewhere") if name not in {"adair", "both"}])
def test_it_lets_only_the_clinics_admins_publish(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        commands.publish(previous=current(cast), title="Mine", text="Mine.", by=cast.viewer(name), at=NOON)


DOCUMENT = {"kind": "agreement", "number": 2, "title": "T", "text": "T.", "published_at": NOON}


@pytest.mark.parametrize("odd", [{"kind": "receipt"}, {"number": 0}, {"title": ""}, {"text": ""}, {"number": 1}])
def test_it_keeps_no_odd_document(cast: Cast, odd: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentDocument.objects.create(clinic=cast.riverside, **(DOCUMENT | odd))
    ConsentDocument.objects.create(clinic=cast.riverside, **DOCUMENT)


# --- signatures


def test_it_keeps_no_odd_signature(cast: Cast) -> None:
    signature = ConsentSignature.objects.get(partner=cast.places["alex"], document=current(cast))
    again = {"clinic": cast.riverside, "partner": signature.partner, "document": signature.document}
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentSignature.objects.create(**again, signed_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentSignature.objects.create(**again, signed_at=NOON, withdrawn_at=NOON - HOUR)
    ConsentSignature.objects.create(**again, signed_at=NOON, withdrawn_at=NOON)


def test_it_takes_both_documents_to_agree(cast: Cast) -> None:
    has_signed_nothing(cast, "alex")
    place = cast.places["alex"].pk
    assert place not in cast.viewer("alex").has_agreed
    commands.sign(document=current(cast), by=cast.viewer("alex"), at=NOON)
    assert place not in cast.viewer("alex").has_agreed
    commands.sign(document=current(cast, "secrets"), by=cast.viewer("alex"), at=NOON)
    assert cast.viewer("alex").has_agreed == {place}
    assert cast.viewer("alex").takes_part == {cast.couple.pk}


def test_it_signs_once_however_often_it_is_pressed(cast: Cast) -> None:
    has_signed_nothing(cast, "alex")
    agree(cast, "alex")
    agree(cast, "alex")
    assert ConsentSignature.objects.filter(partner=cast.places["alex"]).count() == 2
    assert AuditEvent.objects.filter(verb="consent.signed", actor_id=cast.alex.pk).count() == 2


def test_it_signs_for_oneself_alone(cast: Cast) -> None:
    has_signed_nothing(cast, "alex", "blake")
    agree(cast, "alex")
    assert not ConsentSignature.objects.filter(partner=cast.places["blake"]).exists()
    assert cast.viewer("blake").takes_part == frozenset()


@pytest.mark.parametrize("name", ["moreno", "adair", "ellis", "okafor"])
def test_it_lets_nobody_else_sign(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        commands.sign(document=current(cast), by=cast.viewer(name), at=NOON)


def test_it_asks_nothing_once_the_work_has_ended(cast: Cast) -> None:
    Couple.objects.update(state=CoupleState.ENDED)
    has_signed_nothing(cast, "alex")
    with pytest.raises(Refused):
        commands.sign(document=current(cast), by=cast.viewer("alex"), at=NOON)
    assert policies.may_open_exercises(cast.viewer("alex"))


def test_it_asks_again_after_a_new_version_and_takes_no_old_one(cast: Cast) -> None:
    first = current(cast)
    publish(cast)
    assert cast.viewer("alex").has_agreed == frozenset()
    assert cast.viewer("ellis").has_agreed == {cast.places["ellis"].pk}
    with pytest.raises(commands.NewerVersion):
        commands.sign(document=first, by=cast.viewer("alex"), at=NOON)
    agree(cast, "alex")
    assert cast.viewer("alex").has_agreed == {cast.places["alex"].pk}


def test_it_withdraws_for_oneself_and_keeps_the_record(cast: Cast) -> None:
    commands.withdraw(by=cast.viewer("alex"), at=NOON + HOUR)
    assert cast.viewer("alex").has_agreed == frozenset()
    assert cast.viewer("blake").has_agreed == {cast.places["blake"].pk}
    rows = ConsentSignature.objects.filter(partner=cast.places["alex"])
    assert {row.withdrawn_at for row in rows} == {NOON + HOUR}
    assert AuditEvent.objects.filter(verb="consent.withdrawn").count() == 2
    agree(cast, "alex", NOON + 2 * HOUR)
    assert cast.viewer("alex").has_agreed == {cast.places["alex"].pk}
    assert rows.all().count() == 4


def test_it_knows_who_has_agreed_without_another_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        viewer = queries.viewer_of(cast.alex, at=NOON)
    assert len(asked) == 1
    assert viewer.has_agreed
    assert viewer.is_client_of == {cast.riverside.pk}


def test_the_sender_of_reminders_finds_the_same_as_the_viewer(cast: Cast) -> None:
    for deed in (lambda: None, lambda: commands.withdraw(by=cast.viewer("alex"), at=NOON), lambda: publish(cast)):
        deed()
        for name in ("alex", "blake", "ellis"):
            place = cast.places[name]
            assert consent.has_agreed(place) == (place.pk in cast.viewer(name).has_agreed)


# --- who may know


def test_rule_and_query_are_twins(cast: Cast) -> None:
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    publish(cast)
    for name in (*PERSONAS, "admin_elsewhere", "devon"):
        viewer = cast.viewer(name)
        for model, rule in (
            (ConsentDocument, policies.may_read_document),
            (ConsentSignature, policies.may_see_signature),
        ):
            listed = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
            assert listed == {thing.pk for thing in model.objects.all() if rule(viewer, thing)}, name


def test_it_shows_a_signature_to_its_person_and_their_therapist(cast: Cast) -> None:
    of_alex = ConsentSignature.objects.filter(partner=cast.places["alex"])
    readers = {
        name for name in PERSONAS if of_alex.filter(pk__in=ConsentSignature.objects.visible_to(cast.viewer(name)))
    }
    assert readers == {"alex", "moreno"}


def standing(cast: Cast, name: str) -> ConsentState:
    place = cast.places[name].pk
    return consent.consent_of([place], viewer=cast.viewer("moreno"))[place][0]


def test_it_tells_the_therapist_how_each_stands(cast: Cast) -> None:
    has_signed_nothing(cast, "blake")
    assert (standing(cast, "alex"), standing(cast, "blake")) == (ConsentState.AGREED, ConsentState.NOT_YET)
    publish(cast)
    assert (standing(cast, "alex"), standing(cast, "blake")) == (ConsentState.OUTDATED, ConsentState.NOT_YET)
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    assert standing(cast, "alex") == ConsentState.WITHDRAWN
    agree(cast, "alex")
    assert standing(cast, "alex") == ConsentState.AGREED


def counts(cast: Cast, name: str) -> set[tuple[int, int]]:
    ((clinic, rows),) = consent.documents_of(viewer=cast.viewer(name))
    assert clinic == cast.riverside
    return {(row.signed, row.people) for row in rows}


def test_it_gives_admins_numbers_in_which_withdrawn_and_not_yet_are_one(cast: Cast) -> None:
    assert counts(cast, "adair") == {(4, 4)}
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    withdrawn = counts(cast, "adair")
    has_signed_nothing(cast, "alex")
    assert counts(cast, "adair") == withdrawn == {(3, 4)}


def test_it_counts_neither_an_admin_nor_their_own_partner(cast: Cast) -> None:
    cast.staff["adair"].person = cast.blake
    cast.staff["adair"].save()
    assert counts(cast, "blake") == {(2, 2)}
    commands.withdraw(by=cast.viewer("alex"), at=NOON)
    assert counts(cast, "blake") == {(2, 2)}


def test_it_lists_what_is_asked_in_one_order(cast: Cast) -> None:
    has_signed_nothing(cast, "alex")
    asked = consent.asked_of(viewer=cast.viewer("alex"))
    assert [document.kind for document in asked.waiting] == ["agreement", "secrets"]
    commands.sign(document=asked.waiting[0], by=cast.viewer("alex"), at=NOON)
    asked = consent.asked_of(viewer=cast.viewer("alex"))
    assert [document.kind for document in asked.waiting] == ["secrets"]
    assert [(document.kind, at) for document, at in asked.signed] == [("agreement", NOON)]


def test_it_asks_for_each_clinic_that_somebody_works_at(cast: Cast) -> None:
    place = cast.places["ellis"]
    place.person = cast.alex
    place.save()
    has_signed_nothing(cast, "ellis")
    viewer = cast.viewer("alex")
    assert viewer.takes_part == {cast.couple.pk}
    assert {d.clinic for d in consent.asked_of(viewer=viewer).waiting} == {cast.hilltop}
    assert {d.clinic for d, _at in consent.asked_of(viewer=viewer).signed} == {cast.riverside}
    assert Clinic.objects.count() == 2
