"""One world: people with browsers, a clock, a mailbox, and chance; it is as if it had never been once it is left."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import reverse

from accounts.models import User
from clients.models import Partner
from clients.queries import viewer_of
from exercises.models import Assignment, ExerciseVersion, Homework, PlanItem
from exercises.queries import finding
from tests.cast import NOON
from tests.exercises.page import HTMX
from tests.plain import Plain
from tests.stores import empty_cache
from tests.worlds import routes, seen
from tests.worlds.chance import Chance, chance
from tests.worlds.seen import Glance

HOMES = {"alex": 1, "blake": 1, "casey": 2, "devon": 2, "moreno": 3, "adair": 3, "okafor": 4, "ellis": 5}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
IDLE = timedelta(minutes=10)
NEVER = UUID("00000000-0000-4000-8000-00000000dead")
_LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)')
LANDING = {
    "partner": ("today", "reflections", "shared"),
    "therapist": ("caseload", "inbox"),
    "admin": ("people", "clinic-caseloads"),
}


@dataclass(frozen=True)
class Depth:
    """How much an observer looks at: in the long run everything after each step."""

    crawl_each_step: bool = False
    crawl_at_end: bool = True
    methods: int = 1  # of how many ways an id is asked after; the rest come round in other schedules
    ids: int = 1  # of each kind and age
    by_get: bool = False  # ask after ids by GET alone


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what is done in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Browser(Plain):
    """Nothing that it asks for may break."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        assert response.status_code < 500, f"{request['PATH_INFO']} broke"
        return response


