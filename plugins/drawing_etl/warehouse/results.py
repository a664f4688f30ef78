"""Reads a document back as the result that it was loaded from."""

from typing import Any

import sqlalchemy as sa

from drawing_etl.warehouse import tables
from drawing_etl.warehouse.errors import WarehouseError
from ocr_tasks.contract import Result


def result_of(connection: sa.Connection, document_id: str) -> Result:
    """Return a document's result. Raises WarehouseError for one that is not there or was rejected."""
    query = sa.select(tables.documents).where(tables.documents.c.document_id == document_id)
    document = connection.execute(query).mappings().one_or_none()
    if document is None:
        raise WarehouseError(f"document {document_id!r} is not in the database. Remedy: check its id")
    if document["state"] == "rejected":
        raise WarehouseError(f"{document['original_name']} could not be read: nothing of it is in the database")
    pages = _rows(connection, tables.pages, document_id, "page")
    return Result.model_validate(
        {
            "drawing_id": document["drawing_id"],
            "pages": [_page(row) for row in pages],
            "sheets": [
                {name: row[name] for name in ("page", "size", "scale", "projection", "sheet_of")} for row in pages
            ],
            "items": [_item(row) for row in _rows(connection, tables.items, document_id, "item_id")],
            "title_block": {
                row["field"]: {name: row[name] for name in ("state", "value", "item_ids")}
                for row in _rows(connection, tables.title_block, document_id, "field")
            },
            "revisions": [row["fields"] for row in _rows(connection, tables.revisions, document_id, "position")],
            "parts_list": [row["fields"] for row in _rows(connection, tables.parts, document_id, "position")],
            "notes": [row["text"] for row in _rows(connection, tables.notes, document_id, "position")],
            "findings": [
                {name: row[name] for name in ("code", "severity", "message", "item_ids")}
                for row in _rows(connection, tables.findings, document_id, "position")
            ],
            "layer_agreement": document["layer_agreement"],
        }
    )


def _rows(connection: sa.Connection, table: sa.Table, document_id: str, order: str) -> list[dict[str, Any]]:
    query = sa.select(table).where(table.c.document_id == document_id).order_by(table.c[order])
    return [dict(row) for row in connection.execute(query).mappings()]


def _page(row: dict[str, Any]) -> dict[str, Any]:
    layer = None
    if row["layer_strings"] is not None:
        layer = {name: row[f"layer_{name}"] for name in ("strings", "trusted", "reason")}
    own = ("page", "width_px", "height_px", "dpi", "rotation", "sha256")
    return {**{name: row[name] for name in own}, "text_layer": layer}


def _item(row: dict[str, Any]) -> dict[str, Any]:
    names = (
        "item_id",
        "page",
        "kind",
        "text",
        "raw_text",
        "quad_px",
        "rotation_deg",
        "confidence",
        "source",
        "other_text",
        "other_confidence",
        "engine",
        "zone",
        "parts",
        "meaning",
    )
    return {name: row[name] for name in names}
