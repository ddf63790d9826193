"""What people do, each on the pages they have. Where a page refuses, the deed was a try, and that is a deed too."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from accounts.queries import unsubscribe_token
from accounts.schedule import forget_ended_sessions
from exercises.kinds.before import NUMBER
from exercises.schedule import forget_earlier_texts, look_after_exports, send_due_reminders
from tests.cast import PASSWORD
from tests.exercises.page import values
from tests.second import code
from tests.worlds.routes import at
from tests.worlds.world import World

KEYS = {"letter": 1, "line": 2}
GUESS, LINES = 4, ("fear", "wish")
STEPS_OF = ("the first step", "the second step", "the third step")  # of a programme, for both
STEPS_ALONE = ("one step alone", "two steps alone", "three steps alone")
DEEDS: dict[str, tuple[str, Callable[..., None]]] = {}


def deed(words: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A deed under its function's name, and how it is told."""

    def known(do: Callable[..., None]) -> Callable[..., None]:
        DEEDS[do.__name__] = (words, do)
        return do

    return known


@dataclass(frozen=True)
class Act:
    """Somebody does something."""

    who: str
    name: str
    args: tuple[tuple[str, Any], ...] = ()

    def __call__(self, world: World) -> None:
        DEEDS[self.name][1](world, self.who, **dict(self.args))

    def __str__(self) -> str:
        return f"{self.who.capitalize()} {DEEDS[self.name][0].format(**dict(self.args))}"


def does(who: str, name: str, /, **args: Any) -> Act:
    return Act(who, name, tuple(sorted(args.items())))


@dataclass(frozen=True)
class Passing:
    """Time goes by, and what beat wakes does its work meanwhile."""

    hours: int

    def __call__(self, world: World) -> None:
        for _ in range(0, self.hours, 12):
            world.pass_time(timedelta(hours=min(self.hours, 12)))
            send_due_reminders()
        forget_ended_sessions()
        forget_earlier_texts()
        look_after_exports()

    def __str__(self) -> str:
        return f"{self.hours} hours go by"


# --- a partner writes


def _send(
    world: World, me: str, name: str, of: str, data: dict[str, str], step: int = 1, *, htmx: bool = False
) -> HttpResponse | None:
    copy = world.copy_of(of, me)
    return world.ask(me, "POST", at(name, copy, step), data, htmx=htmx) if copy else None


def _version(world: World, me: str, of: str, key: str) -> str:
    copy = world.copy_of(of, me)
    page = world.ask(me, "GET", at("homework-step", copy, KEYS[key])) if copy else None
    return next(iter(values(page, "version")), "0") or "0" if page else "0"


@deed("types “{text}” at the {key} of {of}")
def types(world: World, me: str, of: str, key: str, text: str) -> None:
    version = _version(world, me, of, key)
    data = {"answer": text, "version": version, "tab": f"{me}-{world.step}", "seq": "1"}
    _send(world, me, "homework-save", of, data, KEYS[key], htmx=True)


@deed("writes “{text}” at the {key} of {of} and goes on")
def writes(world: World, me: str, of: str, key: str, text: str) -> None:
    _send(
        world,
        me,
        "homework-step",
        of,
        {"answer": text, "version": _version(world, me, of, key), "go": "continue"},
        KEYS[key],
    )


@deed("skips the {key} of {of}")
def skips(world: World, me: str, of: str, key: str) -> None:
    _send(
        world, me, "homework-step", of, {"answer": "", "version": _version(world, me, of, key), "go": "skip"}, KEYS[key]
    )


@deed("writes “{text}” at the {key} of {of} in two places, and keeps {keep}")
def settles(world: World, me: str, of: str, key: str, text: str, keep: str) -> None:
    version = _version(world, me, of, key)
    saved = _send(
        world,
        me,
        "homework-save",
        of,
        {"answer": text, "version": version, "tab": "one", "seq": str(world.step)},
        KEYS[key],
        htmx=True,
    )
    if saved is None or saved.status_code != 200:
        return
    other = values(saved, "version")[0] or "0"
    late = {"answer": f"{text} later", "version": version, "tab": "two", "seq": "1"}
    _send(world, me, "homework-save", of, late, KEYS[key], htmx=True)
    _send(world, me, "homework-step", of, {**late, "keep": keep, "other": other}, KEYS[key])


@deed("says not now to {of}")
def sets_aside(world: World, me: str, of: str) -> None:
    _send(world, me, "homework-set-aside", of, {})


