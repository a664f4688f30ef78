"""A value on a centre line that runs along it: the dashes are no signs of it, and a dash above its point no colon.

The line is thin and goes on to both sides of the value at one height. A minus has paper before it.
"""

import re

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import height_of, width_of, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import ink_of
from ocr_tasks.stages.recognize.marks import Piece, piece_of

DASHES = r"[-–—⏤_. ]*"
BETWEEN = re.compile(rf"({DASHES})(.*?[0-9A-Za-z)°])({DASHES})")
"""What dashes and dots of a line read as before and behind a value."""
COLON, DASH = (
    re.compile(r"(?<=\d):(?=\d)"),
    re.compile(r"(?<=\d)[-–—⏤](?=[A-Za-z]{1,2}\d)|(?<=\d[xX])[-–—⏤](?=[⌀RM\d])"),
)
"""A point below the line, and the line in a gap of the value."""
VALUE = re.compile(
    r"\(?(?:\d+ ?[xX×] ?)?[⌀□RM]?\d+(?:[.,]\d+)?(?:[xX×±]\d+(?:[.,]\d+)?)?°?(?: ?[A-Za-z]{1,2}\d{1,2})?\)?"
)
REACH, LEAST = 2.0, 0.5
"""So far beyond the value, in its heights, the line is looked for; it is ink for so much of that."""
THICKEST, OFF = 0.2, 0.1
"""It is no thicker, and on both sides at one height but for so much, in heights of the value."""


def on_centre_line(text: Text, quad: Quad, image: Gray, margin: float) -> Piece | None:
    """Return the value that TEXT is without the dashes of a line along it, and where it stands; None if it is none.

    TEXT was read in QUAD, in pixels of IMAGE, with MARGIN line heights around it.
    """
    found = BETWEEN.fullmatch(text.text)
    if found is None or len(text.char_places) != len(text.text):
        return None
    value = DASH.sub(" ", COLON.sub(".", found[2]))
    if value == text.text or VALUE.fullmatch(value) is None:
        return None
    piece = piece_of(text, quad, margin, found.start(2), found.end(2))
    return piece._replace(text=piece.text._replace(text=value)) if is_on_line(image, piece.quad_px) else None


def is_on_line(image: Gray, quad: Quad) -> bool:
    """Say whether a thin line runs along what stands in QUAD of IMAGE, and on to both sides of it."""
    height, width = height_of(quad), width_of(quad)
    rows = [
        row_of_line(cut(image, within(quad, left, 0.0, left + REACH * height, height)))
        for left in (-REACH * height, width)
    ]
    return rows[0] is not None and rows[1] is not None and abs(rows[0] - rows[1]) <= max(1.0, OFF * height)


def row_of_line(strip: Gray) -> float | None:
    """Return the row of the thin line that runs along a strip of paper, None without one."""
    if strip.size == 0:
        return None
    rows = np.flatnonzero((ink_of(strip) > 0).mean(axis=1) >= LEAST)
    thick = rows.size and rows[-1] - rows[0] + 1
    return float(rows.mean()) if 0 < thick <= max(2.0, THICKEST * len(strip)) else None
