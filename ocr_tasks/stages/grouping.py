"""Readings put together as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.stages.confidence import calibrated
from ocr_tasks.stages.continued import Whole, continued
from ocr_tasks.stages.spelling import spelt
from ocr_tasks.stages.stacked import Stack, stacks

LEAST_CONFIDENCE, LEAST_OF_SHORT = 0.6, 0.75
"""Below it a reading is taken for geometry that was seen as text; arrows and crosses make one or two characters."""
SHORT = 2


@dataclass(frozen=True)
class Grouped:
    """One string as a person reads it, of one or several readings; `confidence`: how probably it is right."""

    text: str
    raw_text: str
    quad_px: Quad
    confidence: float
    char_confidences: tuple[float, ...]
    parts: tuple[str, ...]
    region_ids: tuple[int, ...]
    engine: str


def group(readings: Sequence[Reading], page: PageRecord) -> list[Grouped]:
    """Return the strings of one page: each in the spelling of drawings, stacked tolerances as one."""
    found = [reading for reading in readings if reading.page == page.page and is_text(reading)]
    whole = continued([_spelt(reading) for reading in found], [reading.text for reading in found])
    stacked = list(stacks([string.reading for string in whole]))
    taken = {k for stack in stacked for k in stack.members}
    alone = [_alone(string) for k, string in enumerate(whole) if k not in taken]
    return alone + [_together(stack, whole) for stack in stacked]


def _spelt(reading: Reading) -> Reading:
    """Return a reading in the spelling of drawings; one that is made of parts has it already."""
    return reading if reading.parts else reading.model_copy(update={"text": spelt(reading.text).strip()})


def is_text(reading: Reading) -> bool:
    """Say whether a reading is sure enough to be text at all."""
    length = len(reading.text.replace(" ", ""))
    return length > 0 and reading.confidence >= (LEAST_OF_SHORT if length <= SHORT else LEAST_CONFIDENCE)


def _alone(string: Whole) -> Grouped:
    reading = string.reading
    return Grouped(
        text=reading.text,
        raw_text=string.raw_text,
        quad_px=reading.quad_px,
        confidence=calibrated(reading.confidence, reading.text, reading.engine),
        char_confidences=reading.char_confidences,
        parts=reading.parts,
        region_ids=string.region_ids,
        engine=reading.engine,
    )


def _together(stack: Stack, whole: Sequence[Whole]) -> Grouped:
    members = [whole[k] for k in stack.members]
    readings = [member.reading for member in members]
    return Grouped(
        text=stack.text,
        raw_text=" ".join(member.raw_text for member in members),
        quad_px=stack.quad,
        confidence=min(calibrated(reading.confidence, reading.text, reading.engine) for reading in readings),
        char_confidences=(),
        parts=stack.parts,
        region_ids=tuple(region for member in members for region in member.region_ids),
        engine=readings[0].engine,
    )
