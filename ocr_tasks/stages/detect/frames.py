"""Finds feature control frames by their lines: closed cells of one height in a row.

A frame is known by its shape only as far as a table row is, too; whether its first cell holds a characteristic and its
second a tolerance is for `frame_reading` to say. Cells are boxes in pixels: left, top, right, bottom, their rulings
left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import scaled, turned, upright_quad
from ocr_tasks.stages.ink import Mask, rulings_of


class Cell(NamedTuple):
    """A rectangle of paper with rulings on all four sides."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class FrameShape:
    """Lengths in heights of the page's usual line (`..._of_line`) or in heights of the cell (`..._of_cell`)."""

    least_of_line: float = 1.15
    most_of_line: float = 4.5
    most_width_of_cell: float = 9.0
    least_first_of_cell: float = 0.6
    most_first_of_cell: float = 2.2
    """The cell of the characteristic is about square."""
    uneven_of_cell: float = 0.12
    ruling_of_cell: float = 0.2
    """Two cells of a row are no further apart than this,"""
    ruling_px: float = 5.0
    """and these pixels, by which lines are widened to close their gaps."""
    inset_of_cell: float = 0.05
    least_edge: float = 0.88
    """So much of a cell's edge is paper, all around: it is a rectangle, whatever stands in its middle."""
    most_rows_of_cell: float = 2.2
    """The cell of the characteristic of a composite frame is so many rows high."""
    most_cells: int = 7
    most_rows: int = 4
    """Frames stand below each other, but more rows with the same columns are a table."""


SHAPE = FrameShape()
COARSE_LINE_PX, SMALL_PICTURE_PX = 16, 2_500_000
"""Below it the rulings of a cell take half of it. Enlarging larger pictures would take more time than it is worth."""
LINE_CONTRAST = 18
"""A line is so many grey levels darker than the paper around it."""


class Candidate(NamedTuple):
    """A frame of one or more rows, `outline` in the order in which it reads."""

    outline: Quad
    rows: int


def candidates(image: Gray, line_height: float, shape: FrameShape = SHAPE) -> list[Candidate]:
    """Return what may be frames on a page, reading to the right or upwards; IMAGE is uint8 (height, width).

    LINE_HEIGHT is that of the page's usual line, in its pixels. A coarse picture is looked at enlarged.
    """
    if line_height < COARSE_LINE_PX and image.size <= SMALL_PICTURE_PX:
        larger = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.uint8)
        found = candidates(larger, 2 * line_height, shape)
        return [Candidate(scaled(frame.outline, 0.5, 0.5), frame.rows) for frame in found]
    ink = lines_of(image, line_height)
    found = [Candidate(upright_quad(*around(rows)), len(rows)) for rows in frames_in(ink, line_height, shape)]
    side = np.asarray(cv2.rotate(ink, cv2.ROTATE_90_CLOCKWISE), np.uint8)  # what reads upwards now reads to the right
    height = image.shape[0]
    for rows in frames_in(side, line_height, shape):
        left, top, right, bottom = around(rows)
        lies = upright_quad(top, height - right, bottom, height - left)
        found.append(Candidate(turned(lies, 3), len(rows)))
    return found


def lines_of(image: Gray, line_height: float) -> Mask:
    """Return 255 where a picture is darker than around there: on lines under any light, not within areas."""
    around_px = 2 * round(2 * line_height) + 1
    return np.asarray(
        cv2.adaptiveThreshold(
            image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(9, around_px), LINE_CONTRAST
        ),
        np.uint8,
    )


def frames_in(ink: Mask, line_height: float, shape: FrameShape = SHAPE) -> list[list[list[Cell]]]:
    """Return the frames that read to the right, each the rows of its cells from left to right.

    The rows of a composite frame have their first cell in common, which is higher than they are.
    """
    cells = cells_in(ink, line_height, shape)
    rows = [row for row in rows_of(cells, shape) if len(row) <= shape.most_cells]
    composite = list(_composites(cells, rows, shape))
    taken = {id(row) for frame in composite for row in frame}
    single = [row for row in rows if id(row) not in taken and len(row) > 1 and _opens(row[0], shape)]
    found = [
        [[first, *row] for row in frame] for frame, first in ((f, _first_of(f, cells)) for f in composite) if first
    ]
    return found + [[row] for row in single if not _in_table(row, single, shape)]