@deed("picks {of} up again")
def resumes(world: World, me: str, of: str) -> None:
    _send(world, me, "homework-resume", of, {})


def _choose(world: World, me: str, of: str, choice: dict[str, str]) -> None:
    copy = world.copy_of(of, me)
    if copy:
        page = world.ask(me, "GET", at("homework-sharing", copy))
        seen = next(iter(values(page, "seen")), "") or ""
        world.ask(me, "POST", at("homework-sharing", copy), {"seen": seen, "go": "offer", **choice})


@deed("finishes {of}, to be read by: {audience}; the line by: {line}")
def finishes(world: World, me: str, of: str, audience: str, line: str) -> None:
    _choose(world, me, of, {"audience": audience, "each-line": line})


@deed("offers “{text}” as the {key} of {of}")
def offers(world: World, me: str, of: str, key: str, text: str) -> None:
    """Whatever else is in the exercise stays with its author."""
    writes(world, me, of, key, text)
    _choose(world, me, of, {"audience": "only_me", f"each-{key}": "partner"})


def _line_by_line(world: World, me: str, of: str, changed: dict[str, str]) -> None:
    """The table of guesses, with some of it changed; the rest is sent as it stood."""
    copy = world.copy_of(of, me)
    page = world.ask(me, "GET", at("homework-step", copy, GUESS)) if copy else None
    if page is None or page.status_code != 200:
        return
    names = [f"{part}-{line}" for line in LINES for part in ("mine", "guess")]
    data = {name: next(iter(values(page, name)), "") or "" for name in names}
    data["version"] = next(iter(values(page, "version")), "0") or "0"
    _send(world, me, "homework-step", of, {**data, **changed, "go": "continue"}, GUESS)


@deed("writes “{text}” as their own {line} of {of}, and guesses at the other's")
def guesses_at(world: World, me: str, of: str, line: str, text: str) -> None:
    _line_by_line(world, me, of, {f"mine-{line}": text, f"guess-{line}": f"{text}, perhaps"})


@deed("opens “{text}” as their {line} of {of}, and no other line")
def opens(world: World, me: str, of: str, line: str, text: str) -> None:
    """The other lines, and all guesses, stay as they were."""
    _line_by_line(world, me, of, {f"mine-{line}": text})
    _choose(world, me, of, {"audience": "only_me", "open-guess": line})


@deed("asks themselves before sharing {of}: “{text}”")
def looks_before(world: World, me: str, of: str, text: str) -> None:
    copy = world.copy_of(of, me)
    page = world.ask(me, "GET", at("homework-step", copy, NUMBER)) if copy else None
    version = next(iter(values(page, "version")), "0") or "0" if page else "0"
    _send(world, me, "homework-step", of, {"hoping": text, "anyway": "no", "version": version}, NUMBER)


@deed("takes their own words of {of} along")
def takes_along(world: World, me: str, of: str) -> None:
    copy = world.copy_of(of, me)
    if copy:
        _afresh(world, me)
        world.ask(me, "GET", at("reflection-file", copy))


@deed("marks “{said}” at the menu, and at the end: {mutual}")
def lays(world: World, me: str, said: str, mutual: str) -> None:
    """As in `hands yes, walk no`. Nobody reads the marks themselves."""
    marks = dict(f"mark-{one}".split(" ") for one in said.split(", ") if one)
    _send(world, me, "homework-step", "the menu", {**marks, "maybe": "on", "version": _menu(world, me)})
    _choose(world, me, "the menu", {"audience": "only_me", "mutual": mutual})


def _menu(world: World, me: str) -> str:
    page = world.ask(me, "GET", at("homework-step", world.copy_of("the menu", me)))
    return next(iter(values(page, "version")), "0") or "0"


@deed("takes their marks back")
def takes_marks_back(world: World, me: str) -> None:
    _send(world, me, "homework-together", "the menu", {})


@deed("takes back {of}, as far as: {to}")
def takes_back(world: World, me: str, of: str, to: str) -> None:
    _send(world, me, "homework-share-less", of, {"to": to})


@deed("looks through every page of their own")
def looks_around(world: World, me: str) -> None:
    for name in ("today", "reflections", "shared", "account"):
        world.ask(me, "GET", reverse(name))
    for of in world.assignments:
        copy = world.copy_of(of, me)
        for name in ("homework", "homework-done", "reflection") if copy else ():
            world.ask(me, "GET", at(name, copy))


