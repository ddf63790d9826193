"""Building exercises: what is made, changed, published and given, and that nothing assigned is ever touched."""

import pytest
from django.db import transaction

from exercises.building import policies
from exercises.building.forms import AddStepForm
from exercises.commands import assigning, building, clinic_library
from exercises.commands.building import Made, OtherWords
from exercises.commands.clinic_library import OtherVersion
from exercises.content import ContentError
from exercises.content.drafts import HEAD, compared, fingerprint, part_of
from exercises.models import Exercise, ExerciseDraft, ExerciseVersion
from exercises.queries import building as queries
from exercises.queries import library
from exercises.queries import writing as partners
from exercises.states import ExerciseState, Frame
from exercises.versions import Stamp
from safekeeping.models import AuditEvent
from safekeeping.verdict import Refused
from tests.cast import NOON, PERSONAS
from tests.exercises.scene import HOUR, content


def made_of(scene, who="moreno", **changes):
    """A draft of a whole exercise, by somebody."""
    body = content().as_json() | changes
    return building.begin(
        by=scene.viewer(who), author=scene.cast.staff[who], body=body, made=Made.IMPORTED, at=NOON
    )  # fmt: skip


def publish(scene, exercise, who="moreno"):
    draft = ExerciseDraft.objects.get(exercise=exercise)
    return building.publish(by=scene.viewer(who), exercise=exercise, looked_at=fingerprint(draft.body), at=NOON)


def rename(scene, exercise, title, who="moreno", **changes):
    """Another title, from a page that has seen what is kept."""
    exercise = Exercise.objects.get(pk=exercise.pk)
    head = part_of(queries.body_of(exercise), HEAD)
    return building.save_part(
        by=scene.viewer(who), exercise=exercise, part=HEAD, new={**head, "title": title} | changes,
        was=fingerprint(head), stamp=Stamp(), at=NOON,
    )  # fmt: skip


def approved(scene, who="moreno", **changes):
    exercise = made_of(scene, who, **changes)
    publish(scene, exercise, who)
    clinic_library.offer(by=scene.viewer(who), exercise=exercise, at=NOON)
    approve(scene, exercise)
    return Exercise.objects.get(pk=exercise.pk)


def approve(scene, exercise, who="adair"):
    exercise = Exercise.objects.get(pk=exercise.pk)
    clinic_library.approve(by=scene.viewer(who), exercise=exercise, version=exercise.offered_id, at=NOON)


def titles(scene, who):
    return {version.title for version in library.current_versions(viewer=scene.viewer(who)).values()} - {"A small one"}


# --- from nothing to a version


def test_a_new_one_says_what_it_lacks_and_is_no_version_before_it_has_it(scene):
    moreno = scene.viewer("moreno")
    exercise = building.begin(by=moreno, author=scene.cast.staff["moreno"], body=None, made=Made.BEGUN, at=NOON)
    with pytest.raises(ContentError, match="title: is empty"), transaction.atomic():
        publish(scene, exercise)
    assert not ExerciseVersion.objects.filter(exercise=exercise).exists()


def test_a_version_is_its_authors_alone_until_it_is_approved(scene):
    exercise = made_of(scene, title="Ours")
    assert titles(scene, "moreno") == set()
    publish(scene, exercise)
    assert titles(scene, "moreno") == {"Ours"}
    clinic_library.offer(by=scene.viewer("moreno"), exercise=exercise, at=NOON)
    assert titles(scene, "yilmaz") == titles(scene, "okafor") == set()
    approve(scene, exercise)
    assert titles(scene, "yilmaz") == titles(scene, "both") == titles(scene, "moreno") == {"Ours"}
    assert titles(scene, "okafor") == set()


def test_a_later_version_is_the_authors_until_it_is_approved_too(scene):
    exercise = approved(scene, title="Ours")
    rename(scene, exercise, "Ours, later")
    assert titles(scene, "moreno") == titles(scene, "yilmaz") == {"Ours"}
    publish(scene, exercise)
    assert titles(scene, "moreno") == {"Ours, later"}
    clinic_library.offer(by=scene.viewer("moreno"), exercise=exercise, at=NOON)
    assert titles(scene, "yilmaz") == {"Ours"}
    approve(scene, exercise)
    assert titles(scene, "yilmaz") == {"Ours, later"}


