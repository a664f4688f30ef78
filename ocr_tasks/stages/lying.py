"""Which way a sheet lies: pages come turned by quarters, and most lines of a sheet are level when it stands upright."""

import math
from collections.abc import Iterable

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, corners_of, height_of, middle_of, quad_of, width_of

LONG = 3.0
"""A box so long, in its heights, says which way its line runs."""
MORE, LEAST_LINES = 1.5, 5
"""So much more text must run up the page than across it, on so many lines."""
CORNER = (0.4, 0.25)
"""A corner of a sheet: so much of its width and of its height."""


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


def turns_to_stand(quads: Iterable[Quad], width: int, height: int) -> int:
    """Return by how many quarters counter-clockwise a page of WIDTH and HEIGHT that lies is to be turned: 1 or -1.

    The title block stands in the lower right corner (ISO 7200): on a page that stands on its head the upper left one is
    fuller. Of 68 real pages 5 are fuller there as they are.
    """
    middles = np.array([middle_of(quad) for quad in quads]).reshape(-1, 2) / (width, height)
    x, y = middles.T
    first = np.count_nonzero((x > 1 - CORNER[1]) & (y < CORNER[0]))  # the lower right once turned clockwise
    other = np.count_nonzero((x < CORNER[1]) & (y > 1 - CORNER[0]))
    return 1 if other > first else -1


def raised(image: Gray, quarters: int) -> Gray:
    """Return a page that lies on its side turned counter-clockwise by QUARTERS: what ran along its side is level."""
    return np.ascontiguousarray(np.rot90(image, quarters))


def laid(box: Box, width: int, height: int, quarters: int) -> Box:
    """Return BOX of a page raised by QUARTERS as it is on the page that lies, of WIDTH and HEIGHT pixels."""
    x, y = corners_of(box.quad_px).T
    back = (y, height - x) if quarters == -1 else (width - y, x)
    return Box(quad_of(np.stack(back, axis=1)), box.score)
