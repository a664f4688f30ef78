"""The desk: search, queue, dossier and decisions, on every database."""

import pytest
from fabricated import NOON, reviewed

from drawing_etl.warehouse import CorrectedItem, Desk, ReviewConflict, ReviewRefused


def test_the_queue_names_the_first_reason(desk: Desk) -> None:
    (waiting,) = desk.queue()
    assert (waiting.drawing_number, waiting.expectation, waiting.reasons) == ("DE-Q", "share_low", 1)
    assert waiting.arrived_at == NOON
    assert desk.queue(offset=1) == []


def test_search_by_words_revision_and_state(desk: Desk) -> None:
    found = desk.search("de-", revision="a", state="loaded")
    assert {drawing.drawing_number for drawing in found} == {"DE-0", "DE-1"}
    assert desk.search("de-", revision="b") == desk.search("100%") == []
    assert len(desk.search(limit=2)) == 2 and len(desk.search(limit=2, offset=3)) == 1


def test_a_dossier_has_what_belongs_to_a_drawing(desk: Desk) -> None:
    found = desk.dossier(desk.search("DE-0")[0].document_id)
    assert found is not None
    assert [page.width_px for page in found.pages] == [3300]
    assert found.stages[0].stage == "render"
    assert found.stages[3].files == {"rec.onnx": "ab" * 32}
    assert {field.field: field.value for field in found.title_block}["drawing_number"] == "DE-0"
    assert (found.findings[0].code, found.reasons, found.not_read, found.decisions) == ("limits_swapped", (), None, ())
    locked = desk.dossier(desk.search("locked")[0].document_id)
    assert locked is not None and locked.not_read is not None and locked.not_read.code == "encrypted"
    assert desk.dossier("0123456789abcdef-0") is None


def test_a_decision_writes_rows_and_audit(desk: Desk) -> None:
    stamp = desk.stamp()
    corrections = (
        CorrectedItem(item_id=0, text="⌀17", kind="dimension", meaning={"kind": "diameter", "nominal": 17.0}),
        CorrectedItem(item_id=1, text=None),
    )
    found = desk.decide(reviewed(desk, items=corrections, fields={"revision": "C", "title": None}))
    assert (found.drawing.state, found.drawing.revision, found.drawing.title) == ("loaded", "C", None)
    assert found.drawing.strings == 5 and desk.queue() == [] and desk.stamp() != stamp
    (decision,) = found.decisions
    assert (decision.action, decision.decided_at, len(decision.changes)) == ("corrected", NOON, 4)
    assert {change.field: (change.before, change.after) for change in decision.changes if change.field} == {
        "revision": ("A", "C"),
        "title": ("BRACKET", None),
    }
    assert {field.field: field.state for field in found.title_block}["title"] == "absent"


def test_the_second_decision_on_the_same_sight_is_refused(desk: Desk) -> None:
    first, second = reviewed(desk), reviewed(desk, reviewer="otto", verdict="reject")
    desk.decide(first)
    with pytest.raises(ReviewConflict, match="ursula decided first: approved"):
        desk.decide(second)
    found = desk.dossier(first.document_id)
    assert found is not None and found.drawing.state == "loaded" and len(found.decisions) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"document_id": "0123456789abcdef-0"},
        {"items": (CorrectedItem(item_id=0, text=None), CorrectedItem(item_id=99, text="x"))},
        {"fields": {"sha256": "0"}},
    ],
)
def test_a_decision_that_does_not_fit_writes_nothing(desk: Desk, changes: dict[str, object]) -> None:
    (waiting,) = desk.queue()
    before = desk.dossier(waiting.document_id)
    with pytest.raises(ReviewRefused):
        desk.decide(reviewed(desk, **changes))
    assert desk.dossier(waiting.document_id) == before


def test_a_rejection_keeps_the_comment_as_its_reason(desk: Desk) -> None:
    found = desk.decide(reviewed(desk, verdict="reject", comment="wrong sheet\0"))
    assert found.drawing.state == "rejected" and found.not_read is not None
    assert (found.not_read.code, found.not_read.message) == ("by_reviewer", "wrong sheet\ufffd")
