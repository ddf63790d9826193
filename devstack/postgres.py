"""A real PostgreSQL in a private folder, reached through a Unix socket only."""

import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from devstack.accounts import Place, settle
from devstack.binaries import find_postgres
from devstack.errors import StackError
from devstack.folders import last_lines, private_folder, socket_folder

SUPERUSER = "postgres"
# whose the tables are; the site and its worker connect as roles that own nothing, or row-level security would not
# bind them
OWNER = "eyelevel"
ROLES = {"eyelevel_web": "", "eyelevel_worker": "", "eyelevel_backup": "bypassrls"}
# A statement that fails is not written down, nor why: both quote what somebody typed. The site's log says where.
SILENT = {"log_min_messages": "log", "log_min_error_statement": "panic"}
SOCKET = ".s.PGSQL.5432"
PATIENCE = 60.0
LASTING = ("max_connections=100", "listen_addresses=")
# for tests: quick, and not to be trusted after a power cut
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB", "autovacuum=off")


@dataclass
class Postgres:
    """One cluster. `start()` adopts a server that runs already: a killed run leaves nothing to clean up."""

    folder: Path
    sockets: Path
    log: Path
    fast: bool = False
    adopted: bool = False
    _place: Place | None = None
    _process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Place:
        """Where and as whom it runs, settled once."""
        if self._place is None:
            self._place = settle(find_postgres(), self.folder.resolve(), socket_folder(self.sockets.resolve()))
        return self._place

    def start(self) -> None:
        """Bring it up, or join it; raises StackError with the end of its log."""
        if self._answers():
            self.adopted = True
            return
        self._initialise()
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._start_once(deadline)
            if time.monotonic() > deadline:
                raise StackError(f"PostgreSQL did not come up in {PATIENCE:.0f} seconds:\n{last_lines(self.log)}")
            time.sleep(0.03)
        self._check_time_zones()

    def stop(self) -> None:
        """Stop it cleanly, also one that was adopted."""
        place = self.place
        words = [place.programs.folder / "pg_ctl", "-D", place.data, "-m", "fast", "-w", "-t", "30", "stop"]
        answer = self._run(words)
        if answer.returncode and self._answers():
            raise StackError(f"PostgreSQL did not stop:\n{answer.stdout.decode(errors='replace')}")
        if self._process is not None:
            self._process.wait(timeout=30)
            self._process = None

    def connect(self, database: str = "postgres", user: str = SUPERUSER) -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(
            host=str(self.place.sockets), dbname=database, user=user, autocommit=True, connect_timeout=5
        )

    def url(self, database: str, role: str = OWNER) -> str:
        """The address for DATABASE_URL; django-environ wants a socket's folder after two slashes."""
        return f"postgres://{role}@/{self.place.sockets}/{database}"

    def ensure_database(self, name: str) -> None:
        """The roles and a database; nothing happens when they are there."""
        with closing(self.connect()) as connection:
            self._ensure_roles(connection)
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                create = sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER))
                connection.execute(create)

    def _ensure_roles(self, connection: psycopg.Connection) -> None:
        """The owner, and who connects. Tests connect as the owner and take on the role of whoever acts."""
        there = {name for (name,) in connection.execute("select rolname from pg_roles")}
        if OWNER not in there:
            connection.execute(sql.SQL("create role {} login createdb").format(sql.Identifier(OWNER)))
        for name, more in ROLES.items():
            if name not in there:
                connection.execute(sql.SQL("create role {} login " + more).format(sql.Identifier(name)))
                connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        connection.execute("grant pg_read_all_data to eyelevel_backup")
        for name in (OWNER, *ROLES):
            for setting, value in SILENT.items():
                silence = sql.SQL("alter role {} set {} = {}")
                connection.execute(silence.format(sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)))

    def remark(self, database: str) -> str:
        """The note kept with a database; empty when there is none."""
        question = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
        with closing(self.connect()) as connection:
            found = connection.execute(question, [database]).fetchone()
        return (found and found[0]) or ""

    def set_remark(self, database: str, text: str) -> None:
        """Keep a note with a database, so that it is gone when the database is."""
        command = sql.SQL("comment on database {} is {}").format(sql.Identifier(database), sql.Literal(text))
        with closing(self.connect()) as connection:
            connection.execute(command)

    def _answers(self) -> bool:
        # asked by connecting: where nobody reaps, a killed server is a zombie and its process id looks alive
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, words: Sequence[object]) -> subprocess.CompletedProcess[bytes]:
        account = self.place.account
        command = [*account.prefix, *map(str, words)]
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            **account.keywords,
        )  # fmt: skip

    def _initialise(self) -> None:
        place, programs = self.place, self.place.programs
        if place.account.owner is None:
            private_folder(place.data)
        version = place.data / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != str(programs.major):
                raise StackError(
                    f"The data in {place.data} is of PostgreSQL {found}, but the programs here are of "
                    f"{programs.major}. Move the folder away to begin anew, or set DATABASE_URL."
                )
            return
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        locale = builtin if programs.major >= 17 else ["--locale=C.UTF-8"]
        words = [
            programs.folder / "initdb",
            "-D",
            place.data,
            "-U",
            SUPERUSER,
            "-N",
            "--encoding=UTF8",
            *locale,
        ]
        answer = self._run([*words, "--auth-local=trust", "--auth-host=reject"])
        if answer.returncode:
            raise StackError(f"PostgreSQL could not be set up:\n{answer.stdout.decode(errors='replace')}")

    def _start_once(self, deadline: float) -> None:
        """One attempt; a second one comes only when a dying server still held the memory of the first."""
        if self._process is not None:
            end = last_lines(self.log)
            if "still in use" not in end or time.monotonic() > deadline:
                raise StackError(f"PostgreSQL did not come up:\n{end}")
            time.sleep(0.3)
        elif not self._forget_the_dead():
            return
        place = self.place
        settings = (*LASTING, *(FAST if self.fast else ()), f"unix_socket_directories={place.sockets}")
        words = [place.programs.folder / "postgres", "-D", place.data]
        command = [
            *place.account.prefix,
            *map(str, words),
            *(word for item in settings for word in ("-c", item)),
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                **place.account.keywords,
            )  # fmt: skip

    def _forget_the_dead(self) -> bool:
        """Remove what a killed server left, which a new one would take for alive; False while one lives."""
        place = self.place
        left = place.data / "postmaster.pid"
        if left.exists() and _lives(int(left.read_text().split()[0]), place.data):
            return False
        for path in (left, place.sockets / f"{SOCKET}.lock", place.sockets / SOCKET):
            path.unlink(missing_ok=True)
        return True

    def _check_time_zones(self) -> None:
        """The product asks for the hour in a couple's own zone; a build without zones must not pass."""
        with closing(self.connect()) as connection:
            try:
                connection.execute("select now() at time zone 'Europe/Berlin'")
            except psycopg.DataError as error:
                raise StackError(f"This PostgreSQL knows no time zones ({error}); set DATABASE_URL.") from error


def _lives(process: int, data: Path) -> bool:
    """True when the process runs and is at home in the data folder (its number may be another's by now)."""
    about = Path("/proc") / str(process)
    if not Path("/proc/self").exists():
        return True  # no /proc to ask: leave the judgement to PostgreSQL
    try:
        state = (about / "stat").read_text().rsplit(")", 1)[1].split()[0]
        return state not in "ZX" and (about / "cwd").resolve() == data
    except OSError:
        return False