def test_whatever_is_done_to_an_exercise_what_is_assigned_keeps_its_words(scene):
    exercise = made_of(scene, title="Ours")
    given = scene.assign("alex", version=publish(scene, exercise))
    homework, before = scene.homework(assignment=given), content(title="Ours").as_json()
    scene.write("dear", assignment=given)
    building.remove_step(by=scene.viewer("moreno"), exercise=exercise, key="letter", at=NOON)
    rename(scene, exercise, "Something else")
    publish(scene, exercise)
    clinic_library.offer(by=scene.viewer("moreno"), exercise=exercise, at=NOON)
    approve(scene, exercise)
    clinic_library.retire(by=scene.viewer("adair"), exercise=exercise, at=NOON)
    homework = scene.homework(assignment=given)
    assert partners.content_of(homework).as_json() == before
    answers = {one.step.key: one.value.text for one in partners.answers(homework, viewer=scene.viewer("alex"))}
    assert answers["letter"] == "dear"


def test_it_publishes_what_was_looked_at_and_nothing_else(scene):
    exercise = made_of(scene)
    seen = fingerprint(queries.body_of(exercise))
    rename(scene, exercise, "In another tab")
    with pytest.raises(OtherWords), transaction.atomic():
        building.publish(by=scene.viewer("moreno"), exercise=exercise, looked_at=seen, at=NOON)
    assert publish(scene, exercise).title == "In another tab"


def test_a_copy_says_the_same_and_is_an_exercise_of_its_own(scene):
    body = scene.version.body
    copy = building.begin(
        by=scene.viewer("moreno"), author=scene.cast.staff["moreno"], body=body, made=Made.COPIED, at=NOON
    )  # fmt: skip
    rename(scene, copy, "Mine")
    version = publish(scene, copy)
    assert version.content.steps == content().steps
    assert (version.content.slug, version.content.number) == ("small-one-1001", 1001)
    assert "_" in copy.slug  # no name of a built-in exercise has one, so no address is two exercises
    scene.version.refresh_from_db()
    assert scene.version.body == body


def test_a_file_that_went_out_and_came_in_has_the_same_digest(scene):
    assert publish(scene, made_of(scene)).digest == content().digest


def test_several_have_numbers_one_after_the_other(scene):
    assert [made_of(scene).number for _ in range(3)] == [1001, 1002, 1003]
    assert made_of(scene, "okafor").number == 1001


# --- steps


def keys(exercise):
    return [step["key"] for step in ExerciseDraft.objects.get(exercise=exercise).body["steps"]]


def test_steps_move_up_and_down_and_stop_at_the_ends(scene):
    exercise, moreno = made_of(scene), scene.viewer("moreno")
    first, second, *_rest, last = keys(exercise)
    for key, places in ((first, -1), (last, 1)):
        building.move_step(by=moreno, exercise=exercise, key=key, places=places, at=NOON)
    assert keys(exercise)[:2] == [first, second]
    building.move_step(by=moreno, exercise=exercise, key=first, places=1, at=NOON)
    assert keys(exercise)[:2] == [second, first]
    building.move_step(by=moreno, exercise=exercise, key="no-such-step", places=1, at=NOON)
    assert keys(exercise)[:2] == [second, first]


def test_a_step_that_is_taken_out_can_be_put_back_where_it_stood(scene):
    exercise, moreno = made_of(scene), scene.viewer("moreno")
    before = keys(exercise)
    building.remove_step(by=moreno, exercise=exercise, key="letter", at=NOON)
    assert "letter" not in keys(exercise)
    for _ in range(2):
        building.put_back_step(by=moreno, exercise=exercise, at=NOON)
        assert keys(exercise) == before
    assert ExerciseDraft.objects.get(exercise=exercise).body["steps"] == content().as_json()["steps"]


def test_a_new_step_never_takes_the_key_of_one_that_was_there(scene):
    exercise, moreno = made_of(scene), scene.viewer("moreno")
    assert building.add_step(by=moreno, exercise=exercise, kind="short", at=NOON) == "short"
    building.save_part(
        by=moreno, exercise=exercise, part="short", new={"kind": "short", "title": "One word"},
        was=fingerprint(part_of(ExerciseDraft.objects.get(exercise=exercise).body, "short")), stamp=Stamp(), at=NOON,
    )  # fmt: skip
    publish(scene, exercise)
    building.remove_step(by=moreno, exercise=exercise, key="short", at=NOON)
    assert building.add_step(by=moreno, exercise=exercise, kind="short", at=NOON) == "short-2"


# --- two pages of one author


