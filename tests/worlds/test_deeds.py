"""The deeds of the schedules are done indeed: a harness in which nothing happens would find nothing."""

import pytest
from allauth.mfa.models import Authenticator

from clients.models import Appointment, ConsentSignature, ContentBoundary, EndingAsk, SafetyAnswer
from exercises.models import (
    AgendaItem,
    AgreementSignature,
    CalendarFeed,
    EarlierText,
    Exercise,
    Export,
    Goal,
    GoalOffer,
    GoalRating,
    Homework,
    HomeworkPause,
    JointNote,
    Mark,
    Measurement,
    OutboxMessage,
    PrivateNote,
    Proposal,
    RecordAuthorisation,
    Reflection,
    Reply,
    SessionNote,
    SessionSummary,
    Share,
)
from tests.worlds.deeds import DEEDS, does
from tests.worlds.schedule import alike
from tests.worlds.world import Depth

FIRST = {"of": "the first"}
LETTER = {**FIRST, "key": "letter"}
DONE = [  # in an order in which each can be done
    does("alex", "types", **LETTER, text="rain"),
    does("alex", "writes", **LETTER, text="snow"),
    does("alex", "skips", **FIRST, key="line"),
    does("alex", "settles", **LETTER, text="hail", keep="mine"),
    does("alex", "sets_aside", **FIRST),
    does("alex", "resumes", **FIRST),
    does("alex", "raises", text="a word", audience="therapist"),
    does("moreno", "keeps_session", of_whom="alex", alone="yes"),
    does("moreno", "keeps_session", of_whom="alex", alone="no"),
    does("moreno", "looks_ahead", of_whom="alex"),
    does("moreno", "plans", of_whom="alex", text="how we part"),
    does("moreno", "sums_up", of_whom="alex", text="we talked"),
    does("alex", "finishes", **FIRST, audience="therapist", line=""),
    does("moreno", "reviews", **FIRST, note="a note", key="letter"),
    does("moreno", "replies", **FIRST, to="alex", text="thank you"),
    does("moreno", "writes_for_both", of_whom="alex", text="for you both", then="takes it back"),
    does("alex", "takes_back", **FIRST, to="only_me"),
    does("alex", "offers", **LETTER, text="for you"),
    does("alex", "wishes", of="the second", instead="later"),
    does("alex", "takes_wish_back", of="the second"),
    does("alex", "guesses_at", of="the second", line="wish", text="the sea"),
    does("alex", "looks_before", of="the second", text="that it is all right"),
    does("alex", "opens", of="the second", line="fear", text="spiders"),
    does("alex", "takes_along", of="the second"),
    does("alex", "ticks", said="ab-d"),
    does("moreno", "reads_measures", of_whom="alex"),
    does("alex", "takes_answers_back"),
    does("moreno", "asks", whom="alex", weeks=2),
    does("alex", "passes_over"),
    does("alex", "rests", lasts="session"),
    does("moreno", "reads_goals", of_whom="alex"),
    does("alex", "comes_back"),
    does("alex", "rests", lasts="week"),
    does("alex", "sets_goal", text="rain", point=7),
    does("alex", "closes_goal", text="rain"),
    does("alex", "proposes", text="a hand"),
    does("alex", "takes_words_back"),
    does("alex", "proposes", text="a hand"),
    does("moreno", "opens_in_room"),
    does("alex", "signs", go="sign"),
    does("alex", "looks_around"),
    does("alex", "changes_settings", theme="dark", zone="Asia/Tokyo"),
    does("alex", "changes_name", name="Al"),
    does("alex", "wants_reminders", hour="06:00"),
    does("alex", "stops_reminders"),
    does("alex", "guesses", times=2),
    does("alex", "signs_in"),
    does("alex", "answers", letter="2"),
    does("alex", "passes"),
    does("alex", "sets_boundaries", wish="ask"),
    does("alex", "asks_to_end", go="ask"),
    does("alex", "lays", said="hands yes", mutual="show"),
    does("alex", "takes_marks_back"),
    does("alex", "stays"),
    does("alex", "keeps_calendar", title="busy"),
    does("alex", "exports"),
    does("alex", "answers_for_record", go="authorise"),
    does("alex", "adds_factor"),
    does("alex", "ends_device"),
    does("alex", "withdraws_agreement"),
    does("alex", "agrees_again"),
    does("alex", "offers_goal", text="a goal for both"),
    does("moreno", "reads_check_ins", of_whom="alex"),
    does("alex", "forgets_password"),
    does("alex", "changes_password"),
    does("alex", "signs_out"),
    does("alex", "leaves"),
    does("moreno", "gives", of="the third", to="alex and blake"),
    does("moreno", "withdraws", of="the third"),
    does("moreno", "gives_daily", of="each day", to="alex"),
    does("moreno", "starts", to="alex and blake"),
    does("moreno", "leads", of_whom="alex", how="pause"),
    does("moreno", "renames", of_whom="alex", alias="Slate"),
    does("moreno", "turns", of_whom="alex", turn="pause"),
    does("moreno", "works"),
    does("adair", "runs_clinic", crisis="Call 116 123.", hold=15),
    does("adair", "hires", name="Gale"),
    does("moreno", "builds", title="Stones"),
    does("adair", "approves"),
]
REFUSED = {"settles": {409}, "guesses": {422}, "signs_in": {422}}  # a conflict; wrong passwords


