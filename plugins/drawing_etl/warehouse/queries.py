"""The statements in sql/queries, one a file, by name."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from drawing_etl.warehouse.schema import UtcDateTime

SQL = Path(__file__).resolve().parents[3] / "sql"


@cache
def query(name: str) -> str:
    """Return the text of sql/queries/NAME.sql."""
    return (SQL / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def rows(
    connection: sa.Connection,
    name: str,
    values: Mapping[str, Any],
    types: Mapping[str, Any] | None = None,
) -> Sequence[sa.RowMapping]:
    """Run sql/queries/NAME.sql with its bind values; a list fills an IN. `types` are those of columns, by name."""
    statement = _statement(name, values)
    typed = statement.columns(**types) if types else statement
    return connection.execute(typed).mappings().all()


def change(connection: sa.Connection, name: str, values: Mapping[str, Any]) -> None:
    """Run sql/queries/NAME.sql, a statement that writes."""
    connection.execute(_statement(name, values))


def _statement(name: str, values: Mapping[str, Any]) -> sa.TextClause:
    return sa.text(query(name)).bindparams(*(_bind(bind, value) for bind, value in values.items()))


def _bind(name: str, value: object) -> sa.BindParameter[Any]:
    match value:
        case list():
            return sa.bindparam(name, value, expanding=True, type_=sa.Text())
        case datetime():
            return sa.bindparam(name, value, type_=UtcDateTime())
        case date():
            return sa.bindparam(name, value, type_=sa.Date())
        case _:
            return sa.bindparam(name, value)
