"""A drawing that comes in another revision is compared with the one that is there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fabricated import NO_OTHER_REVISION, NOON, drawing, dump, encrypted, item, low_share, reviewed

from drawing_etl.report import write_report
from drawing_etl.revisions import compare_reviewed, compare_revisions
from drawing_etl.warehouse import Desk, RunRecord, Warehouse, WarehouseError
from drawing_etl.warehouse.connection import Database
from ocr_tasks.contract import Item
from ocr_tasks.workdir import Workdir

BORE = {"kind": "diameter", "nominal": 16.5, "upper": 16.518, "lower": 16.5, "unit": "mm", "fit": "H7"}


def strings(fit: str = "H7", *more: str) -> list[Item]:
    meaning = {**BORE, "fit": fit, "upper": 16.518 if fit == "H7" else 16.527}
    found = [item(0, f"⌀16.5 {fit}", kind="dimension", meaning=meaning), item(1, "(120)"), item(2, "DEBURR ALL EDGES")]
    return [*found, *(item(3 + place, text) for place, text in enumerate(more))]


@pytest.fixture
def warehouse(address: str) -> Warehouse:
    made = Warehouse(address, clock=lambda: NOON)
    made.start_run(RunRecord(run_id="first", started_at=NOON))
    made.start_run(RunRecord(run_id="second", started_at=NOON + timedelta(days=1)))
    return made


def load(warehouse: Warehouse, run_id: str, *works: Workdir) -> int:
    warehouse.load_batch(run_id, works)
    return compare_revisions(warehouse, run_id, works)


def pairs(address: str) -> list[tuple[str, str]]:
    query = sa.text(
        "SELECT older.revision, newer.revision FROM revision_comparisons AS compared "
        "JOIN documents AS older ON older.document_id = compared.old_document_id "
        "JOIN documents AS newer ON newer.document_id = compared.new_document_id"
    )
    with Database(address).reading() as connection:
        return sorted((old, new) for old, new in connection.execute(query))


def test_a_new_revision_is_compared_and_told_in_the_report(warehouse: Warehouse, address: str, tmp_path: Path) -> None:
    load(warehouse, "first", drawing(tmp_path, "a", items=strings()))
    assert warehouse.revision_changes(["first"]) == []
    load(warehouse, "second", drawing(tmp_path, "b", revision="B", items=strings("H8", "Ra 3.2")))
    (found,) = warehouse.revision_changes(["second"])
    assert (found.drawing_number, found.old_revision, found.new_revision) == ("DE-100", "A", "B")
    assert (found.added, found.removed, found.changed) == (1, 0, 2)  # the revision letter is a change, too
    bore = next(change for change in found.changes if change.what == "dimension")
    assert (bore.change, bore.old_text, bore.new_text) == ("changed", "⌀16.5 H7", "⌀16.5 H8")
    assert {field["field"]: (field["old"], field["new"]) for field in bore.fields} == {
        "fit": ("H7", "H8"),
        "upper": ("16.518", "16.527"),
    }
    html = write_report(warehouse, "second", tmp_path / "reports").read_text(encoding="utf-8")
    assert "DE-100: revision A to B" in html
    assert "⌀16.5 H7 → ⌀16.5 H8" in html
    assert "title block changed: revision A → B" in html
    with Database(address).reading() as connection:
        rows = connection.execute(sa.text("SELECT what, new_text FROM newest_revision_changes")).all()
    assert ("roughness", "Ra 3.2") in [tuple(row) for row in rows]


def test_each_revision_is_compared_with_the_one_before_it(warehouse: Warehouse, address: str, tmp_path: Path) -> None:
    load(warehouse, "first", drawing(tmp_path, "c", revision="C"), drawing(tmp_path, "a", revision="A"))
    assert pairs(address) == [("A", "C")]
    load(warehouse, "second", drawing(tmp_path, "d", revision="D"))
    assert pairs(address) == [("A", "C"), ("C", "D")]
    late = drawing(tmp_path, "b", revision="B")
    assert load(warehouse, "second", late) == 1
    assert ("A", "B") in pairs(address)


@pytest.mark.parametrize("other", NO_OTHER_REVISION)
def test_what_is_no_other_revision_is_left_alone(
    warehouse: Warehouse, address: str, tmp_path: Path, other: dict[str, Any]
) -> None:
    load(warehouse, "first", drawing(tmp_path, "a"))
    assert load(warehouse, "second", drawing(tmp_path, "other", **other)) == 0
    assert pairs(address) == []


def test_a_comparison_goes_with_the_misread_number_that_made_it(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    load(warehouse, "first", drawing(tmp_path, "a"), drawing(tmp_path, "c", revision="C"))
    load(warehouse, "second", drawing(tmp_path, "b", revision="B"))
    assert pairs(address) == [("A", "B"), ("A", "C")]
    load(warehouse, "second", drawing(tmp_path, "b", revision="B", number="DE-200"))
    assert pairs(address) == [("A", "C")]


def test_a_decision_stands_where_the_comparison_after_it_fails(
    warehouse: Warehouse, address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    load(warehouse, "first", drawing(tmp_path, "a"))
    load(warehouse, "second", drawing(tmp_path, "b", revision="B", reasons=(low_share(),)))
    desk = Desk(address, clock=lambda: NOON)
    approved = desk.decide(reviewed(desk))
    compare_reviewed(Warehouse(f"sqlite:///{tmp_path}/gone.sqlite"), approved)
    assert "is not compared" in caplog.text and pairs(address) == []
    compare_reviewed(warehouse, approved)
    assert pairs(address) == [("A", "B")]


def test_a_drawing_is_settled_once_a_later_revision_is_loaded(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    old, locked = drawing(tmp_path, "a"), drawing(tmp_path, "locked", rejected=encrypted())
    load(warehouse, "first", old, locked)
    assert [(one.drawing_id, one.state) for one in warehouse.settled_drawings()] == [(locked.name, "rejected")]
    load(Warehouse(address, clock=lambda: NOON + timedelta(days=1)), "second", drawing(tmp_path, "b", revision="B"))
    found = {one.drawing_id: (one.decided_at, one.superseded_at) for one in warehouse.settled_drawings()}
    assert found == {old.name: (None, NOON + timedelta(days=1)), locked.name: (None, None)}


def test_doing_it_again_changes_nothing_and_another_reading_replaces(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    old, new = drawing(tmp_path, "a", items=strings()), drawing(tmp_path, "b", revision="B", items=strings("H8"))
    load(warehouse, "first", old, new)
    before = dump(address)
    assert load(warehouse, "first", old, new) == 0
    assert dump(address) == before
    again = drawing(tmp_path, "b", revision="B", items=strings("H7"))
    assert load(warehouse, "second", again) == 1
    (found,) = warehouse.revision_changes(["second"])
    assert [change.what for change in found.changes] == ["title_block"]
    assert warehouse.revision_changes(["first"]) == []


def test_a_document_is_read_back_as_it_was_loaded(warehouse: Warehouse, tmp_path: Path) -> None:
    work = drawing(tmp_path, "a", sheet_of="1/3")
    warehouse.load_batch("first", [work])
    (stored,) = warehouse.documents_of(work.name)
    read = warehouse.result(stored.document_id)
    loaded = work.result()
    assert read.items == loaded.items
    assert dict(read.title_block) == dict(loaded.title_block)
    left_out = {"items", "title_block"}
    assert read.model_dump(exclude=left_out) == loaded.model_dump(exclude=left_out)


def test_what_cannot_be_read_back_is_said(warehouse: Warehouse, tmp_path: Path) -> None:
    work = drawing(tmp_path, "locked", rejected=encrypted())
    warehouse.load_batch("first", [work])
    (stored,) = warehouse.documents_of(work.name)
    with pytest.raises(WarehouseError, match="could not be read"):
        warehouse.result(stored.document_id)
    with pytest.raises(WarehouseError, match="check its id"):
        warehouse.result("nothing")


def test_hostile_words_are_only_words(warehouse: Warehouse, tmp_path: Path) -> None:
    load(warehouse, "first", drawing(tmp_path, "a"))
    hostile = "'); DROP TABLE items; -- <script>alert(1)</script>\0"
    load(warehouse, "second", drawing(tmp_path, "b", revision="B", texts=("(120)", hostile * 3)))
    html = write_report(warehouse, "second", tmp_path / "reports").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "DROP TABLE" in html
