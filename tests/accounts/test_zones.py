"""A time zone is one that Python and PostgreSQL both know: reminders ask both."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.fields import ZoneField
from accounts.models import User
from accounts.validators import accepted_zones, known_zone, zones

FILES_ONLY = [
    "right/Europe/Berlin", "right/UTC", "posix/Europe/Berlin", "posix/UTC", "localtime", "posixrules", "Factory",
]  # fmt: skip
NO_NAMES = [
    "",
    "UTC ",
    "europe/berlin",
    "Europe",
    "Europe/",
    "../UTC",
    "/etc/localtime",
    "leapseconds",
    "\x00",
    "UTC+3",
]


@pytest.mark.parametrize("name", FILES_ONLY + NO_NAMES)
def test_it_refuses_what_postgresql_may_not_know(name: str) -> None:
    with pytest.raises(ValidationError, match="Choose a time zone"):
        known_zone(name)
    with pytest.raises(ValidationError):
        ZoneField().clean(name)
    with pytest.raises(ValidationError) as refused:
        User(time_zone=name).clean_fields(exclude=["email", "password", "chosen_name"])
    assert set(refused.value.message_dict) == {"time_zone"}


def test_it_never_lists_them_whatever_this_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.validators.available_timezones", lambda: {*FILES_ONLY, "Europe/Berlin"})
    assert accepted_zones.__wrapped__() == {"Europe/Berlin", "UTC"}


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "US/Pacific", "Etc/GMT+3", "GMT"])
def test_it_accepts_places_and_older_names(name: str) -> None:
    known_zone(name)
    assert ZoneField().clean(name) == name


def test_it_offers_only_what_it_accepts() -> None:
    assert set(zones()) <= accepted_zones()
    assert len(zones()) > 300


@pytest.mark.django_db
def test_it_accepts_only_what_postgresql_tells_the_time_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(now() at time zone name) from unnest(%s::text[]) as name", [sorted(accepted_zones())]
        )
        assert cursor.fetchone() == (len(accepted_zones()),)
