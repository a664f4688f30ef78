"""Drawings that passed and are drawn at random: which, that a rerun draws the same, and what a review makes of them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from fabricated import NOON, batch, drawing

from drawing_etl.warehouse import CorrectedItem, Desk, Review, ReviewConflict, RunRecord, Warehouse
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.review_tables import review_samples
from drawing_etl.warehouse.sampling import is_drawn


@pytest.fixture
def warehouse(address: str) -> Warehouse:
    made = Warehouse(address, clock=lambda: NOON)
    made.start_run(RunRecord(run_id="night", started_at=NOON))
    return made


def drawn(address: str) -> list[str]:
    with Database(address).reading() as connection:
        return list(connection.scalars(sa.select(review_samples.c.document_id).order_by("document_id")))


def test_the_share_drawn_is_the_rate_and_another_run_draws_others() -> None:
    names = [f"{number:016x}" for number in range(20_000)]
    one = {name for name in names if is_drawn("monday", name, 0.05)}
    two = {name for name in names if is_drawn("tuesday", name, 0.05)}
    assert 850 <= len(one) <= 1150  # 1000 expected, standard deviation 31
    assert len(one & two) < 100
    assert not any(is_drawn("monday", name, 0.0) for name in names)
    assert all(is_drawn("monday", name, 1.0) for name in names)


def test_only_what_passed_is_drawn_and_a_rerun_draws_the_same(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    works = batch(tmp_path, 40)
    warehouse.load_batch("night", works, sample_rate=0.3)
    first = drawn(address)
    assert 4 <= len(first) <= 20
    warehouse.load_batch("night", works, sample_rate=0.3)
    assert drawn(address) == first
    states = {found.document_id: found.state for found in Desk(address).search(limit=100)}
    assert {states[document_id] for document_id in first} == {"loaded"}


def test_a_drawn_drawing_waits_in_the_queue_until_someone_has_looked(
    warehouse: Warehouse, address: str, tmp_path: Path
) -> None:
    work = drawing(tmp_path, "fine", number="DE-1")
    warehouse.load_batch("night", [work], sample_rate=1.0)
    desk = Desk(address, clock=lambda: NOON)
    (waiting,) = desk.queue()
    assert (waiting.expectation, waiting.reasons) == ("drawn_at_random", 0)
    found = desk.dossier(waiting.document_id)
    assert found is not None and found.waits and found.drawing.state == "loaded"
    (before,) = warehouse.sampled_drawings(["night"])
    assert (before.action, before.strings, before.rate) == (None, 6, 1.0)

    seen = Review(document_id=waiting.document_id, seen=found.seen, reviewer="ursula", verdict="approve")
    after = desk.decide(
        Review(
            document_id=waiting.document_id,
            seen=found.seen,
            reviewer="ursula",
            verdict="approve",
            items=(CorrectedItem(item_id=0, text="⌀17"), CorrectedItem(item_id=1, text=None)),
        )
    )
    assert after.drawing.state == "loaded" and not after.waits and desk.queue() == []
    (judged,) = warehouse.sampled_drawings(["night"])
    assert (judged.action, judged.wrong, judged.missed, judged.strings) == ("corrected", 2, 0, 6)
    with pytest.raises(ReviewConflict, match="ursula decided first"):
        desk.decide(seen)


def test_a_rejected_sample_leaves_the_database(warehouse: Warehouse, address: str, tmp_path: Path) -> None:
    warehouse.load_batch("night", [drawing(tmp_path, "wrong sheet")], sample_rate=1.0)
    desk = Desk(address, clock=lambda: NOON)
    (waiting,) = desk.queue()
    found = desk.dossier(waiting.document_id)
    assert found is not None
    review = Review(document_id=waiting.document_id, seen=found.seen, reviewer="otto", verdict="reject")
    assert desk.decide(review).drawing.state == "rejected"
    assert [each.action for each in warehouse.sampled_drawings(["night"])] == ["rejected"]


def test_what_was_not_drawn_does_not_wait(warehouse: Warehouse, address: str, tmp_path: Path) -> None:
    warehouse.load_batch("night", [drawing(tmp_path, "fine")])
    desk = Desk(address)
    assert desk.queue() == [] and warehouse.sampled_drawings(["night"]) == []
    (loaded,) = desk.search()
    found = desk.dossier(loaded.document_id)
    assert found is not None and not found.waits
    with pytest.raises(ReviewConflict, match="does not wait"):
        desk.decide(Review(document_id=loaded.document_id, seen=found.seen, reviewer="otto", verdict="reject"))
