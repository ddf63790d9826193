import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.commands import Closed, NeedsSignIn, NewAccount
from accounts.models import Invitation, User
from clients import commands, queries
from clients.commands.couples import SameMailbox
from clients.models import Clinic, Couple, Membership, Partner
from clients.states import CoupleState, PlaceState
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, Cast

pytestmark = pytest.mark.django_db
ROBIN = NewAccount(chosen_name="Robin", pronouns="", time_zone="Europe/Berlin", password="four quiet garden words")


def add_couple(cast: Cast, *, one: str = "robin@example.org", other: str = "sam@example.org") -> Couple:
    return commands.add_couple(
        therapist=cast.staff["moreno"], alias="New leaf", time_zone="Europe/Berlin",
        people=[("Robin", one), ("Sam", other)], by=cast.viewer("moreno"), at=NOON,
    )  # fmt: skip


def place(couple: Couple, name: str) -> Partner:
    return Partner.objects.select_related("couple").get(couple=couple, name=name)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("at").values_list("verb", flat=True))


def test_it_adds_a_couple_and_writes_to_nobody(cast: Cast, on_commit: Any) -> None:
    with on_commit():
        couple = add_couple(cast)
    assert {p.seat for p in couple.partners.all()} == {1, 2}
    assert {p.email for p in couple.partners.all()} == {"robin@example.org", "sam@example.org"}
    assert couple.clinic == cast.riverside
    assert not mail.outbox
    assert verbs() == ["couple.added"]


def test_it_draws_the_seats_by_lot(cast: Cast) -> None:
    first = {add_couple(cast).partners.get(seat=1).name for _ in range(40)}
    assert first == {"Robin", "Sam"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("r@example.org", "R@Example.org"),
        ("r@example.org", "r+sam@example.org"),
        ("r+a@example.org", "r+b@example.org"),
        ("r.s@gmail.com", "rs@googlemail.com"),
    ],
)
def test_it_refuses_two_addresses_of_one_mailbox(cast: Cast, one: str, other: str) -> None:
    with pytest.raises(SameMailbox):
        add_couple(cast, one=one, other=other)
    assert not Couple.objects.filter(alias="New leaf").exists()


def test_it_adds_to_ones_own_caseload_only(cast: Cast) -> None:
    with pytest.raises(Refused):
        commands.add_couple(
            therapist=cast.staff["moreno"], alias="x", time_zone="UTC",
            people=[("a", "a@example.org"), ("b", "b@example.org")], by=cast.viewer("yilmaz"), at=NOON,
        )  # fmt: skip


def test_it_invites_one_partner_and_tells_the_other_nothing(cast: Cast, on_commit: Any) -> None:
    couple = add_couple(cast)
    with on_commit():
        invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    assert [m.to for m in mail.outbox] == [["robin@example.org"]]
    assert token in mail.outbox[0].body
    assert token not in str(Invitation.objects.values())
    for word in ("Riverside", "Moreno", "moreno", "Robin", "Sam", "therap", "couple", "partner", "intim"):
        assert word not in mail.outbox[0].subject + mail.outbox[0].body
    assert "http" in mail.outbox[0].alternatives[0].content
    assert "<img" not in mail.outbox[0].alternatives[0].content
    invitation.refresh_from_db()
    assert invitation.sent_at == NOON
    assert "invitation.made" in verbs()
    rows = {row.place.name: row.state for row in queries.places_of(couple, viewer=cast.viewer("moreno"))}
    assert rows == {"Robin": PlaceState.INVITED, "Sam": PlaceState.NOT_INVITED}


