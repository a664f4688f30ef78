"""Two processes on one SQLite file, in the order that makes plain connections fail."""

import sqlite3
import threading
from pathlib import Path

import pytest

from drawing_etl.patient_sqlite import CONNECT_ARGS


def savepoint_read_write(path: Path, arguments: dict[str, object]) -> int:
    """Open a savepoint and read; let another connection write; then write. Return the rows that are there."""
    with sqlite3.connect(path) as setup:
        setup.execute("PRAGMA journal_mode=WAL")
        setup.execute("CREATE TABLE t (x)")
    ours = sqlite3.connect(path, **arguments)
    cursor = ours.cursor()
    cursor.execute("SAVEPOINT one")
    cursor.execute("SELECT count(*) FROM t").fetchone()

    def other() -> None:
        theirs = sqlite3.connect(path, timeout=10)
        with theirs:
            theirs.execute("INSERT INTO t VALUES ('other')")
        theirs.close()

    writer = threading.Thread(target=other)
    writer.start()
    writer.join(0.3)
    cursor.execute("INSERT INTO t VALUES ('ours')")
    cursor.execute("RELEASE one")
    ours.commit()
    writer.join()
    rows: int = ours.execute("SELECT count(*) FROM t").fetchone()[0]
    ours.close()
    return rows


def test_a_plain_connection_fails_however_long_it_would_wait(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        savepoint_read_write(tmp_path / "plain", {"timeout": 60})


def test_a_patient_one_does_not(tmp_path: Path) -> None:
    assert savepoint_read_write(tmp_path / "patient", dict(CONNECT_ARGS)) == 2
