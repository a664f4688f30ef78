"""The commands, as a person calls them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drawn import pdf
from revised import FLANGE, flange_sheet, read
from workbooks import rows

from drawing_etl import export as database_export
from drawing_etl.warehouse import RunRecord, Warehouse
from ocr_tasks.__main__ import main
from ocr_tasks.contract import RejectionRecord, Stage, StageReport, Verdict
from ocr_tasks.errors import Rejection
from ocr_tasks.workdir import Workdir

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_export_takes_a_workdir_or_its_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = read([flange_sheet()], tmp_path)
    for drawing in (work.path, work.path / "result.json"):
        out = tmp_path / "out.csv"
        assert main(["export", str(drawing), "--to", "csv", "--out", str(out)]) == 0
        assert capsys.readouterr().out.split() == [str(out)]
        assert "TA-310" in out.read_text(encoding="utf-8-sig")


def test_export_reads_a_drawing_first(tmp_path: Path) -> None:
    drawing, out = pdf(tmp_path / "plate.pdf"), tmp_path / "plate.json"
    assert main(["export", str(drawing), "--to", "json", "--out", str(out), "--threads", "1"]) == 0
    (result,) = json.loads(out.read_text(encoding="utf-8"))
    assert "300 ±0.2" in [item["text"] for item in result["items"]]


def test_what_cannot_be_exported_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--to", "csv", "--out", str(tmp_path / "out.csv")]
    assert main(["export", str(tmp_path / "nothing.pdf"), *out]) == 13
    assert "is not there" in capsys.readouterr().err
    (tmp_path / "other.json").write_text('{"a": 1}', encoding="utf-8")
    assert main(["export", str(tmp_path / "other.json"), *out]) == 13
    assert "no result" in capsys.readouterr().err
    work = read([flange_sheet()], tmp_path / "work")
    why = RejectionRecord(code=Rejection.ENCRYPTED, message="asks for a password", stage=Stage.RENDER)
    work.finish(
        StageReport(stage=Stage.RENDER, outcome="rejected", rejection=why, fingerprint="", seconds=0, finished_at=NOON)
    )
    assert main(["export", str(work.path), *out]) == 1
    assert "asks for a password" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_compare_lists_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = read([flange_sheet()], tmp_path)
    new = read([flange_sheet(replace(FLANGE, bore=42.0), revision="B")], tmp_path)
    out = tmp_path / "both.png"
    assert main(["compare", str(old.path), str(new.path), "--out", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("revision A -> B: 1 added, 0 removed, 2 changed;")
    assert any("dimension C6: ⌀40 H7 +0.025/0 -> ⌀42 H7 +0.025/0 (nominal 40 -> 42" in line for line in lines)
    assert lines[-1] == str(out) and out.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(SystemExit):
        main(["compare", str(old.path), str(new.path), "--out", "both.gif"])


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Workdir, Path]:
    """A drawing that a run loaded, in an installation of its own."""
    monkeypatch.setenv("DRAWING_ETL_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DRAWING_ETL_DATABASE_URL", raising=False)
    work = read([flange_sheet()], tmp_path / "var" / "work")
    work.write_verdict(Verdict(drawing_id=work.name, outcome="pass"))
    warehouse = Warehouse(f"sqlite:///{tmp_path / 'var' / 'warehouse.sqlite'}")
    warehouse.migrate()
    warehouse.start_run(RunRecord(run_id="manual__1", started_at=NOON))
    warehouse.load_batch("manual__1", [work])
    return work, tmp_path


def test_a_run_and_a_drawing_come_out_of_the_database(loaded: tuple[Workdir, Path]) -> None:
    work, folder = loaded
    for name in ("manual__1", work.name):
        out = folder / f"{name}.json"
        assert database_export.main([name, "--to", "json", "--out", str(out)]) == 0
        (result,) = json.loads(out.read_text(encoding="utf-8"))
        assert [item["text"] for item in result["items"]] == [item.text for item in work.result().items]


def test_the_load_task_compares_what_came_in_another_revision(loaded: tuple[Workdir, Path]) -> None:
    from drawing_etl.tasks import load

    _, folder = loaded
    newer = read([flange_sheet(replace(FLANGE, bore=42.0), revision="B")], folder / "var" / "work")
    newer.write_verdict(Verdict(drawing_id=newer.name, outcome="pass"))
    warehouse = Warehouse(f"sqlite:///{folder / 'var' / 'warehouse.sqlite'}")
    warehouse.start_run(RunRecord(run_id="manual__2", started_at=NOON))
    load.function([newer.name], run_id="manual__2")
    (found,) = warehouse.revision_changes(["manual__2"])
    assert (found.old_revision, found.new_revision) == ("A", "B")
    assert "⌀42 H7 +0.025/0" in [change.new_text for change in found.changes]


def test_an_inspection_sheet_comes_out_of_the_database(loaded: tuple[Workdir, Path]) -> None:
    work, folder = loaded
    assert database_export.main([work.name, "--to", "fai", "--out", str(folder / "first")]) == 0
    assert any(row.get("D") == "1.5x45°" for row in rows(folder / "first.xlsx"))
    assert (folder / "first.pdf").read_bytes().startswith(b"%PDF")


def test_what_is_not_in_the_database_is_said(loaded: tuple[Workdir, Path], capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("nothing", "0" * 16):
        assert database_export.main([name, "--to", "csv", "--out", str(loaded[1] / "out.csv")]) == 1
        assert "is not in the database" in capsys.readouterr().err
