"""What all tables are made of: types that mean the same on every database, column makers, names of constraints.

Ids and sort keys compare byte by byte on every database. Times are UTC.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA_REVISION = "0010"
"""The newest migration: what this code needs."""

MAX_KEY = 200
"""Characters of a string that is searched by: PostgreSQL indexes no more than some 2,700 bytes."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC out, on databases with and without time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Real: sa.Double[float] = sa.Double()

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def required(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    """Return a column that is never null."""
    return sa.Column(name, kind, *more, nullable=False)


def of_document() -> sa.Column[Any]:
    """Return the part of a primary key that names the document; its rows go with it."""
    return sa.Column(
        "document_id", Key, sa.ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True, nullable=False
    )


def key_part(name: str, kind: Any) -> sa.Column[Any]:
    """Return a part of a primary key."""
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)
