"""Lettering that reads upwards and is lower than the rest: the values of a drawing on a page of prose.

Sizes of characters are told by the usual line of a page. Beside prose twice as high such values are specks by it, and
their extension lines no rulings.
"""

from collections.abc import Sequence

import numpy as np

from ocr_tasks.engines import Box
from ocr_tasks.quads import angle_of, height_of, width_of
from ocr_tasks.stages.detect.lone import COVERED, at_middles, painted
from ocr_tasks.stages.ink import Strokes

SEVERAL = 5
"""So many lines that read upwards have a usual height of their own"""
ALIKE = 0.75
"""if it is less than so much of that of all lines"""
MOST = 0.8
"""and at least so many of them are lower than that: else both sizes read upwards, and the larger limits hold both."""
HIGHEST = 1.7
"""A line of the usual lettering is no higher, in usual lines."""
LONG = 2.0
"""A line so long, in its own heights, has a height that says something."""


def reads_upwards(box: Box) -> bool:
    """Say whether a box reads up the page or down it, nearly."""
    return abs(abs(angle_of(box.quad_px)) - 90) < 30


def height_upwards(lines: Sequence[Box], line_height: float) -> float:
    """Return the usual height of those of LINES that read upwards if it is much less than LINE_HEIGHT, else that."""
    heights = [height_of(line.quad_px) for line in lines if reads_upwards(line) and _is_long(line)]
    if len(heights) < SEVERAL or np.quantile(heights, MOST) >= line_height:
        return line_height
    own = float(np.median(heights))
    return own if own < ALIKE * line_height else line_height


def apart_from_usual(strokes: Strokes, lines: Sequence[Box], line_height: float) -> Strokes:
    """Return STROKES without the pieces that stand in those level LINES whose lettering is LINE_HEIGHT high.

    Quads are in pixels of the STROKES.
    """
    usual = [
        line
        for line in lines
        if not reads_upwards(line)
        and _is_long(line)
        and ALIKE * line_height <= height_of(line.quad_px) <= HIGHEST * line_height
    ]
    covered = at_middles(strokes.pieces, painted(strokes.ink.shape, (usual, COVERED)))
    return strokes._replace(pieces=strokes.pieces[covered != COVERED])


def _is_long(line: Box) -> bool:
    return width_of(line.quad_px) > LONG * height_of(line.quad_px)
