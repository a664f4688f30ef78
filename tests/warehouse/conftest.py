"""The same tests on SQLite and, where a server is at hand, on PostgreSQL: each test has a database of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import new_database
from fabricated import NOON, batch

from drawing_etl.warehouse import Desk, RunRecord, Warehouse

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "warehouse.sqlite"
    Warehouse(f"sqlite:///{path}").migrate()
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[sa.Engine]:
    """The PostgreSQL server for tests, on which databases can be made."""
    url = sa.make_url(os.environ["DRAWING_ETL_TEST_POSTGRES"]).set(drivername="postgresql+psycopg")
    yield sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


@pytest.fixture(scope="session")
def migrated_database(server: sa.Engine) -> Iterator[str]:
    with new_database(server) as url:
        Warehouse(url.render_as_string(hide_password=False)).migrate()
        assert url.database is not None
        yield url.database


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "warehouse.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("migrated_database")
        with new_database(request.getfixturevalue("server"), template) as url:
            yield url.render_as_string(hide_password=False)


@pytest.fixture(params=BOTH)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that was never migrated: for SQLite, not even a file."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'ware%house.sqlite'}"
    else:
        with new_database(request.getfixturevalue("server")) as url:
            yield url.render_as_string(hide_password=False)


@pytest.fixture
def desk(address: str, tmp_path: Path) -> Desk:
    """The desk over a night's batch: of its drawings one waits for a person."""
    warehouse = Warehouse(address, clock=lambda: NOON)
    warehouse.start_run(RunRecord(run_id="night", started_at=NOON))
    warehouse.load_batch("night", batch(tmp_path / "work"))
    return Desk(address, clock=lambda: NOON)