def test_it_keeps_the_invitation_when_the_mail_server_refuses(cast: Cast, on_commit: Any, monkeypatch: Any) -> None:
    couple = add_couple(cast)

    def refuse(**_kwargs: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("accounts.emails.invitation", refuse)
        with on_commit():
            commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    [robin] = [r for r in queries.places_of(couple, viewer=cast.viewer("moreno")) if r.place.name == "Robin"]
    assert robin.state == PlaceState.UNSENT
    with on_commit():
        commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    assert len(mail.outbox) == 1


def test_it_kills_the_earlier_link_when_it_sends_again(cast: Cast) -> None:
    couple = add_couple(cast)
    viewer = cast.viewer("moreno")
    _first, early = commands.invite_partner(partner=place(couple, "Robin"), by=viewer, at=NOON)
    _second, late = commands.invite_partner(partner=place(couple, "Robin"), by=viewer, at=NOON)
    with pytest.raises(Closed):
        commands.accept_invitation(token=early, account=ROBIN, at=NOON)
    assert commands.accept_invitation(token=late, account=ROBIN, at=NOON).email == "robin@example.org"


def test_it_seats_whoever_accepts(cast: Cast) -> None:
    couple = add_couple(cast)
    _invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    person = commands.accept_invitation(token=token, account=ROBIN, at=NOON)
    robin = place(couple, "Robin")
    assert (robin.person, robin.joined_at) == (person, NOON)
    assert queries.viewer_of(person, at=NOON).is_partner == {robin.pk}
    assert person.check_password(ROBIN.password)
    assert person.password.startswith("argon2")
    assert AuditEvent.objects.get(verb="place.joined").actor_id == person.pk
    with pytest.raises(Closed):
        commands.accept_invitation(token=token, account=ROBIN, at=NOON)
    with pytest.raises(Refused):
        commands.invite_partner(partner=robin, by=cast.viewer("moreno"), at=NOON)


def test_it_takes_no_expired_revoked_or_unknown_link(cast: Cast) -> None:
    couple = add_couple(cast)
    viewer = cast.viewer("moreno")
    _invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=viewer, at=NOON)
    later = NOON + datetime.timedelta(days=14)
    for wrong, at in ((token, later), ("unknown", NOON), ("", NOON), ("\x00", NOON)):
        with pytest.raises(Closed):
            commands.accept_invitation(token=wrong, account=ROBIN, at=at)
    commands.revoke_invitation(place=place(couple, "Robin"), by=viewer, at=NOON)
    with pytest.raises(Closed):
        commands.accept_invitation(token=token, account=ROBIN, at=NOON)
    assert not User.objects.filter(email="robin@example.org").exists()
    assert queries.places_of(couple, viewer=viewer)[0].state == PlaceState.NOT_INVITED


def test_it_takes_no_link_to_a_couple_that_has_ended(cast: Cast) -> None:
    couple = add_couple(cast)
    _invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    Couple.objects.filter(pk=couple.pk).update(state=CoupleState.ENDED)
    assert queries.invited_by(token=token, viewer=cast.viewer("alex")) is None
    with pytest.raises(Closed):
        commands.accept_invitation(token=token, account=ROBIN, at=NOON)


def test_it_asks_the_holder_of_an_account_to_sign_in(cast: Cast) -> None:
    couple = add_couple(cast, one="yilmaz@example.org")
    _invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=cast.viewer("moreno"), at=NOON)
    with pytest.raises(NeedsSignIn):
        commands.accept_invitation(token=token, account=ROBIN, at=NOON)
    with pytest.raises(Refused):
        commands.accept_invitation(token=token, user=cast.people["okafor"], at=NOON)
    assert place(couple, "Robin").person is None
    commands.accept_invitation(token=token, user=cast.people["yilmaz"], at=NOON)
    assert place(couple, "Robin").person == cast.people["yilmaz"]


