"""Who may not tell two worlds apart, and in what these may differ: for each observer, what is private towards them."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.worlds.deeds import KEYS, LINES, STEPS_ALONE, STEPS_OF, Act, Passing, does
from tests.worlds.schedule import Step, alike

Acts = st.SearchStrategy[Act]
TEXTS = ("rain", "rain again", "A longer text, with <b>marks</b> & “quotes”.\n\nAnd a second paragraph.")
ALONE = "what Alex alone has"


@dataclass
class Told:
    """What the schedule so far has made of the couple's exercises, in both worlds alike."""

    given: list[str] = field(default_factory=lambda: ["the first", "the second"])
    withdrawn: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)  # by Alex
    has_spoken: bool = False  # Alex, to Blake: with a goal, or with words for an agreement

    def note(self, step: Step) -> None:
        act = step.one
        if step.is_private or not isinstance(act, Act):
            return
        args = dict(act.args)
        if act.name in {"gives", "gives_daily"} and args["of"] not in self.given:
            self.given.append(args["of"])
        if act.name == "starts":
            self.given += [name for name in STEPS_OF if name not in self.given]
        if act.name == "withdraws":
            self.withdrawn.add(args["of"])
        if act.who == "alex" and act.name in {"offers", "opens"}:
            self.offered.add(args["of"])
        self.has_spoken |= (act.who, act.name) in {("alex", "proposes"), ("alex", "offers_goal")}

    @property
    def kept(self) -> list[str]:
        """What Alex has not offered."""
        return [name for name in self.given if name not in self.offered]

    @property
    def under_way(self) -> list[str]:
        return [name for name in self.given if name not in self.withdrawn]


def _any(*acts: Acts | None) -> Acts:
    return st.one_of([one for one in acts if one is not None])


def _acts(who: str, name: str, /, **args: object) -> Acts | None:
    """Somebody doing something, with each word from a list of possible ones; none where a list is empty."""
    lists = {word: list(of) if isinstance(of, (list, tuple, set, dict)) else [of] for word, of in args.items()}
    if not all(lists.values()):
        return None
    return st.builds(does, st.just(who), st.just(name), **{word: st.sampled_from(of) for word, of in lists.items()})


def writing(who: str, of: list[str]) -> Acts:
    return _any(
        _acts(who, "types", of=of, key=KEYS, text=("", *TEXTS)),
        _acts(who, "writes", of=of, key=KEYS, text=("", *TEXTS)),
        _acts(who, "skips", of=of, key=KEYS),
        _acts(who, "settles", of=of, key=KEYS, text=TEXTS, keep=("mine", "theirs", "both")),
        _acts(who, "guesses_at", of=of, line=LINES, text=TEXTS),
        _acts(who, "looks_before", of=of, text=TEXTS),
        _acts(who, "takes_along", of=of),
        _acts(who, "sets_aside", of=of),
        _acts(who, "resumes", of=of),
    )


def choosing(who: str, of: list[str]) -> Acts:
    """Readers, without the partner."""
    return _any(
        _acts(who, "finishes", of=of, audience=("only_me", "therapist"), line=("", "only_me", "therapist")),
        _acts(who, "takes_back", of=of, to=("only_me", "therapist")),
    )


def offering(who: str, of: list[str]) -> Acts | None:
    if not of:
        return None
    return _any(
        _acts(who, "offers", of=of, key=KEYS, text=TEXTS),
        _acts(who, "opens", of=of, line=LINES, text=TEXTS),
    )


def quietly(who: str, of: list[str]) -> Acts:
    """What would suit somebody better, resting, and goals of their own that are not offered."""
    return _any(
        _acts(who, "wishes", of=of, instead=("smaller", "later", "aloud", "not_now", "session")),
        _acts(who, "takes_wish_back", of=of),
        _acts(who, "rests", lasts=("week", "session", "open")),
        _acts(who, "comes_back"),
        _acts(who, "sets_goal", text=TEXTS[:2], point=(0, 7)),
        _acts(who, "closes_goal", text=TEXTS[:2]),
        _acts(who, "ticks", said=("ab", "abcd", "dc-a")),
        _acts(who, "passes_over"),
        _acts(who, "takes_answers_back"),
        _acts(who, "raises", text=("", *TEXTS), audience=("only_me", "therapist")),
    )


def agreeing(who: str) -> Acts:
    """What both come to know of an agreement: not who signs."""
    return _any(_acts(who, "proposes", text=TEXTS[:2]), _acts(who, "takes_words_back"))


# Blake says yes to a bath alone and Alex never does, so whatever either marks, nothing of it is mutual.
ALEX_MARKS = ("", "hands yes", "hands yes, walk maybe", "hands no, walk no, bath no")
BLAKE_MARKS = ("", "bath yes", "hands no, bath maybe")


def marking(who: str, marks: tuple[str, ...]) -> Acts:
    return _any(_acts(who, "lays", said=marks, mutual=("show", "hide")), _acts(who, "takes_marks_back"))