# --- what would suit somebody better, goals, and what two agree on


@deed("would rather have {of}: {instead}")
def wishes(world: World, me: str, of: str, instead: str) -> None:
    _send(world, me, "homework-wish", of, {"instead": instead, "reason": f"{me} said why"})


@deed("takes back what they would rather have than {of}")
def takes_wish_back(world: World, me: str, of: str) -> None:
    _send(world, me, "homework-wish", of, {"go": "take-back"})


@deed("rests: {lasts}")
def rests(world: World, me: str, lasts: str) -> None:
    world.ask(me, "POST", reverse("rest"), {"lasts": lasts})


@deed("comes back from resting")
def comes_back(world: World, me: str) -> None:
    world.ask(me, "POST", reverse("rest"), {"go": "back"})


def _goal(world: World, me: str, text: str) -> UUID | None:
    """The goal in these words, written if there is none."""
    made = world.ask(me, "POST", reverse("goals"), {"text": text})
    found = re.fullmatch(r"/goals/([0-9a-f-]{36})/", made.headers.get("Location", ""))
    return UUID(found[1]) if found else None


@deed("sets a goal, “{text}”, and rates it {point}")
def sets_goal(world: World, me: str, text: str, point: int) -> None:
    goal = _goal(world, me, text)
    if goal:
        world.ask(me, "POST", at("goal", goal), {"point": str(point), "line": "a line"})


@deed("closes the goal “{text}”")
def closes_goal(world: World, me: str, text: str) -> None:
    goal = _goal(world, me, text)
    if goal:
        world.ask(me, "POST", at("goal-close", goal), {"go": "close"})


@deed("offers the goal “{text}”")
def offers_goal(world: World, me: str, text: str) -> None:
    goal = _goal(world, me, text)
    if goal:
        world.ask(me, "POST", at("goal-offer", goal))


PACT = 2  # its step with the agreement


@deed("writes down for both “{text}”")
def proposes(world: World, me: str, text: str) -> None:
    copy = world.copy_of("the pact", me)
    if copy:
        page = world.ask(me, "GET", at("agreement", copy, PACT))
        now = {name: next(iter(values(page, name)), "") or "" for name in ("base", "version")}
        world.ask(me, "POST", at("agreement", copy, PACT), {**now, "term-signal": text})


@deed("signs what is written down: {go}")
def signs(world: World, me: str, go: str) -> None:
    copy = world.copy_of("the pact", me)
    if copy:
        page = world.ask(me, "GET", at("agreement", copy, PACT))
        for proposal in values(page, "proposal"):
            world.ask(me, "POST", at("agreement-sign", copy, PACT), {"proposal": proposal or "", "go": go})


@deed("takes back what they wrote down for both")
def takes_words_back(world: World, me: str) -> None:
    _send(world, me, "agreement-take-back", "the pact", {}, PACT)


@deed("opens what is written down, in the room")
def opens_in_room(world: World, me: str) -> None:
    world.ask(me, "POST", at("agreement-room", world.assignments["the pact"]), {"step": "pause"})


@deed("looks at the goals of {of_whom}'s couple, and says that there was a session")
def reads_goals(world: World, me: str, of_whom: str) -> None:
    world.ask(me, "GET", reverse("couple-goals", args=[world.couple_of(of_whom)]))
    world.ask(me, "POST", reverse("session-was", args=[world.couple_of(of_whom)]))


# --- what is asked and counted


def _asked(world: World, me: str) -> list[str]:
    """The addresses of what somebody is asked now."""
    page = world.ask(me, "GET", reverse("measures"))
    return list(dict.fromkeys(re.findall(r'href="(/measures/[0-9a-f-]{36}/)"', page.content.decode())))


@deed("ticks {said} wherever something is asked, and sends it")
def ticks(world: World, me: str, said: str) -> None:
    for path in _asked(world, me):
        for number, letter in enumerate(said, 1):
            answer = {"go": "rather-not"} if letter == "-" else {"go": "continue", "answer": letter}
            world.ask(me, "POST", f"{path}{number}/", answer)
        if len(said) == 4:
            world.ask(me, "POST", f"{path}check/")


@deed("passes over what is asked")
def passes_over(world: World, me: str) -> None:
    for path in _asked(world, me):
        world.ask(me, "POST", path)


