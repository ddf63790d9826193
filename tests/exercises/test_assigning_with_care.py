"""Giving what could endanger somebody, or what somebody does not want: the therapist is warned, and decides."""

import pytest
from django.urls import reverse

from clients import commands as private
from clients.states import ContentKind, Wish
from exercises import policies
from exercises.models import Assignment, AssignmentConfirmation
from exercises.policies import giving
from exercises.text import REASON
from safekeeping import context
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS
from tests.exercises.page import fields, html, words
from tests.exercises.scene import content, new_version
from tests.second import fresh

RISKY = {"risks": ("unilateral-disclosure",)}
TOUCH = {"content_level": 2}
WHY = "We talked about it on Monday, each alone."


@pytest.fixture
def version(scene):
    """Makes an exercise with some tags."""

    def made(**tags):
        return new_version(content(**tags))

    return made


def tell(scene, name="alex", said=None):
    private.leave_check_in(place=scene.cast.places[name], said=said or {"afraid": "2"}, by=scene.viewer(name), at=NOON)


def wish(scene, name="alex", **wishes):
    said = {ContentKind(kind): value for kind, value in wishes.items()}
    private.set_boundaries(place=scene.cast.places[name], wishes=said, by=scene.viewer(name), at=NOON)


# --- what an exercise is about


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ({}, set()),
        ({"content_level": 1}, {"affection"}),
        ({"content_level": 2}, {"touch"}),
        ({"content_level": 3}, {"sexual"}),
        ({"content_level": 3, "risks": ("touch",)}, {"sexual", "touch"}),
        ({"content_level": 2, "jobs": ("physical-closeness",)}, {"touch", "body"}),
        ({"content_level": 0, "jobs": ("physical-closeness",)}, set()),
        ({"barriers": ("old-wounds",)}, {"past"}),
        ({"risks": ("confrontation",)}, {"conflict"}),
        ({"jobs": ("conflict-and-repair",), "leaning": "connection"}, {"conflict"}),
        ({"jobs": ("conflict-and-repair",), "leaning": "self-standing"}, set()),
    ],
)
def test_it_reads_what_an_exercise_is_about_off_its_tags(tags, kinds):
    assert giving.kinds_of(content(**tags)) == kinds


# --- the command


@pytest.mark.parametrize("risk", ["unilateral-disclosure", "stretch", "touch", "confrontation"])
@pytest.mark.parametrize("given_to", [("alex",), ("blake",), ("alex", "blake")])
def test_it_takes_a_reason_where_somebody_told_of_fear_whoever_of_both_it_is_for(scene, version, risk, given_to):
    tell(scene)
    with pytest.raises(Refused) as refused:
        scene.assign(*given_to, version=version(risks=(risk,)), reason="  ")
    assert refused.value.verdict.code == "reason_needed"
    assert scene.assign(*given_to, version=version(risks=(risk,)), reason=WHY)


def test_it_takes_no_reason_where_nothing_speaks_against_it(scene, version):
    assert scene.assign(version=version(**RISKY))
    tell(scene)
    tell(scene, "casey", said={"hurt": "2"})
    assert scene.assign(version=version(slug="calm", number=901))


@pytest.mark.parametrize(
    ("wished", "code"), [(Wish.WELCOME, "ok"), (Wish.UNSAID, "ok"), (Wish.ASK_FIRST, "reason_needed")]
)
def test_it_takes_a_reason_past_ask_me_first(scene, version, wished, code):
    wish(scene, touch=wished)
    given = {"version": version(**TOUCH)}
    if code == "ok":
        assert scene.assign(**given)
        return
    with pytest.raises(Refused) as refused:
        scene.assign(**given)
    assert refused.value.verdict.code == code
    assert scene.assign(reason=WHY, **given)


def test_it_is_never_given_past_not_now_and_tells_the_therapist_whose_it_is(scene, version):
    wish(scene, "blake", touch=Wish.NOT_NOW)
    with pytest.raises(Refused) as refused:
        scene.assign(version=version(**TOUCH), reason=WHY)
    assert "Blake said “not now” to: Touch" in str(refused.value.verdict.reason)
    assert Assignment.objects.count() == 1


def test_it_can_be_given_to_the_other_one_alone_where_each_does_it_alone(scene, version):
    wish(scene, "blake", touch=Wish.NOT_NOW)
    assert scene.assign("alex", version=version(**TOUCH))


