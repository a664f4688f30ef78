"""What OCR read against the text layer and against a review: counted so that a report can say how right it is."""

from pathlib import Path

import pytest
from fabricated import NOON, drawing, item, result_of, reviewed

from drawing_etl.warehouse import CorrectedItem, Desk, ReviewRefused, RunRecord, Warehouse, tables
from drawing_etl.warehouse.checks import check_rows, layer_checks
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.review import MissedItem
from ocr_tasks.contract import Item

HERE = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))


def written(item_id: int, text: str, read: str | None, sure: float | None = 0.9) -> Item:
    """A string of the text layer with what OCR read there."""
    return item(item_id, text, source="vector", other_text=read, other_confidence=sure if read else None)


def test_strings_of_a_trusted_layer_judge_what_ocr_read() -> None:
    items = [
        written(0, "⌀16.5 H7", "Ø16,5 H7"),  # another spelling of the same
        written(1, "12.38", "12.3", 0.62),
        written(2, "NOTES", None),
        item(3, "seen by OCR alone"),
    ]
    checks = layer_checks(result_of("0" * 16, items, None, None))
    assert [(each.exact, each.edits, each.characters) for each in checks] == [
        (True, 0, 7),
        (False, 1, 5),
        (False, 5, 5),
    ]
    rows = check_rows(checks, "layer")
    assert [(row["confidence_bin"], row["strings"], row["exact"]) for row in rows["reading_checks"]] == [
        (-1, 1, 0),
        (12, 1, 0),
        (18, 1, 1),
    ]
    assert rows["reading_confusions"] == [{"truth": "layer", "wanted": "8", "got": "", "times": 1}]


def test_strings_that_ocr_reads_as_one_are_right_together() -> None:
    items = [written(0, "M12 -", "M12 - 6H"), written(1, "6H", "M12 - 6H"), written(2, "5", "5"), written(3, "5", "5")]
    checks = layer_checks(result_of("0" * 16, items, None, None))
    assert [(each.exact, each.edits) for each in checks] == [(True, 0)] * 4


def test_a_layer_that_is_not_trusted_judges_nothing() -> None:
    result = result_of("0" * 16, [written(0, "1", "7")], None, None)
    (page,) = result.pages
    assert page.text_layer is not None
    doubted = page.model_copy(update={"text_layer": page.text_layer.model_copy(update={"trusted": False})})
    assert layer_checks(result.model_copy(update={"pages": (doubted,)})) == []


def test_the_database_sums_them_by_night_kind_and_drawing(address: str, tmp_path: Path) -> None:
    warehouse = Warehouse(address, clock=lambda: NOON)
    warehouse.start_run(RunRecord(run_id="night", started_at=NOON))
    items = [written(0, "12.38", "12.3"), written(1, "(120)", "(120)"), item(2, "Ra 3.2")]
    warehouse.load_batch("night", [drawing(tmp_path, f"sheet {n}", items=items, number=f"N{n}") for n in range(2)])
    figures = warehouse.reading_checks(["night"])
    assert {each.night for each in figures} == {NOON.date()}
    assert sum(each.strings for each in figures) == 4 and sum(each.exact for each in figures) == 2
    assert {each.kind for each in figures} == {"text", "dimension"}
    assert [(each.strings, each.exact) for each in warehouse.checked_drawings(["night"])] == [(2, 1)] * 2
    (confusion,) = warehouse.confusions(["night"])
    assert (confusion.wanted, confusion.got, confusion.times, confusion.drawings) == ("8", "", 2, 2)
    assert [each.confidence_sum for each in figures] == [pytest.approx(1.8)] * 2
    with Database(address).writing() as connection:  # as a version left them that did not keep it
        connection.execute(tables.reading_checks.update().values(confidence_sum=None))
    assert [each.confidence_sum for each in warehouse.reading_checks(["night"])] == [pytest.approx(1.85)] * 2
    assert warehouse.result(Desk(address).search("N0")[0].document_id).items[0].other_confidence == 0.9
    assert warehouse.reading_checks([]) == warehouse.confusions(["no such run"]) == []


def test_a_review_judges_every_string_that_was_read(desk: Desk, address: str) -> None:
    made = reviewed(
        desk,
        items=[CorrectedItem(item_id=1, text="(125)"), CorrectedItem(item_id=2, text=None)],
        missed=[MissedItem(page=1, text="R5", quad_px=HERE)],
    )
    desk.decide(made)
    warehouse = Warehouse(address)
    figures = [each for each in warehouse.reading_checks(["night"]) if each.truth == "review"]
    assert sum(each.strings for each in figures) == 7, "six that were read and one that was missed"
    assert sum(each.exact for each in figures) == 4
    assert [each.strings for each in figures if each.confidence_bin == -1] == [1]
    assert [(each.wanted, each.got) for each in warehouse.confusions(["night"])] == [("5", "0")]


def test_a_missed_string_becomes_a_row_and_is_audited(desk: Desk, address: str) -> None:
    before = desk.queue()[0].strings
    made = reviewed(
        desk,
        items=[CorrectedItem(item_id=5, text=None)],
        missed=[
            MissedItem(page=1, text="R5", quad_px=HERE, kind="dimension", meaning={"kind": "radius", "nominal": 5})
        ],
    )
    after = desk.decide(made)
    assert after.drawing.strings == before
    item = Warehouse(address).items(made.document_id)[-1]
    assert (item.item_id, item.text, item.engine, item.quad_px) == (6, "R5", "person", HERE)
    change = after.decisions[0].changes[-1]
    assert (change.item_id, change.before) == (6, None)
    assert isinstance(change.after, dict) and change.after["text"] == "R5"
    assert after.decisions[0].action == "corrected"


@pytest.mark.parametrize(
    "missed",
    [
        MissedItem(page=1, text=" ", quad_px=HERE),
        MissedItem(page=2, text="R5", quad_px=HERE),
        MissedItem(page=1, text="R5", quad_px=((10, 10), (99_999, 10), (99_999, 30), (10, 30))),
        MissedItem(page=1, text="R5", quad_px=((10, 10), (10, 10), (10, 10), (10, 10))),
        MissedItem(page=1, text="R5", quad_px=((float("nan"), 10), (90, 10), (90, 30), (10, 30))),
    ],
)
def test_a_missed_string_without_text_or_place_is_refused(desk: Desk, missed: MissedItem) -> None:
    with pytest.raises(ReviewRefused, match="place it on the sheet"):
        desk.decide(reviewed(desk, missed=[missed]))
    assert len(desk.queue()) == 1