@deed("takes back what was sent")
def takes_answers_back(world: World, me: str) -> None:
    page = world.ask(me, "GET", reverse("measures"))
    for path in dict.fromkeys(re.findall(r'action="(/measures/sent/[0-9a-f-]{36}/take-back/)"', page.content.decode())):
        world.ask(me, "POST", path)


@deed("reads what the couple of {of_whom} has answered")
def reads_measures(world: World, me: str, of_whom: str) -> None:
    world.ask(me, "GET", reverse("couple-measures", args=[world.couple_of(of_whom)]))


@deed("asks {whom} once more, every {weeks} weeks from now on")
def asks(world: World, me: str, whom: str, weeks: int) -> None:
    page = world.ask(me, "GET", path := reverse("couple-measures", args=[world.couple_of("alex")]))
    places = values(page, "partners")
    instruments = re.findall(r'<option value="([0-9a-f-]{36})"', page.content.decode())
    sent = {"go": "ask", "rhythm": "weeks", "weeks": str(weeks), "instrument": instruments[0]}
    chosen = [place for place in places if place] if whom == "both" else [world.place_of(whom)]
    world.ask(me, "POST", path, {**sent, "partners": chosen})


# --- sessions


@deed("writes down for the session “{text}”, for: {audience}")
def raises(world: World, me: str, text: str, audience: str) -> None:
    page = world.ask(me, "GET", reverse("session-next"))
    version = next(iter(values(page, "version")), "0") or "0"
    world.ask(me, "POST", reverse("session-next"), {"text": text, "audience": audience, "version": version})


@deed("keeps a session with {of_whom}; alone: {alone}")
def keeps_session(world: World, me: str, of_whom: str, alone: str) -> None:
    path = reverse("appointments", args=[world.couple_of(of_whom)])
    sent = {"day": (world.now + timedelta(days=3)).date().isoformat(), "minutes": "50", "times": "2", "weeks": "1"}
    with_whom = {"with_whom": world.place_of(of_whom), "moment": "08:00"} if alone == "yes" else {"moment": "18:00"}
    world.ask(me, "POST", path, {**sent, **with_whom})
    world.ask(me, "GET", reverse("calendar"))


@deed("looks at the agenda of {of_whom}'s couple, in the room, too")
def looks_ahead(world: World, me: str, of_whom: str) -> None:
    for name in ("agenda", "agenda-present", "agenda-print", "agenda-pdf"):
        world.ask(me, "GET", reverse(name, args=[world.couple_of(of_whom)]))


@deed("puts “{text}” on the agenda of {of_whom}'s couple, publishes it, and ticks off everything")
def plans(world: World, me: str, of_whom: str, text: str) -> None:
    path = reverse("agenda", args=[world.couple_of(of_whom)])
    world.ask(me, "POST", path, {"text": text, "minutes": "10"})
    for row in dict.fromkeys(values(world.ask(me, "GET", path), "row")):
        if (row or "").startswith("own:"):
            world.ask(me, "POST", path, {"deed": "publish", "row": row or ""})
        world.ask(me, "POST", path, {"deed": "tick", "row": row or ""})


@deed("sums a session of {of_whom}'s couple up: “{text}”")
def sums_up(world: World, me: str, of_whom: str, text: str) -> None:
    path = reverse("session-summary", args=[world.couple_of(of_whom)])
    version = next(iter(values(world.ask(me, "GET", path), "version")), "0") or "0"
    world.ask(me, "POST", path, {"text": text, "then": "what comes next", "version": version})


# --- somebody's account


@deed("chooses the colours {theme}, the zone {zone}")
def changes_settings(world: World, me: str, theme: str, zone: str) -> None:
    page = world.ask(me, "GET", reverse("account"))
    now = {name: values(page, name)[0] or "" for name in ("chosen_name", "pronouns")}
    world.ask(me, "POST", reverse("account"), {**now, "theme": theme, "time_zone": zone})


@deed("is called {name} from now on")
def changes_name(world: World, me: str, name: str) -> None:
    world.ask(
        me,
        "POST",
        reverse("account"),
        {"chosen_name": name, "pronouns": "", "theme": "system", "time_zone": "Europe/Berlin"},
    )


@deed("asks for reminders at {hour}")
def wants_reminders(world: World, me: str, hour: str) -> None:
    world.ask(me, "POST", reverse("account-messages"), {"wants_reminders": "on", "remind_at": hour})


