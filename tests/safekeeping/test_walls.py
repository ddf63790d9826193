"""The second wall, asked as the roles themselves: what PostgreSQL gives out when no rule in Python is asked."""

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from clients.models import Clinic, Couple, Membership, Partner
from exercises import schedule
from exercises.commands import reminding
from exercises.models import (
    Assignment,
    EarlierText,
    Exercise,
    ExerciseDraft,
    ExerciseVersion,
    Homework,
    Mark,
    OutboxMessage,
    PrivateNote,
    Reflection,
    Share,
)
from exercises.states import Audience, ExerciseState
from safekeeping import context, walls
from safekeeping.models import DataKey
from tests.cast import NOON
from tests.conftest import role
from tests.exercises.scene import DAY
from tests.second import fresh

pytestmark = pytest.mark.django_db
LATER = NOON + 2 * DAY
EVERYBODY = ("alex", "blake", "moreno", "casey", "yilmaz", "former", "okafor", "ellis", "adair", "both")


@pytest.fixture
def full(scene):
    """Alex has kept, told the therapist and offered; Moreno has noted and marked."""
    scene.write("kept", key="line")
    scene.write("told", key="letter")
    scene.write(3, key="near")
    scene.finish(Audience.THERAPIST, each={"line": Audience.ONLY_ME, "near": Audience.PARTNER})
    moreno = fresh(scene.browser("moreno"), scene.cast.moreno)
    moreno.post(reverse("review-note", args=[scene.assignment.pk]), {"text": "Moreno's own"})
    moreno.post(reverse("review-mark", args=[scene.assignment.pk]), {"mark": "letter"})
    EarlierText.objects.create(
        reflection=scene.kept("line"), clinic=scene.cast.riverside, author=scene.cast.places["alex"], value="x",
        kept_at=NOON,
    )  # fmt: skip
    return scene


def seen_by(scene, name, model, at=LATER):
    """The rows that PostgreSQL gives somebody who asks for all of them."""
    person = scene.cast.people[name].pk if name else None
    with context.entered(person, at=at):
        return {row.pk for row in model.objects.all()}


def who_sees(scene, model, pks):
    return {name for name in EVERYBODY if seen_by(scene, name, model) & set(pks)}


def test_it_gives_a_reflection_to_its_author_alone(full):
    assert who_sees(full, Reflection, Reflection.objects.values_list("pk", flat=True)) == {"alex"}
    assert who_sees(full, EarlierText, EarlierText.objects.values_list("pk", flat=True)) == {"alex"}


def test_it_gives_a_share_to_those_it_is_for(full):
    told, offered = Share.objects.get(step_key="letter"), Share.objects.get(step_key="near")
    assert who_sees(full, Share, [told.pk]) == {"alex", "moreno"}
    assert who_sees(full, Share, [offered.pk]) == {"alex", "moreno", "blake"}


def test_it_gives_an_offer_to_nobody_before_its_time(full):
    offered = Share.objects.get(step_key="near")
    assert offered.pk not in seen_by(full, "blake", Share, at=NOON)
    assert offered.pk not in seen_by(full, "moreno", Share, at=NOON)
    assert offered.pk in seen_by(full, "alex", Share, at=NOON)


def test_it_gives_homework_to_its_partner_and_their_therapist(full):
    assert who_sees(full, Homework, [full.homework("alex").pk]) == {"alex", "moreno"}
    assert who_sees(full, Homework, [full.homework("blake").pk]) == {"blake", "moreno"}


def test_it_gives_notes_and_marks_to_the_therapist_alone(full):
    assert who_sees(full, PrivateNote, PrivateNote.objects.values_list("pk", flat=True)) == {"moreno"}
    assert who_sees(full, Mark, Mark.objects.values_list("pk", flat=True)) == {"moreno"}
    assert who_sees(full, Assignment, [full.assignment.pk]) == {"alex", "blake", "moreno"}


def test_it_gives_the_key_of_private_writing_to_its_owner_alone(full):
    private = DataKey.objects.get(owner_id=full.cast.places["alex"].pk, purpose="private")
    shared = DataKey.objects.get(owner_id=full.cast.places["alex"].pk, purpose="shared")
    notes = DataKey.objects.get(owner_id=full.cast.staff["moreno"].pk, purpose="notes")
    assert who_sees(full, DataKey, [private.pk]) == {"alex"}
    assert who_sees(full, DataKey, [notes.pk]) == {"moreno"}
    assert not who_sees(full, DataKey, [shared.pk]) & {"okafor", "ellis"}


WALLED = [model for model, _wall in walls.walled()]


@pytest.mark.parametrize("model", WALLED, ids=lambda m: m._meta.label)
def test_it_gives_nothing_to_somebody_unknown(full, model):
    with context.entered(None, at=LATER), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                assert cursor.fetchone() == (0,)
        except ProgrammingError:
            assert model._meta.label in {"safekeeping.AuditHead", "safekeeping.AuditLink"}


