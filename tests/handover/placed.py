"""A result of strings set one below the other, far enough apart to be strings by themselves."""

from ocr_tasks.contract import Item, PageRecord, Result
from ocr_tasks.stages.postprocess.meaning import drawing_meaning

DPI = 200.0


def read_paper(*texts: str, confidence: float = 1.0, page_mm: tuple[float, float] = (420.0, 297.0)) -> Result:
    """Return what TEXTS mean on a sheet without a frame."""
    scale = DPI / 25.4
    page = PageRecord(
        page=1, width_px=round(page_mm[0] * scale), height_px=round(page_mm[1] * scale), dpi=DPI, sha256="0" * 64
    )
    items = []
    for place, text in enumerate(texts):
        left, top, width, height = 60 * scale, (30 + 15 * place) * scale, 2.2 * len(text) * scale, 3.5 * scale
        quad = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
        items.append(
            Item(
                item_id=place,
                page=1,
                kind="text",
                text=text,
                raw_text=text,
                quad_px=quad,
                rotation_deg=0.0,
                confidence=confidence,
                source="ocr",
                engine="told",
            )
        )
    meant = drawing_meaning([page], items)
    return Result(
        drawing_id="0" * 16,
        pages=(page,),
        items=tuple(meant.items),
        sheets=tuple(meant.sheets),
        title_block=meant.title_block,
        notes=tuple(meant.notes),
        note_items=tuple(meant.note_items),
        findings=tuple(meant.findings),
    )
