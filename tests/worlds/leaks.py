"""
Planted leaks: each a small fault of a kind that is easily made, put into the product while a test runs.

They are here to test the harness. Each says in a line what somebody would learn.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.adapter import AccountAdapter
from accounts.models import User
from clients import queries as clients
from exercises import emails, policies
from exercises.commands import reminding, sharing
from exercises.models import Homework, MutualMark, PrivateNote, Reflection, Share
from exercises.models.homework import HomeworkQuerySet
from exercises.models.share import ShareQuerySet
from exercises.queries import shared, writing
from exercises.queries.shared import SharedRow
from exercises.states import BEFORE, HomeworkState
from intimacy_site import web
from safekeeping import walls
from safekeeping.models import AuditEvent
from safekeeping.verdict import no

Patch = pytest.MonkeyPatch
LEAKS: list[tuple[str, str, str, Callable[[Patch], None]]] = []  # schedule, where to look, words, how it is planted


def learns(schedule: str, words: str, look: str = "at a glance") -> Callable[[Callable[[Patch], None]], None]:
    def keep(plant: Callable[[Patch], None]) -> None:
        LEAKS.append((schedule, look, words, plant))

    return keep


def answering(mp: Patch, change: Callable[[HttpRequest, HttpResponse], HttpResponse | None]) -> None:
    """Change what the site answers, wherever `change` does so."""
    real = web.same_headers

    def planted(get_response: Any) -> Any:
        inner = real(get_response)

        def answer(request: HttpRequest) -> HttpResponse:
            response = inner(request)
            return change(request, response) or response

        return answer

    mp.setattr(web, "same_headers", planted)


def walls_down(mp: Patch) -> None:
    """The pages ask as the owner of the tables: row-level security would keep back what the fault lets out."""
    mp.setattr(walls, "WEB", connection.settings_dict["USER"])


def page_of(request: HttpRequest) -> str:
    return request.resolver_match.url_name if request.resolver_match else ""


def theirs(request: HttpRequest) -> Any:
    """The homework of the partner of whoever asks."""
    if not request.user.is_authenticated:
        return Homework.objects.none()
    return Homework.objects.filter(couple__partners__person=request.user.pk).exclude(partner__person=request.user.pk)


def theirs_at(request: HttpRequest, key: str) -> list[Reflection]:
    """What the other wrote at a step of the exercise whose page this is, as nobody but them may read it."""
    return list(Reflection.objects.filter(homework=request.resolver_match.kwargs["pk"], step_key=key))


def saying(name: str, say: Callable[[HttpRequest], object]) -> Callable[[Patch], None]:
    """A page says something more, at its end."""

    def plant(mp: Patch) -> None:
        def change(request: HttpRequest, response: HttpResponse) -> None:
            if page_of(request) == name and response.status_code == 200:
                response.content += f"<!-- {say(request)} -->".encode()

        answering(mp, change)

    return plant


def heading(
    header: str, name: str, say: Callable[[HttpRequest], object], methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[Patch], None]:
    """A page has a header more, where there is something to say."""

    def plant(mp: Patch) -> None:
        def change(request: HttpRequest, response: HttpResponse) -> None:
            if page_of(request) == name and request.method in methods and (value := say(request)):
                response[header] = str(value)

        answering(mp, change)

    return plant


def names_a_record(request: HttpRequest) -> bool:
    pk = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    return isinstance(pk, UUID) and Homework.objects.filter(pk=pk).exclude(partner__person=request.user.pk).exists()


# --- what a page says

learns("finishing", "Today counts what the other has finished")(
    saying("today", lambda r: theirs(r).filter(state=HomeworkState.FINISHED).count())
)
learns("finishing", "an exercise says how far the other is with theirs", "in every page")(
    saying("homework", lambda r: [h.state for h in theirs(r).filter(assignment__copies=r.resolver_match.kwargs["pk"])])
)
learns("opening", "an opened line comes with the number of lines that were written", "in every page")(
    saying("shared-detail", lambda r: [len(one.value) for one in theirs_at(r, "guess")])
)
learns("opening", "a page tells that somebody asked themselves before they shared", "in every page")(
    saying("shared-detail", lambda r: len(theirs_at(r, BEFORE)))
)
learns("writing", "a page is longer by as much as the other has written")(
    saying("reflections", lambda r: " " * Reflection.objects.filter(homework__in=theirs(r)).count())
)
learns("writing", "a page names who wrote last")(
    saying(
        "today",
        lambda r: (
            Homework.objects.exclude(written_at=None)
            .order_by("-written_at")
            .values_list("partner__name", flat=True)
            .first()
        ),
    )
)
learns("finishing", "a badge counts what waits for the therapist")(
    saying("shared", lambda r: Share.objects.filter(homework__in=theirs(r), seen_at=None).count())
)
learns("finishing", "a page says whether the therapist has read the other")(
    saying("reflections", lambda r: Share.objects.filter(homework__in=theirs(r)).exclude(seen_at=None).exists())
)
learns("offering", "what was offered carries the minute in which its author last typed", "in every page")(
    saying(
        "shared-detail",
        lambda r: (
            Homework.objects.filter(pk=r.resolver_match.kwargs["pk"]).values_list("written_at", flat=True).first()
        ),
    )
)
learns("signing", "the account page says when the other was last here", "in every page")(
    saying(
        "account", lambda r: User.objects.filter(email="alex@example.org").values_list("last_login", flat=True).first()
    )
)
learns("writing", "the health page counts what is written in all", "in every page")(
    saying("healthz", lambda r: Reflection.objects.count())
)
learns("finishing", "a public page counts the lines of the audit trail", "in every page")(
    saying("help", lambda r: AuditEvent.objects.count())
)

# --- what a header says

learns("writing", "an ETag changes when the other types")(
    heading("ETag", "today", lambda r: '"' + "-".join(sorted(str(h.changed_at.timestamp()) for h in theirs(r))) + '"')
)
learns("writing", "Last-Modified tells the other's clock")(
    heading("Last-Modified", "shared", lambda r: max((h.changed_at for h in theirs(r)), default=None))
)
learns("writing", "only HEAD tells it", "by every method")(
    heading("X-Total", "account-messages", lambda r: theirs(r).exclude(begun_at=None).count(), ("HEAD",))
)
learns("writing", "only htmx is told it", "by every method")(
    heading(
        "HX-Trigger", "reflections", lambda r: r.headers.get("HX-Request") and theirs(r).exclude(begun_at=None).count()
    )
)


@learns("alone", "a header is missing where there is a hidden record", "by every id")
def _vary(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if names_a_record(request):
            del response["Vary"]

    answering(mp, change)


@learns("writing", "a cookie is set once the other has written")
def _cookie(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if page_of(request) == "today" and theirs(request).exclude(written_at=None).exists():
            response.set_cookie("seen", "1")

    answering(mp, change)


# --- that there is something at all


@learns("alone", "403 where 404 belongs", "by every id")
def _forbidden(mp: Patch) -> None:
    walls_down(mp)
    real = writing.own_homework_or_404

    def planted(*, viewer: Any, pk: UUID) -> Homework:
        if Homework.objects.exclude(partner__in=viewer.is_partner).filter(pk=pk).exists():
            raise PermissionDenied
        return real(viewer=viewer, pk=pk)

    mp.setattr(writing, "own_homework_or_404", planted)


@learns("alone", "404 where 405 belongs, to a method nobody uses", "by every method")
def _method(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
        return HttpResponse(status=404) if request.method == "PATCH" and names_a_record(request) else None

    answering(mp, change)


@learns("alone", "a look-up more where there is a hidden record, though the answer is the same", "by every id")
def _lookup(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if names_a_record(request):
            Homework.objects.count()

    answering(mp, change)


@learns("alone", "ids count up")
def _serial(mp: Patch) -> None:
    field = Homework._meta.get_field("id")
    mp.setattr(field, "_get_default", lambda: UUID(int=Homework.objects.count() + 1))


# --- order, number of queries, where one is sent


@learns("writing", "a list is ordered by what the other did last")
def _order(mp: Patch) -> None:
    walls_down(mp)
    real = writing.today

    def planted(*, viewer: Any) -> Any:
        last = dict(
            Homework.objects.exclude(partner__in=viewer.is_partner).values_list("assignment__copies", "changed_at")
        )
        return sorted(real(viewer=viewer), key=lambda row: last.get(row.pk, viewer.at), reverse=True)

    mp.setattr(writing, "today", planted)


@learns("writing", "the page is the same, and takes a query more for each text of the other's")
def _queries(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if page_of(request) == "today":
            for homework in theirs(request).exclude(written_at=None):
                Reflection.objects.filter(homework=homework).count()

    answering(mp, change)


@learns("finishing", "after writing one is sent elsewhere once the other has finished")
def _redirect(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
        finished = page_of(request) == "homework-step" and theirs(request).filter(state=HomeworkState.FINISHED).exists()
        return redirect("shared") if finished and response.status_code == 302 else None

    answering(mp, change)


@learns("signing", "leaving leads elsewhere once the other has left", "in every page")
def _exit(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if page_of(request) == "exit":
            response["Location"] += "again" if cache.get("left") else ""
            cache.set("left", True)

    answering(mp, change)


# --- what was meant for somebody else


@learns("writing", "the list of offers has the titles of what is kept")
def _titles(mp: Patch) -> None:
    walls_down(mp)
    real = shared.shared_with_me

    def planted(*, viewer: Any) -> Any:
        kept = (
            Homework.objects.filter(couple__in=viewer.belongs_to)
            .exclude(partner__in=viewer.is_partner)
            .exclude(written_at=None)
        )
        return real(viewer=viewer) + [SharedRow(one.pk, "kept", viewer.at) for one in kept]

    mp.setattr(shared, "shared_with_me", planted)


@learns("finishing", "offers are found whoever they are for")
def _audience(mp: Patch) -> None:
    walls_down(mp)
    mp.setattr(
        ShareQuerySet,
        "filter",
        lambda self, *a, **k: super(ShareQuerySet, self).filter(
            *a, **{w: v for w, v in k.items() if w not in {"audience", "partner_from__lte"}}
        ),
    )
    mp.setattr(
        ShareQuerySet, "visible_to", lambda self, viewer: self.filter(couple__in=viewer.belongs_to | viewer.treats)
    )


@learns("writing", "both partners' copies are each other's")
def _copies(mp: Patch) -> None:
    walls_down(mp)
    mp.setattr(HomeworkQuerySet, "own", lambda self, viewer: self.filter(couple__in=viewer.belongs_to))


@learns("writing", "a page is kept in the cache by its address alone")
def _cached(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
        if page_of(request) != "today" or response.status_code != 200 or request.method != "GET":
            return None
        return HttpResponse(cache.get_or_set("page", response.content))

    answering(mp, change)


@learns("finishing", "a word for the other is said to whoever asks next")
def _message(mp: Patch) -> None:
    def change(request: HttpRequest, response: HttpResponse) -> None:
        if request.user.is_authenticated and page_of(request) == "homework-sharing" and response.status_code == 302:
            cache.set("message", "Finished.")
        elif page_of(request) == "shared" and response.status_code == 200:
            response.content += (cache.get("message") or "").encode()

    answering(mp, change)


# --- letters, and time


@learns("finishing", "a letter comes when the other has finished")
def _letter(mp: Patch) -> None:
    real = sharing._finish

    def planted(copy: Homework, by: Any, at: Any) -> None:
        real(copy, by, at)
        send_mail("Hello", "There is news.", None, ["blake@example.org"])

    mp.setattr(sharing, "_finish", planted)


@learns("finishing", "no reminder comes once the other has finished something")
def _no_reminder(mp: Patch) -> None:
    real = policies.may_remind

    def planted(message: Any, **kwargs: Any) -> Any:
        others = Homework.objects.filter(couple=message.homework.couple).exclude(partner=message.partner)
        return no("enough") if others.filter(state=HomeworkState.FINISHED).exists() else real(message, **kwargs)

    mp.setattr(policies, "may_remind", planted)


@learns("finishing", "the reminder counts what is open for both")
def _reminder(mp: Patch) -> None:
    real = emails.reminder

    def planted(message: Any, **kwargs: Any) -> Any:
        letter = real(message, **kwargs)
        letter.body += (
            f"{Homework.objects.filter(couple=message.homework.couple, state=HomeworkState.OPEN).count()} open"
        )
        return letter

    mp.setattr(reminding.emails, "reminder", planted)


@learns("offering", "an offer is released by when its author last typed")
def _release(mp: Patch) -> None:
    real = sharing.release_of_offer

    def planted(couple: Any, *, at: Any) -> Any:
        written = Reflection.objects.filter(couple=couple).exclude(step_key="letter").order_by("-written_at").first()
        return real(couple, at=at) if written is None else at

    mp.setattr(sharing, "release_of_offer", planted)


@learns("signing", "wrong passwords are counted for the home")
def _throttle(mp: Patch) -> None:
    mp.setattr(
        AccountAdapter, "_get_login_attempts_cache_key", lambda self, request, **kwargs: self.get_client_ip(request)
    )


@learns("offering", "an offer is called edited when its author changed a word and changed it back", "in every page")
def _edited(mp: Patch) -> None:
    real = sharing._share

    def planted(copy: Any, reflection: Any, share: Any, *args: Any) -> None:
        versions = share.version, reflection.version
        real(copy, reflection, share, *args)
        if versions[0] and versions[0] != versions[1]:
            Share.objects.filter(pk=share.pk).update(edited_since_release=True)

    mp.setattr(sharing, "_share", planted)


# --- what two people marked


def compares(find: str, put: str) -> Callable[[Patch], None]:
    """PostgreSQL compares marks by another rule, until the test's transaction is taken back."""

    def plant(mp: Patch) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef('eyelevel_mutual'::regproc)")
            real = cursor.fetchone()[0]
            assert find in real
            cursor.execute(real.replace(find, put))

    return plant


