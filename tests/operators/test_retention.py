"""What is removed once it is old, and what stays at any age: planted folders, and a database that knows of them."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fabricated import NO_OTHER_REVISION, NOON, drawing, encrypted, low_share

from drawing_etl import export
from drawing_etl.__main__ import main
from drawing_etl.retention import NotRemoved, leftovers, prune
from drawing_etl.revisions import compare_revisions
from drawing_etl.settings import Settings
from drawing_etl.tasks import all_loaded
from drawing_etl.warehouse import Desk, Review, RunRecord, Warehouse
from ocr_tasks.contract import Stage, StageReport
from ocr_tasks.workdir import Workdir

LATER = NOON + timedelta(days=30)


class Archive:
    """An installation whose drawings were loaded at NOON."""

    def __init__(self, root: Path, database: Path) -> None:
        self.settings = Settings.from_env({"DRAWING_ETL_VAR": str(root)})
        self.now = NOON
        self.warehouse = Warehouse(self.settings.database_url, clock=lambda: self.now)
        shutil.copy(database, root / "warehouse.sqlite")

    def load(self, content: str, sample_rate: float = 0.0, run_id: str = "night", **more: Any) -> Workdir:
        """Load one drawing in a run that ends."""
        work = drawing(self.settings.work_root, content, **more)
        work.claim(run_id)
        self.warehouse.start_run(RunRecord(run_id=run_id, started_at=self.now))
        self.warehouse.load_batch(run_id, [work], sample_rate=sample_rate)
        compare_revisions(self.warehouse, run_id, [work])
        self.warehouse.finish_run(run_id, "success")
        self.report(work)
        return work

    def report(self, work: Workdir) -> None:
        report = StageReport(stage=Stage.LOAD, outcome="done", fingerprint="x", seconds=0.0, finished_at=self.now)
        work.finish(report)

    def docs(self, name: str, at: datetime = NOON) -> Path:
        """Plant Data Docs."""
        folder = self.settings.docs_dir / name
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("x" * 1000)
        os.utime(folder, (at.timestamp(), at.timestamp()))
        return folder

    def old(self, older_than: datetime = LATER) -> list[str]:
        return [leftover.folder.name for leftover in leftovers(self.settings, older_than)]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "warehouse.sqlite"
    Warehouse(f"sqlite:///{path}").migrate()
    return path


@pytest.fixture
def archive(tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path))
    return Archive(tmp_path, database)


def test_of_two_revisions_the_later_one_stays(archive: Archive) -> None:
    first = archive.load("a", revision="A")
    assert archive.old() == []
    archive.now = NOON + timedelta(days=20)
    archive.load("b", revision="B")
    assert archive.old(NOON + timedelta(days=19)) == [], "it was needed until the later one was loaded"
    assert archive.old() == [first.name]


@pytest.mark.parametrize("other", NO_OTHER_REVISION)
def test_a_drawing_stays_without_a_later_revision_that_is_loaded(archive: Archive, other: dict[str, Any]) -> None:
    first = archive.load("a", revision="A")
    archive.load("other", **other)
    assert first.name not in archive.old()


OTHER_STRINGS = ("⌀8", "⌀12.5", "45", "R3", "(120)", "M6", "2x 90°")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"texts": OTHER_STRINGS}, id="hardly a string in common"),
        pytest.param({"title": "COVER"}, id="another title"),
        pytest.param({"title": None}, id="no title read"),
        pytest.param({"revision": "2"}, id="revisions of another scheme"),
        pytest.param({"texts": ()}, id="nothing to compare"),
    ],
)
def test_two_drawings_of_one_misread_number_both_stay(archive: Archive, other: dict[str, Any]) -> None:
    archive.load("a", revision="A")
    archive.load("b", **{"revision": "B", **other})
    assert archive.old() == []


def test_what_could_not_be_read_goes_and_what_waits_stays(archive: Archive) -> None:
    rejected = archive.load("locked", rejected=encrypted())
    waiting = archive.load("doubtful", revision="A", reasons=(low_share(),))
    archive.load("later", revision="B")
    assert archive.old() == [rejected.name]
    desk = Desk(archive.settings.database_url, clock=lambda: NOON + timedelta(days=20))
    (found,) = desk.queue()
    dossier = desk.dossier(found.document_id)
    assert dossier is not None
    desk.decide(Review(document_id=found.document_id, seen=dossier.seen, reviewer="ursula", verdict="reject"))
    assert archive.old(NOON + timedelta(days=19)) == [rejected.name], "it was needed until somebody decided"
    assert sorted(archive.old()) == sorted([rejected.name, waiting.name])


def test_a_drawing_drawn_at_random_stays_until_somebody_looked_at_it(archive: Archive) -> None:
    archive.load("a", sample_rate=1.0, revision="A")
    archive.load("b", revision="B")
    assert archive.old() == []


@pytest.mark.parametrize("why", ["to be loaded again", "read by a run that works", "not in the database"])
def test_a_drawing_that_is_still_worked_on_stays(archive: Archive, why: str) -> None:
    work = archive.load("a", revision="A")
    archive.load("b", revision="B")
    assert archive.old() == [work.name]
    if why == "to be loaded again":
        work.forget(Stage.LOAD)
    elif why == "read by a run that works":
        archive.warehouse.start_run(RunRecord(run_id="backfill", started_at=NOON))
        work.claim("backfill")
    else:
        archive.report(drawing(archive.settings.work_root, "unknown"))
        shutil.rmtree(work.path)
    assert archive.old() == []


def test_data_docs_go_by_age_and_nothing_else_beside_them(archive: Archive, tmp_path: Path) -> None:
    archive.docs("a" * 16)
    archive.docs("b" * 16, at=LATER)
    archive.docs("by-hand")
    archive.docs(".gate-x1y2")
    (archive.settings.docs_dir / ("c" * 16)).symlink_to(tmp_path)
    assert sorted(archive.old()) == [".gate-x1y2", "a" * 16]


def test_a_dry_run_says_what_goes_and_the_real_one_removes_just_that(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = [archive.load("a", revision="A").path, archive.docs("a" * 16)]
    stays = archive.load("b", revision="B")
    assert main(["prune", "--days", "1", "--dry-run"]) == 0
    planned = capsys.readouterr().out
    assert all(folder.is_dir() and f"{folder}: would be removed" in planned for folder in gone)
    assert main(["prune", "--days", "1"]) == 0
    assert capsys.readouterr().out == planned.replace("would be removed", "removed")
    assert not any(folder.exists() for folder in gone) and stays.path.is_dir()
    assert [path.name for path in archive.settings.work_root.iterdir()] == [stays.name]


def test_the_rows_of_what_is_gone_can_still_be_handed_over(archive: Archive, tmp_path: Path) -> None:
    work = archive.load("a", revision="A")
    archive.load("b", revision="B")
    prune(archive.settings, 1, lambda line: None)
    assert not work.path.exists()
    for form in ("csv", "fai"):
        assert export.main([work.name, "--to", form, "--out", str(tmp_path / f"out.{form}")]) == 0


def test_nothing_is_removed_where_nothing_says_what_is_old(
    archive: Archive, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive.docs("a" * 16)
    nothing_new = SimpleNamespace(xcom_pull=lambda task_ids: [])
    assert main(["prune"]) == main(["prune", "--days", "0"]) == 2
    assert "set DRAWING_ETL_PRUNE_DAYS" in capsys.readouterr().err
    all_loaded.function(run_id="night", ti=nothing_new)
    assert folder.is_dir()
    monkeypatch.setenv("DRAWING_ETL_PRUNE_DAYS", "999999999")
    all_loaded.function(run_id="night", ti=nothing_new)
    assert folder.is_dir()
    monkeypatch.setenv("DRAWING_ETL_PRUNE_DAYS", "1")
    all_loaded.function(run_id="night", ti=nothing_new)
    assert not folder.exists()


def test_what_cannot_be_removed_is_told_and_removed_the_next_time(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        archive.docs(name * 16)
    said: list[str] = []
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "rmtree", _refusing("a" * 16))
        with pytest.raises(NotRemoved, match=r"1 folders.*not permitted.*Remedy"):
            prune(archive.settings, 1, said.append)
    assert said[-1].startswith("1 folders") and "b" * 16 in said[0]
    prune(archive.settings, 100 * 365, said.append)
    assert list(archive.settings.docs_dir.iterdir()) == []


def _refusing(name: str) -> Any:
    remove = shutil.rmtree

    def rmtree(path: Path) -> None:
        if path.name.endswith(name):
            raise PermissionError(1, "not permitted", str(path))
        remove(path)

    return rmtree


def test_a_database_that_is_not_there_is_told(
    archive: Archive, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWING_ETL_DATABASE_URL", f"sqlite:///{archive.settings.var}/elsewhere.sqlite")
    assert main(["prune", "--days", "1"]) == 2
    assert "Remedy" in capsys.readouterr().err


def test_now_is_not_old(archive: Archive) -> None:
    archive.now = datetime.now(UTC)
    archive.load("locked", rejected=encrypted())
    said: list[str] = []
    prune(archive.settings, 1, said.append)
    assert said == ["0 folders, 0.0 MB"]
