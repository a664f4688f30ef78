"""Figures for the terminal, the gate and the report, against the same counted by hand."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from fabricated import NOON, batch, drawing, encrypted, item, low_share

from drawing_etl.warehouse import Desk, RunRecord, Warehouse, WarehouseError
from ocr_tasks.workdir import Workdir

RUN = RunRecord(run_id="manual__1", started_at=NOON)


def loaded(address: str, works: Sequence[Workdir], run: RunRecord = RUN) -> Warehouse:
    warehouse = Warehouse(address, clock=lambda: run.started_at + timedelta(minutes=7))
    warehouse.start_run(run)
    warehouse.load_batch(run.run_id, works)
    return warehouse


def test_the_summary_of_a_run(address: str, tmp_path: Path) -> None:
    doubtful = [item(0, "(120)", confidence=0.5), item(1, "x", source="vector", confidence=1.0)]
    works = [*batch(tmp_path), drawing(tmp_path, "low", items=doubtful, seconds=2.5)]
    warehouse = loaded(address, works)
    warehouse.finish_run(RUN.run_id, "success")
    summary = warehouse.run_summary(RUN.run_id)

    assert (summary.state, summary.started_at) == ("success", NOON)
    assert summary.finished_at == NOON + timedelta(minutes=7)
    assert (summary.drawings, summary.loaded, summary.quarantined, summary.rejected) == (5, 3, 1, 1)
    assert summary.rejected_by_reason == {"encrypted": 1}
    assert summary.quarantined_by_reason == {"share_low": 1}
    assert (summary.pages, summary.strings) == (4, 20)
    assert summary.mean_confidence == pytest.approx((18 * 0.9 + 0.5) / 19)
    stages = ["render", "preprocess", "detect", "recognize", "postprocess", "validate", "load"]
    assert list(summary.seconds_by_stage) == stages
    assert summary.seconds_by_stage["render"] == 4 + 2.5
    assert summary.seconds_by_stage["detect"] == 3 + 2.5
    assert summary.seconds_by_stage["load"] > 0
    assert summary.seconds_a_page == pytest.approx(sum(summary.seconds_by_stage.values()) / 4)


def test_the_summary_of_a_run_that_found_nothing(address: str) -> None:
    warehouse = Warehouse(address)
    warehouse.start_run(RUN)
    summary = warehouse.run_summary(RUN.run_id)

    assert (summary.state, summary.finished_at, summary.drawings) == ("running", None, 0)
    assert (summary.mean_confidence, summary.seconds_a_page, summary.seconds_by_stage) == (None, None, {})


def test_a_run_that_is_not_there(address: str) -> None:
    with pytest.raises(WarehouseError, match="'never' is not in the database"):
        Warehouse(address).run_summary("never")


def test_starting_a_run_again_keeps_when_it_began(address: str) -> None:
    warehouse = Warehouse(address)
    warehouse.start_run(RUN)
    warehouse.finish_run(RUN.run_id, "failed")
    warehouse.start_run(RunRecord(run_id=RUN.run_id, started_at=NOON + timedelta(hours=1)))
    summary = warehouse.run_summary(RUN.run_id)

    assert (summary.state, summary.started_at, summary.finished_at) == ("running", NOON, None)


def test_runs_that_have_not_ended_are_known(address: str) -> None:
    warehouse = Warehouse(address)
    for name in ("second", "first", "ended"):
        warehouse.start_run(RunRecord(run_id=name, started_at=NOON + timedelta(hours=name == "second")))
    warehouse.finish_run("ended", "success")
    assert warehouse.unfinished_runs() == ["first", "second"]


def test_the_rates_of_batches(address: str, tmp_path: Path) -> None:
    works = [
        drawing(tmp_path, "sure", items=[item(0, "a", confidence=0.95), item(1, "b", confidence=0.85)]),
        drawing(tmp_path, "unsure", items=[item(0, "c", confidence=0.3)], reasons=(low_share(),), layer_agreement=None),
        drawing(tmp_path, "locked", rejected=encrypted()),
    ]
    loaded(address, works)
    warehouse = loaded(address, [works[0]], RunRecord(run_id="manual__2", started_at=NOON + timedelta(days=1)))
    newest, first = warehouse.recent_batches()

    assert (first.drawings, first.pages, first.strings) == (3, 2, 3)
    assert first.mean_confidence == pytest.approx(0.7)
    assert first.share_low == pytest.approx(1 / 3)
    assert first.agreement == 0.75
    assert first.rejected_share == pytest.approx(1 / 3)
    assert first.quarantined_share == pytest.approx(1 / 2)
    assert newest.drawings == 1
    assert warehouse.recent_batches(limit=1) == [newest]


def test_a_batch_without_a_string_has_no_means(address: str, tmp_path: Path) -> None:
    (rates,) = loaded(address, [drawing(tmp_path, "locked", rejected=encrypted())]).recent_batches()
    assert (rates.mean_confidence, rates.share_low, rates.agreement) == (None, None, None)
    assert (rates.rejected_share, rates.quarantined_share) == (1.0, 0.0)


def test_the_drawings_of_a_run_start_with_those_that_need_attention(address: str, tmp_path: Path) -> None:
    low = drawing(tmp_path, "low", items=[item(0, "x", confidence=0.2)], name="low.pdf")
    warehouse = loaded(address, [*batch(tmp_path, 3), low])
    drawings = warehouse.drawings([RUN.run_id])

    assert [one.state for one in drawings] == ["rejected", "quarantined", "loaded", "loaded"]
    assert [one.reason for one in drawings] == ["encrypted", "share_low", None, None]
    assert (drawings[2].original_name, drawings[2].mean_confidence, drawings[2].seconds) == ("low.pdf", 0.2, 6.0)
    assert warehouse.drawings([RUN.run_id], limit=1) == drawings[:1]
    assert warehouse.drawings([]) == []


def test_rejections_and_reasons_are_told_in_full(address: str, tmp_path: Path) -> None:
    warehouse = loaded(address, batch(tmp_path))
    (rejection,) = warehouse.rejections([RUN.run_id])
    assert (rejection.original_name, rejection.code, rejection.stage) == ("in/locked.pdf", "encrypted", "render")
    (reason,) = warehouse.quarantine_reasons([RUN.run_id])
    assert (reason.original_name, reason.expectation) == ("in/q.pdf", "share_low")
    assert (reason.observed, reason.required, reason.item_ids) == (0.5, {"max": 0.2}, (1, 2))


def test_strings_by_kind_and_confidence(address: str, tmp_path: Path) -> None:
    items = [
        item(0, "(120)", confidence=0.0),
        item(1, "(120)", confidence=0.5),
        item(2, "(120)", confidence=1.0, source="vector"),
        item(3, "loose words", confidence=1.0),
    ]
    warehouse = loaded(address, [drawing(tmp_path, "one", items=items), drawing(tmp_path, "two", items=items)])

    kinds = {(one.kind, one.source): one for one in warehouse.kinds([RUN.run_id])}
    assert set(kinds) == {("dimension", "ocr"), ("dimension", "vector"), ("text", "ocr")}
    dimensions = kinds["dimension", "ocr"]
    assert (dimensions.strings, dimensions.with_meaning, dimensions.mean_confidence) == (4, 4, 0.25)
    assert kinds["dimension", "vector"].mean_confidence is None
    assert kinds["text", "ocr"].with_meaning == 0

    bins = warehouse.confidences([RUN.run_id])
    assert len(bins) == 20
    assert {one.low: (one.strings, one.confidence_sum) for one in bins if one.strings} == {
        0.0: (2, 0.0),
        0.5: (2, 1.0),
        0.95: (2, 2.0),
    }


def test_findings_are_counted(address: str, tmp_path: Path) -> None:
    warehouse = loaded(address, batch(tmp_path))
    (finding,) = warehouse.findings([RUN.run_id])
    assert (finding.code, finding.severity, finding.findings, finding.drawings) == ("limits_swapped", "error", 3, 3)
    assert finding.example == "upper below lower"


def test_stages_tell_what_they_ran_on(address: str, tmp_path: Path) -> None:
    stages = loaded(address, batch(tmp_path)).stages([RUN.run_id])
    assert [one.stage for one in stages] == ["render", "preprocess", "detect", "recognize", "postprocess", "validate"]
    assert [one.device for one in stages] == [None, None, "cpu", "cpu", None, None]
    assert (stages[2].provider, stages[2].precision) == ("CPUExecutionProvider", "float32")
    assert (stages[0].drawings, stages[0].seconds, stages[0].pages) == (4, 4.0, 3)


def test_a_range_of_nights(address: str, tmp_path: Path) -> None:
    for n, work in enumerate(batch(tmp_path)):
        warehouse = loaded(address, [work], RunRecord(run_id=f"night {n}", started_at=NOON + timedelta(days=n)))
    first, last = (NOON + timedelta(days=1)).date(), (NOON + timedelta(days=2)).date()

    assert warehouse.run_ids(first, last) == ["night 1", "night 2"]
    nights = warehouse.nights(first, last)
    assert [(night.night, night.loaded, night.quarantined) for night in nights] == [(first, 1, 0), (last, 0, 1)]
    assert warehouse.nights(first - timedelta(days=99), first - timedelta(days=50)) == []


def test_drawings_are_found_by_number_title_name_state_and_day(address: str, tmp_path: Path) -> None:
    works = [
        *batch(tmp_path, 3),
        drawing(tmp_path, "odd", number="50%_~x", name="<b>odd</b>.pdf", arrived_at=NOON + timedelta(days=3)),
    ]
    loaded(address, works)
    desk = Desk(address)

    def found(*words: str, **filters: Any) -> list[str]:
        return [one.original_name for one in desk.search(*words, **filters)]

    assert len(found()) == 4
    assert found()[0] == "<b>odd</b>.pdf"
    assert found("de-q") == found("Q.PDF") == found(state="quarantined") == ["in/q.pdf"]
    assert found("bracket", limit=1, offset=2) == found("bracket")[2:]
    assert found("0%_~") == found("<B>") == ["<b>odd</b>.pdf"]
    assert found("%") == ["<b>odd</b>.pdf"]
    assert found("'; DROP TABLE items") == []
    day = NOON + timedelta(days=1)
    assert found(arrived_from=day) == ["<b>odd</b>.pdf"]
    in_lima = (NOON + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-5)))
    assert len(found(arrived_before=in_lima)) == 3
    assert len(found(arrived_from=in_lima)) == 1
    assert len(found(arrived_before=day)) == 3
    assert desk.search("odd")[0].is_newest_revision is True
    assert desk.search("odd")[0].arrived_at == NOON + timedelta(days=3)


def test_the_strings_of_a_document(address: str, tmp_path: Path) -> None:
    items = [item(0, "(120)", page=1), item(1, "Ra 3.2", page=2)]
    warehouse = loaded(address, [drawing(tmp_path, "one", items=items)])
    (one,) = Desk(address).search()

    assert [stored.text for stored in warehouse.items(one.document_id)] == ["(120)", "Ra 3.2"]
    (stored,) = warehouse.items(one.document_id, page=2)
    assert stored.quad_px == items[1].quad_px
    assert stored.meaning == items[1].meaning
    assert warehouse.items("../../etc/passwd") == []
