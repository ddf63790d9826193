"""The delicate rule, told as a story: who can read one letter, from its first word to its taking back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clients.commands.couples import move_couple
from clients.models import Couple
from exercises.commands import assigning, sharing, writing
from exercises.models import Homework, Share
from exercises.states import Audience, Frame
from exercises.versions import Stamp
from tests.cast import NOON, PERSONAS, Cast
from tests.library import one_exercise

EVENING = datetime(2026, 3, 2, 18, tzinfo=ZoneInfo("Europe/Berlin"))


class Letter:
    """One letter of Alex's, and everybody who might read it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        version = one_exercise()
        assignment = assigning.assign(
            by=cast.viewer("moreno"), couple=cast.couple, version=version, frame=Frame.OFFER, at=NOON,
            partners=[cast.places["alex"], cast.places["blake"]],
        )  # fmt: skip
        self.homework = Homework.objects.get(assignment=assignment, partner=cast.places["alex"])
        self.step = next(step for step in version.content.steps if step.kind == "prompt")
        self.stamp = Stamp(version=0)

    def write(self, text: str, at: datetime = NOON) -> None:
        saved = writing.save_step(
            by=self.cast.viewer("alex", at), homework=self.homework.pk, number=1, step=self.step, value=text,
            stamp=self.stamp, at=at,
        )  # fmt: skip
        self.stamp = Stamp(version=saved.version)

    def give(self, audience: Audience, at: datetime = NOON) -> None:
        sharing.choose_readers(by=self.cast.viewer("alex", at), homework=self.homework, audience=audience, at=at)

    def readers(self, at: datetime = NOON) -> dict[str, str]:
        """What each person could read of it at an instant, Alex's own writing left out."""
        found = {}
        for name in PERSONAS:
            if name != "alex":
                for share in Share.objects.visible_to(self.cast.viewer(name, at)):
                    found[name] = share.value
        return found


@pytest.fixture
def letter(cast: Cast) -> Letter:
    return Letter(cast)


def test_it_is_read_by_nobody_until_its_author_chooses(letter):
    letter.write("dear")
    assert letter.readers(NOON + timedelta(days=30)) == {}
    letter.give(Audience.ONLY_ME)
    assert letter.readers(NOON + timedelta(days=30)) == {}


def test_it_reaches_the_therapist_after_the_hold_and_the_partner_after_the_release(letter):
    letter.write("dear")
    letter.give(Audience.PARTNER)

    assert letter.readers(NOON) == {}
    assert letter.readers(NOON + timedelta(minutes=10)) == {"moreno": "dear"}
    assert letter.readers(EVENING - timedelta(seconds=1)) == {"moreno": "dear"}
    assert letter.readers(EVENING) == {"moreno": "dear", "blake": "dear"}


def test_it_can_be_taken_back_before_anybody_saw_it(letter):
    letter.write("dear")
    letter.give(Audience.PARTNER)
    at = EVENING - timedelta(minutes=1)
    sharing.share_less(by=letter.cast.viewer("alex", at), homework=letter.homework, at=at)
    assert letter.readers(EVENING + timedelta(days=1)) == {}


def test_it_can_be_taken_back_from_the_partner_alone_even_afterwards(letter):
    letter.write("dear")
    letter.give(Audience.PARTNER)
    at = EVENING + timedelta(hours=1)
    sharing.share_less(by=letter.cast.viewer("alex", at), homework=letter.homework, at=at, audience=Audience.THERAPIST)
    assert letter.readers(at) == {"moreno": "dear"}


def test_it_shows_nothing_of_what_is_typed_afterwards_until_it_is_shared_again(letter):
    letter.write("dear")
    letter.give(Audience.PARTNER)
    later = EVENING + timedelta(hours=1)

    letter.write("dear, and a doubt", later)
    assert letter.readers(later) == {"moreno": "dear", "blake": "dear"}

    letter.give(Audience.PARTNER, later)
    assert letter.readers(later) == {"moreno": "dear, and a doubt", "blake": "dear, and a doubt"}
    assert Share.objects.get().edited_since_release


def test_it_never_tells_the_partner_that_there_were_other_words_before_theirs(letter):
    letter.write("dear")
    letter.give(Audience.THERAPIST)
    later = NOON + timedelta(hours=2)
    letter.write("dear, and a doubt", later)
    letter.give(Audience.PARTNER, later)

    share = Share.objects.get()
    assert share.edited
    assert not share.edited_since_release


def test_it_stays_with_the_couple_when_they_change_therapist(letter):
    letter.write("dear")
    letter.give(Audience.THERAPIST)
    later = NOON + timedelta(hours=1)
    move_couple(
        couple=letter.cast.couple, to=letter.cast.staff["yilmaz"], by=letter.cast.viewer("adair", later), at=later
    )
    assert letter.readers(later) == {"yilmaz": "dear"}


def test_it_closes_to_the_partner_when_the_couple_ends(letter):
    letter.write("dear")
    letter.give(Audience.PARTNER)
    Couple.objects.update(state="ended")
    assert letter.readers(EVENING + timedelta(days=1)) == {"moreno": "dear"}
