import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts import commands, policies, queries
from accounts.models import Invitation
from accounts.policies import Oneself
from accounts.validators import mailbox
from safekeeping.verdict import Refused
from tests.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def test_it_keeps_only_the_hash_of_a_token(cast: Cast) -> None:
    invitation, token = commands.invite(email=" Robin@Example.org", by=Oneself(cast.moreno.pk), at=NOON, days=3)
    assert len(token) >= 43
    assert (invitation.email, invitation.made_by) == ("robin@example.org", cast.moreno)
    assert invitation.expires_at == NOON + datetime.timedelta(days=3)
    assert queries.invitation_by(token) == invitation
    assert token not in str(Invitation.objects.values())


def test_it_makes_another_token_each_time(cast: Cast) -> None:
    invitation, first = commands.invite(email="r@example.org", by=None, at=NOON)
    _again, second = commands.reissue(invitation=invitation, by=None, at=NOON)
    assert first != second
    old = queries.invitation_by(first)
    assert old and old.revoked_at == NOON


def test_it_revokes_nothing_that_was_used(cast: Cast) -> None:
    invitation, token = commands.invite(email="alex@example.org", by=None, at=NOON)
    commands.accept(token=token, user=cast.alex, at=NOON)
    with pytest.raises(Refused):
        commands.revoke(invitation=invitation, by=None, at=NOON)
    with pytest.raises(commands.Closed):
        commands.accept(token=token, user=cast.alex, at=NOON)


def test_it_is_open_until_the_second_it_runs_out(cast: Cast) -> None:
    invitation, _token = commands.invite(email="alex@example.org", by=None, at=NOON)
    just, over = invitation.expires_at - datetime.timedelta(seconds=1), invitation.expires_at
    assert policies.may_accept(invitation, cast.alex, just)
    assert policies.may_accept(invitation, cast.alex, over).code == "closed"
    assert policies.may_accept(invitation, cast.blake, just).code == "other_address"
    assert policies.may_accept(invitation, None, just)


def test_it_is_never_both_accepted_and_revoked(cast: Cast) -> None:
    commands.invite(email="alex@example.org", by=None, at=NOON)
    Invitation.objects.update(accepted_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(revoked_at=NOON)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.org", "A@X.ORG", True), ("a+1@x.org", "a+2@x.org", True), ("a+1@x.org", "a@x.org", True),
        ("a.b@gmail.com", "ab+x@googlemail.com", True), ("a.b@x.org", "ab@x.org", False), ("a@x.org", "a@y.org", False),
    ],
)  # fmt: skip
def test_it_knows_one_mailbox_by_its_several_names(one: str, other: str, same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) is same
