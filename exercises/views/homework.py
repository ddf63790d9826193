"""A partner's day: what is there for me, and the first page of one exercise."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clients.guards import agreed, clinical
from clients.viewer import ViewerRequest
from exercises import policies
from exercises.commands import wishing, writing
from exercises.queries import asked, wishes
from exercises.queries import writing as queries
from exercises.queries.day import own_day
from exercises.queries.mutual import has_mutual
from exercises.queries.notes import replies_at
from exercises.states import HomeworkState


@require_safe
@clinical
def today(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    rows, day = queries.today(viewer=viewer), own_day(viewer=viewer)
    context = {
        "now": rows[:1],
        "also": rows[1:],
        "day": day,
        "pause": day.pause,
        "stand_ins": day.stand_ins,
        "reads_first": bool(viewer.belongs_to - viewer.takes_part),
        "ticks_now": day.is_measured and bool(asked.own_askings(viewer=viewer)),
        "takes_part": bool(viewer.belongs_to),
        "has_ended": bool(viewer.is_partner) and not viewer.belongs_to,
    }
    return render(request, "exercises/homework/today.html", context)


@require_safe
@clinical
@agreed
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    return render(
        request,
        "exercises/homework/detail.html",
        {
            "homework": homework,
            "content": queries.content_of(homework),
            "arranged": queries.arranged(homework),
            "may_write": policies.may_write(request.viewer, homework),
            "is_set_aside": homework.state == HomeworkState.SET_ASIDE,
            "has_mutual": has_mutual(homework),
            "is_finished": homework.state == HomeworkState.FINISHED,
            "wish": wishes.own_wish(homework, viewer=request.viewer),
            "replies": replies_at(homework, viewer=request.viewer),
        },
    )


@require_POST
@clinical
def set_aside(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    writing.move(by=request.viewer, homework=homework, to=HomeworkState.SET_ASIDE, at=request.viewer.at)
    return redirect("homework", pk=pk)


@require_POST
@clinical
def resume(request: ViewerRequest, pk: UUID) -> HttpResponse:
    homework = queries.own_homework_or_404(viewer=request.viewer, pk=pk)
    wishing.resume(by=request.viewer, homework=homework, at=request.viewer.at)
    return redirect("homework", pk=pk)
