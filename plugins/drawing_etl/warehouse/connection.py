"""Opens the database: one code for SQLite and PostgreSQL, read and write transactions, the check of its tables.

Connections are not pooled: a task makes a handful, and a process that forks shares none.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from drawing_etl.warehouse.errors import MIGRATE, DatabaseUnavailable, NotMigrated, explained, named
from drawing_etl.warehouse.schema import SCHEMA_REVISION

BUSY_SECONDS = 60.0
CONNECT_SECONDS = 10
LOADER_LOCK = 0x64726177
"""PostgreSQL advisory lock that a writer holds: writers queue, as they do on SQLite."""


class Database:
    """A database by its address, `sqlite:///FILE` or `postgresql://...` (psycopg 3).

    Raises DatabaseUnavailable for an address of another kind. Opens nothing until it is used.
    """

    def __init__(self, address: str) -> None:
        self.url = _url(address)
        self.file = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        self.engine = _sqlite(self.url, self.file) if self.file else _postgresql(self.url)
        self._checked = False

    def __str__(self) -> str:
        return named(self.url)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection inside one transaction that sees one state of the database."""
        with explained(self.url), self.engine.connect() as connection:
            if self.file is None:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                self._require_tables(connection)
                yield connection

    @contextmanager
    def writing(self, *, check: bool = True) -> Iterator[sa.Connection]:
        """Give a connection inside the only write transaction: all of it is kept, or nothing. Others wait."""
        with explained(self.url), self.engine.connect() as connection:
            connection = connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                if self.file is None:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOADER_LOCK)))
                if check:
                    self._require_tables(connection)
                yield connection

    def create_file(self) -> None:
        """Make an empty SQLite file where there is none, in write-ahead mode; nothing for PostgreSQL."""
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.touch()
        except OSError as error:
            raise DatabaseUnavailable(
                f"database {named(self.url)} cannot be made: {error}. Remedy: name a folder that this user may write to"
            ) from error
        with explained(self.url), self.engine.connect() as connection:
            connection.execution_options(begin=None).exec_driver_sql("PRAGMA journal_mode = WAL")

    def _require_tables(self, connection: sa.Connection) -> None:
        if self._checked:
            return
        found = revision(connection)
        if found is None:
            raise NotMigrated(f"database {named(self.url)} has no tables yet. Remedy: run `{MIGRATE}`")
        if found < SCHEMA_REVISION:
            raise NotMigrated(
                f"database {named(self.url)} has tables of revision {found}, {SCHEMA_REVISION} is needed. "
                f"Remedy: run `{MIGRATE}`"
            )
        if found > SCHEMA_REVISION:
            raise NotMigrated(
                f"database {named(self.url)} has tables of revision {found}, newer than {SCHEMA_REVISION}, which this "
                "version knows. Remedy: update drawing-etl here"
            )
        self._checked = True


def revision(connection: sa.Connection) -> str | None:
    """Return the revision of the database's tables, None if it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _url(address: str) -> sa.URL:
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        # the address may hold a password: it is not repeated
        raise DatabaseUnavailable(
            "the database's address is not readable. Remedy: write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    kind = url.drivername.split("+")[0]
    if kind in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite")
    raise DatabaseUnavailable(
        f"database {named(url)} is of no kind that is supported. "
        "Remedy: write sqlite:///FILE or postgresql://USER@HOST/NAME"
    )


def _sqlite(url: sa.URL, file: Path) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a mistyped path is an error, not a new empty database
        connection = sqlite3.connect(
            f"file:{quote(str(file))}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = sa.create_engine(url, creator=connect, poolclass=sa.NullPool, hide_parameters=True)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # a writer takes its lock first: one that starts as a reader cannot wait for another writer
        if statement := connection.get_execution_options().get("begin", "BEGIN"):
            connection.exec_driver_sql(statement)

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    arguments = {"connect_timeout": CONNECT_SECONDS, "application_name": "drawing-etl"}
    return sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool, hide_parameters=True)
