"""Fields of what was read against a truth that says what strings mean."""

import json
from pathlib import Path

import pytest

from ocr_tasks.contract import Item, PageRecord, Result
from ocr_tasks.evaluation.command import drawing_id_of
from ocr_tasks.evaluation.fields import compared, invented_dimensions, main, truth_of
from ocr_tasks.evaluation.truth import TruthPage, truth_pages
from ocr_tasks.samples.random_sheets import make_sheet
from ocr_tasks.samples.truth import in_points
from ocr_tasks.stages.postprocess.meaning import drawing_meaning
from ocr_tasks.workdir import Workdir

DPI = 200.0


@pytest.fixture(scope="module")
def truth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    (folder / "sheet.pdf").write_bytes(b"%PDF-1.7 not looked at here")
    (folder / "sheet.p0.json").write_text(json.dumps(in_points(make_sheet(303)).json("sheet.pdf", 0)), encoding="utf-8")
    return folder


def read_of(page: TruthPage) -> Result:
    """Return what a perfect reader would find on a page."""
    scale = DPI / 72.0
    record = PageRecord(
        page=1, width_px=round(page.width * scale), height_px=round(page.height * scale), dpi=DPI, sha256="0" * 64
    )
    items = [
        Item(
            item_id=index,
            page=1,
            kind="text",
            text=text.text,
            raw_text=text.text,
            quad_px=tuple((x * scale, y * scale) for x, y in text.quad),  # type: ignore[arg-type]
            rotation_deg=text.rotation_deg,
            confidence=0.9,
            source="ocr",
            engine="told",
        )
        for index, text in enumerate(page.texts)
    ]
    meant = drawing_meaning([record], items)
    return Result(
        drawing_id=drawing_id_of(page),
        pages=(record,),
        items=tuple(meant.items),
        title_block=meant.title_block,
        revisions=tuple(meant.revisions),
        parts_list=tuple(meant.parts_list),
        notes=tuple(meant.notes),
    )


def test_what_is_read_rightly_is_right_and_what_is_taken_away_is_missing(truth_folder: Path) -> None:
    (page,) = truth_pages(truth_folder)
    truth, result = truth_of(truth_folder / page.name), read_of(page)
    whole = compared(page, truth, result)
    assert len(whole) > 100
    assert sum(one.outcome == "right" for one in whole) >= 0.97 * len(whole)
    assert invented_dimensions(page, truth, result)[0] == 0

    (size, *_) = [item for item in result.items if item.kind == "dimension" and item.meaning and "unit" in item.meaning]
    less = result.model_copy(update={"items": tuple(item for item in result.items if item is not size)})
    missing = [one for one in compared(page, truth, less) if one.outcome == "missing"]
    assert {"kind", "nominal", "unit"} <= {one.field for one in missing} - {
        one.field for one in whole if one.outcome == "missing"
    }

    changed = size.model_copy(update={"meaning": {**(size.meaning or {}), "nominal": -1.0}})
    other = result.model_copy(update={"items": tuple(changed if item is size else item for item in result.items)})
    assert sum(one == ("callouts", "nominal", "wrong") for one in compared(page, truth, other)) == 1


def test_the_command_prints_a_table_and_says_what_was_not_read(
    truth_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (page,) = truth_pages(truth_folder)
    assert main([str(truth_folder), "--work", str(tmp_path)]) == 1
    assert "1 pages have no result" in capsys.readouterr().out
    work = Workdir(tmp_path / drawing_id_of(page))
    work.path.mkdir()
    work.write_result(read_of(page))
    assert main([str(truth_folder), "--work", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "| callouts | nominal |" in out
    assert "1 pages; 0 of" in out
