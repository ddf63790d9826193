"""A database of the benchmarks' own, beside whatever DATABASE_URL names, and gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import environ
import psycopg
from psycopg import sql


@contextmanager
def own_database() -> Iterator[str]:
    """Create it on the same server, let DATABASE_URL name it, and drop it at the end; before Django is set up."""
    given = os.environ["DATABASE_URL"]
    address, question, options = given.partition("?")
    name = f"eyelevel_bench_{os.getpid()}"
    _tell_server(given, sql.SQL("create database {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{name}{question}{options}"
    try:
        yield name
    finally:
        os.environ["DATABASE_URL"] = given
        _tell_server(given, sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _tell_server(address: str, statement: sql.Composed) -> None:
    """One statement, over a connection to the server's own database: the named one need not exist."""
    found = environ.Env.db_url_config(address)
    with psycopg.connect(
        host=found["HOST"] or None, port=found["PORT"] or None, user=found["USER"] or None,
        password=found["PASSWORD"] or None, dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(statement)
