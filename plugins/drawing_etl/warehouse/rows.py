"""From a workdir to the rows of its document. Reads files, touches no database.

Everything here follows from the files alone, so that the same files always make the same rows.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drawing_etl.warehouse.checks import check_rows, layer_checks
from drawing_etl.warehouse.errors import LoadRefused
from drawing_etl.warehouse.records import BatchRates, DrawingState
from drawing_etl.warehouse.values import (
    confidence_bin,
    diameter_share,
    key,
    meaning_columns,
    number_key,
    ordering,
    revision_order,
    sheet_number,
    storable,
    storable_json,
)
from ocr_tasks.contract import (
    DOUBTFUL,
    EngineInfo,
    Item,
    Manifest,
    PageRecord,
    Result,
    SheetRecord,
    Stage,
    StageReport,
    Verdict,
)
from ocr_tasks.workdir import Workdir

Row = dict[str, Any]
REPORTED = tuple(stage for stage in Stage if stage != Stage.LOAD)
"""The stages whose reports become rows: loading writes its own after the rows are there."""


@dataclass(frozen=True)
class DocumentRows:
    """The rows of one drawing as one pipeline version read it.

    `of_document` are those that are replaced with it, by table name. `digest` is of `document` and of them: equal
    digest, equal content.
    """

    document: Row
    of_document: Mapping[str, Sequence[Row]]
    stage_reports: Sequence[Row]
    weights: Sequence[Row]
    reason: str | None
    digest: str

    @property
    def document_id(self) -> str:
        return str(self.document["document_id"])

    @property
    def state(self) -> DrawingState:
        state: DrawingState = self.document["state"]
        return state

    @property
    def items(self) -> Sequence[Row]:
        return self.of_document["items"]

    @property
    def ocr_confidences(self) -> list[float]:
        return [item["confidence"] for item in self.items if item["source"] == "ocr"]


def document_rows(work: Workdir) -> DocumentRows:
    """Read a drawing's files and return its rows.

    Raises LoadRefused if the files are of different drawings, ocr_tasks.errors.ContractError if one is missing or
    damaged (a drawing that was not rejected needs its result and its verdict).
    """
    manifest = work.manifest()
    reports = [report for stage in REPORTED if (report := work.report(stage)) is not None]
    rejected = next((report for report in reports if report.outcome == "rejected"), None)
    if rejected is not None:
        result, verdict = None, None
    else:
        result, verdict = work.result(), work.verdict()
    for name, told in (("manifest", manifest), ("result", result), ("verdict", verdict)):
        if told is not None and told.drawing_id != work.name:
            raise LoadRefused(
                f"{work.name}: its {name} is of drawing {told.drawing_id}. Remedy: remove the workdir and read it again"
            )
    identity = document_id(manifest)
    weights = {row["weights_digest"]: row for report in reports if (row := _weights(report.engine))}
    reader = next((report for report in reports if report.stage == Stage.RECOGNIZE), None)
    children = _children(result, verdict, rejected, _digest(reader.engine) if reader else None)
    document = _document(manifest, result, verdict)
    of_document = {**children, **check_rows(layer_checks(result) if result else (), "layer")}
    return DocumentRows(
        document=document,
        of_document={table: [{"document_id": identity, **row} for row in rows] for table, rows in of_document.items()},
        stage_reports=[{"document_id": identity, **_stage_report(report)} for report in reports],
        weights=list(weights.values()),
        reason=_reason(verdict, rejected),
        digest=_content_digest(document, children),
    )


def document_id(manifest: Manifest) -> str:
    """Return the id that a drawing has at a pipeline version."""
    return f"{manifest.drawing_id}-{key(manifest.pipeline_version)}"


def batch_id(run_id: str, documents: Sequence[DocumentRows]) -> str:
    """Return the id of these drawings as a batch of this run, in whatever order they come."""
    members = sorted(document.document_id for document in documents)
    return hashlib.sha256(json.dumps([run_id, members]).encode()).hexdigest()[:32]


def batch_rates(documents: Sequence[DocumentRows], low_confidence: float = DOUBTFUL) -> BatchRates:
    """Return a batch's rates, for the gate to compare later ones with."""
    confidences = [confidence for document in documents for confidence in document.ocr_confidences]
    agreements = [found for document in documents if (found := document.document["layer_agreement"]) is not None]
    rejected = sum(document.state == "rejected" for document in documents)
    quarantined = sum(document.state == "quarantined" for document in documents)
    return BatchRates(
        drawings=len(documents),
        pages=sum(document.document["pages"] for document in documents),
        strings=sum(len(document.items) for document in documents),
        mean_confidence=mean(confidences),
        share_low=mean([float(confidence < low_confidence) for confidence in confidences]),
        agreement=mean(agreements),
        diameter_share=diameter_share(
            [item["text"] for document in documents for item in document.items if item["kind"] == "dimension"]
        ),
        rejected_share=rejected / len(documents) if documents else 0.0,
        quarantined_share=quarantined / (len(documents) - rejected) if len(documents) > rejected else 0.0,
    )


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, the same in any order of the values; None of none."""
    return math.fsum(values) / len(values) if values else None


def _document(manifest: Manifest, result: Result | None, verdict: Verdict | None) -> Row:
    number, title, revision = (_field(result, name) for name in ("drawing_number", "title", "revision"))
    scheme, order = revision_order(revision)
    items = result.items if result else ()
    state: DrawingState = "rejected" if verdict is None else "loaded" if verdict.outcome == "pass" else "quarantined"
    return {
        "document_id": document_id(manifest),
        "drawing_id": manifest.drawing_id,
        "sha256": manifest.sha256,
        "pipeline_version": key(manifest.pipeline_version),
        "pipeline_order": ordering(manifest.pipeline_version),
        "original_name": storable(manifest.original_name),
        "size_bytes": manifest.size_bytes,
        "arrived_at": manifest.arrived_at,
        "state": state,
        "drawing_number": key(number),
        "number_key": number_key(number),
        "title": key(title),
        "revision": key(revision),
        "revision_scheme": scheme,
        "revision_order": order,
        "sheet_number": sheet_number(result.sheets[0].sheet_of) if result and result.sheets else None,
        "pages": len(result.pages) if result else 0,
        "strings": len(items),
        "mean_confidence": mean([item.confidence for item in items if item.source == "ocr"]),
        "layer_agreement": result.layer_agreement if result else None,
        "options": storable_json(manifest.options.model_dump(mode="json")),
    }


def _field(result: Result | None, name: str) -> str | None:
    if result is None or (field := result.title_block.get(name)) is None:
        return None
    return field.value if field.state == "read" else None


def _children(
    result: Result | None, verdict: Verdict | None, rejected: StageReport | None, weights_digest: str | None
) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"items": []}
    if rejected is not None and (why := rejected.rejection) is not None:
        rows["rejections"] = [{"code": str(why.code), "stage": str(why.stage), "message": storable(why.message)}]
    if result is not None:
        sheets = {sheet.page: sheet for sheet in result.sheets}
        rows["pages"] = [_page(page, sheets.get(page.page)) for page in result.pages]
        rows["items"] = [_item(item, weights_digest) for item in result.items]
        rows["item_figures"] = _figures(result.items)
        rows["title_block"] = [
            {
                "field": key(name) or "",
                "state": field.state,
                "value": storable(field.value) if field.value is not None else None,
                "item_ids": list(field.item_ids),
            }
            for name, field in result.title_block.items()
        ]
        rows["revisions"] = [
            {"position": position, **_named(row, ("revision", "date", "description"))}
            for position, row in enumerate(result.revisions)
        ]
        rows["parts"] = [
            {"position": position, **_named(row, ("item", "part_number", "description", "quantity", "material"))}
            for position, row in enumerate(result.parts_list)
        ]
        rows["notes"] = [{"position": position, "text": storable(note)} for position, note in enumerate(result.notes)]
        rows["findings"] = [
            {
                "position": position,
                "code": key(finding.code) or "",
                "severity": finding.severity,
                "message": storable(finding.message),
                "item_ids": list(finding.item_ids),
            }
            for position, finding in enumerate(result.findings)
        ]
    if verdict is not None:
        rows["quarantine_reasons"] = [
            {
                "position": position,
                "expectation": key(reason.expectation) or "",
                "observed": storable_json(reason.observed),
                "required": storable_json(reason.required),
                "message": storable(reason.message),
                "item_ids": list(reason.item_ids),
            }
            for position, reason in enumerate(verdict.reasons)
        ]
    return rows


def _page(page: PageRecord, sheet: SheetRecord | None) -> Row:
    layer = page.text_layer
    return {
        "page": page.page,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "sha256": key(page.sha256) or "",
        "layer_strings": layer.strings if layer else None,
        "layer_trusted": layer.trusted if layer else None,
        "layer_reason": storable(layer.reason) if layer else None,
        "size": key(sheet.size) if sheet else None,
        "scale": key(sheet.scale) if sheet else None,
        "projection": key(sheet.projection) if sheet else None,
        "sheet_of": key(sheet.sheet_of) if sheet else None,
    }


def _item(item: Item, weights_digest: str | None) -> Row:
    across, down = zip(*item.quad_px, strict=True)
    return {
        "item_id": item.item_id,
        "page": item.page,
        "zone": key(item.zone),
        "kind": key(item.kind) or "",
        "text": storable(item.text),
        "raw_text": storable(item.raw_text),
        "source": item.source,
        "other_text": storable(item.other_text) if item.other_text is not None else None,
        "other_confidence": item.other_confidence,
        "confidence": item.confidence,
        "engine": storable(item.engine),
        "weights_digest": weights_digest if item.source == "ocr" else None,
        "quad_px": [list(corner) for corner in item.quad_px],
        "left_px": min(across),
        "top_px": min(down),
        "right_px": max(across),
        "bottom_px": max(down),
        "rotation_deg": item.rotation_deg,
        "parts": storable_json(item.parts),
        **meaning_columns(item.meaning),
        "meaning": storable_json(item.meaning),
    }


def _figures(items: Sequence[Item]) -> list[Row]:
    groups: dict[tuple[str, str, int], list[Item]] = {}
    for item in items:
        group = key(item.kind) or "", item.source, confidence_bin(item.confidence)
        groups.setdefault(group, []).append(item)
    return [
        {
            "kind": kind,
            "source": source,
            "confidence_bin": confidence_bin,
            "strings": len(members),
            "with_meaning": sum(member.meaning is not None for member in members),
            "confidence_sum": math.fsum(member.confidence for member in members),
        }
        for (kind, source, confidence_bin), members in sorted(groups.items())
    ]


def _named(row: Mapping[str, str], names: Sequence[str]) -> Row:
    return {**{name: key(row.get(name)) for name in names}, "fields": storable_json(row)}


def _stage_report(report: StageReport) -> Row:
    engine = report.engine
    return {
        "stage": str(report.stage),
        "outcome": report.outcome,
        "fingerprint": key(report.fingerprint) or "",
        "engine": storable(engine.name) if engine else None,
        "device": engine.device if engine else None,
        "provider": storable(engine.provider) if engine else None,
        "precision": storable(engine.precision) if engine else None,
        "weights_digest": _digest(engine),
        "image": storable(report.image) if report.image else None,
        "seconds": report.seconds,
        "pages": report.pages,
        "counts": storable_json(report.counts),
        "finished_at": report.finished_at,
    }


def _weights(engine: EngineInfo | None) -> Row | None:
    if engine is None or not engine.weights:
        return None
    return {
        "weights_digest": _digest(engine),
        "engine": storable(engine.name),
        "files": storable_json(engine.weights),
    }


def _digest(engine: EngineInfo | None) -> str | None:
    if engine is None or not engine.weights:
        return None
    return hashlib.sha256(json.dumps([engine.name, engine.weights], sort_keys=True).encode()).hexdigest()[:32]


def _reason(verdict: Verdict | None, rejected: StageReport | None) -> str | None:
    if rejected is not None and rejected.rejection is not None:
        return str(rejected.rejection.code)
    if verdict is not None and verdict.outcome == "quarantine":
        return key(verdict.reasons[0].expectation) if verdict.reasons else "unnamed"
    return None


def _content_digest(document: Row, children: Mapping[str, Sequence[Row]]) -> str:
    content = json.dumps([document, children], sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