def own_account(who: str) -> Acts:
    return _any(
        _acts(who, "looks_around"),
        _acts(who, "changes_settings", theme=("dark", "light"), zone=("Asia/Tokyo", "America/Lima", "Europe/Berlin")),
        _acts(who, "wants_reminders", hour=("06:00", "22:00")),
        _acts(who, "stops_reminders"),
        _acts(who, "changes_password"),
        _acts(who, "forgets_password"),
        _acts(who, "leaves"),
        _acts(who, "signs_out"),
        _acts(who, "signs_in"),
        _acts(who, "guesses", times=(3, 6)),
    )


def telling(who: str) -> Acts:
    """What a partner tells their therapist alone, and what they decide about taking part."""
    return _any(
        _acts(who, "answers", letter=("0", "2", "-")),
        _acts(who, "passes"),
        _acts(who, "sets_boundaries", wish=("yes", "ask", "not", "nil")),
        _acts(who, "asks_to_end", go=("ask", "take-back")),
        _acts(who, "keeps_calendar", title=("busy", "meeting")),
        _acts(who, "exports"),
        _acts(who, "answers_for_record", go=("authorise", "take-back")) if who in {"alex", "blake"} else None,
        _acts(who, "adds_factor"),
        _acts(who, "ends_device"),
        _acts(who, "stays"),
    )


def reviewing(who: str, of: list[str]) -> Acts:
    """Nothing of it is anything to the one who observes: what is written to Alex alone among it."""
    return _any(
        _acts(who, "reviews", of=of, note=TEXTS, key=KEYS),
        _acts(who, "replies", of=of, to=("alex",), text=TEXTS),
        _acts(who, "works"),
    )


def guiding(who: str, couple: str, of: list[str]) -> Acts:
    """What a therapist does that both partners of a couple come to know."""
    return _any(
        _acts(who, "gives", of=("the third", "the fourth"), to=couple),
        _acts(who, "gives_daily", of=("the third", "the fourth"), to=couple),
        _acts(who, "starts", to=couple) if couple == "alex and blake" else None,
        _acts(who, "leads", of_whom=couple.split(" ")[0], how=("pause", "resume", "stop")),
        _acts(who, "withdraws", of=of),
        _acts(who, "writes_for_both", of_whom=couple.split(" ")[0], text=TEXTS, then=("leaves it", "takes it back")),
        _acts(who, "renames", of_whom=couple.split(" ")[0], alias=("Slate", "Moss")),
        _acts(who, "turns", of_whom=couple.split(" ")[0], turn=("pause", "resume")),
    )


def meeting(who: str, partner: str) -> Acts:
    """What a therapist keeps, plans and sums up with both of a couple."""
    return _any(
        _acts(who, "keeps_session", of_whom=partner, alone="no"),
        _acts(who, "plans", of_whom=partner, text=TEXTS[:2]),
        _acts(who, "sums_up", of_whom=partner, text=TEXTS[:2]),
    )


def building(who: str, admin: str) -> Acts:
    """Exercises that a therapist makes, and that their clinic approves. No couple is given one of them."""
    return _any(_acts(who, "builds", title=("Stones", "Moss")), _acts(admin, "approves"))


def of_couple(told: Told) -> Acts:
    """Everything that is done by Alex and Blake, and by Moreno about them."""
    return _any(
        *(part(who, told.given) for who in ("alex", "blake") for part in (writing, choosing, offering, quietly)),
        agreeing("alex"),
        agreeing("blake"),
        _acts("alex", "signs", go=("sign", "take-back")),
        _acts("blake", "signs", go=("sign", "take-back")),
        _acts("moreno", "opens_in_room"),
        _acts("alex", "offers_goal", text=("a goal for both",)),
        own_account("alex"),
        own_account("blake"),
        telling("alex"),
        _acts("alex", "agrees_again"),
        _acts("alex", "changes_name", name=("Al", "Lex")),
        reviewing("moreno", told.given),
        guiding("moreno", "alex and blake", told.given),
        meeting("moreno", "alex"),
        _acts("moreno", "gives", of=ALONE, to="alex"),
        _acts("moreno", "withdraws", of=ALONE),
    )


def running(who: str) -> Acts:
    return _any(
        _acts(who, "runs_clinic", crisis=("Call 112.", "Call 116 123."), hold=(0, 15, 60)),
        _acts(who, "hires", name=("Gale", "Indra")),
    )


# --- private: each answers with two acts, one for each world, either of which may be nothing


def _free(acts: Acts) -> st.SearchStrategy[Step]:
    maybe = st.none() | acts
    return st.builds(Step, acts, maybe)