@pytest.mark.parametrize("model", [Clinic, Couple, Partner, Membership], ids=lambda m: m._meta.label)
def test_it_gives_another_clinic_nothing(full, model):
    """Whoever works or is treated at Hilltop sees no row of Riverside."""
    of_riverside = {"pk": full.cast.riverside.pk} if model is Clinic else {"clinic": full.cast.riverside}
    rows = set(model.objects.filter(**of_riverside).values_list("pk", flat=True))
    assert rows
    for name in ("okafor", "ellis"):
        assert not seen_by(full, name, model) & rows


def test_it_forgets_who_asked_when_the_transaction_ends(full):
    assert seen_by(full, "alex", Reflection)
    with context.entered(full.cast.blake.pk, at=LATER):
        assert not Reflection.objects.exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("blake", lambda: Reflection.objects.update(skipped=True)),
        ("blake", lambda: Share.objects.update(audience=Audience.PARTNER, partner_from=NOON)),
        ("blake", lambda: Homework.objects.filter(partner__name="alex").update(state="withdrawn")),
        ("okafor", lambda: Couple.objects.filter(alias="River stones").update(alias="Mine")),
        ("yilmaz", lambda: Assignment.objects.update(withdrawn_at=NOON)),
        ("adair", lambda: PrivateNote.objects.update(version=9)),
        ("former", lambda: Mark.objects.all().delete()[0]),
    ],
)
def test_it_changes_no_row_for_somebody_whose_it_is_not(full, name, change):
    with context.entered(full.cast.people[name].pk, at=LATER):
        assert change() == 0


def test_it_takes_no_row_in_somebody_elses_name(full):
    forged = (
        "INSERT INTO exercises_reflection (id, clinic_id, couple_id, homework_id, author_id, step_key, skipped, "
        "version, tab, seq, written_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'forged', false, 1, '', 0, now())"
    )
    of_alex = [full.cast.riverside.pk, full.cast.couple.pk, full.homework("alex").pk, full.cast.places["alex"].pk]
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with context.entered(full.cast.blake.pk, at=LATER), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forged, of_alex)


# --- no row can point into another clinic, whoever writes it


UNGUARDED = """
    SELECT child.relname, parent.relname
      FROM pg_constraint k
      JOIN pg_class child ON child.oid = k.conrelid
      JOIN pg_class parent ON parent.oid = k.confrelid
     WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1
       AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = child.oid AND a.attname = 'clinic_id')
       AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = parent.oid AND a.attname = 'clinic_id')
       AND NOT EXISTS (
            SELECT 1 FROM pg_constraint pair
             WHERE pair.contype = 'f' AND pair.conrelid = k.conrelid AND pair.confrelid = k.confrelid
               AND array_length(pair.conkey, 1) = 2 AND k.conkey[1] = ANY (pair.conkey))
       AND NOT EXISTS (  -- a row that may belong to no clinic is looked after by a trigger (own_or_shared.py)
            SELECT 1 FROM pg_trigger t
              JOIN pg_attribute a ON a.attrelid = child.oid AND a.attnum = k.conkey[1]
             WHERE t.tgrelid = child.oid AND t.tgname = a.attname || '_own_or_shared' AND t.tgenabled = 'O')
"""


def test_it_has_the_clinic_in_every_foreign_key_between_a_clinics_rows():
    with connection.cursor() as cursor:
        cursor.execute(UNGUARDED)
        assert cursor.fetchall() == []


def test_it_refuses_a_row_that_points_into_another_clinic(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=cast.places["alex"].pk).update(clinic=cast.hilltop)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- exercises: built in for everybody, made by a clinic for that clinic


def own_exercise(cast, clinic="riverside", who="moreno"):
    """An exercise of a clinic with a version and a draft."""
    clinic = getattr(cast, clinic)
    exercise = Exercise.objects.create(
        slug=f"c_{who}", number=1001, clinic=clinic, author=cast.staff[who], state=ExerciseState.MINE
    )
    version = ExerciseVersion.objects.create(
        exercise=exercise, clinic=clinic, number=1, title="Ours", digest="", body={}, loaded_at=NOON
    )
    return exercise, version, ExerciseDraft.objects.create(clinic=clinic, exercise=exercise, body={}, written_at=NOON)


def test_it_gives_a_clinics_exercises_to_that_clinic_and_a_draft_to_its_author(full):
    exercise, version, draft = own_exercise(full.cast)
    elsewhere = {"okafor", "ellis"}
    assert who_sees(full, Exercise, [exercise.pk]) == set(EVERYBODY) - elsewhere
    assert who_sees(full, ExerciseVersion, [version.pk]) == set(EVERYBODY) - elsewhere
    assert who_sees(full, ExerciseDraft, [draft.pk]) == {"moreno"}
    assert who_sees(full, ExerciseVersion, [full.version.pk]) == set(EVERYBODY)


