"""A database that cannot be used says why, and what to do."""

import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import new_database
from fabricated import NOON, batch, dump

from drawing_etl.warehouse import DatabaseDamaged, DatabaseFull, DatabaseUnavailable, NotMigrated, RunRecord, Warehouse
from drawing_etl.warehouse.__main__ import main
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.errors import explained


def test_a_missing_file_is_an_error_and_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "typo.sqlite"
    with pytest.raises(DatabaseUnavailable, match=r"drawing_etl\.warehouse migrate"):
        Warehouse(f"sqlite:///{path}").known(["a" * 64])
    assert not path.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="may write to"):
        Warehouse(f"sqlite:///{tmp_path}/file/w.sqlite").migrate()


def test_an_empty_database_is_not_migrated(empty_address: str) -> None:
    Database(empty_address).create_file()
    with pytest.raises(NotMigrated, match=r"no tables yet.*migrate"):
        Warehouse(empty_address).check()


@pytest.mark.parametrize(("revision", "remedy"), [("0000", "migrate"), ("9999", "update drawing-etl")])
def test_tables_of_another_version(address: str, revision: str, remedy: str) -> None:
    database = Database(address)
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    with pytest.raises(NotMigrated, match=remedy):
        Warehouse(address).recent_batches()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    path.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(DatabaseDamaged, match="move the file away"):
        Warehouse(f"sqlite:///{path}").check()
    with pytest.raises(DatabaseDamaged, match="move the file away"):
        Warehouse(f"sqlite:///{path}").migrate()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("database or disk is full", DatabaseFull),
        ("disk I/O error", DatabaseFull),
        ("database is locked", DatabaseUnavailable),
        ("attempt to write a readonly database", DatabaseUnavailable),
        ("database disk image is malformed", DatabaseDamaged),
    ],
)
def test_what_the_file_system_does_to_us_is_explained(said: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=f"{said}. Remedy: "), explained(sa.make_url("sqlite:///w.sqlite")):
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(said))


def test_a_full_disk_leaves_nothing(address: str) -> None:
    if not address.startswith("sqlite"):
        pytest.skip("SQLite can be told to be full")
    database = Database(address)

    with pytest.raises(DatabaseFull, match="free space"), database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE big (bytes BLOB)")
        for _ in range(100):
            connection.exec_driver_sql("INSERT INTO big VALUES (zeroblob(1000000))")

    with database.reading() as connection:
        assert not sa.inspect(connection).has_table("big")


def test_a_server_that_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        port = taken.getsockname()[1]
        with pytest.raises(DatabaseUnavailable, match="start the server") as caught:
            Warehouse(f"postgresql://someone:hunter2@127.0.0.1:{port}/warehouse").check()
    assert "hunter2" not in str(caught.value)


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have(server: sa.Engine) -> None:
    url = server.url.set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnavailable, match="createdb"):
        Warehouse(url).check()


@pytest.mark.parametrize("address", ["mysql://user:hunter2@host/db", "sqlite://", "sqlite:///:memory:", "hunter2"])
def test_an_address_of_another_kind(address: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="Remedy: write sqlite:///FILE or postgresql://") as caught:
        Warehouse(address)
    assert "hunter2" not in str(caught.value)


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DRAWING_ETL_DATABASE_URL", f"sqlite:///{tmp_path}/w.sqlite")
    assert main(["check"]) == 1
    assert "Remedy: " in capsys.readouterr().err
    assert main(["migrate"]) == 0
    assert main(["check"]) == 0
    assert "ready" in capsys.readouterr().out


@pytest.mark.postgres
def test_a_server_that_goes_down_half_way(server: sa.Engine, migrated_database: str, tmp_path: Path) -> None:
    with new_database(server, migrated_database) as url:
        address = url.render_as_string(hide_password=False)
        warehouse = Warehouse(address)
        warehouse.start_run(RunRecord(run_id="manual__1", started_at=NOON))
        faults = iter([True])

        @sa.event.listens_for(warehouse._database.engine, "after_cursor_execute")
        def end_the_session(connection: sa.Connection, cursor: Any, statement: str, *rest: object) -> None:
            if statement.startswith("INSERT INTO items") and next(faults, False):
                with server.connect() as other:
                    pid = cursor.connection.info.backend_pid
                    other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

        works = batch(tmp_path)
        with pytest.raises(DatabaseUnavailable, match="run again"):
            warehouse.load_batch("manual__1", works)
        assert dump(address)["documents"] == []
        assert warehouse.load_batch("manual__1", works).inserted == 4
