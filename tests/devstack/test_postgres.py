"""PostgreSQL comes up, keeps its data, and survives how its runner ends."""

import os
import signal
from contextlib import closing

import pytest

from devstack import binaries, postgres
from devstack.binaries import find_postgres
from devstack.errors import StackError
from devstack.postgres import OWNER, Postgres


def ask(server, question, **keywords):
    with closing(server.connect(**keywords)) as connection:
        return connection.execute(question).fetchone()[0]


def test_it_keeps_data_over_a_restart(cluster):
    first = cluster()
    first.start()
    first.ensure_database("kept")
    with closing(first.connect("kept")) as connection:
        connection.execute("create table if not exists word (text text)")
        connection.execute("insert into word values ('still here')")
    first.stop()
    second = cluster()
    second.start()
    assert ask(second, "select text from word", database="kept") == "still here"
    second.stop()


def test_it_knows_time_zones_and_utf8(cluster):
    server = cluster()
    server.start()
    assert ask(server, "select to_char(timestamptz '2026-07-01 12:00Z' at time zone 'Europe/Berlin', 'HH24')") == "14"
    assert ask(server, "select lower('ÄÖ')") == "äö"
    server.stop()


def test_the_products_role_is_no_superuser_but_may_make_test_databases(cluster):
    server = cluster()
    server.start()
    server.ensure_database("owned")
    server.ensure_database("owned")
    question = f"select rolsuper::text || rolcreatedb::text from pg_roles where rolname = '{OWNER}'"
    assert ask(server, question) == "falsetrue"
    assert ask(server, "select current_user", database="owned", user=OWNER) == OWNER
    server.stop()


def test_it_joins_a_server_that_runs_and_stops_it(cluster):
    orphan = cluster()
    orphan.start()
    heir = cluster()
    heir.start()
    assert heir.adopted
    heir.stop()
    assert orphan._process.wait(timeout=10) == 0


def test_it_starts_over_a_killed_server_that_nobody_reaped(cluster):
    dead = cluster()
    dead.start()
    os.kill(dead._process.pid, signal.SIGKILL)  # and not waited for, so it stays a zombie
    heir = cluster()
    heir.start()
    assert not heir.adopted
    assert ask(heir, "select 1") == 1
    heir.stop()
    dead._process.wait(timeout=10)


def test_a_remark_stays_with_its_database(cluster):
    server = cluster()
    server.start()
    server.ensure_database("remarked")
    assert server.remark("remarked") == ""
    server.set_remark("remarked", "it's seen")
    assert server.remark("remarked") == "it's seen"
    server.stop()


def test_it_says_when_the_data_is_of_another_version(tmp_path):
    server = Postgres(tmp_path / "pg", tmp_path / "sockets", tmp_path / "log")
    server.place.data.mkdir(mode=0o700, exist_ok=True)
    (server.place.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(StackError, match="is of PostgreSQL 9"):
        server.start()


def test_it_shows_the_end_of_the_log_when_it_cannot_come_up(cluster, monkeypatch):
    server = cluster()
    monkeypatch.setattr(postgres, "LASTING", ("no_such_setting=1",))
    with pytest.raises(StackError, match="no_such_setting"):
        server.start()


def test_it_asks_for_an_address_when_there_is_no_postgresql(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path)
    with pytest.raises(StackError, match="DATABASE_URL"):
        find_postgres()


def test_it_takes_the_newest_of_the_system_when_the_wheel_is_missing(monkeypatch, tmp_path):
    for major in (9, 15, 16):
        program = tmp_path / str(major) / "bin" / "postgres"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.4'\n")
        program.chmod(0o755)
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path)
    assert find_postgres().major == 16
    assert not find_postgres().from_wheel


def test_it_writes_the_address_of_a_socket_as_django_environ_reads_it(cluster):
    import environ

    server = cluster()
    found = environ.Env.db_url_config(server.url("eyelevel"))
    assert (found["HOST"], found["NAME"], found["USER"]) == (str(server.place.sockets), "eyelevel", OWNER)
