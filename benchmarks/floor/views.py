"""Each view asks for the rows of one page of the product, makes them ready, and fills a flat template."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clients.models import Couple, Partner
from exercises.models import Assignment, Exercise, Homework, Mark, PrivateNote, Reflection, Share


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    return render(request, f"floor/{name}.html", context, using="floor")


def caseload(request: HttpRequest) -> HttpResponse:
    mine = Q(couple__therapist__person=request.user.pk)
    people = defaultdict(list)
    for couple, name in Partner.objects.filter(mine).order_by("seat").values_list("couple", "person__chosen_name"):
        people[couple].append(name)
    unseen = Q(therapist_from__lte=timezone.now(), seen_at__isnull=True)
    new = dict(Share.objects.filter(mine, unseen).values_list("couple").annotate(n=Count("homework", distinct=True)))
    open_ = dict(Homework.objects.filter(mine, state="open").values_list("couple").annotate(n=Count("pk")))
    marks = dict(Mark.objects.filter(mine).values_list("couple").annotate(n=Count("pk")))
    rows = [
        (str(pk), alias, " · ".join(people[pk]), str(new.get(pk, "–")), str(open_.get(pk, 0)), str(marks.get(pk, 0)),
         state)
        for pk, alias, state in Couple.objects.filter(therapist__person=request.user.pk)
        .order_by("alias").values_list("pk", "alias", "state")
    ]  # fmt: skip
    return _page(request, "caseload", rows=rows)


def today(request: HttpRequest) -> HttpResponse:
    found = (
        Homework.objects.filter(partner__person=request.user.pk, state__in=["open", "set_aside"])
        .order_by("due_on").values_list(
            "pk", "assignment__version__title", "assignment__version__body__minutes", "due_on", "step"
        )
    )  # fmt: skip
    rows = [(str(pk), title, str(n), f"{due:%d %B}" if due else "", str(step)) for pk, title, n, due, step in found]
    return _page(request, "today", rows=rows)


def step(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    fields = ("assignment__version__body", "step")
    body, number = Homework.objects.filter(partner__person=request.user.pk).values_list(*fields).get(pk=pk)
    text = Reflection.objects.filter(homework=pk, step_key=key).values_list("value", "version", "written_at").first()
    asked = next(step for step in body["steps"] if step["key"] == key)
    return _page(request, "step", pk=str(pk), number=number, step=asked, text=text)


@transaction.atomic
def save(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    now, text = timezone.now(), request.POST["answer"]
    copy = Homework.objects.select_for_update().filter(partner__person=request.user.pk, pk=pk).get()
    kept = Reflection.objects.filter(homework=copy.pk, step_key=key).get()
    kept.value, kept.version, kept.written_at = text, kept.version + 1, now  # sealed: the column takes nothing else
    kept.save(update_fields=["value", "version", "written_at"])
    Homework.objects.filter(pk=copy.pk).update(written_at=now, changed_at=now)
    return _page(request, "saved", version=kept.version, time=f"{now:%H:%M}")


def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = Assignment.objects.filter(couple__therapist__person=request.user.pk)
    body, alias = mine.values_list("version__body", "couple__alias").get(pk=pk)
    copies = Homework.objects.filter(assignment=pk).order_by("partner__seat")
    people = list(copies.values_list("pk", "partner__person__chosen_name", "finished_at"))
    shares = Share.objects.filter(homework__assignment=pk).values_list("homework", "step_key", "value", "audience")
    texts = {(copy, key): (value, audience) for copy, key, value, audience in shares}
    marks = set(Mark.objects.filter(assignment=pk).values_list("step_key", flat=True))
    note = PrivateNote.objects.filter(assignment=pk).values_list("text", flat=True).first()
    rows = [
        (step["key"], step["title"], step["key"] in marks,
         [(name, *texts.get((copy, step["key"]), ("", ""))) for copy, name, _finished in people])
        for step in body["steps"]
    ]  # fmt: skip
    heads = [(name, f"{finished:%d %B}" if finished else "") for _copy, name, finished in people]
    return _page(request, "review", alias=alias, title=body["title"], heads=heads, rows=rows, note=note)


def writing(request: HttpRequest) -> HttpResponse:
    mine = Homework.objects.filter(partner__person=request.user.pk, written_at__isnull=False)
    found = mine.order_by("-written_at").values_list("pk", "assignment__version__title", "written_at")[:30]
    rows = [(str(pk), title, f"{at:%d %B}") for pk, title, at in found]
    return _page(request, "writing", rows=rows)


def library(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    found = Exercise.objects.filter(retired_at__isnull=True, current__isnull=False).order_by("number")
    if words:
        found = found.filter(
            Q(current__body__title__icontains=words)
            | Q(current__body__summary__icontains=words)
            | Q(current__body__purpose__icontains=words)
        )
    names = ("title", "summary", "minutes", "format")
    rows = list(found.values_list("slug", *(f"current__body__{name}" for name in names)))
    return _page(request, "library", rows=rows)