def private_to_blake(told: Told) -> st.SearchStrategy[Step]:
    alone = [ALONE, *STEPS_ALONE]
    return _free(
        _any(
            writing("alex", told.given + alone),
            choosing("alex", told.kept + alone),
            marking("alex", ALEX_MARKS),
            own_account("alex"),
            telling("alex"),
            quietly("alex", told.given + alone),
            # Blake signs nothing in these worlds: so it never holds, and Alex's signature shows nowhere
            _acts("alex", "signs", go=("sign", "take-back")),
            _acts("moreno", "reads_goals", of_whom="alex"),
            _acts("moreno", "reads_measures", of_whom="alex"),
            _acts("moreno", "asks", whom="alex", weeks=(1, 3)),
            _acts("moreno", "keeps_session", of_whom="alex", alone="yes"),
            _acts("moreno", "looks_ahead", of_whom="alex"),
            # what was offered and not read yet is taken back with it: of that the other one would learn
            None if told.offered or told.has_spoken else _acts("alex", "agrees_again"),
            reviewing("moreno", told.given + alone),
            _acts("moreno", "reads_check_ins", of_whom="alex"),
            _acts("moreno", "gives", of=ALONE, to="alex"),
            _acts("moreno", "gives_daily", of=ALONE, to="alex"),
            _acts("moreno", "starts", to="alex"),
            _acts("moreno", "withdraws", of=alone),
            building("moreno", "adair"),
        )
    )


def private_to_neighbours(told: Told) -> st.SearchStrategy[Step]:
    return _free(_any(of_couple(told), building("moreno", "adair")))


def private_to_strangers(told: Told) -> st.SearchStrategy[Step]:
    riverside = (writing("casey", ["the oak"]), own_account("moreno"), running("adair"), building("moreno", "adair"))
    return _free(_any(of_couple(told), *riverside))


def private_to_admin(told: Told) -> st.SearchStrategy[Step]:
    """A clinic's admin may know when and how often; never what, nor for whom."""
    text, audience, of = (
        st.sampled_from(TEXTS),
        st.sampled_from(("only_me", "therapist", "partner")),
        st.sampled_from(told.given),
    )
    key, who = st.sampled_from(sorted(KEYS)), st.sampled_from(("alex", "blake"))

    def twice(
        name: str, word: str, values: st.SearchStrategy[str], by: st.SearchStrategy[str], **same: st.SearchStrategy[str]
    ):
        def both(one: str, other: str, by: str, **same: str) -> Step:
            return Step(does(by, name, **{word: one}, **same), does(by, name, **{word: other}, **same))

        return st.builds(both, values, values, by, **same)

    return st.one_of(
        twice("types", "text", text, who, of=of, key=key),
        twice("writes", "text", text, who, of=of, key=key),
        twice("finishes", "audience", audience, who, of=of, line=st.just("")),
        twice("takes_back", "to", st.sampled_from(("only_me", "therapist")), who, of=of),
        twice("reviews", "note", text, st.just("moreno"), of=of, key=key),
        twice("raises", "text", text, who, audience=st.just("therapist")),
        twice("answers", "letter", st.sampled_from(("0", "2", "-")), who),
        twice("sets_boundaries", "wish", st.sampled_from(("yes", "not", "nil")), who),
    )


# --- declared: the same in both worlds, the observer's own deeds among it


def declared_to_blake(told: Told) -> Acts:
    return _any(
        offering("alex", told.under_way),
        _acts("alex", "takes_back", of=told.offered, to=("only_me", "therapist")),
        _acts("alex", "changes_name", name=("Al", "Lex")),
        _acts("alex", "offers_goal", text=("a goal for both",)),
        agreeing("alex"),
        agreeing("blake"),
        quietly("blake", told.given),
        _acts("moreno", "opens_in_room"),
        _acts("moreno", "asks", whom="both", weeks=(1, 2)),
        guiding("moreno", "alex and blake", told.given),
        meeting("moreno", "alex"),
        running("adair"),
        writing("blake", told.given),
        choosing("blake", told.given),
        offering("blake", told.given),
        marking("blake", BLAKE_MARKS),
        own_account("blake"),
        telling("blake"),
    )


def declared_to_casey(told: Told) -> Acts:
    return _any(
        guiding("moreno", "casey and devon", ["the oak"]),
        offering("devon", ["the oak"]),
        running("adair"),
        writing("casey", ["the oak"]),
        choosing("casey", ["the oak"]),
        own_account("casey"),
    )


def declared_to_strangers(told: Told) -> Acts:
    return _any(
        guiding("okafor", "ellis and finley", ["the star"]),
        reviewing("okafor", ["the star"]),
        offering("finley", ["the star"]),
        writing("ellis", ["the star"]),
        choosing("ellis", ["the star"]),
        own_account("ellis"),
        own_account("okafor"),
    )


def declared_to_adair(told: Told) -> Acts:
    return _any(of_couple(told), running("adair"), own_account("adair"))


OBSERVERS = {
    "blake": (private_to_blake, declared_to_blake),
    "casey": (private_to_neighbours, declared_to_casey),
    "adair": (private_to_admin, declared_to_adair),
    "okafor": (private_to_strangers, declared_to_strangers),
    "ellis": (private_to_strangers, declared_to_strangers),
}
HOURS = st.sampled_from((1, 7, 24, 49))


def declared(observer: str, told: Told) -> st.SearchStrategy[Step]:
    return OBSERVERS[observer][1](told).map(alike)


def private(observer: str, told: Told) -> st.SearchStrategy[Step]:
    return OBSERVERS[observer][0](told)


def passing() -> st.SearchStrategy[Step]:
    return HOURS.map(Passing).map(alike)
