"""Drawings in two revisions, drawn on the spot and read without error: their strings come from what was drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ocr_tasks.contract import Item, Manifest, PageRecord, Result
from ocr_tasks.samples.border import Revision, TitleBlock
from ocr_tasks.samples.drafting import Style
from ocr_tasks.samples.emit.pdf import pdf_bytes
from ocr_tasks.samples.emit.picture import picture
from ocr_tasks.samples.lettering import Hand
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.parts.flange import Flange
from ocr_tasks.samples.sheets import Furniture, compose, flange_views
from ocr_tasks.samples.truth import in_pixels
from ocr_tasks.stages.postprocess.meaning import drawing_meaning
from ocr_tasks.stages.postprocess.stage import as_jpeg
from ocr_tasks.workdir import Workdir

DPI = 100.0
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLANGE = Flange(130.0, 40.0, 64.0, 26.0, 18.0, 102.0, hole=9.0, counterbore=(15.0, 9.0))
BLOCK = TitleBlock(
    company="Talweg Antriebe AG",
    title="Hub flange",
    drawing_number="TA-310",
    revision="A",
    date="2025-02-11",
    drawn_by="M. Ruiz",
    checked_by="J. Sato",
    approved_by="R. Vogel",
    material="C45 (1.0503)",
    scale="",
    sheet="1 / 1",
    size="",
    general_tolerance="ISO 2768-mK",
    unit="mm",
    document_type="Part drawing",
)
NOTES = (
    ("REMOVE ALL BURRS, BREAK SHARP EDGES 0.3 MAX.",),
    ("UNTOLERANCED DIMENSIONS TO ISO 2768-mK.",),
    ("SURFACE ROUGHNESS Ra 3.2 UNLESS", "OTHERWISE STATED."),
)


def flange_sheet(
    part: Flange = FLANGE, notes: Sequence[tuple[str, ...]] = NOTES, *, revision: str = "A", **fields: str
) -> Sheet:
    """Return the drawing of a flange; FIELDS are those of its title block."""
    hand = Hand("liberation")
    table = tuple(
        Revision(each, f"Issue {each}", "2025-02-11", "M. Ruiz") for each in "ABC"[: "ABC".index(revision) + 1]
    )
    block = replace(BLOCK, revision=revision, **fields)
    furniture = Furniture(block, "english", hand, table, notes=tuple(notes))
    return compose(flange_views(part), Style(hand), furniture, least_mm=300.0)


def read(sheets: Sequence[Sheet], root: Path, *, name: str = "flange.pdf", rasters: bool = False) -> Workdir:
    """Return a workdir in which every string of SHEETS was read right: the PDF itself, previews and the result."""
    data = pdf_bytes(sheets)
    digest = hashlib.sha256(data).hexdigest()
    work = Workdir(root / digest[:16])
    work.write_manifest(
        Manifest(
            drawing_id=digest[:16],
            sha256=digest,
            source="source.pdf",
            original_name=name,
            size_bytes=len(data),
            arrived_at=NOON,
        )
    )
    work.source.write_bytes(data)
    pages, items = [], []
    for number, sheet in enumerate(sheets, 1):
        image = np.asarray(picture(sheet, DPI))
        height, width = image.shape
        if rasters:
            work.write_page_image(number, image)
        work.write_preview(number, as_jpeg(image))
        pages.append(PageRecord(page=number, width_px=width, height_px=height, dpi=DPI, sha256="0" * 64))
        items += _items(sheet, number, width, height, len(items))
    meant = drawing_meaning(pages, items)
    work.write_result(
        Result(
            drawing_id=work.name,
            pages=tuple(pages),
            items=tuple(meant.items),
            sheets=tuple(meant.sheets),
            title_block=meant.title_block,
            revisions=tuple(meant.revisions),
            parts_list=tuple(meant.parts_list),
            notes=tuple(meant.notes),
            findings=tuple(meant.findings),
        )
    )
    return work


def _items(sheet: Sheet, page: int, width: int, height: int, first: int) -> list[Item]:
    return [
        Item.model_validate(
            {
                "item_id": first + place,
                "page": page,
                "kind": "text",
                "text": text["text"],
                "raw_text": text["text"],
                "quad_px": text["quad"],
                "rotation_deg": 0.0,
                "confidence": 1.0,
                "source": "ocr",
                "engine": "truth",
            }
        )
        for place, text in enumerate(in_pixels(sheet, DPI, width, height).texts)
    ]
