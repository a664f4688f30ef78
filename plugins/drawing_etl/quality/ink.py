"""What the page itself shows: whether strings stand on ink, and how much lettering no string covers."""

from collections import defaultdict
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from drawing_etl.quality.places import Boxes, pairs
from ocr_tasks.contract import Quad
from ocr_tasks.picture import Gray

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
        coarse[top:bottom] = band[::cell, ::cell]
        for row, column in np.ndindex(cell, cell):  # far faster than one minimum over both axes of every cell
            np.minimum(coarse[top:bottom], band[row::cell, column::cell], out=coarse[top:bottom])
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


ROW_GAP = 0.6
"""White between marks of one word, and between a word and the string that it was cut from, in heights of the marks."""

ALIKE = 0.08
"""Marks whose sizes differ less than this, in parts of their mean, are holes or pads in a row, not letters."""

MOST_UNREAD = 4000
"""More marks than this outside strings are a hatching or a picture: they are not taken for words."""


class Lettering(NamedTuple):
    """Marks of the size of lettering on a page: how many, how many inside the boxes of strings, and the others.

    `unread`: upright boxes of those outside, (n, 4): left, top, right, bottom in page pixels; `areas`: their ink, (n,).
    """

    marks: int
    covered: int
    unread: Boxes
    areas: npt.NDArray[np.float64]


def lettering(ink: InkMap, boxes_px: Boxes) -> Lettering:
    """Find separate marks as tall as lettering and no longer than a word of a few letters run together."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(ink.dark.astype(np.uint8), connectivity=8)
    if count <= 1:
        return Lettering(0, 0, np.zeros((0, 4)), np.zeros(0))
    low, high = (size / ink.cell_mm for size in LETTERING_MM)
    across = np.minimum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    along = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    filled = stats[1:, cv2.CC_STAT_AREA] / np.maximum(across * along, 1)
    letters = (along >= low) & (along <= high) & (across >= low / 3) & (filled > 0.15) & (filled < 0.9)
    covered_cells = np.zeros(ink.dark.shape, dtype=bool)
    for left, top, right, bottom in np.round(boxes_px / ink.cell_px).astype(int):
        covered_cells[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)] = True
    x, y = centres[1:][letters].astype(int).T
    covered = covered_cells[y, x]
    found = stats[1:][letters][~covered].astype(np.float64)
    unread = np.concatenate([found[:, :2], found[:, :2] + found[:, 2:4]], axis=1) * ink.cell_px
    return Lettering(int(letters.sum()), int(covered.sum()), unread, found[:, cv2.CC_STAT_AREA] * ink.cell_px**2)


def unread_words(found: Lettering, least: int = 3) -> int:
    """Count the words that no string has: rows, level or upright, of LEAST marks of one height on one line.

    Rows of marks that are all alike are holes, pads or teeth. Each mark is taken for one word at most a direction.
    """
    if not least <= len(found.unread) <= MOST_UNREAD:
        return 0
    upright = found.unread[:, [1, 0, 3, 2]]
    return sum(_rows(boxes_px, found.areas, least) for boxes_px in (found.unread, upright))


def _rows(of: Boxes, areas: npt.NDArray[np.float64], least: int) -> int:
    """Count the rows along the first axis. A line's foot is at the larger end across it: below, or at the right."""
    width, height = of[:, 2] - of[:, 0], of[:, 3] - of[:, 1]
    reach = of + np.stack([np.zeros(len(of)), np.zeros(len(of)), ROW_GAP * height, np.zeros(len(of))], axis=1)
    follows = list(range(len(of)))

    def root(mark: int) -> int:
        while follows[mark] != mark:
            mark = follows[mark]
        return mark

    for one, other in pairs(reach, of):
        tall = max(height[one], height[other])
        if (
            of[other, 0] > of[one, 0]
            and min(height[one], height[other]) >= 0.75 * tall
            and abs(of[one, 3] - of[other, 3]) <= 0.15 * tall
            and max(width[one], width[other]) <= 1.2 * tall
        ):
            follows[root(other)] = root(one)
    members: dict[int, list[int]] = defaultdict(list)
    for mark in range(len(of)):
        members[root(mark)].append(mark)
    return sum(
        1
        for row in members.values()
        if len(row) >= least and not all(np.ptp(size[row]) <= ALIKE * size[row].mean() for size in (width, areas))
    )


def cut_off(found: Lettering, quad_px: Quad) -> bool:
    """Say whether a mark outside all strings stands so near an end of this string, on its line, as its next letter.

    A string that is neither level nor upright is never called cut.
    """
    corners = np.asarray(quad_px)
    along = np.abs(corners[1] - corners[0])
    if not len(found.unread) or along.min() > 0.1 * along.max():
        return False
    turned = along[1] > along[0]
    marks = found.unread[:, [1, 0, 3, 2]] if turned else found.unread
    (left, top), (right, foot) = (ends[::-1] if turned else ends for ends in (corners.min(axis=0), corners.max(axis=0)))
    height = foot - top
    x, y = (marks[:, 0] + marks[:, 2]) / 2, (marks[:, 1] + marks[:, 3]) / 2
    tall, wide = marks[:, 3] - marks[:, 1], marks[:, 2] - marks[:, 0]
    beside = ((x > left - ROW_GAP * height) & (x < left)) | ((x > right) & (x < right + ROW_GAP * height))
    letter = (tall > 0.55 * height) & (tall < 1.1 * height) & (wide < 1.1 * height)
    return bool((beside & letter & (np.abs(y - (top + foot) / 2) < 0.25 * height)).any())