def test_it_asks_both_about_what_is_done_together_whoever_it_is_given_to(scene, version):
    wish(scene, "blake", touch=Wish.NOT_NOW)
    with pytest.raises(Refused):
        scene.assign("alex", version=version(format="together", **TOUCH), reason=WHY)


# --- the reason


def test_it_keeps_the_reason_for_who_gave_it_and_for_nobody_else(scene, version):
    tell(scene)
    given = scene.assign(version=version(**RISKY), reason=WHY)
    kept = AssignmentConfirmation.objects.get(assignment=given)
    assert kept.reason.strip() == WHY
    seen = set()
    for name in PERSONAS:
        with context.entered(scene.cast.people[name].pk, at=NOON):
            by_rule = bool(policies.may_read_confirmation(scene.viewer(name), kept))
            by_query = AssignmentConfirmation.objects.visible_to(scene.viewer(name)).exists()
            by_wall = AssignmentConfirmation.objects.exists()
        assert by_rule == by_query == by_wall, name
        seen |= {name} if by_rule else set()
    assert seen == {"moreno"}


def test_it_shows_the_reason_beside_what_was_told(scene, version, moreno):
    tell(scene)
    scene.assign(version=version(**RISKY), reason=WHY)
    scene.assign(version=version(**RISKY), reason=WHY + " And again.")
    page = words(fresh(moreno, scene.cast.moreno).get(reverse("check-ins", args=[scene.cast.couple.pk])))
    assert WHY in page
    assert page.count("And again.") == 1


def test_it_leaves_the_same_trace_whether_or_not_a_reason_was_needed(scene, version):
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    scene.assign(version=version(**RISKY))
    tell(scene)
    scene.assign(version=version(**RISKY), reason="x" * REASON)
    sizes = {len(row.__dict__["reason"]) for row in AssignmentConfirmation.objects.all()}
    told = AuditEvent.objects.exclude(pk__in=before).exclude(verb="check_in.left").values_list("verb", flat=True)
    assert AssignmentConfirmation.objects.count() == 2
    assert len(sizes) == 1
    assert set(told) == {"assignment.assigned"}


# --- the page


def sent(scene, slug="small-one", names=("alex", "blake"), **more):
    return {"exercise": slug, "partners": [str(scene.cast.places[n].pk) for n in names], "frame": "offer", **more}


def test_it_warns_on_the_page_and_asks_for_a_reason_before_it_gives(scene, version, moreno):
    version(**RISKY)
    path = reverse("assign", args=[scene.cast.couple.pk])
    assert not fields(moreno.get(path + "?exercise=small-one"), "reason")
    tell(scene)
    asked = moreno.get(path + "?exercise=small-one")
    assert "Something in a check-in of Alex asks for your attention" in words(asked)
    assert fields(asked, "reason")
    assert "Why you give it all the same Kept for you" in words(asked)
    refused = moreno.post(path, sent(scene, note="Ten minutes."))
    assert (refused.status_code, "Say why you give it all the same." in words(refused)) == (422, True)
    assert "Ten minutes." in html(refused)
    assert moreno.post(path, sent(scene, reason=WHY)).status_code == 302
    assert AssignmentConfirmation.objects.get().reason.strip() == WHY


def test_it_says_on_the_page_whose_not_now_it_is_and_offers_no_way_past(scene, version, moreno):
    version(**TOUCH)
    wish(scene, "blake", touch=Wish.NOT_NOW)
    refused = moreno.post(reverse("assign", args=[scene.cast.couple.pk]), sent(scene, reason=WHY))
    assert refused.status_code == 422
    assert "Blake said “not now” to: Touch" in words(refused)
    assert not fields(refused, "reason")
    assert Assignment.objects.count() == 1


def test_it_shows_both_partners_the_same_exercise_with_or_without_a_reason(scene, version, clock):
    """What is given past a warning looks to both like anything else that is given."""
    plain = scene.assign(version=version(**RISKY))
    tell(scene)
    warned = scene.assign(version=plain.version, reason=WHY)
    for name in ("alex", "blake"):
        pages = [
            html(scene.browser(name).get(reverse("homework", args=[scene.homework(name, given).pk]))).replace(
                str(scene.homework(name, given).pk), "…"
            )
            for given in (plain, warned)
        ]
        without_token = [page.split("csrfmiddlewaretoken")[0] for page in pages]
        assert without_token[0] == without_token[1]
        assert WHY not in pages[1]
