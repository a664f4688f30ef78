"""Databases of their own for tests on a PostgreSQL server, and faults and pauses in their use."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

T = TypeVar("T")


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


class HalfWay:
    """Makes whoever uses an engine stand still before a statement, until it is told to go on."""

    def __init__(self, engine: sa.Engine, statement: str) -> None:
        self.reached, self._go_on, self._statement = threading.Event(), threading.Event(), statement
        sa.event.listen(engine, "before_cursor_execute", self._before)

    def _before(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.strip().startswith(self._statement):
            self.reached.set()
            assert self._go_on.wait(60)

    def while_it_stands(self, other: Callable[[], T], engine: sa.Engine) -> tuple[bool, Future[T]]:
        """Start OTHER, which uses ENGINE, and let the first go on; return whether OTHER waited, and its result."""
        began = threading.Event()
        sa.event.listen(engine, "before_cursor_execute", lambda *anything: began.set())
        threads = ThreadPoolExecutor()
        try:
            assert self.reached.wait(60)
            result = threads.submit(other)
            assert began.wait(60)
            time.sleep(0.3)  # long enough to read what is there, if it did not wait
            waited = not result.done()
        finally:
            self._go_on.set()
            threads.shutdown()
        return waited, result