learns("before", "what is mutual is shown before its evening", "by every id")(
    compares("m.counts_from <= eyelevel_at()", "m.counts_from <= eyelevel_at() + interval '2 days'")
)
learns("meeting", "what is mutual is worked out again when somebody marks again", "by every id")(
    compares("ORDER BY a.assignment_id, a.step_key, moment", "ORDER BY a.assignment_id, a.step_key, moment DESC")
)
learns("marking", "marks that nothing meets are shown", "by every id")(
    compares("WHERE substring(t.mine FROM 33", "WHERE true OR substring(t.mine FROM 33")
)
learns("marking", "the page counts the marks there are", "by every id")(
    saying("homework-together", lambda r: MutualMark.objects.count())
)
learns("marking", "the page says who has not laid anything yet", "by every id")(
    saying("homework-together", lambda r: sorted(set(MutualMark.objects.values_list("partner__name", flat=True))))
)


# --- other observers

learns("adair", "the list of people says how much each has written")(
    saying("people", lambda r: sum(len(str(one.value)) for one in Reflection.objects.all()))
)
learns("adair", "the caseloads count what is shared with therapists")(
    saying("clinic-caseloads", lambda r: Share.objects.count())
)
learns("adair", "the caseloads say how long the therapists' notes are")(
    saying("clinic-caseloads", lambda r: sum(len(note.text) for note in PrivateNote.objects.all()))
)
learns("casey", "a line says when the therapist last worked for somebody")(
    saying(
        "today", lambda r: User.objects.filter(email="moreno@example.org").values_list("last_login", flat=True).first()
    )
)
learns("okafor", "the caseload counts what is open in all clinics")(
    saying("caseload", lambda r: Homework.objects.filter(state=HomeworkState.OPEN).count())
)


@learns("casey", "another couple's exercises are on the list")
def _neighbours(mp: Patch) -> None:
    walls_down(mp)
    mp.setattr(
        HomeworkQuerySet, "own", lambda self, viewer: self.filter(clinic__couples__in=viewer.belongs_to).distinct()
    )


@learns("ellis", "help in a crisis is another clinic's", "in every page")
def _crisis(mp: Patch) -> None:
    walls_down(mp)
    mp.setattr(clients, "own_clinics", lambda *, viewer: list(clients.Clinic.objects.order_by("name")))


@learns("ellis", "reminders wait while another clinic has many")
def _queue(mp: Patch) -> None:
    real = reminding._claim

    def planted(at: Any, tried: set[UUID]) -> Any:
        busy = Reflection.objects.exclude(homework__partner__person__email="ellis@example.org").exists()
        return None if busy else real(at, tried)

    mp.setattr(reminding, "_claim", planted)
