"""My writing: everything a partner has written, whatever became of the exercise."""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from accounts.guards import fresh_sign_in
from clients.guards import clinical
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import reading
from exercises.kinds import kind_of
from exercises.queries import taking
from exercises.queries import writing as queries
from exercises.queries.mutual import has_mutual
from exercises.queries.notes import replies_at
from exercises.queries.writing import WritingRow
from exercises.views.sharing import readers
from intimacy_site.web import page_or_part


@require_safe
@clinical
def index(request: ViewerRequest) -> HttpResponse:
    before = _moment(request.GET.get("before", ""))
    rows, more = queries.my_writing(viewer=request.viewer, before=before)
    context = {"rows": _flat(rows), "more": rows[-1].written_at.isoformat() if more else ""}
    return page_or_part(request, "exercises/reflections/index.html", "writing", context)


def _flat(rows: list[WritingRow]) -> list[tuple[str, str, str, str]]:
    """The rows as a flat template takes them apart: the month where a new one begins, id, title, day."""
    found, month = [], ""
    for row in rows:
        at = localtime(row.written_at)
        began, month = month, date_format(at, "F Y")
        found.append((month if month != began else "", str(row.pk), row.title, date_format(at, "j F")))
    return found


def _moment(sent: str) -> datetime | None:
    try:
        moment = parse_datetime(sent)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_safe
@clinical
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    answers = queries.answers(homework, viewer=request.viewer)
    return render(
        request,
        "exercises/reflections/detail.html",
        {
            "homework": homework,
            "answers": answers,
            "any_written": not all(answer.is_empty for answer in answers),
            "earlier": queries.earlier_texts(homework, viewer=request.viewer),
            "has_mutual": has_mutual(homework),
            "replies": replies_at(homework, viewer=request.viewer),
            "may_write": policies.may_write(request.viewer, homework),
            "pages": [
                (kind_of(step).page, number, step.title)
                for number, step in enumerate(queries.content_of(homework).steps, 1)
                if kind_of(step).page
            ],
            **readers(homework, answers, request),
        },
    )


@require_safe
@clinical
@fresh_sign_in()
def file(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One's own words of one exercise as a text file, whose name says nothing."""
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    reading.take_along(by=request.viewer, homework=homework, at=request.viewer.at)
    parts = [homework.assignment.version.title]
    for asked, lines in groupby(taking.own_words(homework, viewer=request.viewer), key=itemgetter(0)):
        parts.append("\n".join([asked, *(answer for _asked, answer in lines)]))
    headers = {"Content-Disposition": 'attachment; filename="notes.txt"'}
    return HttpResponse("\n\n".join(parts) + "\n", content_type="text/plain; charset=utf-8", headers=headers)
