"""What the page itself shows: whether strings stand on ink, and how much lettering no string covers."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from drawing_etl.quality.places import Boxes

Gray = npt.NDArray[np.uint8]

COARSE_DPI = 100.0
"""Small lettering is still some 8 pixels tall, and an A0 page has 15 megapixels."""

BAND_ROWS = 2048
"""Rows of the page that are in memory at once."""

LETTERING_MM = (1.2, 8.0)
"""Height of the marks that are counted as lettering (ISO 3098-1: 1.8 to 20 mm; most is 2.5 to 7)."""


class InkMap(NamedTuple):
    """A page at low resolution: True where there is ink. `cell_px` page pixels make one cell's side."""

    dark: npt.NDArray[np.bool_]
    cell_px: int
    cell_mm: float


def ink_map(page: Gray, dpi: float) -> InkMap:
    """Reduce a page, uint8 (height, width), to its ink: a cell is dark if its darkest pixel is (thin lines stay)."""
    cell = max(1, round(dpi / COARSE_DPI))
    rows, columns = page.shape[0] // cell, page.shape[1] // cell
    if not rows or not columns:
        return InkMap(np.zeros((max(rows, 1), max(columns, 1)), dtype=bool), cell, 25.4 * cell / dpi)
    coarse = np.empty((rows, columns), dtype=np.uint8)
    step = max(1, BAND_ROWS // cell)
    for top in range(0, rows, step):
        bottom = min(rows, top + step)
        band = np.asarray(page[top * cell : bottom * cell, : columns * cell])
        coarse[top:bottom] = band.reshape(bottom - top, cell, columns, cell).min(axis=(1, 3))
    level, _ = cv2.threshold(coarse, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return InkMap(coarse <= min(max(level, 60.0), 200.0), cell, 25.4 * cell / dpi)


def ink_share(ink: InkMap, boxes_px: Boxes) -> npt.NDArray[np.float64]:
    """Return the share of each box, (n, 4) in page pixels, that is ink; 0 for a box outside the page."""
    table = cv2.integral(ink.dark.astype(np.uint8))
    height, width = ink.dark.shape
    low = np.clip(np.floor(boxes_px[:, :2] / ink.cell_px).astype(int), 0, (width, height))
    high = np.clip(np.ceil(boxes_px[:, 2:] / ink.cell_px).astype(int), 0, (width, height))
    (left, top), (right, bottom) = low.T, high.T
    cells = np.maximum((right - left) * (bottom - top), 0)
    dark = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
    return np.where(cells > 0, dark / np.maximum(cells, 1), 0.0)


class Lettering(NamedTuple):
    """Marks of the size of lettering on a page, and how many of them lie inside the boxes of strings."""

    marks: int
    covered: int


def lettering(ink: InkMap, boxes_px: Boxes) -> Lettering:
    """Count separate marks as tall as lettering and no longer than a word of a few letters run together."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(ink.dark.astype(np.uint8), connectivity=8)
    if count <= 1:
        return Lettering(0, 0)
    low, high = (size / ink.cell_mm for size in LETTERING_MM)
    across = np.minimum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    along = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    filled = stats[1:, cv2.CC_STAT_AREA] / np.maximum(across * along, 1)
    letters = (along >= low) & (along <= high) & (across >= low / 3) & (filled > 0.15) & (filled < 0.9)
    covered_cells = np.zeros(ink.dark.shape, dtype=bool)
    for left, top, right, bottom in np.round(boxes_px / ink.cell_px).astype(int):
        covered_cells[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)] = True
    x, y = centres[1:][letters].astype(int).T
    return Lettering(int(letters.sum()), int(covered_cells[y, x].sum()))