@deed("stops reminders by the link in one")
def stops_reminders(world: World, me: str) -> None:
    world.ask(me, "POST", reverse("unsubscribe", args=[unsubscribe_token(world.people[me])]))


@deed("chooses another password")
def changes_password(world: World, me: str) -> None:
    new = f"a new one of {me}'s, the {world.step}th"
    world.ask(me, "POST", reverse("account_change_password"), {"old": PASSWORD, "password": new})


@deed("asks for a letter with a new password")
def forgets_password(world: World, me: str) -> None:
    world.ask(me, "POST", reverse("account_reset_password"), {"email": world.people[me].email})


@deed("leaves quickly")
def leaves(world: World, me: str) -> None:
    world.ask(me, "GET", reverse("exit"))
    world.left(me)


@deed("signs out")
def signs_out(world: World, me: str) -> None:
    world.ask(me, "POST", reverse("account_logout"))
    world.left(me)


@deed("tries {times} wrong passwords")
def guesses(world: World, me: str, times: int) -> None:
    world.ask(me, "POST", reverse("account_logout"))
    for n in range(times):
        _sign_in(world, me, f"wrong {n}")
    world.left(me)


@deed("signs out, and in again by the second try")
def signs_in(world: World, me: str) -> None:
    world.ask(me, "POST", reverse("account_logout"))
    for sent in ("wrong", PASSWORD):
        _sign_in(world, me, sent)
    world.left(me)


def _sign_in(world: World, me: str, password: str) -> None:
    sent = {"login": world.people[me].email, "password": password}
    world.ask(me, "POST", reverse("account_login"), sent, as_is=True)


def _afresh(world: World, me: str) -> None:
    """What is asked for next takes a fresh sign-in."""
    world.ask(me, "POST", reverse("account_reauthenticate"), {"password": PASSWORD})


@deed("has an address made for their calendar, {title}, and looks at it")
def keeps_calendar(world: World, me: str, title: str) -> None:
    _afresh(world, me)
    page = world.ask(me, "POST", reverse("account-calendar"), {"go": "make"})
    world.ask(me, "POST", reverse("account-calendar"), {"go": "save", "title": title, "due_days": "on"})
    for path in re.findall(r"/cal/[^\"]+\.ics", page.content.decode()):
        world.ask(me, "GET", path)


@deed("asks for everything of their own, and takes it")
def exports(world: World, me: str) -> None:
    _afresh(world, me)
    world.ask(me, "POST", reverse("export"), {"go": "ask"})
    world.ask(me, "GET", reverse("export"))
    world.ask(me, "GET", reverse("export-file"))


@deed("is asked whether the joint record may leave, and answers: {go}")
def answers_for_record(world: World, me: str, go: str) -> None:
    _afresh(world, "moreno")
    sent = {"go": "ask", "partner": str(world.place_of(me))}
    world.ask("moreno", "POST", reverse("couple-record", args=[world.couple_of(me)]), sent)
    _afresh(world, me)
    page = world.ask(me, "GET", reverse("record"))
    for ask in values(page, "ask"):
        world.ask(me, "POST", reverse("record"), {"ask": ask or "", "agree": "yes", "go": go})


@deed("adds a second step, and looks at where they are signed in")
def adds_factor(world: World, me: str) -> None:
    _afresh(world, me)
    page = world.ask(me, "GET", reverse("mfa_activate_totp"))
    key = re.search(r"secret=([A-Z2-7]+)", unescape(page.content.decode()))
    if key:
        world.ask(me, "POST", reverse("mfa_activate_totp"), {"code": code(key=key[1])})
    world.ask(me, "GET", reverse("mfa_index"))


@deed("signs in on another device, and ends that from the first")
def ends_device(world: World, me: str) -> None:
    world.elsewhere(me)
    _afresh(world, me)
    world.ask(me, "GET", reverse("mfa_index"))
    world.ask(me, "POST", reverse("devices-end-others"))


@deed("asks how long they stay signed in, and stays")
def stays(world: World, me: str) -> None:
    for method in ("GET", "POST"):
        world.ask(me, method, reverse("session-left"))


# --- a partner, for their therapist alone


@deed("answers “{letter}” to the check-in")
def answers(world: World, me: str, letter: str) -> None:
    _check_in(world, me, {"go": "send", "afraid": letter, "hurt": letter})


@deed("passes the check-in over")
def passes(world: World, me: str) -> None:
    _check_in(world, me, {"go": "pass"})


