"""The new page laid on the old one, view by view: whole views may have moved, and no line of theirs may get lost."""

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import PageRecord, Quad
from ocr_tasks.engines import Gray
from ocr_tasks.handover.matching import Registration
from ocr_tasks.quads import bounds

Point = tuple[float, float]

INK = 200
"""Grey below it is ink."""
BLOCK_MM = 2.0
"""Ink that stands closer together moves together: a view with its dimensions, the frame with the title block."""
NEAR_PX = 5
"""Lines this close are one line."""
TOGETHER = 0.02
"""What a block that goes another way than the strings around it has to gain: share of its ink, for each mm."""


class Laid:
    """The new page on the sheet of the old one. `image` is its picture there: uint8 (height, width)."""

    def __init__(self, where: Registration, before: Gray, after: Gray, page: PageRecord, scale: float) -> None:
        """BEFORE, AFTER: both pages at the size of the sheet, SCALE pixels of it a pixel of the old page."""
        self._where = where
        self._per_mm = scale / where.old_mm
        height, width = after.shape
        across = page.width_px * where.new_mm[0] * self._per_mm / width
        down = page.height_px * where.new_mm[1] * self._per_mm / height
        flat = _warped(after, (across, down), (0.0, 0.0))
        self._shifts = where.shifts()
        self._blocks = _blocks(flat, max(3, round(BLOCK_MM * self._per_mm)))
        self._way = self._ways(before, flat)
        image = np.full_like(flat, 255)
        for index, shift in enumerate(self._shifts):
            own = np.where((self._way == index)[self._blocks], flat, np.uint8(255))
            image = np.minimum(image, _warped(own, (1.0, 1.0), (shift[0] * self._per_mm, shift[1] * self._per_mm)))
        self.image: Gray = image

    def quad(self, quad: Quad) -> Quad:
        """Return a quad of the new page in pixels of the old one: it goes with the block that it stands in."""
        dx, dy = self._shifts[self._way[self._block_of(quad)]]
        old_mm = self._where.old_mm
        flat = [self._where.unmoved(corner) for corner in quad]
        first, second, third, fourth = (((x + dx) / old_mm, (y + dy) / old_mm) for x, y in flat)
        return first, second, third, fourth

    def _block_of(self, quad: Quad) -> int:
        left, top, right, bottom = bounds(quad)
        (x0, y0), (x1, y1) = (self._where.unmoved(corner) for corner in ((left, top), (right, bottom)))
        rows = slice(max(0, round(y0 * self._per_mm)), round(y1 * self._per_mm) + 1)
        columns = slice(max(0, round(x0 * self._per_mm)), round(x1 * self._per_mm) + 1)
        counts = np.bincount(self._blocks[rows, columns].ravel(), minlength=1)
        counts[0] = 0  # blank paper
        return int(counts.argmax())

    def _ways(self, before: Gray, flat: Gray) -> npt.NDArray[np.intp]:
        """Return for each block which of the shifts brings most of its ink onto ink, and is that of its strings."""
        near = np.asarray(cv2.erode(before, np.ones((NEAR_PX, NEAR_PX), np.uint8)), np.uint8)
        ink = (flat < INK).astype(np.float64)
        labels = self._blocks.ravel()
        total = np.maximum(np.bincount(labels, ink.ravel()), 1.0)
        around = self._where.shifts_at(_centres(self._blocks) / self._per_mm)
        cost = []
        for shift in self._shifts:
            there = _warped(near, (1.0, 1.0), (-shift[0] * self._per_mm, -shift[1] * self._per_mm))
            missed = np.bincount(labels, (ink * (there >= INK)).ravel()) / total
            cost.append(missed + TOGETHER * np.hypot(*(around - shift).T))
        way: npt.NDArray[np.intp] = np.argmin(cost, 0)
        return way


def _blocks(page: Gray, reach: int) -> npt.NDArray[np.int32]:
    """Return the number of the block that each pixel belongs to, 0 on blank paper: (height, width)."""
    ink = (page < INK).astype(np.uint8)
    joined = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, np.int32)


def _centres(blocks: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return the middle of each block, x and y in pixels: (blocks, 2)."""
    height, width = blocks.shape
    labels = blocks.ravel()
    count = np.maximum(np.bincount(labels), 1)
    y, x = np.divmod(np.arange(height * width), width)
    return np.stack([np.bincount(labels, x) / count, np.bincount(labels, y) / count], 1)


def _warped(page: Gray, stretch: Point, shift_px: Point) -> Gray:
    height, width = page.shape
    matrix = np.array([[stretch[0], 0.0, shift_px[0]], [0.0, stretch[1], shift_px[1]]])
    moved = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255.0,))
    return np.asarray(moved, np.uint8)
