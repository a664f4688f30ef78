"""Workdirs as the stages leave them, without running the stages; and what a database holds, for comparison."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from drawing_etl.warehouse import Desk, Review
from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.schema import metadata
from ocr_tasks.contract import (
    PIPELINE_VERSION,
    READING_STAGES,
    EngineInfo,
    Finding,
    Item,
    Manifest,
    PageRecord,
    Reason,
    RejectionRecord,
    Result,
    SheetRecord,
    Stage,
    StageReport,
    TextLayer,
    TitleBlockField,
    Verdict,
)
from ocr_tasks.errors import Rejection
from ocr_tasks.workdir import Workdir

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENGINE = EngineInfo(name="reader", provider="CPUExecutionProvider", weights={"rec.onnx": "ab" * 32})

MEANINGS: Mapping[str, tuple[str, dict[str, Any] | None]] = {
    "4x ⌀16.5 H7": (
        "dimension",
        {
            "kind": "diameter",
            "count": 4,
            "nominal": 16.5,
            "upper": 16.518,
            "lower": 16.5,
            "upper_deviation": 0.018,
            "lower_deviation": 0.0,
            "unit": "mm",
            "fit": "H7",
        },
    ),
    "(120)": ("dimension", {"kind": "linear", "nominal": 120.0, "unit": "mm", "reference": True}),
    "M12x1.5-6H LH": (
        "thread",
        {
            "kind": "thread",
            "unit": "mm",
            "thread": {"standard": "M", "size": "M12", "pitch": 1.5, "class": "6H", "hand": "left"},
        },
    ),
    "⌖|⌀0.3Ⓜ|A|B|C": (
        "gdt",
        {
            "kind": "gdt",
            "gdt": {
                "characteristic": "position",
                "zone": "diameter",
                "value": 0.3,
                "modifiers": ["Ⓜ"],
                "datums": ["A", "B", "C"],
            },
        },
    ),
    "Ra 3.2": ("roughness", {"kind": "roughness", "roughness": {"parameter": "Ra", "value": 3.2}}),
    "DEBURR ALL EDGES": ("note", None),
}


def item(item_id: int, text: str, **changes: Any) -> Item:
    """An item; what its text means is looked up in MEANINGS."""
    kind, meaning = MEANINGS.get(text, ("text", None))
    left, top = 100.0 + 10 * item_id, 200.0
    values: dict[str, Any] = {
        "item_id": item_id,
        "page": 1,
        "kind": kind,
        "text": text,
        "raw_text": text,
        "quad_px": ((left, top), (left + 80, top), (left + 80, top + 20), (left, top + 20)),
        "rotation_deg": 0.0,
        "confidence": 0.9,
        "source": "ocr",
        "engine": "reader",
        "zone": "C4",
        "meaning": meaning,
    }
    return Item.model_validate({**values, **changes})


def result_of(
    drawing_id: str,
    items: Sequence[Item],
    number: str | None,
    revision: str | None,
    sheet_of: str = "1/1",
    title: str | None = "BRACKET",
    **more: Any,
) -> Result:
    fields = {"drawing_number": number, "title": title, "revision": revision}
    values: dict[str, Any] = {
        "drawing_id": drawing_id,
        "pages": (
            PageRecord(
                page=1,
                width_px=3300,
                height_px=2340,
                dpi=200.0,
                sha256="cd" * 32,
                text_layer=TextLayer(strings=3, trusted=True, reason="every string lies on ink"),
            ),
        ),
        "items": tuple(items),
        "sheets": (SheetRecord(page=1, size="A3", scale="1:2", sheet_of=sheet_of),),
        "title_block": {
            name: TitleBlockField(state="read", value=value, item_ids=(0,))
            if value is not None
            else TitleBlockField(state="absent")
            for name, value in fields.items()
        },
        "revisions": ({"revision": "A", "date": "2025-01-02", "description": "FIRST ISSUE"},),
        "parts_list": ({"position": "1", "part_number": "P-1", "quantity": "2", "material": "S235JR"},),
        "notes": ("DEBURR ALL EDGES",),
        "findings": (Finding(code="limits_swapped", severity="error", message="upper below lower", item_ids=(0,)),),
        "layer_agreement": 0.75,
    }
    return Result.model_validate({**values, **more})


def drawing(
    root: Path,
    content: str,
    *,
    texts: Sequence[str] = tuple(MEANINGS),
    items: Sequence[Item] | None = None,
    number: str | None = "DE-100",
    revision: str | None = "A",
    sheet_of: str = "1/1",
    reasons: Sequence[Reason] = (),
    rejected: RejectionRecord | None = None,
    name: str = "in/a.pdf",
    version: str = PIPELINE_VERSION,
    arrived_at: datetime = NOON,
    seconds: float = 1.0,
    **more: Any,
) -> Workdir:
    """Make the workdir of a drawing whose bytes are CONTENT, with all its stages done (or one rejecting it)."""
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    work = Workdir(root / sha256[:16])
    work.write_manifest(
        Manifest(
            drawing_id=work.name,
            sha256=sha256,
            source="source.pdf",
            original_name=name,
            size_bytes=len(content),
            arrived_at=arrived_at,
            pipeline_version=version,
        )
    )
    for place, stage in enumerate((*READING_STAGES, Stage.VALIDATE)):
        rejects = rejected is not None and rejected.stage == stage
        work.finish(
            StageReport(
                stage=stage,
                outcome="rejected" if rejects else "done",
                rejection=rejected if rejects else None,
                fingerprint=f"{place:032x}",
                engine=ENGINE if stage in (Stage.DETECT, Stage.RECOGNIZE) else None,
                seconds=seconds,
                pages=0 if rejects else 1,
                counts={"strings": len(texts)},
                finished_at=NOON + timedelta(minutes=place),
            )
        )
        if rejects:
            return work
    found = [item(place, text) for place, text in enumerate(texts)] if items is None else items
    work.write_result(result_of(work.name, found, number, revision, sheet_of, **more))
    outcome = "quarantine" if reasons else "pass"
    work.write_verdict(Verdict.model_validate({"drawing_id": work.name, "outcome": outcome, "reasons": tuple(reasons)}))
    return work


def low_share() -> Reason:
    return Reason(
        expectation="share_low", observed=0.5, required={"max": 0.2}, message="half is doubtful", item_ids=(1, 2)
    )


def encrypted() -> RejectionRecord:
    return RejectionRecord(code=Rejection.ENCRYPTED, message="needs a password: remove it", stage=Stage.RENDER)


NO_OTHER_REVISION = (
    pytest.param({"number": "DE-200", "revision": "B"}, id="another number"),
    pytest.param({"revision": "A"}, id="the same revision again"),
    pytest.param({"revision": None}, id="no revision read"),
    pytest.param({"revision": "B", "sheet_of": "2/2"}, id="another sheet"),
    pytest.param({"revision": "B", "reasons": (low_share(),)}, id="in quarantine"),
    pytest.param({"rejected": encrypted()}, id="rejected"),
)
"""How a drawing is made that is no other loaded revision of the one that `drawing` makes by default."""


def batch(root: Path, count: int = 4) -> list[Workdir]:
    """A batch with every kind of drawing: passed ones, one in quarantine, one rejected."""
    passed = [drawing(root, f"drawing {n}", number=f"DE-{n}", name=f"in/{n}.pdf") for n in range(count - 2)]
    return [
        *passed,
        drawing(root, "doubtful", number="DE-Q", name="in/q.pdf", reasons=(low_share(),)),
        drawing(root, "locked", name="in/locked.pdf", rejected=encrypted()),
    ]


def dump(address: str, without: Sequence[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, in the order of its key, but for the columns WITHOUT."""
    with Database(address).reading() as connection:
        return {
            table.name: [
                {name: value for name, value in row.items() if name not in without}
                for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in metadata.sorted_tables
        }


def reviewed(desk: Desk, **changes: Any) -> Review:
    """Return an approval, as CHANGES alter it, of the one drawing that waits."""
    (waiting,) = desk.queue()
    found = desk.dossier(waiting.document_id)
    assert found is not None
    values = {"document_id": waiting.document_id, "seen": found.seen, "reviewer": "ursula", "verdict": "approve"}
    return Review(**{**values, **changes})