def test_it_corrects_an_address_and_kills_its_link(cast: Cast) -> None:
    couple = add_couple(cast)
    viewer = cast.viewer("moreno")
    _invitation, token = commands.invite_partner(partner=place(couple, "Robin"), by=viewer, at=NOON)
    commands.correct_partner(
        partner=place(couple, "Robin"), name="Robin", email="Robin@Example.com", by=viewer, at=NOON
    )
    assert place(couple, "Robin").email == "robin@example.com"
    with pytest.raises(Closed):
        commands.accept_invitation(token=token, account=ROBIN, at=NOON)
    with pytest.raises(Refused):
        commands.correct_partner(partner=cast.places["alex"], name="x", email="x@example.org", by=viewer, at=NOON)


def test_it_pauses_and_resumes_along_the_states_there_are(cast: Cast) -> None:
    viewer = cast.viewer("moreno")
    commands.pause_couple(couple=cast.couple, by=viewer, at=NOON)
    cast.couple.refresh_from_db()
    assert cast.couple.state == CoupleState.PAUSED
    with pytest.raises(Refused):
        commands.pause_couple(couple=cast.couple, by=viewer, at=NOON)
    commands.resume_couple(couple=cast.couple, by=viewer, at=NOON)
    for name in ("alex", "yilmaz", "adair", "okafor"):
        with pytest.raises(Refused):
            commands.pause_couple(couple=cast.couple, by=cast.viewer(name), at=NOON)


def test_it_moves_a_couple_and_the_former_therapist_loses_it_at_once(cast: Cast) -> None:
    commands.move_couple(couple=cast.couple, to=cast.staff["yilmaz"], by=cast.viewer("adair"), at=NOON)
    assert cast.couple.pk not in cast.viewer("moreno").treats
    assert cast.couple.pk in cast.viewer("yilmaz").treats
    assert verbs() == ["couple.moved"]


@pytest.mark.parametrize("to", ["moreno", "okafor", "adair"])
def test_it_moves_to_another_therapist_of_the_clinic_only(cast: Cast, to: str) -> None:
    with pytest.raises(Refused):
        commands.move_couple(couple=cast.couple, to=cast.staff[to], by=cast.viewer("adair"), at=NOON)


def test_it_lets_no_admin_move_a_couple_to_themselves(cast: Cast) -> None:
    with pytest.raises(Refused, match="Another admin can move couples to you") as refused:
        commands.move_couple(couple=cast.couple, to=cast.staff["both"], by=cast.viewer("both"), at=NOON)
    assert refused.value.verdict.code == "not_to_oneself"
    assert cast.couple.pk not in cast.viewer("both").treats
    commands.move_couple(couple=cast.couple, to=cast.staff["both"], by=cast.viewer("adair"), at=NOON)
    assert cast.couple.pk in cast.viewer("both").treats


def test_it_lets_no_admin_make_themselves_a_therapist(cast: Cast) -> None:
    adair, both = cast.staff["adair"], cast.staff["both"]
    for is_admin in (True, False):
        with pytest.raises(Refused, match="Another admin can make you a therapist") as refused:
            commands.change_staff(
                membership=adair, is_therapist=True, is_admin=is_admin, by=cast.viewer("adair"), at=NOON
            )
        assert refused.value.verdict.code == "not_oneself"
    assert not cast.viewer("adair").is_therapist
    commands.change_staff(membership=adair, is_therapist=True, is_admin=True, by=cast.viewer("both"), at=NOON)
    assert cast.viewer("adair").is_therapist
    commands.change_staff(membership=both, is_therapist=True, is_admin=True, by=cast.viewer("both"), at=NOON)
    commands.change_staff(membership=both, is_therapist=False, is_admin=True, by=cast.viewer("both"), at=NOON)
    with pytest.raises(Refused):
        commands.change_staff(membership=both, is_therapist=True, is_admin=True, by=cast.viewer("both"), at=NOON)