def _check_in(world: World, me: str, said: dict[str, str]) -> None:
    world.ask(me, "GET", reverse("check-in"))
    world.ask(me, "POST", reverse("check-in"), {"place": world.place_of(me), **said})
    world.ask(me, "GET", reverse("check-in-after"))


@deed("says “{wish}” to touch")
def sets_boundaries(world: World, me: str, wish: str) -> None:
    world.ask(me, "GET", reverse("boundaries"))
    world.ask(me, "POST", reverse("boundaries"), {"place": world.place_of(me), "touch": wish, "sexual": wish})


@deed("asks for the end of the shared work: {go}")
def asks_to_end(world: World, me: str, go: str) -> None:
    world.ask(me, "GET", reverse("separation"))
    world.ask(me, "POST", reverse("separation"), {"place": world.place_of(me), "go": go})


@deed("takes back their agreement")
def withdraws_agreement(world: World, me: str) -> None:
    world.ask(me, "GET", reverse("consent-withdraw"))
    world.ask(me, "POST", reverse("consent-withdraw"))


@deed("takes back their agreement, and agrees again")
def agrees_again(world: World, me: str) -> None:
    withdraws_agreement(world, me)
    for _ in range(2):  # the agreement, and the policy on secrets
        page = world.ask(me, "GET", reverse("consent"))
        for document in values(page, "document"):
            world.ask(me, "POST", reverse("consent"), {"document": document or "", "go": "agree"})


# --- a therapist


@deed("gives {to} an exercise, called {of}")
def gives(world: World, me: str, of: str, to: str) -> None:
    path = reverse("assign", args=[world.couple_of(to.split(" and ")[0])])
    world.ask(me, "GET", path)
    day = (world.now + timedelta(days=4)).date().isoformat()  # later than any zone could make it today
    chosen = [world.place_of(name) for name in to.split(" and ")]
    world.ask(
        me,
        "POST",
        path,
        {"exercise": "small-one", "partners": chosen, "frame": "offer", "due_on": day, "note": f"for {to}"},
    )
    world.name_newest(of)


@deed("gives {to} an exercise, called {of}, for every day of a week")
def gives_daily(world: World, me: str, of: str, to: str) -> None:
    path = reverse("assign", args=[world.couple_of(to.split(" and ")[0])])
    chosen = [world.place_of(name) for name in to.split(" and ")]
    sent = {
        "exercise": "small-one",
        "partners": chosen,
        "due": "again",
        "every": "day",
        "times": "7",
        "why": f"for {to}",
    }
    world.ask(me, "POST", f"{path}?check=yes", sent, htmx=True)
    world.ask(me, "POST", path, sent)
    world.name_newest(of)


@deed("starts a programme with {to}")
def starts(world: World, me: str, to: str) -> None:
    path = at("plan-start", world.couple_of(to.split(" and ")[0]))
    world.ask(me, "GET", path)
    world.ask(me, "POST", path, {"partners": [world.place_of(name) for name in to.split(" and ")]})
    world.name_steps(STEPS_OF if " and " in to else STEPS_ALONE)


@deed("{how}s the programme of {of_whom}")
def leads(world: World, me: str, of_whom: str, how: str) -> None:
    path = reverse("plan", args=[world.couple_of(of_whom)])
    page = world.ask(me, "GET", path)
    for plan in sorted({plan or "" for plan in values(page, "plan")}):
        world.ask(me, "POST", path, {"plan": plan, "deed": how})


@deed("withdraws {of}")
def withdraws(world: World, me: str, of: str) -> None:
    if of in world.assignments:
        world.ask(me, "POST", at("assignment-withdraw", world.assignments[of]))


@deed("reads {of}, notes “{note}”, and marks the {key}")
def reviews(world: World, me: str, of: str, note: str, key: str) -> None:
    if of in world.assignments:
        pk = world.assignments[of]
        world.ask(me, "GET", at("review", pk))
        _afresh(world, me)
        page = world.ask(me, "GET", at("review-note", pk))
        version = next(iter(values(page, "version")), "0") or "0"
        world.ask(me, "POST", at("review-note", pk), {"text": note, "version": version})
        world.ask(me, "POST", at("review-mark", pk), {"mark": key})
        world.ask(me, "POST", at("review-seen", pk), {})


