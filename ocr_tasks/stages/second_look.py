"""A second look for text that runs up the page, which a detector trained on lines of prose sees in pieces.

Characters that no line of the first look explains and that stand above each other are cut out, turned, and laid side by
side on one small picture. The detector looks at that instead of at the whole page again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Detector, Gray
from ocr_tasks.quads import Corners, angle_of, bounds, corners_of, height_of, quad_of, width_of
from ocr_tasks.stages.ink import Mask, ink_of, rulings_of

MARGIN_PX = 14
MOSAIC_SIDE_PX = 960
COLUMN_GAP_PX, ROW_GAP_PX = 72, 8
LONGEST_COLUMN, TALLEST_COLUMN = 8.0, 1.1
"""A column of characters is proposed as one string up to this length, in its heights; its height, in boxes of lines."""
WHOLE = 0.9
"""The detector sees a column as one if a box of its covers so much of it."""


@dataclass(frozen=True)
class Lettering:
    """Sizes of characters, in heights of the page's usual line."""

    least: float = 0.35
    most: float = 2.2
    gap: float = 1.6
    """Characters of one line stand at most this far apart."""
    least_chain: float = 1.3
    long_line: float = 1.5
    """A line of the first look at least this long, in its own heights, explains the characters in it."""


class Cutting(NamedTuple):
    """A piece of the page, left and top in page pixels, and its place on the mosaic once turned."""

    left: int
    top: int
    width: int
    height: int
    ink: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Left, top, right, bottom of the characters, in page pixels."""


class Upward(NamedTuple):
    """`lines`: what the detector sees; `columns`: characters above each other of which it sees only parts."""

    lines: list[Box]
    columns: list[Box]


LETTERING = Lettering()


def upward_lines(image: Gray, found: Sequence[Box], detector: Detector, lettering: Lettering = LETTERING) -> Upward:
    """Return boxes of what reads upwards, quads in IMAGE's pixels. FOUND are the boxes of the first look."""
    line_height = usual_height(found)
    if line_height is None:
        return Upward([], [])
    cuttings = list(chains(image, found, line_height, lettering))
    boxes = []
    for mosaic, places in mosaics(image, cuttings):
        for box in detector.detect(mosaic):
            if (back := _back(corners_of(box.quad_px), places)) is not None:
                boxes.append(Box(quad_of(back), box.score))
    columns = [
        Box(column, 1.0)
        for column in (_upward_quad(cutting) for cutting in cuttings)
        if width_of(column) < LONGEST_COLUMN * height_of(column)
        and height_of(column) < TALLEST_COLUMN * line_height
        and not any(_along(box.quad_px, column) > WHOLE for box in boxes)
    ]
    return Upward(boxes, columns)


def _upward_quad(cutting: Cutting) -> Quad:
    left, top, right, bottom = cutting.ink
    return quad_of(np.array([(left, bottom), (left, top), (right, top), (right, bottom)], np.float64))


def _along(inner: Quad, outer: Quad) -> float:
    """Return how much of an upward quad's length another one covers, 0 beside it."""
    a, b = bounds(inner), bounds(outer)
    if min(a[2], b[2]) - max(a[0], b[0]) < 0.5 * (b[2] - b[0]):
        return 0.0
    return max(0.0, min(a[3], b[3]) - max(a[1], b[1])) / max(b[3] - b[1], 1e-6)


def usual_height(found: Sequence[Box]) -> float | None:
    """Return the median height of lines long enough to have one, None without any."""
    heights = [height_of(box.quad_px) for box in found if width_of(box.quad_px) > 2 * height_of(box.quad_px)]
    return float(np.median(heights)) if heights else None


