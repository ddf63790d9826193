"""The builder as a therapist meets it: every page, with and without JavaScript, and every kind of step."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exercises.building.forms import PartForm, boxes_of
from exercises.content.drafts import HEAD, kind_rules, new_step, part_of, problems, skeleton
from exercises.content.fhir.incoming import LARGEST
from exercises.content.rules import schema
from exercises.content.writer import as_yaml
from exercises.kinds import KINDS
from exercises.models import Exercise, ExerciseDraft, ExerciseVersion
from exercises.queries import building as queries
from tests.exercises.page import HTMX, html, values, words
from tests.exercises.scene import STEPS, content
from tests.exercises.test_building import approved, made_of, publish


def page(exercise, name="exercise", *more):
    return reverse(f"builder-{name}", args=[exercise.pk, *more])


def draft(exercise):
    return ExerciseDraft.objects.get(exercise=exercise).body


# --- forms for every kind


def sample(rule):
    """The least that the schema takes here."""
    whole = {**schema()["$defs"].get(rule.get("$ref", "").rpartition("/")[2], {}), **rule}
    if "enum" in whole:
        return whole["enum"][0]
    if whole.get("type") == "integer":
        return whole.get("minimum", 1)
    if whole.get("type") == "array":
        entries = [sample(whole["items"]) for _ in range(whole.get("minItems", 1))]
        return [{**one, "key": f"key-{n}"} if isinstance(one, dict) else one for n, one in enumerate(entries)]
    if whole.get("type") == "object":
        return {name: sample(whole["properties"][name]) for name in whole["required"]}
    return "Words"


def least(kind):
    """A step of a kind with nothing but what it needs."""
    rules = kind_rules(kind)
    own = {name: sample(rules["properties"].get(name, {"type": "string"})) for name in rules["required"]}
    step = {"key": "one", "kind": kind, "title": "A step", **own}
    return step | ({"count": 1, "max": 2} if kind == "rows" else {})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_form_that_gives_back_what_it_shows(moreno, scene, kind):
    exercise = made_of(scene, steps=[least(kind)])
    assert problems(draft(exercise)) == ()
    asked = moreno.get(page(exercise, "step", "one"))
    sent = {name: value for name, value in shown(asked).items() if not name.endswith("-out")}
    answer = moreno.post(page(exercise, "step", "one"), sent)
    assert answer.status_code == 302
    assert draft(exercise)["steps"] == [least(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_begun_and_says_what_it_lacks(moreno, scene, kind):
    exercise = made_of(scene)
    answer = moreno.post(page(exercise, "steps"), {"go": "add", "kind": kind})
    added = draft(exercise)["steps"][-1]
    assert answer.headers["Location"] == page(exercise, "step", added["key"])
    assert "Title: is empty; write it" in words(moreno.get(answer.headers["Location"]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_previewed_by_its_own_part_with_no_homework_behind_it(moreno, scene, kind):
    exercise = made_of(scene, steps=[least(kind)])
    seen = moreno.get(page(exercise, "preview"), {"page": "1"})
    assert seen.status_code == 200
    assert "Nothing you type here is kept or sent." in words(seen)
    assert "A step" in words(seen)
    main = html(seen).partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "hx-" not in main


def shown(response):
    """What a browser would send of a page as it stands."""
    import re
    from html import unescape

    body = html(response).partition("<main")[2]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        checked = "checked" in tag or not re.search(r'type="(?:radio|checkbox)"', tag)
        if name and checked and name[1] != "csrfmiddlewaretoken":
            sent.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\n?(.*?)</textarea>', body, re.DOTALL):
        sent[name] = [unescape(text)]
    for name, inner in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', body, re.DOTALL):
        sent[name] = re.findall(r'<option value="([^"]*)" selected', inner) or [""]
    return sent


@pytest.mark.parametrize("key", [step["key"] for step in STEPS])
def test_saving_a_step_as_it_is_shown_changes_nothing(moreno, scene, key):
    exercise = made_of(scene)
    moreno.post(page(exercise, "step", key), shown(moreno.get(page(exercise, "step", key))))
    assert draft(exercise) == content().as_json()


def test_saving_the_head_as_it_is_shown_changes_nothing(moreno, scene):
    exercise = made_of(scene)
    moreno.post(page(exercise, "head"), shown(moreno.get(page(exercise, "head"))))
    assert draft(exercise) == content().as_json()


def test_an_option_in_other_words_keeps_its_key(moreno, scene):
    exercise = made_of(scene)
    sent = shown(moreno.get(page(exercise, "step", "one-of"))) | {"options": "Green tea\nmilk\nNothing"}
    moreno.post(page(exercise, "step", "one-of"), sent)
    assert part_of(draft(exercise), "one-of")["options"] == [
        {"key": "tea", "label": "Green tea"}, {"key": "milk", "label": "milk"}, {"key": "nothing", "label": "Nothing"},
    ]  # fmt: skip


def test_what_is_wrong_is_kept_and_said_at_its_place(moreno, scene):
    exercise = made_of(scene)
    sent = shown(moreno.get(page(exercise, "head"))) | {"minutes": "soon", "title": "", "debrief": "One"}
    moreno.post(page(exercise, "head"), sent)
    assert draft(exercise)["minutes"] == "soon"
    said = words(moreno.get(page(exercise)))
    for sentence in (
        "How many minutes it takes, roughly: has to be a whole number",
        "Title: is empty; write it",
        "For the therapist: questions for the next session: has 1 entry; the fewest is 3",
    ):
        assert sentence in said
    assert 'value="soon"' in html(moreno.get(page(exercise, "head")))


def test_wording_is_hinted_at_and_refuses_nothing(moreno, scene):
    exercise = made_of(scene, introduction="You should rest!")
    assert "Hint: To the partner, before the first step: “should” can sound like an order" in words(
        moreno.get(page(exercise))
    )
    assert "Hints only. You decide." in words(moreno.get(page(exercise, "publish")))
    publish(scene, exercise)


def test_more_than_an_exercise_can_have_is_not_kept_and_stays_on_the_page(moreno, scene):
    exercise = made_of(scene)
    sent = shown(moreno.get(page(exercise, "step", "line"))) | {"text": "x" * 150_001}
    answer = moreno.post(page(exercise, "step", "line"), sent)
    assert answer.status_code == 422
    assert "x" * 150_001 in html(answer)
    assert draft(exercise) == content().as_json()


def test_markup_and_control_characters_are_shown_as_text_and_refused_by_the_rules(moreno, scene):
    exercise = made_of(scene)
    sent = shown(moreno.get(page(exercise, "step", "line"))) | {"title": "<b onclick=x>\x00\u202e"}
    moreno.post(page(exercise, "step", "line"), sent)
    seen = moreno.get(page(exercise))
    assert "<b onclick" not in html(seen)
    assert "looks like an HTML tag" in words(seen)


# --- moving


def test_a_moved_step_keeps_the_focus_with_and_without_javascript(moreno, scene):
    exercise = made_of(scene)
    plain = moreno.post(page(exercise, "steps"), {"go": "down", "key": "reading"})
    assert plain.headers["Location"] == f"{page(exercise)}?focus=down-reading"
    after = html(moreno.get(plain.headers["Location"]))
    assert after.count("autofocus") == 1
    assert 'id="down-reading" name="go" value="down" autofocus' in after
    part = moreno.post(page(exercise, "steps"), {"go": "up", "key": "reading"}, headers=HTMX)
    assert html(part).startswith('<div id="steps"')
    assert 'id="up-reading"' in html(part)
    assert f"Now step 1 of {len(content().steps)}." in html(part)


def test_a_step_is_taken_out_and_put_back(moreno, scene):
    exercise = made_of(scene)
    gone = moreno.post(page(exercise, "steps"), {"go": "remove", "key": "letter"}, headers=HTMX)
    assert "The step “Write a letter” is taken out." in words(gone)
    back = moreno.post(page(exercise, "steps"), {"go": "put-back"}, headers=HTMX)
    assert "is taken out" not in words(back)
    assert draft(exercise) == content().as_json()


# --- two pages


def test_two_pages_that_meet_show_both_and_lose_neither(moreno, scene):
    exercise = made_of(scene)
    first, second = (shown(moreno.get(page(exercise, "step", "line"))) for _ in range(2))
    assert moreno.post(page(exercise, "step", "line"), first | {"title": "From one"}).status_code == 302
    met = moreno.post(page(exercise, "step", "line"), second | {"title": "From the other"})
    assert met.status_code == 409
    assert "From one" in words(met)
    assert values(met, "title") == ["From the other"]
    assert part_of(draft(exercise), "line")["title"] == "From one"
    assert moreno.post(page(exercise, "step", "line"), shown(met)).status_code == 302
    assert part_of(draft(exercise), "line")["title"] == "From the other"


# --- publishing


def test_nothing_is_published_while_something_is_missing(moreno, scene):
    exercise = made_of(scene, title="")
    seen = moreno.get(page(exercise, "publish"))
    assert "This is still missing" in words(seen)
    assert not values(seen, "looked_at")
    assert moreno.post(page(exercise, "publish"), {"looked_at": "x"}).status_code == 422
    assert not ExerciseVersion.objects.filter(exercise=exercise).exists()


def test_a_later_version_shows_what_it_changes(moreno, scene):
    exercise = made_of(scene)
    publish(scene, exercise)
    sent = shown(moreno.get(page(exercise, "head"))) | {"title": "A small one, anew"}
    moreno.post(page(exercise, "head"), sent)
    seen = moreno.get(page(exercise, "publish"))
    assert "Removed: title: A small one Added: title: A small one, anew" in words(seen)
    answer = moreno.post(page(exercise, "publish"), {"looked_at": values(seen, "looked_at")[0]})
    assert answer.status_code == 302
    assert Exercise.objects.get(pk=exercise.pk).newest.number == 2


def test_what_was_not_looked_at_is_not_published(moreno, scene):
    exercise = made_of(scene)
    answer = moreno.post(page(exercise, "publish"), {"looked_at": "something else"})
    assert answer.status_code == 409
    assert "has changed since this page was shown" in words(answer)


def test_changes_can_be_let_go(moreno, scene):
    exercise = made_of(scene)
    publish(scene, exercise)
    moreno.post(page(exercise, "steps"), {"go": "remove", "key": "letter"})
    moreno.post(page(exercise, "drop"))
    assert not ExerciseDraft.objects.exists()


# --- the clinic


def test_it_goes_through_the_clinics_admin_to_a_colleague(moreno, scene):
    exercise = made_of(scene, title="Three stones")
    publish(scene, exercise)
    adair, yilmaz = scene.browser("adair"), scene.browser("yilmaz")
    moreno.post(page(exercise, "offer"), {"go": "offer"})
    assert "Three stones" not in words(yilmaz.get(reverse("library")))
    offered = reverse("clinic-library-exercise", args=[exercise.pk])
    assert "Waits for your answer" in words(adair.get(reverse("clinic-library")))
    seen = adair.get(offered)
    assert "Write a letter" in words(seen)
    assert adair.post(offered, {"go": "hand-back", "sentence": ""}).status_code == 422
    adair.post(offered, {"go": "hand-back", "sentence": "Say who reads it."})
    assert "Say who reads it." in words(moreno.get(page(exercise)))
    moreno.post(page(exercise, "offer"), {"go": "offer"})
    version = values(adair.get(offered), "version")[0]
    assert adair.post(offered, {"go": "approve", "version": "another"}).status_code == 409
    adair.post(offered, {"go": "approve", "version": version})
    assert "Three stones" in words(yilmaz.get(reverse("library")))
    slug = Exercise.objects.get(pk=exercise.pk).slug
    assert "Three stones" in words(yilmaz.get(reverse("library-exercise", args=[slug])))
    adair.post(offered, {"go": "retire"})
    assert yilmaz.get(reverse("library-exercise", args=[slug])).status_code == 404


def test_an_exercise_of_ones_own_is_given_from_the_assign_page(moreno, scene):
    exercise = made_of(scene, title="Three stones")
    publish(scene, exercise)
    slug = Exercise.objects.get(pk=exercise.pk).slug
    path = reverse("assign", args=[scene.cast.couple.pk])
    assert "Three stones" in words(moreno.get(path))
    sent = {"exercise": slug, "partners": [scene.cast.places["alex"].pk], "frame": ""}
    assert moreno.post(path, sent).status_code == 302
    assert "Three stones" in words(scene.browser("alex").get(reverse("today")))


def test_a_copy_is_made_by_one_press(moreno, scene):
    answer = moreno.post(reverse("library-copy", args=["small-one"]))
    copy = Exercise.objects.get(clinic=scene.cast.riverside)
    assert answer.headers["Location"] == page(copy)
    assert queries.body_of(copy)["steps"] == content().as_json()["steps"]


# --- files


def upload(moreno, text, name="x.yaml"):
    raw = text if isinstance(text, bytes) else text.encode()
    return moreno.post(reverse("builder-import"), {"file": SimpleUploadedFile(name, raw)})


def test_an_exercise_goes_out_as_a_file_and_comes_in_with_the_same_digest(moreno, scene):
    slug = approved(scene, title="Three stones").slug
    out = moreno.get(reverse("library-export", args=[slug]), {"as": "yaml"})
    assert out.headers["Content-Disposition"] == 'attachment; filename="small-one.yaml"'
    assert upload(moreno, out.content).status_code == 302
    copy = Exercise.objects.get(newest=None, clinic__isnull=False)
    assert publish(scene, copy).digest == content(title="Three stones").digest


def test_a_file_that_is_no_exercise_leaves_nothing_behind_and_says_line_and_reason(moreno, scene):
    text = as_yaml(content()).replace("minutes: 10", "minutes: soon")
    line = text.splitlines().index("minutes: soon") + 1
    answer = upload(moreno, text)
    assert answer.status_code == 422
    assert f"Line {line}: minutes: has to be a whole number, and is text" in words(answer)
    assert not ExerciseDraft.objects.exists()


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"\xff\xfe", b" " * (LARGEST + 1)])
def test_what_cannot_be_read_is_refused_in_a_sentence(moreno, scene, sent):
    answer = upload(moreno, sent)
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert not ExerciseDraft.objects.exists()


LOSSY = {
    "resourceType": "Questionnaire", "status": "active", "title": "Evenings",
    "item": [{"linkId": "a", "type": "text", "text": "What was good?"},
             {"linkId": "<b>", "type": "attachment", "text": "A picture"}],
}  # fmt: skip


def test_a_questionnaire_is_imported_only_once_the_list_is_accepted(moreno, scene):
    seen = upload(moreno, json.dumps(LOSSY))
    assert "<b> : an exercise takes no files" in words(seen)
    assert "Nothing is imported yet." in words(seen)
    assert "<b>" not in html(seen)
    assert not ExerciseDraft.objects.exists()
    signed = values(seen, "taken")[0]
    yilmaz = scene.browser("yilmaz")
    assert yilmaz.post(reverse("builder-import"), {"taken": signed}).status_code == 422  # nobody else's list
    assert moreno.post(reverse("builder-import"), {"taken": signed[:-2]}).status_code == 422
    assert not ExerciseDraft.objects.exists()
    assert moreno.post(reverse("builder-import"), {"taken": signed}).status_code == 302
    body = ExerciseDraft.objects.get().body
    assert (body["title"], [step["title"] for step in body["steps"]]) == ("Evenings", ["What was good?"])


def test_a_questionnaire_without_any_loss_is_imported_at_once(moreno, scene):
    assert upload(moreno, json.dumps(LOSSY | {"item": LOSSY["item"][:1]})).status_code == 302


def test_the_export_tells_what_a_questionnaire_leaves_out(moreno, scene):
    path = reverse("library-export", args=["small-one"])
    assert "the questions for the next session" in words(moreno.get(path))
    data = json.loads(moreno.get(path, {"as": "fhir"}).content)
    assert data["resourceType"] == "Questionnaire"


# --- what it costs


def test_the_builders_pages_ask_no_more_however_many_steps_there_are(moreno, scene, django_assert_max_num_queries):
    exercise = made_of(scene)
    for name in ("exercise", "head", "publish", "preview"):
        moreno.get(page(exercise, name))
        with django_assert_max_num_queries(16):
            moreno.get(page(exercise, name))
    for _ in range(3):
        publish(scene, made_of(scene))
    with django_assert_max_num_queries(16):
        moreno.get(reverse("builder"))


def test_a_form_has_a_box_for_all_that_the_schema_knows():
    assert {box.name for box in boxes_of(HEAD, {})} == set(schema()["properties"]) - {"slug", "number", "steps"}
    for kind in KINDS:
        step = new_step(skeleton("own-1", 1001), kind, set())
        own = {name for name, rule in kind_rules(kind)["properties"].items() if rule != {"not": {}}}
        assert {box.name for box in boxes_of(step["key"], step)} == {"title", "text"} | own
        assert PartForm(part=step["key"], body=step).groups()
