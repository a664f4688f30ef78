"""Readings put together as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_tasks.contract import PageRecord, Quad, Reading


@dataclass(frozen=True)
class Grouped:
    """One string as a person reads it, of one or several readings."""

    text: str
    raw_text: str
    quad_px: Quad
    confidence: float
    char_confidences: tuple[float, ...]
    parts: tuple[str, ...]
    region_ids: tuple[int, ...]
    engine: str


def group(readings: Sequence[Reading], page: PageRecord) -> list[Grouped]:
    """Return the strings of one page: each reading with text by itself."""
    return [
        Grouped(
            text=reading.text,
            raw_text=reading.text,
            quad_px=reading.quad_px,
            confidence=reading.confidence,
            char_confidences=reading.char_confidences,
            parts=reading.parts,
            region_ids=(reading.region_id,),
            engine=reading.engine,
        )
        for reading in readings
        if reading.page == page.page and reading.text.strip()
    ]
