"""Connections for several processes on one SQLite file: they wait for each other instead of failing.

For Airflow's own database in the embedded layout, named there as `sql_alchemy_connect_args`.
"""

import sqlite3
from typing import Any


class PatientCursor(sqlite3.Cursor):
    """Takes the right to write before a savepoint.

    A savepoint outside a transaction begins one that only reads. If another process writes before it does, SQLite
    refuses its first write at once, however long the timeout is (https://sqlite.org/isolation.html). Airflow makes
    the runs of a backfill that way, beside a scheduler that writes all the time.
    """

    def execute(self, sql: str, *parameters: Any) -> "PatientCursor":
        if sql.startswith("SAVEPOINT") and not self.connection.in_transaction:
            super().execute("BEGIN IMMEDIATE")
        super().execute(sql, *parameters)
        return self


class PatientConnection(sqlite3.Connection):
    """A connection with such cursors."""

    def cursor(self, factory: Any = PatientCursor) -> Any:
        return super().cursor(factory)


CONNECT_ARGS = {"timeout": 60, "factory": PatientConnection}
"""SQLite's own timeout, 5 seconds, is too little for scheduler, API server and tasks on a busy machine."""
