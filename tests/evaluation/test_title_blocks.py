"""Title blocks against labels, on pages made here."""

import json
from pathlib import Path

import pytest

from ocr_tasks.errors import ContractError
from ocr_tasks.evaluation.title_blocks import labelled, main


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    texts = []
    for place, (label, value) in enumerate((("TITLE", "FLANGE"), ("SCALE", "1:2"), ("CHECKED BY", ""))):
        for text, down in ((label, 0.0), (value, 12.0)):
            if text:
                x, y = 700.0 + 90 * place, 500.0 + down
                corners = ((x, y), (x + 6 * len(text), y), (x + 6 * len(text), y + 8), (x, y + 8))
                texts.append({"text": text, "quad": corners})
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "sheet.p0.json").write_text(json.dumps({"width": 1190, "height": 842, "texts": texts}))
    return tmp_path


def write_labels(folder: Path, *rows: str) -> Path:
    path = folder / "labels.csv"
    path.write_text("\n".join(["page,half,field,string", *rows]) + "\n", encoding="utf-8")
    return path


def test_values_and_blanks_are_counted_by_half(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = write_labels(
        pages,
        "a/sheet.p0,tuning,title,Flange",
        "a/sheet.p0,tuning,checked_by,",
        "a/sheet.p0,held_out,scale,1 : 5",
    )
    assert main([str(labels), str(pages)]) == 0
    out = capsys.readouterr().out
    assert "| tuning | 1 | 1 | 1.000 | 1 | 1 |" in out
    assert "| held_out | 0 | 1 | 0.000 | 0 | 0 |" in out
    assert "| scale | 0 | 1 |" in out


def test_a_page_that_is_not_there_is_said(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = write_labels(pages, "a/sheet.p0,tuning,title,FLANGE", "b/other.p0,tuning,title,X")
    assert main([str(labels), str(pages)]) == 1
    assert "1 labelled pages are not below" in capsys.readouterr().out


def test_another_table_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(ContractError, match="no table of page, half"):
        list(labelled(other))