def cells_in(ink: Mask, line_height: float, shape: FrameShape = SHAPE) -> list[Cell]:
    """Return the cells on a picture, in no order."""
    least = max(8, round(shape.least_of_line * line_height))
    rulings = rulings_of(ink, along=2 * least, across=least)
    thick = cv2.dilate(rulings, np.ones((3, 3), np.uint8))
    closed = cv2.copyMakeBorder(thick, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    outlines, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for k in np.flatnonzero(tree[0][:, 3] >= 0).tolist():  # the holes of the rulings
        left, top, wide, high = cv2.boundingRect(outlines[k])
        x, y, w, h = left, top, wide - 2, high - 2  # without the ruling, on the picture
        fits = least <= h <= shape.most_of_line * line_height * shape.most_rows_of_cell
        if not fits or not max(8, 0.5 * least) <= w <= shape.most_width_of_cell * h:
            continue
        paper = np.asarray(cv2.bitwise_not(closed[y + 1 : y + h + 1, x + 1 : x + w + 1]), np.uint8)
        inset = round(shape.inset_of_cell * min(w, h))  # a ruling is not as thick all along
        if _paper_on_edge(paper > 0, inset) < shape.least_edge:
            continue
        if _paper_on_edge(_largest(paper), inset) >= shape.least_edge:
            found.append(Cell(x, y, x + w, y + h))
    return found


def _paper_on_edge(paper: npt.NDArray[np.bool_], inset: int) -> float:
    """Return how much of the pixels that are INSET from the sides is paper."""
    inner = paper[inset : paper.shape[0] - inset, inset : paper.shape[1] - inset]
    return float(np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]]).mean())


def _largest(paper: Mask) -> npt.NDArray[np.bool_]:
    """Return which pixels are of the piece of PAPER that reaches to all its sides."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    return np.asarray(labels == 1 + int((stats[1:, 2] + stats[1:, 3]).argmax()), np.bool_)


def rows_of(cells: Sequence[Cell], shape: FrameShape = SHAPE) -> list[list[Cell]]:
    """Return the runs of cells that stand side by side with top and bottom in line; a run may be a single cell."""
    left = sorted(cells)
    rows: list[list[Cell]] = []
    for cell in left:
        for row in rows:
            last = row[-1]
            off = shape.uneven_of_cell * last.height
            level = abs(cell.top - last.top) <= off and abs(cell.bottom - last.bottom) <= off
            if level and 0 <= cell.left - last.right <= shape.ruling_px + shape.ruling_of_cell * last.height:
                row.append(cell)
                break
        else:
            rows.append([cell])
    return rows


def _composites(cells: Sequence[Cell], rows: Sequence[list[Cell]], shape: FrameShape) -> Iterator[list[list[Cell]]]:
    """Yield the rows that share one high first cell to their left, from above to below."""
    for first in cells:
        reach = shape.ruling_px + shape.ruling_of_cell * first.height
        beside = sorted(
            (
                row
                for row in rows
                if 0 <= row[0].left - first.right <= reach
                and row[0].top >= first.top - reach
                and row[0].bottom <= first.bottom + reach
                and row[0].height < 0.6 * first.height
                and first not in row
            ),
            key=lambda row: row[0].top,
        )
        if 2 <= len(beside) <= 3 and sum(row[0].height for row in beside) > 0.8 * first.height:
            yield beside


def _first_of(rows: Sequence[list[Cell]], cells: Sequence[Cell]) -> Cell | None:
    """Return the cell that stands left of all ROWS."""
    top, bottom, left = rows[0][0].top, rows[-1][0].bottom, rows[0][0].left
    beside = [
        c for c in cells if c.right <= left and c.height > 0.8 * (bottom - top) and c.top < bottom and c.bottom > top
    ]
    return max(beside, key=lambda c: c.right, default=None)


def _opens(cell: Cell, shape: FrameShape) -> bool:
    return shape.least_first_of_cell * cell.height <= cell.width <= shape.most_first_of_cell * cell.height


def _in_table(row: Sequence[Cell], rows: Sequence[Sequence[Cell]], shape: FrameShape) -> bool:
    """Say whether so many rows begin with a cell in the same column, one below the other, that it is a table."""
    off = shape.uneven_of_cell * row[0].height
    near = (shape.most_rows + 1) * 1.2 * row[0].height
    same = [
        other
        for other in rows
        if abs(other[0].left - row[0].left) <= off
        and abs(other[0].right - row[0].right) <= off
        and abs(other[0].top - row[0].top) <= near
        and len(other) == len(row)
    ]
    return len(same) > shape.most_rows


def around(rows: Sequence[Sequence[Cell]]) -> Cell:
    """Return the box around cells."""
    cells = [cell for row in rows for cell in row]
    return Cell(
        min(c.left for c in cells), min(c.top for c in cells), max(c.right for c in cells), max(c.bottom for c in cells)
    )