def looked_on_by_who_does_it(act):
    def turn(world):
        world.observer = act.who
        alike(act).in_world(0)(world)

    return turn


def test_it_does_every_deed(stage):
    assert {act.name for act in DONE} == DEEDS.keys()
    strange, left = [], {}

    def use(step, glance):
        name = DONE[step - 1].name
        own = {asked: facts["status"] for asked, facts in glance.facts.items() if asked.endswith(")")}
        fine = {200, 302, 303, *REFUSED.get(name, ())}
        strange.extend((name, asked, status) for asked, status in own.items() if status not in fine)
        if not own:
            strange.append((name, "asked for nothing"))
        if step == len(DONE):
            models = (Reflection, EarlierText, Share, Mark, PrivateNote, OutboxMessage, SafetyAnswer, ContentBoundary)
            models += (Appointment, SessionNote, AgendaItem, SessionSummary)
            models += (HomeworkPause, Goal, GoalRating, GoalOffer, Proposal, AgreementSignature)
            models += (Measurement,)
            models += (Reply, JointNote)
            left.update({model.__name__: model.objects.count() for model in models})
            left["factors"] = Authenticator.objects.filter(user__email="alex@example.org", type="totp").count()
            left["files"] = [CalendarFeed.objects.count(), Export.objects.filter(state="ready").count()]
            left["files"].append(RecordAuthorisation.objects.count())
            left["asks"] = EndingAsk.objects.count()
            left["signed"] = ConsentSignature.objects.standing().count()
            left["taken back"] = ConsentSignature.objects.exclude(withdrawn_at=None).count()
            left["approved"] = Exercise.objects.filter(clinic__isnull=False, state="approved").count()
            left["withdrawn"] = Homework.objects.filter(state="withdrawn").count()

    turns = [looked_on_by_who_does_it(act) for act in DONE]
    stage.replay(turns, observer="alex", number=0, depth=Depth(crawl_at_end=False), salt=0, use=use)
    assert not strange
    assert left == {
        "Reflection": 5, "EarlierText": 1, "Share": 2, "Mark": 1, "PrivateNote": 1, "Reply": 1, "JointNote": 1,
        "OutboxMessage": 18, "withdrawn": 2,
        "HomeworkPause": 1, "Goal": 2, "GoalRating": 1, "GoalOffer": 1, "Proposal": 1, "AgreementSignature": 1,
        "Measurement": 2,
        "SafetyAnswer": 2, "ContentBoundary": 1, "factors": 1, "asks": 1, "signed": 12, "taken back": 2,
        "approved": 1, "Appointment": 4, "SessionNote": 1, "AgendaItem": 1, "SessionSummary": 1,
        "files": [1, 1, 1],
    }  # fmt: skip


@pytest.mark.parametrize("number", [0, 1])
def test_it_leaves_nothing_behind(stage, number):
    turns = [alike(does("alex", "types", **LETTER, text="rain")).in_world(number)]
    stage.replay(turns, observer="blake", number=number, depth=Depth(crawl_at_end=False), salt=0, use=lambda *_: None)
    assert not Reflection.objects.exists()