def save(scene, exercise, title, was, version=0, key="line"):
    return building.save_part(
        by=scene.viewer("moreno"), exercise=exercise, part=key, new={"key": key, "kind": "short", "title": title},
        was=was, stamp=Stamp(version=version), at=NOON + HOUR,
    )  # fmt: skip


def test_two_pages_on_one_step_meet_and_neither_text_is_lost(scene):
    exercise = made_of(scene)
    was = fingerprint(part_of(queries.body_of(exercise), "line"))
    assert not save(scene, exercise, "From one page", was).is_conflict
    met = save(scene, exercise, "From the other", was)
    assert met.is_conflict
    assert met.theirs["title"] == "From one page"
    assert not save(scene, exercise, "From one page", was).is_conflict  # what is sent twice is there already
    assert not save(scene, exercise, "From the other", fingerprint(met.theirs)).is_conflict  # having seen both
    assert part_of(ExerciseDraft.objects.get(exercise=exercise).body, "line")["title"] == "From the other"


def test_two_pages_on_different_steps_do_not_meet(scene):
    exercise = made_of(scene)
    body = queries.body_of(exercise)
    line, near = (fingerprint(part_of(body, key)) for key in ("line", "near"))
    assert not save(scene, exercise, "A line", line).is_conflict
    assert not save(scene, exercise, "Near", near, key="near").is_conflict


def test_a_page_whose_step_was_taken_out_keeps_its_text_and_can_bring_it_back(scene):
    exercise = made_of(scene)
    was = fingerprint(part_of(queries.body_of(exercise), "line"))
    building.remove_step(by=scene.viewer("moreno"), exercise=exercise, key="line", at=NOON)
    assert save(scene, exercise, "Still here", was).is_conflict
    assert not save(scene, exercise, "Still here", fingerprint(None)).is_conflict
    assert keys(exercise)[-1] == "line"


def test_a_page_from_before_a_version_meets_what_was_published_since(scene):
    exercise = made_of(scene)
    was = fingerprint(part_of(queries.body_of(exercise), "line"))
    save(scene, exercise, "Published", was)
    publish(scene, exercise)
    assert save(scene, exercise, "From long ago", was, version=1).is_conflict
    assert not ExerciseDraft.objects.exists()


# --- who may


@pytest.mark.parametrize("who", ["yilmaz", "okafor", "adair", "both", "alex"])
def test_only_the_author_changes_publishes_or_offers(scene, who):
    exercise = made_of(scene)
    publish(scene, exercise)
    deeds = {"by": scene.viewer(who), "exercise": exercise, "at": NOON}
    for deed in (
        lambda: building.add_step(**deeds, kind="read"),
        lambda: building.remove_step(**deeds, key="letter"),
        lambda: building.save_part(**deeds, part=HEAD, new={}, was="", stamp=Stamp()),
        lambda: building.publish(**deeds, looked_at=""),
        lambda: building.drop_draft(**deeds),
        lambda: clinic_library.offer(**deeds),
        lambda: clinic_library.take_back(**deeds),
        lambda: clinic_library.retire(**deeds),
    ):
        with pytest.raises(Refused), transaction.atomic():
            deed()


@pytest.mark.parametrize("who", ["moreno", "yilmaz", "admin_elsewhere", "alex"])
def test_only_an_admin_of_the_clinic_answers(scene, who):
    exercise = made_of(scene)
    publish(scene, exercise)
    clinic_library.offer(by=scene.viewer("moreno"), exercise=exercise, at=NOON)
    with pytest.raises(Refused), transaction.atomic():
        approve(scene, exercise, who)
    with pytest.raises(Refused), transaction.atomic():
        clinic_library.hand_back(by=scene.viewer(who), exercise=exercise, sentence="No.", at=NOON)


def test_nobody_makes_an_exercise_in_anothers_name(scene):
    with pytest.raises(Refused):
        building.begin(
            by=scene.viewer("yilmaz"), author=scene.cast.staff["moreno"], body=None, made=Made.BEGUN, at=NOON
        )


def test_an_admin_approves_the_version_that_they_read(scene):
    exercise = made_of(scene)
    read = publish(scene, exercise)
    moreno = scene.viewer("moreno")
    clinic_library.offer(by=moreno, exercise=exercise, at=NOON)
    clinic_library.take_back(by=moreno, exercise=exercise, at=NOON)
    rename(scene, exercise, "Not read by anybody")
    publish(scene, exercise)
    clinic_library.offer(by=moreno, exercise=exercise, at=NOON)
    with pytest.raises(OtherVersion), transaction.atomic():
        clinic_library.approve(by=scene.viewer("adair"), exercise=exercise, version=read.pk, at=NOON)
    assert titles(scene, "yilmaz") == set()


