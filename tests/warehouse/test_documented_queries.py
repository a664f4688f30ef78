"""The queries in docs/database.md run as they stand."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from fabricated import MEANINGS, NOON, batch, drawing

from drawing_etl.revisions import compare_revisions
from drawing_etl.warehouse import RunRecord, Warehouse
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.schema import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?);\n```", PAGE, re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_documented_query_finds_something(address: str, tmp_path: Path, query: str) -> None:
    warehouse = Warehouse(address)
    warehouse.start_run(RunRecord(run_id="manual__1", started_at=NOON))
    newer = drawing(
        tmp_path, "newer", number="DE-0", revision="B", texts=tuple(text for text in MEANINGS if "⌖" not in text)
    )
    works = [*batch(tmp_path, 3), newer]
    warehouse.load_batch("manual__1", works)
    compare_revisions(warehouse, "manual__1", works)
    with Database(address).reading() as connection:
        assert connection.execute(sa.text(query)).all()


def test_every_table_and_view_is_documented(address: str) -> None:
    with Database(address).reading() as connection:
        views = sa.inspect(connection).get_view_names()
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert {*views, *metadata.tables} - named == set()
