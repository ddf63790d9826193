"""
The second wall: row-level security, as each model declares it in `Safekeeping.wall`, and who may touch which table.

A rule is SQL over the row's own columns. `{person}` and `{at}` stand for who asks and when; `{clinics}`, `{places}`,
`{couples}`, `{own_couples}`, `{treats}`, `{works_as}` and `{runs}` for arrays of ids that PostgreSQL looked up when the
transaction began (`eyelevel_enter`); `{letter}` for the invitation whose link was shown (`eyelevel_admit`).

It is a net for our own mistakes; against SQL injection it is none.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, models, transaction

from safekeeping import own_or_shared

WEB, WORKER, BACKUP = "eyelevel_web", "eyelevel_worker", "eyelevel_backup"
IDS = ("clinics", "places", "couples", "own_couples", "treats", "works_as", "runs")
VERBS = ("select", "insert", "update", "delete")
NEVER = "false"


@dataclass(frozen=True)
class Wall:
    """
    Which rows of a table the web sees and changes. `change` stands for insert, update and delete where these say
    nothing of their own; where it says nothing either, `read` does. `hold` is for rows that may be locked and not
    changed: PostgreSQL asks the rule for updates of both. The worker sees all rows, but only by the verbs
    (and of `select` and `update` the columns) that it is granted: `{"select": ["id"], "delete": None}`. A model
    without a wall says the same in `Safekeeping.worker`.
    """

    read: str
    change: str = ""
    insert: str = ""
    update: str = ""
    delete: str = ""
    hold: str = ""
    worker: dict[str, list[str] | None] = field(default_factory=dict)

    def rule(self, verb: str) -> str:
        own = self.read if verb == "select" else getattr(self, verb)
        return own or self.change or self.read


BY_CLINIC = "clinic_id = ANY({clinics})"


def by_clinic(**worker: list[str] | None) -> Wall:
    """The plain wall: rows of the clinics somebody has to do with, in whatever role."""
    return Wall(read=BY_CLINIC, worker=worker)


def walled() -> Iterator[tuple[type[models.Model], Wall]]:
    """Every model that declares a wall."""
    for model in apps.get_models():
        wall = getattr(getattr(model, "Safekeeping", None), "wall", None)
        if wall is not None:
            yield model, wall


def written_out(rule: str) -> str:
    """A rule as PostgreSQL reads it. In a subquery, an id is looked up once a statement and not once a row."""
    ids = {name: f"(SELECT eyelevel_ids('{name}'))::uuid[]" for name in IDS}
    return rule.format(
        **ids,
        letter="SELECT id FROM accounts_invitation WHERE token_hash = current_setting('eyelevel.letter', true)",
        person="(SELECT eyelevel_person())",
        at="(SELECT eyelevel_at())",
    )


def statements() -> Iterator[str]:
    """What makes the database as the models declare it. Running it again changes nothing."""
    yield f"GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {WEB}, {WORKER}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}"
    yield from own_or_shared.statements()
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {WEB}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {WEB}"
    for model, wall in walled():
        yield from _wall_of(model._meta.db_table, wall)
    for model in apps.get_models():
        yield from _granted(model._meta.db_table, getattr(getattr(model, "Safekeeping", None), "worker", {}))
    for table, verbs in settings.WORKER_TABLES.items():
        yield from _granted(table, verbs)


def _wall_of(table: str, wall: Wall) -> Iterator[str]:
    name = f'"{table}"'
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for policy in ("owner", "worker", *(f"web_{verb}" for verb in VERBS)):
        yield f"DROP POLICY IF EXISTS {policy} ON {name}"
    yield _policy(table, "owner", "ALL", "CURRENT_USER", using="true", check="true")
    for verb in VERBS:
        rule = wall.rule(verb)
        if rule == NEVER:
            yield f"REVOKE {verb.upper()} ON {name} FROM {WEB}"
            continue
        using = "" if verb == "insert" else written_out(wall.hold or rule if verb == "update" else rule)
        check = written_out(rule) if verb in {"insert", "update"} else ""
        yield _policy(table, f"web_{verb}", verb.upper(), WEB, using=using, check=check)
    if wall.worker:
        yield _policy(table, "worker", "ALL", WORKER, using="true", check="true")
    yield from _granted(table, wall.worker)


def _policy(table: str, name: str, verb: str, role: str, *, using: str, check: str) -> str:
    text = f'CREATE POLICY {name} ON "{table}" FOR {verb} TO {role}'
    if using:
        text += f" USING ({using})"
    if check:
        text += f" WITH CHECK ({check})"
    return text


def _granted(table: str, verbs: Mapping[str, list[str] | None]) -> Iterator[str]:
    """Let the worker do these things with a table, or with some of its columns."""
    for verb, columns in verbs.items():
        of = f" ({', '.join(columns)})" if columns else ""
        yield f'GRANT {verb.upper()}{of} ON "{table}" TO {WORKER}'


def all_tables_are_there() -> bool:
    """False in the middle of a migration that goes only part of the way."""
    there = set(connection.introspection.table_names())
    return {model._meta.db_table for model, _wall in walled()} <= there


def build() -> None:
    """Raise the walls, in one transaction. Asked for after every migration."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[WEB, WORKER, BACKUP]])
        missing = {WEB, WORKER, BACKUP} - {name for (name,) in cursor.fetchall()}
        if missing:
            raise ImproperlyConfigured(
                f"PostgreSQL has no role {', '.join(sorted(missing))}. A superuser makes them with deploy/roles.sql."
            )
        for statement in statements():
            cursor.execute(statement)


# --- refusing to start


BARE = """
    SELECT c.relname
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'clinic_id' AND NOT a.attisdropped
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
     ORDER BY 1
"""
STANDING = """
    SELECT rolsuper OR rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER'))
      FROM pg_roles WHERE rolname = current_user
"""


def tables_without_a_wall() -> list[str]:
    """Tables of a clinic's rows that row-level security does not bind everybody on."""
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        return [name for (name,) in cursor.fetchall()]


def insist(*, patience: float = 0) -> None:
    """
    Raise ImproperlyConfigured unless this process's database role is bound by the walls, and all of them stand. A
    database that is not there yet is waited for, so many seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(STANDING)
                above, owns = cursor.fetchone()
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    if above or owns:
        raise ImproperlyConfigured(
            "This process connects to PostgreSQL as a role that row-level security does not bind: a superuser, one "
            "with BYPASSRLS, or the owner of the tables. Give it the address of eyelevel_web or eyelevel_worker."
        )
    bare = tables_without_a_wall()
    if bare:
        raise ImproperlyConfigured(
            f"These tables hold a clinic's rows behind no row-level security: {', '.join(bare)}. Run the migrations."
        )
