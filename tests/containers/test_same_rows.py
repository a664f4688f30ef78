"""`make ingest` with its stages in containers loads the same rows as with its stages in local processes."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient
from engine_room import ours

from drawing_etl import settings

ALL = "DRAWING_ETL_TEST_ALL_ROWS" in os.environ
"""Compare every shared drawing: most of an hour on two processors. Without it, the few named below."""

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("docker"), pytest.mark.timeout(4 * 3600 if ALL else 900)]

SAMPLES = ("adapter-plate-turned.png", "bearing-pin-fax.tif", "cover-plate.dxf", "hub-flange-truncated.pdf")
SHARED = (
    "psas__sw-cad-airframe-lv3.0/tipSafety.pdf",
    "mjbots__power_dist/20240827-mjpower-ss-r2.pdf",
    "qcad__qcad/example01.dxf",
)
OF_THE_RUN = {"run_id", "loaded_at", "finished_at", "seconds", "counts", "arrived_at"}
TABLES = ("documents", "pages", "items", "title_block", "revisions", "parts_list", "notes", "findings", "rejections")


@pytest.fixture
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="drawing-etl-ingest-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def ingest(var: Path, inbox: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "drawing_etl.ingest", "--inbox", str(inbox)],
        cwd=settings.PROJECT,
        env=os.environ | {"DRAWING_ETL_VAR": str(var)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def rows(var: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the content of the database without what belongs to the run: every table sorted."""
    with sqlite3.connect(var / "warehouse.sqlite") as database:
        there = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
        assert {"documents", "items", "pages", "rejections"} <= there
        found = {}
        for table in TABLES:
            if table in there:
                columns = [
                    row[1] for row in database.execute(f"pragma table_info({table})") if row[1] not in OF_THE_RUN
                ]
                found[table] = sorted(database.execute(f"select {', '.join(columns)} from {table}"), key=repr)
    return found


def test_containers_load_the_same_rows_as_local_processes(
    scratch: Path, image: str, engine: APIClient, shared_drawings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = scratch / "inbox"
    subprocess.run(
        [sys.executable, "-m", "ocr_tasks", "samples", str(scratch / "all")], cwd=settings.PROJECT, check=True
    )
    found = [path for path in shared_drawings.rglob("*") if path.suffix in (".pdf", ".dxf")]
    chosen = found if ALL else [shared_drawings / name for name in SHARED]
    inbox.mkdir()
    for path in [scratch / "all" / name for name in SAMPLES] + chosen:
        arrived = inbox / path.parent.name / path.name
        arrived.parent.mkdir(exist_ok=True)
        shutil.copy(path, arrived)
        os.utime(arrived, (time.time() - 60,) * 2)
    ingest(scratch / "local", inbox)
    ingest(scratch / "docker", inbox, DRAWING_ETL_RUNTIME="docker", DRAWING_ETL_IMAGE_CPU=image)
    local, docker = rows(scratch / "local"), rows(scratch / "docker")
    with capsys.disabled():
        print("\nrows of each runtime: " + ", ".join(f"{len(of)} {table}" for table, of in local.items()))
    assert len(local["documents"]) == len(SAMPLES) + len(chosen)
    assert len(local["items"]) > 200
    for table, expected in local.items():
        assert docker[table] == expected, table
    assert ours(engine, scratch / "docker" / "work") == []