@dataclass
class World:
    """The same people as in every other world, and what became of them in this one."""

    people: dict[str, User]
    observer: str
    number: int
    chance: Chance
    clock: time_machine.Traveller
    depth: Depth
    known: set[UUID]
    step: int = 0
    now: datetime = NOON
    assignments: dict[str, UUID] = field(default_factory=dict)
    glance: Glance = field(default_factory=Glance)
    turn: tuple[object, ...] = ()  # whose deed this is, and in which step
    asked: int = 0
    _clients: dict[str, tuple[Client, datetime]] = field(default_factory=dict)

    # --- time and people

    def begin(self, who: str, of_world: int | None) -> None:
        """From here on it is somebody's turn, by a chance of their own."""
        self.turn = (who, self.step, of_world)
        self.chance.begin(*self.turn)

    def pass_time(self, by: timedelta) -> None:
        self.now += by
        self.clock.move_to(self.now)

    def client(self, who: str) -> Client:
        """Somebody's own browser, signed in; whoever has been away for some time signs in afresh."""
        client, last = self._clients.get(who, (None, NOON))
        if client is None:
            client = Browser(headers={"User-Agent": f"The device of {who}"}, REMOTE_ADDR=f"10.0.0.{HOMES[who]}")
        if self.now - last > IDLE or SESSION_KEY not in client.session:
            self.chance.begin(who, self.step, "signs in")
            client.cookies.clear()
            client.force_login(User.objects.get(pk=self.people[who].pk))
        self._clients[who] = (client, self.now)
        return client

    def left(self, who: str) -> None:
        """Somebody is signed out, and stays so until they come back."""
        self._clients[who] = (self._clients[who][0], NOON - IDLE)

    def elsewhere(self, who: str) -> None:
        """Somebody signs in on another device, too."""
        other = Browser(headers={"User-Agent": f"Another device of {who}"}, REMOTE_ADDR=f"10.0.0.{HOMES[who]}")
        self.client(who)
        self.chance.begin(who, self.step, "signs in elsewhere")
        other.force_login(User.objects.get(pk=self.people[who].pk))

    # --- asking for pages

    def ask(
        self, who: str, method: str, path: str, data: dict[str, Any] | None = None, *, htmx: bool = False,
        as_is: bool = False,
    ) -> HttpResponse:  # fmt: skip
        """Ask for a page, signed in unless it is asked as is. What the observer is answered is kept."""
        client = self._clients[who][0] if as_is else self.client(who)
        self.asked += 1
        self.chance.begin(*self.turn, self.asked)
        return self._kept(client, method, path, data, htmx=htmx, keep=who == self.observer, nth=self.asked)

    def _kept(
        self, client: Client, method: str, path: str, data: dict[str, Any] | None = None, *, htmx: bool = False,
        keep: bool = True, nth: int = 0,
    ) -> HttpResponse:  # fmt: skip
        with seen.counted() as queries, TestCase.captureOnCommitCallbacks(execute=True):
            answer: HttpResponse = client.generic(
                method,
                path,
                urlencode(data or {}, doseq=True),
                "application/x-www-form-urlencoded",
                headers=HTMX if htmx else {},
            )
        if keep:
            name = f"{method} {path}{' by htmx' if htmx else ''}{f' ({nth})' if nth else ''}"
            self.glance.facts[name] = seen.of_answer(answer, queries, asked=path)
        return answer

    def look(self, path: str, method: str = "GET", *, htmx: bool = False, chance: object = None) -> HttpResponse:
        """The observer asks. What would end their session, or change something, is as if it had not been asked."""
        client = self.client(self.observer)
        self.chance.begin(self.observer, self.step, chance or path, method, htmx)
        if method == "GET" and path not in routes.ending_a_session():
            return self._kept(client, method, path, htmx=htmx)
        with undone():
            cookies, client.cookies = client.cookies, deepcopy(client.cookies)
            answer = self._kept(client, method, path, htmx=htmx)
            client.cookies = cookies
        return answer

    # --- what an observer does after each step

    def watch(self, *, last: bool, salt: int) -> None:
        viewer = viewer_of(self.people[self.observer], at=self.now)
        self.client(self.observer)
        if self.depth.crawl_each_step or (last and self.depth.crawl_at_end):
            self._crawl(routes.own(viewer, self.people[self.observer]), salt)
            every = self.depth.methods > 1
            self._probe(routes.hidden(viewer, self.known, self.depth.ids, every_kind=every), salt)
        else:
            role = "therapist" if viewer.is_therapist else "admin" if viewer.is_admin else "partner"
            for name in LANDING[role]:
                self.look(reverse(name))
        self._open_mailbox()

    def _crawl(self, own: list[str], salt: int) -> None:
        """Every address without an id, every one with an id of one's own, and whatever these link to."""
        waiting, done = [*routes.bare(), *own], {}
        while waiting:
            path = unescape(waiting.pop(0))
            if path not in done and not path.startswith("/static/"):
                done[path] = self.look(path)
                waiting += _LINK.findall(done[path].content.decode(errors="replace"))  # a PDF is no text
        there = [path for path in routes.bare() if done[path].status_code == 200]
        for nth, path in enumerate(there, salt):  # a part to htmx, or headers alone; both, where all methods are asked
            if nth % 2 or self.depth.methods > 1:
                self.look(path, htmx=True)
            if nth % 2 == 0 or self.depth.methods > 1:
                self.look(path, "HEAD")

    def _probe(self, hidden: dict[str, list[UUID]], salt: int) -> None:
        """The real ids of what is hidden, asked after in every way, beside an id that never was."""
        self.glance.existing = routes.existing()
        ways = [(method, htmx) for htmx in (False, True) for method in METHODS]
        if self.depth.by_get:
            ways = [("GET", False)]
        for kind, pks in hidden.items():
            for name in routes.of_record(kind):
                start = salt + self.step * self.depth.methods + len(name)
                for method, htmx in [ways[(start + n) % len(ways)] for n in range(min(self.depth.methods, len(ways)))]:
                    for pk in [NEVER, *pks]:
                        path = routes.at(name, pk)
                        self.look(path, method, htmx=htmx, chance=name)
                        suffix = " by htmx" if htmx else ""
                        self.glance.probed[f"{method} {path}{suffix}"] = (
                            pk,
                            f"{method} {routes.at(name, NEVER)}{suffix}",
                        )

    def _open_mailbox(self) -> None:
        address = self.people[self.observer].email
        for n, letter in enumerate(one for one in mail.outbox if address in one.recipients()):
            self.chance.begin(self.observer, self.step, "letter", n)
            self.glance.facts[f"letter {n + 1}"] = seen.of_mail(letter)
        mail.outbox.clear()

    # --- where things are

    def couple_of(self, who: str) -> UUID:
        return Partner.objects.get(person=self.people[who]).couple_id

    def place_of(self, who: str) -> str:
        return str(Partner.objects.get(person=self.people[who]).pk)

    def copy_of(self, of: str, who: str) -> UUID | None:
        """Somebody's own copy of an assignment, where there is one in this world."""
        rows = Homework.objects.filter(assignment=self.assignments.get(of), partner__person=self.people[who])
        return rows.values_list("pk", flat=True).first()

    def name_newest(self, name: str) -> None:
        """The assignment that was just made gets a name."""
        fresh = Assignment.objects.exclude(pk__in=self.assignments.values()).values_list("pk", flat=True)
        self.assignments.update((name, pk) for pk in fresh)

    def name_steps(self, names: Sequence[str]) -> None:
        """The assignments of the plan that was just made get names, in its order."""
        fresh = PlanItem.objects.exclude(assignment__in=self.assignments.values()).order_by("position")
        self.assignments.update(zip(names, fresh.values_list("assignment", flat=True), strict=False))


Deed = Callable[[World], None]


@dataclass(frozen=True)
class Stage:
    """The people and what they have before any schedule begins, alike in all worlds."""

    people: dict[str, User]
    assignments: dict[str, UUID]

    def replay(
        self, deeds: Sequence[Deed | None], *, observer: str, number: int, depth: Depth, salt: int,
        use: Callable[[int, Glance], None],
    ) -> None:  # fmt: skip
        """Live through a schedule; `use` is given what the observer received in each step."""
        with undone(), chance() as ours, time_machine.travel(NOON, tick=False) as clock:
            empty_cache()
            finding.forget()
            # whether anybody has looked around in the library since the process began is no secret of a couple
            finding.meet(list(ExerciseVersion.objects.order_by("pk").values_list("pk", flat=True)))
            mail.outbox.clear()
            world = World(
                people=self.people, observer=observer, number=number, chance=ours, clock=clock, depth=depth,
                known=routes.existing(), assignments=dict(self.assignments),
            )  # fmt: skip
            for step, deed in enumerate(deeds, 1):
                world.step, world.glance, world.asked = step, Glance(), 0
                world.pass_time(timedelta(minutes=1))
                if deed:
                    deed(world)
                world.watch(last=step == len(deeds), salt=salt)
                use(step, world.glance)
