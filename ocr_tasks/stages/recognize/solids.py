"""Reads a value that dots or arrowheads touch: they are filled, the strokes of characters are thin."""

from collections.abc import Sequence

import cv2
import numpy as np

from ocr_tasks.contract import Region
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.stages.crops import WHITE
from ocr_tasks.stages.detect.stage import COLUMN
from ocr_tasks.stages.ink import ink_of
from ocr_tasks.stages.recognize.directions import SURE
from ocr_tasks.stages.recognize.settling import VALUE

SOLID = 0.35
"""What is filled for so much of a line's height is no stroke, be it bold."""


def with_values_cleared(
    texts: Sequence[tuple[Text, int]],
    crops: Sequence[Gray],
    regions: Sequence[Region],
    recognizer: Recognizer,
    margin: float,
) -> list[tuple[Text, int]]:
    """Return TEXTS and their turns, of columns that read as no value what they say without solids, if that is one.

    CROPS show MARGIN line heights of paper around what stands in REGIONS.
    """
    clear = {
        k: clean
        for k, ((text, _), crop, region) in enumerate(zip(texts, crops, regions, strict=True))
        if region.kind == COLUMN and not is_value(text) and (clean := without_solids(crop, margin)) is not None
    }
    again = dict(zip(clear, recognizer.read(list(clear.values())), strict=True))
    return [(again[k], 0) if k in again and is_value(again[k]) else text for k, text in enumerate(texts)]


def is_value(text: Text) -> bool:
    """Say whether a reading is surely a value."""
    return text.confidence >= SURE and VALUE.fullmatch(text.text) is not None


def without_solids(crop: Gray, margin: float) -> Gray | None:
    """Return CROP, which shows MARGIN line heights of paper around a line, with paper for what is filled, if any is."""
    across = round(SOLID * crop.shape[0] / (1 + 2 * margin))
    if across < 3:
        return None
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    solid = cv2.dilate(cv2.morphologyEx(ink_of(crop), cv2.MORPH_OPEN, disc), np.ones((3, 3), np.uint8)) > 0
    return np.where(solid, np.uint8(WHITE), crop) if solid.any() else None
