"""What each would like to reach: a partner's own pages, what was offered to them, and the therapist's page of both."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.guards import agreed, clinical, therapists_only
from clients.models import Partner
from clients.queries import couple_or_404
from clients.viewer import ViewerRequest
from exercises.commands import goals as commands
from exercises.commands.sharing import release_of_offer
from exercises.forms.together import GoalForm, RatingForm
from exercises.policies import together as policies
from exercises.queries import goals as queries
from exercises.queries.wishes import places_at_work
from exercises.states import Audience


def _place(request: ViewerRequest, places: list[Partner]) -> Partner:
    """The place a new goal is written at: the one that the form names, or else the first."""
    if not places:
        raise Http404
    return next((place for place in places if str(place.pk) == request.POST.get("place")), places[0])


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def index(request: ViewerRequest) -> HttpResponse:
    viewer = request.viewer
    if not viewer.is_partner:
        raise Http404
    places = places_at_work(viewer=viewer)
    form = GoalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        goal = commands.write_goal(
            by=viewer, place=_place(request, places), text=form.cleaned_data["text"], at=viewer.at
        )
        return redirect("goal", pk=goal.pk)
    context = {
        "form": form,
        "places": places,
        "rows": queries.own_goals(viewer=viewer),
        "offered": queries.offered_to_me(viewer=viewer),
    }
    return render(request, "exercises/goals/index.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def detail(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """One goal with its ratings; sent back by rating it."""
    viewer = request.viewer
    goal = queries.own_goal_or_404(viewer=viewer, pk=pk)
    form = RatingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        commands.rate(by=viewer, goal=goal, point=int(said["point"]), line=said["line"], at=viewer.at)
        return redirect("goal", pk=pk)
    offered = queries.own_offer(goal, viewer=viewer)
    context = {
        "form": form,
        "row": queries.own_goal(goal, viewer=viewer),
        "goal": goal,
        "offered": offered,
        "is_released": offered is not None and offered.partner_from <= viewer.at,
        "is_readable": goal.therapist_from is not None and goal.therapist_from <= viewer.at,
        "may_change": policies.may_change_goal(viewer, goal),
    }
    return render(request, "exercises/goals/detail.html", context, status=422 if form.errors else 200)


@require_POST
@clinical
def close(request: ViewerRequest, pk: UUID) -> HttpResponse:
    goal = queries.own_goal_or_404(viewer=request.viewer, pk=pk)
    commands.close(by=request.viewer, goal=goal, closed=request.POST.get("go") != "open", at=request.viewer.at)
    return redirect("goal", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@clinical
@agreed
def offer(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """What the partner would see, and from when; then it is offered."""
    viewer = request.viewer
    goal = queries.own_goal_or_404(viewer=viewer, pk=pk)
    policies.may_change_goal(viewer, goal).require()
    if request.method == "POST":
        commands.offer(by=viewer, goal=goal, at=viewer.at)
        return redirect("goal", pk=pk)
    release = release_of_offer(goal.couple, at=viewer.at)
    return render(request, "exercises/goals/offer.html", {"goal": goal, "release": release})


@require_POST
@clinical
def readers(request: ViewerRequest, pk: UUID) -> HttpResponse:
    """Take back in one press: from the partner (`to=therapist`), or from everybody."""
    goal = queries.own_goal_or_404(viewer=request.viewer, pk=pk)
    to = Audience.THERAPIST if request.POST.get("to") == Audience.THERAPIST else Audience.ONLY_ME
    commands.choose_readers(by=request.viewer, goal=goal, audience=to, at=request.viewer.at)
    return redirect("goal", pk=pk)


@require_safe
@clinical
@agreed
def offered(request: ViewerRequest, pk: UUID) -> HttpResponse:
    found = queries.offered_goal_or_404(viewer=request.viewer, pk=pk)
    commands.read_offered(by=request.viewer, offer=found.pk, clinic=found.clinic_id, at=request.viewer.at)
    return render(request, "exercises/goals/offered.html", {"offer": found})


@require_safe
@therapists_only
def of_couple(request: ViewerRequest, pk: UUID) -> HttpResponse:
    couple = couple_or_404(viewer=request.viewer, pk=pk)
    commands.read_goals(by=request.viewer, couple=couple, at=request.viewer.at)
    both = queries.goals_of(couple, viewer=request.viewer)
    return render(request, "exercises/goals/couple.html", {"couple": couple, "both": both})
