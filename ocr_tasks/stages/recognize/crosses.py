"""The number of a pin that is not connected, read together with the cross that says so: `7×` is a 7.

The cross stands on the end of the pin's wire, so its ink goes on; that of the number, beside the wire, ends. A count
before a value (`4×`) touches nothing.
"""

import re

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import within
from ocr_tasks.stages.ink import ink_of
from ocr_tasks.stages.recognize.running_on import ends_within

CROSSED = re.compile(r"(?P<number>\d{1,3})\s?[x×]|[x×]\s?(?P<behind>\d{1,3})")
LEAST, MOST = 0.25, 0.7
"""The number is at least so high, in heights of the box around both, and at most so wide, in widths of that."""


def without_cross(text: Text, quad: Quad, crop: Gray, edge: int) -> tuple[Text, Quad]:
    """Return a pin's number without its cross, in a box of its own; CROP shows EDGE pixels of paper around both."""
    found = CROSSED.fullmatch(text.text)
    if found is None or len(text.char_confidences) != len(text.text):
        return text, quad
    height, width = crop.shape
    ink = ends_within(ink_of(crop))[edge : height - edge, edge : width - edge]
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size or int(np.ptp(rows)) < LEAST * ink.shape[0] or int(np.ptp(columns)) > MOST * ink.shape[1]:
        return text, quad
    first = found["number"] is not None
    if first != bool(columns.mean() < ink.shape[1] / 2):
        return text, quad
    number = text.part(*found.span("number" if first else "behind"))._replace(char_places=())
    return number, within(quad, int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
