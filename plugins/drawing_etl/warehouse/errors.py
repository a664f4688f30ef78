"""What can be wrong with the database. Every message says what to do about it.

WarehouseError
├── DatabaseUnavailable   not there, not reachable, busy, or not ours to open
├── DatabaseFull          no room left where the database lies
├── DatabaseDamaged       the file is no database, or is damaged
├── NotMigrated           its tables are not those of this version
└── LoadRefused           the batch contradicts itself or the database: nothing of it was loaded
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

MIGRATE = "python -m drawing_etl.warehouse migrate"


class WarehouseError(Exception):
    """Root of the exceptions that the warehouse raises on purpose."""


class DatabaseUnavailable(WarehouseError):
    """The database is down, missing, busy for too long, or refuses us."""


class DatabaseFull(WarehouseError):
    """The database has no room left."""


class DatabaseDamaged(WarehouseError):
    """The file is no database, or not a whole one."""


class NotMigrated(WarehouseError):
    """The database has no tables yet, or those of another version."""


class LoadRefused(WarehouseError):
    """A batch that must not be loaded as it is."""


_SQLITE: tuple[tuple[str, type[WarehouseError], str], ...] = (
    (
        "unable to open",
        DatabaseUnavailable,
        f"there is none, or no permission for it: run `{MIGRATE}`, or correct the path and its permissions",
    ),
    (
        "locked",
        DatabaseUnavailable,
        "another program has been writing to it for over a minute: let it end, then run again",
    ),
    ("readonly", DatabaseUnavailable, "the file or its folder is read-only: give this user the permission to write"),
    ("disk is full", DatabaseFull, "free space on its volume, then run again: nothing was half-written"),
    ("disk i/o", DatabaseFull, "the volume failed to write: check its space and health, then run again"),
    ("not a database", DatabaseDamaged, "move the file away and run `" + MIGRATE + "`, or name another file"),
    ("malformed", DatabaseDamaged, "restore it from a backup, or move it away and load again"),
)

_POSTGRESQL: tuple[tuple[str, type[WarehouseError], str], ...] = (
    ("53100", DatabaseFull, "free space on the server's volume, then run again: nothing was half-written"),
    ("53300", DatabaseUnavailable, "the server has no connection left: raise max_connections, or run fewer tasks"),
    ("42501", DatabaseUnavailable, "the user may not do this: grant it the rights on the database's public schema"),
    ("42P01", NotMigrated, f"its tables are missing: run `{MIGRATE}`"),
    ("57", DatabaseUnavailable, "the server is starting or stopping, or ended the session: run again"),
    ("08", DatabaseUnavailable, "the connection broke: check the server and the network, then run again"),
)


def named(url: URL) -> str:
    """Return the database's address for people, without its password."""
    return url.render_as_string(hide_password=True)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the driver's errors that an operator can mend into ours, which say how."""
    try:
        yield
    except DBAPIError as error:
        if (ours := _explain(error, url)) is not None:
            raise ours from error
        raise


def _explain(error: DBAPIError, url: URL) -> WarehouseError | None:
    said = str(error.orig).strip()
    if url.get_backend_name() == "sqlite":
        for words, kind, remedy in _SQLITE:
            if words in said.lower():
                return kind(f"database {named(url)}: {said}. Remedy: {remedy}")
        if "no such table" in said:
            return NotMigrated(f"database {named(url)}: {said}. Remedy: run `{MIGRATE}`")
        return None
    state = getattr(error.orig, "sqlstate", None)
    for prefix, kind, remedy in _POSTGRESQL:
        if state is not None and state.startswith(prefix):
            return kind(f"database {named(url)}: {said}. Remedy: {remedy}")
    if state is None and (error.connection_invalidated or "connect" in said.lower()):
        return DatabaseUnavailable(
            f"database {named(url)}: {said}. Remedy: start the server, correct the address (host, user, password), or "
            "create the database (createdb), then run again"
        )
    return None
