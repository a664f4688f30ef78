"""The statements in sql/queries, one a file, by name."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

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
    statement = sa.text(query(name))
    for bind, value in values.items():
        if isinstance(value, list):
            statement = statement.bindparams(sa.bindparam(bind, expanding=True, type_=sa.Text()))
    typed = statement.columns(**types) if types else statement
    return connection.execute(typed, dict(values)).mappings().all()
