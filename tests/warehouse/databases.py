"""Databases of their own for tests on a PostgreSQL server."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def new_database(server: sa.Engine, template: str = "template0") -> Iterator[sa.URL]:
    """Give the URL of a new database, a copy of TEMPLATE, on the server; it is gone afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url.set(database=name)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