@pytest.mark.parametrize(
    ("name", "model", "change"),
    [
        ("yilmaz", Exercise, {"state": "retired", "retired_at": NOON}),
        ("admin_elsewhere", Exercise, {"handed_back": "x"}),
        ("alex", Exercise, {"number": 1}),
        ("moreno", ExerciseVersion, {"title": "Other words"}),
        ("adair", ExerciseVersion, {"title": "Other words"}),
        ("yilmaz", ExerciseDraft, {"body": {"title": "Other words"}}),
        ("adair", ExerciseDraft, {"body": {"title": "Other words"}}),
    ],
)
def test_it_lets_nobody_change_an_exercise_that_is_not_theirs_and_no_version_ever(full, name, model, change):
    own_exercise(full.cast)
    with context.entered(full.cast.people[name].pk, at=LATER):
        try:
            with transaction.atomic():
                assert model.objects.filter(clinic=full.cast.riverside).update(**change) == 0
        except ProgrammingError as refused:
            assert "permission denied" in str(refused)


def test_it_lets_nobody_change_what_is_built_in(full):
    for name in ("moreno", "adair", "both", "alex"):
        with context.entered(full.cast.people[name].pk, at=LATER):
            assert Exercise.objects.filter(clinic=None).update(number=7) == 0


@pytest.mark.parametrize(("name", "author"), [("yilmaz", "moreno"), ("okafor", "moreno"), ("alex", "moreno")])
def test_it_takes_no_exercise_in_anothers_name(full, name, author):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with context.entered(full.cast.people[name].pk, at=LATER), refused, transaction.atomic():
        own_exercise(full.cast, who=author)


def test_it_takes_no_version_of_anothers_exercise(full):
    exercise, _version, _draft = own_exercise(full.cast)
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with context.entered(full.cast.people["yilmaz"].pk, at=LATER), refused, transaction.atomic():
        ExerciseVersion.objects.create(
            exercise=exercise, clinic=full.cast.riverside, number=2, title="x", digest="", body={}, loaded_at=NOON
        )


def test_it_lets_a_couple_be_given_what_is_built_in_or_its_clinics_and_nothing_of_another(full):
    _exercise, ours, _draft = own_exercise(full.cast)
    _exercise, theirs, _draft = own_exercise(full.cast, "hilltop", "okafor")
    Assignment.objects.filter(pk=full.assignment.pk).update(version=ours)
    with pytest.raises(IntegrityError, match="points into another clinic"), transaction.atomic():
        Assignment.objects.filter(pk=full.assignment.pk).update(version=theirs)
    with pytest.raises(IntegrityError, match="points into another clinic"), transaction.atomic():
        Exercise.objects.filter(clinic=None).update(current=theirs)


# --- the worker


@pytest.mark.parametrize("model", [Reflection, Share, PrivateNote, Assignment, DataKey, Mark], ids=lambda m: m.__name__)
def test_it_lets_the_worker_read_nothing_sealed_and_no_key(full, model):
    with role(walls.WORKER), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        list(model.objects.all())


def test_it_lets_the_worker_send_and_clear_away_all_the_same(scene, mailoutbox, clock):
    given = scene.assign(at=NOON, due_on=(NOON + 2 * DAY).date())
    scene.write("dear")
    EarlierText.objects.create(
        reflection=scene.kept(), clinic=scene.cast.riverside, author=scene.cast.places["alex"], value="old",
        kept_at=NOON - 40 * DAY,
    )  # fmt: skip
    clock.move_to(NOON + DAY + DAY / 4)
    with role(walls.WORKER):
        assert reminding.send_due(at=NOON + DAY + DAY / 4).sent == 2
        schedule.forget_earlier_texts()
    assert len(mailoutbox) == 2
    assert set(OutboxMessage.objects.filter(homework__assignment=given).values_list("state", flat=True)) == {"sent"}
    assert not EarlierText.objects.exists()


# --- refusing to start


def connected(name):
    """A connection as this role itself, to the database of these tests."""
    settings = connection.settings_dict
    return psycopg.connect(host=settings["HOST"], dbname=settings["NAME"], user=name, autocommit=True)


@pytest.mark.parametrize("name", [walls.WEB, walls.WORKER, walls.BACKUP])
def test_it_lets_each_role_connect_and_own_nothing(name):
    with connected(name) as own:
        assert own.execute("SELECT count(*) FROM pg_class WHERE pg_has_role(relowner, 'MEMBER')").fetchone() == (0,)
        assert own.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)


def test_it_will_not_serve_as_the_owner_of_the_tables():
    with pytest.raises(ImproperlyConfigured, match="row-level security does not bind"):
        walls.insist()


@pytest.mark.parametrize("name", [walls.WEB, walls.WORKER])
def test_it_serves_as_a_role_that_owns_nothing(name):
    with role(name):
        walls.insist()


def test_it_will_not_serve_while_a_clinics_table_has_no_wall():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exercises_share NO FORCE ROW LEVEL SECURITY")
        cursor.execute("CREATE TABLE forgotten (id int, clinic_id uuid)")
    with role(walls.WEB), pytest.raises(ImproperlyConfigured, match="exercises_share, forgotten"):
        walls.insist()


def test_it_gives_the_site_no_way_to_change_the_walls():
    refused = pytest.raises(ProgrammingError, match="must be owner")
    with role(walls.WEB), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exercises_share DISABLE ROW LEVEL SECURITY")