def chains(image: Gray, found: Sequence[Box], line_height: float, lettering: Lettering) -> Iterator[Cutting]:
    """Yield the surroundings of unexplained characters that stand above each other."""
    letters = unexplained(image, found, line_height, lettering)
    gap = max(1, round(lettering.gap * line_height))
    merged = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(merged, connectivity=8)
    for left, top, width, height, _ in stats[1:]:
        if height < lettering.least_chain * line_height or width > lettering.most * line_height:
            continue
        blobs, _ = cv2.connectedComponents(letters[top : top + height, left : left + width])
        if blobs - 1 < 2:
            continue
        across, along = MARGIN_PX, round(1.5 * line_height)
        x, y = max(0, left - across), max(0, top - along)
        right = min(image.shape[1], left + width + across)
        bottom = min(image.shape[0], top + height + along)
        ink = (int(left), int(top), int(left + width), int(top + height))
        yield Cutting(int(x), int(y), int(right - x), int(bottom - y), ink)


def unexplained(image: Gray, found: Sequence[Box], line_height: float, lettering: Lettering) -> Mask:
    """Return 255 on ink that may be characters and that no long line of FOUND which runs across the page covers."""
    ink = ink_of(image)
    run = round(lettering.most * line_height)
    ink = np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(rulings_of(ink, along=run, across=run))), np.uint8)
    for box in found:
        upward = abs(abs(angle_of(box.quad_px)) - 90) < 30
        if not upward and width_of(box.quad_px) >= lettering.long_line * height_of(box.quad_px):
            cv2.fillPoly(ink, [np.round(corners_of(box.quad_px)).astype(np.int32)], 0)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    letters = (longest >= lettering.least * line_height) & (longest <= lettering.most * line_height)
    letters[0] = False
    return np.where(letters[labels], np.uint8(255), np.uint8(0))


def mosaics(image: Gray, cuttings: Sequence[Cutting]) -> Iterator[tuple[Gray, list[tuple[Cutting, int, int]]]]:
    """Yield pictures of CUTTINGS turned clockwise, each with its cuttings and their left and top there.

    They stand in columns with wide gaps between: side by side, the detector would take them for one line.
    """
    page = _blank()
    places: list[tuple[Cutting, int, int]] = []
    x = y = column_width = 0
    for cutting in sorted(cuttings, key=lambda c: -c.height):
        width, height = min(cutting.height, MOSAIC_SIDE_PX), min(cutting.width, MOSAIC_SIDE_PX)
        if y + height > MOSAIC_SIDE_PX:
            x, y, column_width = x + column_width + COLUMN_GAP_PX, 0, 0
        if x + width > MOSAIC_SIDE_PX:
            yield page, places
            page, places, x, y, column_width = _blank(), [], 0, 0, 0
        piece = image[cutting.top : cutting.top + width, cutting.left : cutting.left + height]
        page[y : y + height, x : x + width] = np.rot90(piece, -1)
        places.append((cutting._replace(height=width, width=height), x, y))
        y += height + ROW_GAP_PX
        column_width = max(column_width, width)
    if places:
        yield page, places


def _blank() -> Gray:
    return np.full((MOSAIC_SIDE_PX, MOSAIC_SIDE_PX), 255, np.uint8)


def _back(corners: Corners, places: Sequence[tuple[Cutting, int, int]]) -> Corners | None:
    """Return corners on a mosaic as corners on the page; None for a box between two cuttings."""
    centre = corners.mean(0)
    for cutting, x, y in places:
        if x <= centre[0] < x + cutting.height and y <= centre[1] < y + cutting.width:
            along, across = corners[:, 0] - x, corners[:, 1] - y
            along, across = np.clip(along, 0, cutting.height), np.clip(across, 0, cutting.width)
            return np.stack([cutting.left + across, cutting.top + cutting.height - along], axis=1)
    return None


def overlaps(box: Box, others: Sequence[Box]) -> bool:
    """Say whether BOX shares more than half of its own area, by upright bounds, with one of OTHERS."""
    left, top, right, bottom = bounds(box.quad_px)
    area = max((right - left) * (bottom - top), 1e-6)
    for other in others:
        a, b, c, d = bounds(other.quad_px)
        if max(0.0, min(right, c) - max(left, a)) * max(0.0, min(bottom, d) - max(top, b)) > 0.5 * area:
            return True
    return False
