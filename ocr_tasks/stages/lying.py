"""Which way a sheet lies: pages come turned by quarters, and most lines of a sheet are level when it stands upright."""

import math
from collections.abc import Iterable

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, corners_of, height_of, quad_of, width_of

LONG = 3.0
"""A box so long, in its heights, says which way its line runs."""
MORE, LEAST_LINES = 1.5, 5
"""So much more text must run up the page than across it, on so many lines."""


def lies(quads: Iterable[Quad]) -> bool:
    """Say whether a sheet with lines in QUADS, in pixels of the page, lies on its side."""
    up = across = 0.0
    lines = 0
    for quad in quads:
        length = width_of(quad) / max(height_of(quad), 1e-6)
        if length < LONG:
            continue
        steep = abs(math.sin(math.radians(angle_of(quad))))
        if steep > 0.9:
            up, lines = up + length, lines + 1
        elif steep < 0.1:
            across += length
    return lines >= LEAST_LINES and up > MORE * across


def raised(image: Gray) -> Gray:
    """Return a page that lies on its side turned clockwise: what ran up the page is level."""
    return np.ascontiguousarray(np.rot90(image, -1))


def laid(box: Box, height: int) -> Box:
    """Return BOX of a raised page as it is on the page that lies, HEIGHT pixels high."""
    x, y = corners_of(box.quad_px).T
    return Box(quad_of(np.stack([y, height - x], axis=1)), box.score)
