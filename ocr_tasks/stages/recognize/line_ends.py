"""The end of a dimension line that touches its value is no minus: it comes from afar, and no paper is between.

A minus has paper behind it, in the box or, where the box was taken too short, beside it.
"""

import re

import numpy as np

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.ink import ink_of
from ocr_tasks.stages.recognize.running_on import edge_of

VALUE = re.compile(r"[-⏤]\s?\d+(?:[.,]\d+)?")
BEGIN, DIGIT = 0.15, 0.35
"""Where a box begins with a digit, the ink in its first columns, so many heights wide, is so high; a dash is lower."""
TOUCHING_PX = 1
"""No more paper than this is between a line and what it touches."""


def without_line_end(text: Text, crop: Gray, margin: float) -> Text:
    """Return TEXT, read in CROP with MARGIN box heights of paper around it, without a dash that is a line's end."""
    edge = edge_of(crop, margin)
    height = crop.shape[0] - 2 * edge
    if edge < 1 or height < 1 or not VALUE.fullmatch(text.text):
        return text
    ink = ink_of(crop)[edge : edge + height] > 0
    beside = ink[height // 4 : height - height // 4, : max(1, edge - TOUCHING_PX)]
    start = np.flatnonzero(ink[:, edge : edge + max(1, round(BEGIN * height))].any(axis=1))
    begins_with_digit = start.size > 0 and start[-1] - start[0] >= DIGIT * height
    if not (beside.any(axis=0).all() and begins_with_digit):
        return text
    return text.part(len(text.text) - len(text.text[1:].lstrip()), len(text.text))
