"""The tables that the migrations make are those that the code knows."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import HalfWay

from drawing_etl.warehouse import Warehouse
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.queries import SQL
from drawing_etl.warehouse.schema import SCHEMA_REVISION, metadata


def config() -> Config:
    made = Config(str(SQL / "alembic.ini"))
    made.set_main_option("script_location", str(SQL / "migrations"))
    return made


def test_the_code_needs_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == SCHEMA_REVISION


def test_migrations_make_the_tables_that_the_code_knows(address: str) -> None:
    with Database(address).reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_does_nothing(empty_address: str) -> None:
    warehouse = Warehouse(empty_address)
    warehouse.migrate()
    warehouse.migrate()
    warehouse.check()
    assert warehouse.recent_batches() == []


def test_migrations_can_be_taken_back(address: str) -> None:
    database = Database(address)
    with database.writing() as connection:
        downgrade = config()
        downgrade.attributes["connection"] = connection
        command.downgrade(downgrade, "base")
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        assert inspector.get_table_names() == ["alembic_version"]
        assert inspector.get_view_names() == []
    Warehouse(address).migrate()
    Warehouse(address).check()


def test_who_migrates_waits_for_another_who_does(empty_address: str) -> None:
    first, second = Warehouse(empty_address), Warehouse(empty_address)
    half_way = HalfWay(first._database.engine, "CREATE TABLE items")
    with ThreadPoolExecutor() as threads:
        one = threads.submit(first.migrate)
        waited, other = half_way.while_it_stands(second.migrate, second._database.engine)

    assert waited
    assert one.result() is other.result() is None
    Warehouse(empty_address).check()


def test_a_file_is_made_in_write_ahead_mode(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'w.sqlite'}")
    Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}").migrate()
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
