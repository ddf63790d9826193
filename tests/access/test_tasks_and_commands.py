"""Tasks and commands are doors too: what each takes, who runs it, and what it does with an id that nobody has."""

import inspect
import logging

import pytest
import time_machine
from celery import current_app
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction

from safekeeping import walls
from safekeeping.operating import OperatorCommand
from tests.access.scene import NOW, build
from tests.access.walk import rows
from tests.conftest import role

pytestmark = pytest.mark.django_db
OURS = ("intimacy_site", "safekeeping", "accounts", "clients", "exercises")

# What the worker is woken for, and the arguments it is given. None takes a record of somebody's work, or words.
TASKS = {
    "accounts.deliveries.send_password_reset": ("user_id",),
    "accounts.deliveries.tell_password_changed": ("user_id",),
    "accounts.deliveries.tell_of_change": ("user_id", "change"),
    "accounts.schedule.forget_ended_sessions": (),
    "exercises.schedule.send_due_reminders": (),
    "exercises.schedule.forget_earlier_texts": (),
    "exercises.schedule.look_after_exports": (),
    "exercises.schedule.make_export": ("person_id",),
}
# What an operator runs, as the owner of the tables, with words that name something nobody has or that is not theirs.
# None: it takes nothing that could name a record.
COMMANDS = {
    "backup": None,
    "check_seals": None,
    "describe_states": None,  # prints what the code says, and asks the database nothing
    "erase_person": ["nobody-we-know", "--yes"],
    "export_audit_heads": None,
    "found_clinic": ["--name=X", "--time-zone=UTC", "--admin-email=alex@example.org\nBcc: x@y.z", "--admin-name=X"],
    "load_demo": None,
    "load_library": ["--folder=/nowhere"],
    "make_key": ["../../name\nsecond: line"],
    "reseal": None,
    "restore": ["--from=/nowhere", "--keys-from=/nowhere", "--yes"],
    "rotate_keys": None,
    "verify_audit": ["--heads=/nowhere"],
}
NEEDS_NO_OWNER = {
    "backup": "connects as the role that may dump",
    "describe_states": "asks the database nothing",
    "make_key": "writes a file and asks the database nothing",
    "restore": "there are no tables yet that anybody could own",
}
NOBODYS = "8f0a39e6-a59d-4c41-b0b3-206700eca90d"
WRONG = [NOBODYS, "", "0", "alex@example.org", "' OR 1=1 --", "\x00", "ü" * 5000, None, 7, ["a"], {"a": "b"}]


def ours() -> dict[str, object]:
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if name.startswith(OURS)}


def test_it_has_a_row_for_every_task_and_every_command():
    assert ours().keys() == TASKS.keys()
    assert {name for name, app in get_commands().items() if app in OURS} == COMMANDS.keys()


def test_each_task_takes_what_its_row_says_and_never_content():
    for name, arguments in TASKS.items():
        taken = inspect.signature(ours()[name].run).parameters.values()
        assert tuple(one.name for one in taken if one.kind is not one.VAR_KEYWORD) == arguments, name


@pytest.mark.parametrize("name", [name for name, arguments in TASKS.items() if arguments])
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_task_does_nothing_with_an_id_that_nobody_has(cast, name, wrong, mailoutbox, caplog):
    scene = build(cast)
    mailoutbox.clear()
    before = rows()
    more = ["factor.added"] if name.endswith("tell_of_change") else []
    others = [scene.cast.couple.pk, scene.open.pk, scene.assignment.pk] if wrong == WRONG[0] else []
    with time_machine.travel(NOW, tick=False), caplog.at_level(logging.INFO):
        for given in (wrong, *map(str, others)):
            with transaction.atomic(), role(walls.WORKER):
                ours()[name].run(given, *more)
    assert not mailoutbox
    assert rows() == before
    assert not caplog.records


def test_a_task_says_nothing_of_a_change_that_there_is_not(cast, mailoutbox):
    with transaction.atomic(), role(walls.WORKER):
        ours()["accounts.deliveries.tell_of_change"].run(str(cast.alex.pk), "Alex wrote something")
    assert not mailoutbox


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - NEEDS_NO_OWNER.keys()))
@pytest.mark.parametrize("as_role", [walls.WEB, walls.WORKER])
def test_a_command_is_the_owners_and_says_so(cast, name, as_role, settings):
    words = {"erase_person": ["alex@example.org", "--yes"], "load_library": [], "verify_audit": []}.get(name)
    found = ["--name=X", "--time-zone=UTC", "--admin-email=x@example.org", "--admin-name=X"]
    before = rows()
    with role(as_role), pytest.raises(CommandError, match="runs as the owner of the tables"), transaction.atomic():
        call_command(name, *(found if name == "found_clinic" else words or []))
    assert rows() == before


@pytest.mark.parametrize("name", [name for name, words in COMMANDS.items() if words])
def test_a_command_refuses_a_name_that_is_none_with_a_sentence(cast, name, settings, tmp_path):
    settings.ERASURES_FILE = str(tmp_path / "erased")
    settings.KEYS_FILE = str(tmp_path / "keys")
    before = rows()
    with pytest.raises(CommandError) as refused, transaction.atomic():
        call_command(name, *COMMANDS[name])
    assert str(refused.value)
    assert rows() == before


def test_commands_that_need_no_owner_say_why():
    assert all(NEEDS_NO_OWNER.values())
    apps = get_commands()
    for name in sorted(COMMANDS.keys() - NEEDS_NO_OWNER.keys()):
        command = load_command_class(apps[name], name)
        assert isinstance(command, OperatorCommand), name
        assert command.as_owner, name