def test_what_is_handed_back_or_taken_back_stays_as_it_was_before(scene):
    exercise, moreno, adair = made_of(scene, title="First"), scene.viewer("moreno"), scene.viewer("adair")
    publish(scene, exercise)
    for deed in (
        lambda: clinic_library.hand_back(by=adair, exercise=exercise, sentence="A caution is missing.", at=NOON),
        lambda: clinic_library.take_back(by=moreno, exercise=exercise, at=NOON),
    ):
        clinic_library.offer(by=moreno, exercise=exercise, at=NOON)
        deed()
        exercise.refresh_from_db()
        assert (exercise.state, exercise.offered_id, exercise.current_id) == (ExerciseState.MINE, None, None)
    clinic_library.offer(by=moreno, exercise=exercise, at=NOON)
    approve(scene, exercise)
    rename(scene, exercise, "Later")
    publish(scene, exercise)
    clinic_library.offer(by=moreno, exercise=exercise, at=NOON)
    clinic_library.hand_back(by=adair, exercise=exercise, sentence="The first was better.", at=NOON)
    exercise.refresh_from_db()
    assert (exercise.state, exercise.handed_back) == (ExerciseState.APPROVED, "The first was better.")
    assert titles(scene, "yilmaz") == {"First"}
    assert titles(scene, "moreno") == {"Later"}


def test_what_is_retired_is_given_by_nobody_and_changed_by_nobody(scene):
    exercise = approved(scene, title="Ours")
    version = exercise.current
    clinic_library.retire(by=scene.viewer("moreno"), exercise=exercise, at=NOON)
    assert titles(scene, "moreno") == titles(scene, "yilmaz") == set()
    with pytest.raises(Refused), transaction.atomic():
        scene.assign("alex", version=ExerciseVersion.objects.get(pk=version.pk))
    with pytest.raises(Refused), transaction.atomic():
        rename(scene, exercise, "After all")


@pytest.mark.parametrize(("who", "which"), [("yilmaz", "unapproved"), ("yilmaz", "later"), ("okafor", "approved")])
def test_nobody_gives_a_version_that_is_not_theirs_to_give(scene, who, which):
    exercise = approved(scene, title="Ours") if which != "unapproved" else made_of(scene)
    version = publish(scene, exercise) if which == "unapproved" else exercise.current
    if which == "later":
        rename(scene, exercise, "Later")
        version = publish(scene, exercise)
    cast = scene.cast
    couple, place = (cast.strangers, "ellis") if who == "okafor" else (cast.couple, "alex")
    type(couple).objects.filter(pk=couple.pk).update(therapist=cast.staff[who])
    with pytest.raises(Refused), transaction.atomic():
        assigning.assign(
            by=scene.viewer(who), couple=couple, version=ExerciseVersion.objects.get(pk=version.pk),
            partners=[cast.places[place]], frame=Frame.OFFER, at=NOON,
        )  # fmt: skip


def test_a_colleague_gives_what_is_approved(scene):
    exercise = approved(scene, title="Ours")
    couple = scene.cast.couple
    type(couple).objects.filter(pk=couple.pk).update(therapist=scene.cast.staff["yilmaz"])
    given = assigning.assign(
        by=scene.viewer("yilmaz"), couple=couple, version=exercise.current, frame=Frame.OFFER, at=NOON,
        partners=[scene.cast.places["alex"]],
    )  # fmt: skip
    assert given.version.title == "Ours"


# --- rules and queries agree


def states(scene):
    """An exercise in every state that there is."""
    yield "built in", scene.version.exercise
    yield "draft", made_of(scene)
    published = made_of(scene)
    publish(scene, published)
    yield "published", published
    offered = made_of(scene)
    publish(scene, offered)
    clinic_library.offer(by=scene.viewer("moreno"), exercise=offered, at=NOON)
    yield "offered", offered
    yield "approved", approved(scene)
    later = approved(scene)
    rename(scene, later, "Later")
    publish(scene, later)
    yield "later", later
    again = approved(scene)
    rename(scene, again, "Again")
    publish(scene, again)
    clinic_library.offer(by=scene.viewer("moreno"), exercise=again, at=NOON)
    yield "offered again", again
    for number, retired in enumerate((approved(scene), made_of(scene))):
        clinic_library.retire(by=scene.viewer("moreno"), exercise=retired, at=NOON)
        yield ("retired", "retired unseen")[number], retired