@deed("writes “{text}” to {to} alone about {of}")
def replies(world: World, me: str, of: str, to: str, text: str) -> None:
    """Looked at once more before it is sent, as the page asks."""
    if of not in world.assignments:
        return
    path = at("review-reply", world.assignments[of])
    sent = {"to": world.place_of(to), "text": text}
    for go in ("check", "send"):
        world.ask(me, "POST", path, {**sent, "go": go})


@deed("writes “{text}” for both of {of_whom}, publishes it, and {then}")
def writes_for_both(world: World, me: str, of_whom: str, text: str, then: str) -> None:
    begun = world.ask(me, "POST", reverse("joint-notes", args=[world.couple_of(of_whom)]), {})
    if begun.status_code != 302:
        return
    path = begun["Location"]
    world.ask(me, "POST", path, {"text": text, "version": "0"})
    world.ask(me, "POST", f"{path}publish/", {"version": "1"})
    if then == "takes it back":
        world.ask(me, "POST", f"{path}publish/", {"go": "take-back"})


@deed("calls the couple of {of_whom} “{alias}”")
def renames(world: World, me: str, of_whom: str, alias: str) -> None:
    path = reverse("couple-edit", args=[world.couple_of(of_whom)])
    world.ask(me, "POST", path, {"alias": alias, "time_zone": "Europe/Berlin", "release_at": "18:00"})


@deed("turns the work of {of_whom}: {turn}")
def turns(world: World, me: str, of_whom: str, turn: str) -> None:
    world.ask(me, "POST", reverse("couple-edit", args=[world.couple_of(of_whom)]), {"turn": turn})


@deed("reads what {of_whom}'s couple told in private")
def reads_check_ins(world: World, me: str, of_whom: str) -> None:
    world.ask(me, "GET", reverse("check-ins", args=[world.couple_of(of_whom)]))


@deed("goes through caseload, inbox and library")
def works(world: World, me: str) -> None:
    for name in ("caseload", "inbox", "library", "couple-new"):
        world.ask(me, "GET", reverse(name))


@deed("makes an exercise of the small one, called “{title}”, publishes it and offers it to the clinic")
def builds(world: World, me: str, title: str) -> None:
    made = world.ask(me, "POST", reverse("library-copy", args=["small-one"]))
    path = made.headers["Location"]
    page = world.ask(me, "GET", f"{path}head/")
    now = {name: values(page, name)[0] or "" for name in ("was", "version", "minutes")}
    kept = {name: text for name, text in WHOLE.items() if name != "title"}
    world.ask(me, "POST", f"{path}head/", {**now, **kept, "title": title})
    page = world.ask(me, "GET", f"{path}publish/")
    world.ask(me, "POST", f"{path}publish/", {"looked_at": next(iter(values(page, "looked_at")), "") or ""})
    world.ask(me, "POST", f"{path}offer/", {"go": "offer"})


WHOLE = {
    "summary": "A small exercise.", "introduction": "A beginning.", "notice": "Notice your breath.", "format": "each",
    "frame": "offer", "content_level": "0", "purpose": "To test with.", "schools": "guide", "leaning": "connection",
    "debrief": "How was it?\nWhat now?\nAnd then?",
}  # fmt: skip


# --- a clinic's admin


@deed("approves what is offered to the clinic")
def approves(world: World, me: str) -> None:
    page = world.ask(me, "GET", reverse("clinic-library"))
    for path in dict.fromkeys(re.findall(r'href="(/c/library/[0-9a-f-]{36}/)"', page.content.decode())):
        offer = world.ask(me, "GET", path)
        for version in values(offer, "version"):
            world.ask(me, "POST", path, {"go": "approve", "version": version or ""})


@deed("writes “{crisis}” as help in a crisis, and holds for {hold} minutes")
def runs_clinic(world: World, me: str, crisis: str, hold: int) -> None:
    page = world.ask(me, "GET", reverse("clinic-settings"))
    now = {name: values(page, name)[0] or "" for name in ("name", "exit_url")}
    now |= {"time_zone": "Europe/Berlin", "crisis_text": crisis, "hold_minutes": str(hold), "most_open": "20"}
    world.ask(me, "POST", reverse("clinic-settings"), now)


@deed("adds {name} to the staff")
def hires(world: World, me: str, name: str) -> None:
    world.ask(
        me, "POST", reverse("staff-new"), {"name": name, "email": f"{name.lower()}@example.org", "roles": "therapist"}
    )
