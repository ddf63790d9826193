"""A colleague stands in for a therapist who is away: for a time, for clinical work alone, and the partners see it."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from clients import policies
from clients.commands import appointments, end_couple, move_couple, set_next_session
from clients.commands.cover import end_cover, have_stand_in
from clients.models import Couple, Cover, Membership
from clients.policies.appointments import may_change_appointment
from clients.policies.cover import may_cover, may_see_cover
from clients.states import CoupleState
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS
from tests.exercises.page import words

TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def cover(cast):
    """Yilmaz stands in for Moreno, from today on for a week."""
    return have_stand_in(
        absent=cast.staff["moreno"], stands_in=cast.staff["yilmaz"], first=TODAY, last=TODAY + 6 * DAY,
        by=cast.viewer("adair"), at=NOON,
    )  # fmt: skip


def test_it_gives_the_colleague_the_couples_for_that_time_and_no_longer(cast, cover):
    theirs = {cast.couple.pk, cast.neighbours.pk}
    for at, covered in [(NOON - DAY, set()), (NOON, theirs), (NOON + 6 * DAY, theirs), (NOON + 7 * DAY, set())]:
        viewer = cast.viewer("yilmaz", at)
        assert (viewer.treats, viewer.covers) == (covered, covered), at
    assert cast.viewer("moreno").treats == theirs, "their own therapist treats them all the same"
    assert not cast.viewer("moreno").covers


def test_it_begins_at_once_and_not_before_it_was_written_down(cast, cover):
    assert cover.starts_at == NOON


@pytest.mark.parametrize("how", ["ended", "the absent one leaves", "the colleague leaves", "the couple has ended"])
def test_it_opens_nothing_any_more_once(cast, cover, how):
    if how == "ended":
        end_cover(cover=cover, by=cast.viewer("adair"), at=NOON)
    elif how == "the absent one leaves":
        Membership.objects.filter(pk=cover.absent_id).update(ended_at=NOON)
    elif how == "the colleague leaves":
        Membership.objects.filter(pk=cover.stands_in_id).update(ended_at=NOON)
    else:
        Couple.objects.filter(therapist=cover.absent).update(state=CoupleState.ENDED)
    assert not cast.viewer("yilmaz").treats


def test_the_second_wall_knows_the_same_couples(cast, cover, clock, client_of):
    page = client_of("yilmaz").get(reverse("caseload"))
    assert "River stones" in words(page)
    assert "you stand in for Moreno" in words(page)
    end_cover(cover=cover, by=cast.viewer("adair"), at=NOON)
    assert "River stones" not in words(client_of("yilmaz").get(reverse("caseload")))


def test_it_leaves_what_is_the_couples_own_to_their_own_therapist(cast, cover):
    yilmaz = cast.viewer("yilmaz")
    assert policies.may_treat(yilmaz, cast.couple)
    for verdict in (
        policies.may_edit_couple(yilmaz, cast.couple),
        policies.may_end_couple(yilmaz, cast.couple),
        policies.may_invite(yilmaz, cast.places["alex"]),
        policies.may_note_check(yilmaz, cast.places["alex"]),
    ):
        assert verdict.code == "stands_in"
    with pytest.raises(Refused):
        set_next_session(couple=cast.couple, day=TODAY, by=yilmaz, at=NOON)
    with pytest.raises(Refused):
        end_couple(couple=cast.couple, by=yilmaz, at=NOON)


def test_it_lets_them_hold_sessions(cast, cover):
    by = cast.viewer("yilmaz")
    made = appointments.make(
        by=by, couple=cast.couple, alone=None, day=TODAY + DAY, moment=time(9), minutes=50, at=NOON
    )
    assert may_change_appointment(by, made[0])


def test_it_says_to_the_partners_who_reads_and_until_when(cast, cover, clock, client_of):
    for name in ("alex", "blake"):
        page = words(client_of(name).get(reverse("today")))
        assert (
            "Moreno is away. Until 8 March, Yilmaz stands in, and can read what you share with your therapist." in page
        )
    assert "stands in" not in words(client_of("ellis").get(reverse("today")))


def test_it_says_nothing_to_the_partners_before_and_after(cast, clock, client_of):
    have_stand_in(
        absent=cast.staff["moreno"], stands_in=cast.staff["yilmaz"], first=TODAY + 3 * DAY, last=TODAY + 6 * DAY,
        by=cast.viewer("adair"), at=NOON,
    )  # fmt: skip
    assert "stands in" not in words(client_of("alex").get(reverse("today")))


@pytest.mark.parametrize(
    ("by", "absent", "stands_in", "code"),
    [
        ("adair", "moreno", "yilmaz", "yes"),
        ("adair", "moreno", "moreno", "no_such_colleague"),
        ("adair", "moreno", "okafor", "no_such_colleague"),
        ("adair", "moreno", "adair", "no_such_colleague"),
        ("both", "moreno", "both", "not_oneself"),
        ("moreno", "moreno", "yilmaz", "not_theirs"),
        ("admin_elsewhere", "moreno", "yilmaz", "not_theirs"),
    ],
)
def test_it_is_an_admin_who_has_a_colleague_stand_in_and_never_themselves(cast, by, absent, stands_in, code):
    verdict = may_cover(cast.viewer(by), cast.staff[absent], cast.staff[stands_in])
    assert verdict.code == code or (bool(verdict) and code == "yes")


def test_rule_and_query_are_twins(cast, cover):
    for name in (*PERSONAS, "admin_elsewhere"):
        viewer = cast.viewer(name)
        assert Cover.objects.visible_to(viewer).filter(pk=cover.pk).exists() == bool(may_see_cover(viewer, cover)), name


def test_it_is_written_down_without_names(cast, cover):
    end_cover(cover=cover, by=cast.viewer("adair"), at=NOON)
    assert set(AuditEvent.objects.filter(subject__contains="Cover").values_list("verb", flat=True)) == {
        "cover.begun", "cover.ended",
    }  # fmt: skip


def test_it_moves_with_no_couple_that_is_moved(cast, cover):
    move_couple(couple=cast.couple, to=cast.staff["both"], by=cast.viewer("adair"), at=NOON)
    assert cast.viewer("yilmaz").treats == {cast.neighbours.pk}


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-05", "2026-03-04", "The last day comes after the first, or is the same."),
        ("2026-02-20", "2026-03-01", "This day is past."),
        ("2026-03-05", "", "Choose a day."),
        ("2026-03-05", "2028-03-05", "A year at most."),
        ("soon", "2026-03-05", "Enter a valid date."),
    ],
)
def test_it_says_what_is_wrong_with_the_days(cast, clock, client_of, first, last, said):
    path = reverse("cover", args=[cast.staff["moreno"].pk])
    sent = {"stands_in": cast.staff["yilmaz"].pk, "first": first, "last": last}
    answer = client_of("adair").post(path, sent)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert not Cover.objects.exists()


def test_it_is_named_and_ended_on_the_admins_page(cast, clock, client_of):
    adair, path = client_of("adair"), reverse("cover", args=[cast.staff["moreno"].pk])
    sent = {"stands_in": cast.staff["yilmaz"].pk, "first": "2026-03-02", "last": "2026-03-08"}
    assert adair.post(path, sent).status_code == 302
    page = words(adair.get(path))
    assert "Yilmaz from 2 March 2026 to 8 March 2026" in page
    adair.post(reverse("cover-end", args=[Cover.objects.get().pk]))
    assert "Nobody stands in." in words(adair.get(path))
    with pytest.raises(Refused):
        end_cover(cover=Cover.objects.get(), by=cast.viewer("adair"), at=NOON)


def test_the_database_keeps_nonsense_out(cast, cover):
    with pytest.raises(IntegrityError):
        Cover.objects.create(
            clinic=cast.riverside, absent=cover.absent, stands_in=cover.absent, starts_at=NOON, ends_at=NOON + DAY,
            made_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize("page", ["check-in", "boundaries"])
def test_it_says_who_reads_before_something_is_told_in_private(cast, cover, clock, client_of, page):
    assert "Until 8 March, Yilmaz stands in" in words(client_of("alex").get(reverse(page)))