THERAPISTS, ADMINS = {"moreno", "yilmaz", "former", "both"}, {"adair", "both"}
READ = {
    "built in": set(PERSONAS), "draft": {"moreno"}, "published": {"moreno"}, "offered": {"moreno"} | ADMINS,
    "approved": THERAPISTS | ADMINS, "later": THERAPISTS | ADMINS, "offered again": THERAPISTS | ADMINS,
    "retired": {"moreno"} | ADMINS, "retired unseen": {"moreno"},
}  # fmt: skip
USE = {
    "built in": set(PERSONAS), "draft": set(), "published": {"moreno"}, "offered": {"moreno"}, "approved": THERAPISTS,
    "later": THERAPISTS, "offered again": THERAPISTS, "retired": set(), "retired unseen": set(),
}  # fmt: skip


def test_each_rule_about_an_exercise_and_its_twin_give_the_same_answer_for_everybody(scene):
    for state, row in states(scene):
        exercise = Exercise.objects.get(pk=row.pk)
        readers, users = set(), set()
        for name in PERSONAS:
            viewer = scene.viewer(name)
            read = Exercise.objects.visible_to(viewer).filter(pk=exercise.pk).exists()
            shown = Exercise.objects.for_viewer(viewer).filter(pk=exercise.pk).first()
            assert bool(policies.may_read_exercise(viewer, exercise)) == read, (state, name)
            assert bool(policies.may_use_exercise(viewer, exercise)) == bool(shown), (state, name)
            if shown:
                assert shown.shown == policies.shown_to(viewer, exercise), (state, name)
            readers |= {name} if read else set()
            users |= {name} if shown else set()
        assert (readers, users) == (READ[state], USE[state]), state


def test_a_draft_is_its_authors_by_rule_and_by_query(scene):
    exercise = made_of(scene)
    for name in PERSONAS:
        viewer = scene.viewer(name)
        seen = ExerciseDraft.objects.visible_to(viewer).filter(exercise=exercise).exists()
        assert seen == bool(policies.may_edit_exercise(viewer, exercise)) == (name == "moreno")


# --- the trail


def test_each_deed_leaves_a_line_that_says_nothing_of_the_words(scene):
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    moreno, adair = scene.viewer("moreno"), scene.viewer("adair")
    exercise = made_of(scene, title="marigold")
    done = {"by": moreno, "exercise": exercise, "at": NOON}
    building.add_step(**done, kind="read")
    building.move_step(**done, key="letter", places=1)
    building.remove_step(**done, key="read")
    rename(scene, exercise, "marigold again")
    publish(scene, exercise)
    rename(scene, exercise, "tamarind")
    building.drop_draft(**done)
    clinic_library.offer(**done)
    clinic_library.take_back(**done)
    clinic_library.offer(**done)
    clinic_library.hand_back(by=adair, exercise=exercise, sentence="obsidian", at=NOON)
    clinic_library.offer(**done)
    approve(scene, exercise)
    clinic_library.retire(**done)
    building.begin(by=moreno, author=scene.cast.staff["moreno"], body=None, made=Made.BEGUN, at=NOON)
    events = AuditEvent.objects.exclude(pk__in=before)
    verbs = sorted(events.values_list("verb", flat=True))
    assert verbs == sorted(
        ["exercise.imported", "exercise.begun", "exercise.published", "exercise.draft_dropped", "exercise.taken_back",
         "exercise.handed_back", "exercise.approved", "exercise.retired", *["exercise.offered"] * 3,
         *["exercise.edited"] * 5]
    )  # fmt: skip
    assert {event.clinic_id for event in events} == {scene.cast.riverside.pk}
    told = " ".join(str(row) for row in events.values_list())
    assert not [word for word in ("marigold", "tamarind", "obsidian", "small") if word in told]


# --- what a version changes, in lines


def test_the_difference_names_what_was_added_and_removed_and_little_else():
    old, new = content().as_json(), content(title="A small one, anew").as_json()
    lines = compared(old, new)
    assert [(line.sign, line.text) for line in lines if line.sign in {"added", "removed"}] == [
        ("removed", "title: A small one"), ("added", "title: A small one, anew"),
    ]  # fmt: skip
    assert len(lines) < 8
    assert compared(old, old) == []


def test_every_kind_of_step_can_be_added():
    from exercises.kinds import KINDS

    assert {name for name, _label in AddStepForm().fields["kind"].choices} == set(KINDS)