@pytest.mark.parametrize("name", ["alex", "moreno", "yilmaz", "okafor", "admin_elsewhere"])
def test_it_lets_only_an_admin_of_the_clinic_move(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        commands.move_couple(couple=cast.couple, to=cast.staff["yilmaz"], by=cast.viewer(name), at=NOON)


def test_it_keeps_a_clinics_last_admin(cast: Cast) -> None:
    admin = cast.viewer("admin_elsewhere")
    last = cast.staff["admin_elsewhere"]
    commands.add_staff(
        clinic=cast.hilltop, name="Not yet", email="n@example.org", is_therapist=False, is_admin=True, by=admin, at=NOON
    )
    with pytest.raises(Refused) as refused:
        commands.end_staff(membership=last, by=admin, at=NOON)
    assert refused.value.verdict.code == "last_admin"
    with pytest.raises(Refused):
        commands.change_staff(membership=last, is_therapist=True, is_admin=False, by=admin, at=NOON)
    commands.end_staff(membership=cast.staff["both"], by=cast.viewer("adair"), at=NOON)
    assert not cast.viewer("both").is_admin


def test_it_keeps_a_therapist_who_still_treats_couples(cast: Cast) -> None:
    adair, moreno = cast.viewer("adair"), cast.staff["moreno"]
    with pytest.raises(Refused) as refused:
        commands.end_staff(membership=moreno, by=adair, at=NOON)
    assert refused.value.verdict.code == "has_couples"
    for couple in (cast.couple, cast.neighbours):
        commands.move_couple(couple=couple, to=cast.staff["yilmaz"], by=adair, at=NOON)
    commands.end_staff(membership=moreno, by=adair, at=NOON)
    assert not cast.viewer("moreno").is_therapist
    with pytest.raises(Refused):
        commands.change_staff(membership=moreno, is_therapist=True, is_admin=True, by=adair, at=NOON)


def test_it_founds_clinics_by_the_system_alone(cast: Cast) -> None:
    with pytest.raises(Refused):
        commands.add_clinic(name="Mine", time_zone="UTC", by=cast.viewer("adair"), at=NOON)
    clinic = commands.add_clinic(name="New", time_zone="UTC", by=None, at=NOON)
    assert AuditEvent.objects.get(verb="clinic.added").clinic_id == clinic.pk


def test_it_changes_a_clinic_by_its_admins_alone(cast: Cast) -> None:
    new = {
        "name": "R",
        "time_zone": "UTC",
        "crisis_text": "",
        "exit_url": "https://example.org/",
        "hold_minutes": 60,
        "most_open": 5,
    }
    with pytest.raises(Refused):
        commands.edit_clinic(clinic=cast.riverside, **new, by=cast.viewer("admin_elsewhere"), at=NOON)
    commands.edit_clinic(clinic=cast.riverside, **new, by=cast.viewer("adair"), at=NOON)
    assert Clinic.objects.get(pk=cast.riverside.pk).hold_minutes == 60


@pytest.mark.parametrize(
    "change",
    [
        lambda c: Clinic.objects.filter(pk=c.riverside.pk).update(hold_minutes=61),
        lambda c: Couple.objects.filter(pk=c.couple.pk).update(state="else"),
        lambda c: Partner.objects.filter(pk=c.places["alex"].pk).update(seat=3),
        lambda c: Partner.objects.filter(pk=c.places["alex"].pk).update(seat=c.places["blake"].seat),
        lambda c: Partner.objects.filter(pk=c.places["alex"].pk).update(person=c.people["blake"]),
        lambda c: Partner.objects.filter(pk=c.places["alex"].pk).update(email="blake@example.org"),
        lambda c: Membership.objects.filter(pk=c.staff["adair"].pk).update(is_admin=False),
        lambda c: Membership.objects.filter(pk=c.staff["adair"].pk).update(person=c.people["moreno"]),
        lambda c: Membership.objects.filter(pk=c.staff["adair"].pk).update(email="moreno@example.org"),
        lambda c: User.objects.filter(pk=c.alex.pk).update(email="Alex@example.org"),
    ],
)
def test_it_is_guarded_by_the_database_too(cast: Cast, change: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change(cast)
