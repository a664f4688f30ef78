"""A second look for text that runs up the page, which a detector trained on lines of prose sees in pieces.

Characters that no line of the first look explains and that stand above each other are cut out, turned, and laid side by
side on one small picture. The detector looks at that instead of at the whole page again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Detector, Gray
from ocr_tasks.quads import Corners, angle_of, bounds, corners_of, edges_of, height_of, quad_of, shared_areas, width_of
from ocr_tasks.stages.ink import Strokes

MARGIN_PX = 14
MOSAIC_SIDE_PX = 960
COLUMN_GAP_PX, ROW_GAP_PX = 72, 8
LONGEST_COLUMN, TALLEST_COLUMN = 8.0, 1.6
"""A column of characters is proposed as one string up to this length, in its heights; its height, in boxes of lines."""
WHOLE = 0.9
"""The detector sees a column as one if a box of its covers so much of it."""
LEANS = 0.2
"""A box on the mosaic that rises by so much of its length covers several cuttings,"""
SEVERAL_CUTTINGS = 1.8
"""and so does one that is higher than a cutting and so much higher than its ink: a box of large lettering is not."""
WITH_GEOMETRY = 2.8
"""A box so much higher than the ink of its cutting is around what is drawn beside it, too."""

Extent = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
Extents = npt.NDArray[np.int32]
"""(n, 4): left, top, right, bottom."""


@dataclass(frozen=True)
class Lettering:
    """Sizes of characters, in heights of the page's usual line."""

    least: float = 0.35
    most: float = 2.2
    gap: float = 1.6
    """Characters of one line stand at most this far apart, in their own heights too,"""
    alike: float = 0.4
    """are of heights that differ no more than so,"""
    alike_in_column: float = 0.55
    """less where no detector looks at them,"""
    shared_of_own: float = 0.5
    """and share so much of the lower one's."""
    least_chain: float = 1.3
    """The detector looks at what is at least so long,"""
    least_column: float = 0.6
    """and a column is: two narrow digits."""
    long_line: float = 1.5
    """A line of the first look at least this long, in its own heights, explains the characters in it;"""
    several: int = 5
    """with less of them it may also be characters side by side of lines that read upwards."""


class Cutting(NamedTuple):
    """A piece of the page, left and top in page pixels, and its place on the mosaic once turned."""

    left: int
    top: int
    width: int
    height: int


class Upward(NamedTuple):
    """`lines`: what the detector sees; `columns`: characters above each other of which it sees only parts."""

    lines: list[Box]
    columns: list[Box]


LETTERING = Lettering()
LONGEST_STROKE = LETTERING.most
"""Straight lines so long, in heights of the page's usual line, are no strokes of characters."""


def upward_lines(
    image: Gray,
    strokes: Strokes,
    found: Sequence[Box],
    detector: Detector,
    line_height: float,
    lettering: Lettering = LETTERING,
) -> Upward:
    """Return boxes of what reads upwards, quads in IMAGE's pixels.

    STROKES are those of the picture, FOUND the boxes of the first look.
    """
    letters = letters_of(strokes, line_height, lettering)
    held = held_by_lines(letters, found, lettering)
    boxes = []
    cuttings = [
        _cutting(extent, image.shape, line_height)
        for extent in chains(letters[held == 0], line_height, lettering.alike, lettering)
        if extent[3] - extent[1] >= lettering.least_chain * line_height
    ]
    for mosaic, places in mosaics(image, cuttings):
        for box in detector.detect(mosaic):
            if (back := _back(corners_of(box.quad_px), places)) is not None:
                boxes.append(Box(quad_of(back), box.score))
    free = letters[held < lettering.several]
    tall = [_upward_quad(e) for e in chains(free, line_height, lettering.alike_in_column, lettering)]
    columns = [
        Box(column, 1.0)
        for column in tall
        if lettering.least_column * line_height <= width_of(column) < LONGEST_COLUMN * height_of(column)
        and height_of(column) < TALLEST_COLUMN * line_height
        and not any(_along(box.quad_px, column) > WHOLE for box in boxes)
    ]
    return Upward(boxes, columns)


def _cutting(extent: Extent, shape: tuple[int, ...], line_height: float) -> Cutting:
    """Return a chain with paper around it, within a picture of SHAPE."""
    left, top, right, bottom = extent
    along = round(1.5 * line_height)
    x, y = max(0, left - MARGIN_PX), max(0, top - along)
    return Cutting(x, y, min(shape[1], right + MARGIN_PX) - x, min(shape[0], bottom + along) - y)


def _upward_quad(extent: Extent) -> Quad:
    left, top, right, bottom = extent
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


def letters_of(strokes: Strokes, line_height: float, lettering: Lettering) -> Extents:
    """Return the extents of those pieces of STROKES that may be characters, from left to right."""
    left, top, width, height, _ = strokes.pieces.T
    longest = np.maximum(width, height)
    letters = (longest >= lettering.least * line_height) & (longest <= lettering.most * line_height)
    extents = np.stack([left, top, left + width, top + height], axis=1)[letters]
    return np.asarray(extents[np.argsort(extents[:, 0], kind="stable")], np.int32)


def held_by_lines(letters: Extents, found: Sequence[Box], lettering: Lettering) -> npt.NDArray[np.int64]:
    """Return for each of LETTERS how many the long level line of FOUND holds that it stands in, 0 for none."""
    middles = (letters[:, :2] + letters[:, 2:]) / 2
    held = np.zeros(len(letters), np.int64)
    for box in found:
        upward = abs(abs(angle_of(box.quad_px)) - 90) < 30
        if upward or width_of(box.quad_px) < lettering.long_line * height_of(box.quad_px):
            continue
        corners = corners_of(box.quad_px)
        sides = np.array([corners[1] - corners[0], corners[3] - corners[0]])
        places = (middles - corners[0]) @ (sides / (sides**2).sum(1, keepdims=True)).T
        inside = ((places > 0) & (places < 1)).all(1)
        held[inside] = np.maximum(held[inside], np.count_nonzero(inside))
    return held


def chains(letters: Extents, line_height: float, alike: float, lettering: Lettering) -> list[Extent]:
    """Return the extents of those of LETTERS, sorted from left to right, that stand above each other.

    ALIKE is the least ratio of the heights of two neighbours.
    """
    left, top, right, bottom = letters.T
    width = right - left
    first = np.arange(len(letters))

    def root(k: int) -> int:
        while first[k] != k:
            first[k] = k = first[first[k]]
        return k

    for step in range(1, len(letters)):
        if (right[:-step] <= left[step:]).all():
            break
        shared = np.minimum(right[:-step], right[step:]) - left[step:]
        apart = np.maximum(top[:-step], top[step:]) - np.minimum(bottom[:-step], bottom[step:])
        narrow, wide = np.minimum(width[:-step], width[step:]), np.maximum(width[:-step], width[step:])
        above = (shared > lettering.shared_of_own * narrow) & (narrow > alike * wide)
        near = apart < lettering.gap * np.minimum(wide, line_height)
        for k in np.flatnonzero(above & near).tolist():
            first[root(k + step)] = root(k)
    members: dict[int, list[int]] = {}
    for k in range(len(letters)):
        members.setdefault(root(k), []).append(k)
    groups = [letters[rows] for rows in members.values() if len(rows) > 1]
    extents = [(*group[:, :2].min(0).tolist(), *group[:, 2:].max(0).tolist()) for group in groups]
    return [extent for extent in extents if extent[2] - extent[0] <= lettering.most * line_height]


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
    """Return corners on a mosaic as corners on the page; None for a box between two cuttings or over several."""
    centre = corners.mean(0)
    for cutting, x, y in places:
        if x <= centre[0] < x + cutting.height and y <= centre[1] < y + cutting.width:
            ink = cutting.width - 2 * MARGIN_PX
            most = min(max(cutting.width, SEVERAL_CUTTINGS * ink), WITH_GEOMETRY * ink)
            if _leans(corners) or np.ptp(corners[:, 1]) > most:
                return None
            along, across = corners[:, 0] - x, corners[:, 1] - y
            along, across = np.clip(along, 0, cutting.height), np.clip(across, 0, cutting.width)
            return np.stack([cutting.left + across, cutting.top + cutting.height - along], axis=1)
    return None


def _leans(corners: Corners) -> bool:
    sides = np.abs(np.diff(corners[:3], axis=0))
    longest = sides[sides.sum(1).argmax()]
    return bool(longest.min() > LEANS * longest.max())


def overlaps(boxes: Sequence[Box], others: Sequence[Box]) -> list[bool]:
    """Say of each of BOXES whether it shares more than half of its own area, by upright bounds, with one of OTHERS.

    Or with several that stand one behind the other up the page.
    """
    own, edges = edges_of(box.quad_px for box in boxes), edges_of(other.quad_px for other in others)
    areas = np.maximum((own[:, 2:] - own[:, :2]).prod(1), 1e-6)
    said = []
    for place, area in zip(own, areas, strict=True):
        shared = shared_areas(edges, place)
        several = shared.sum() > 0.5 * area and _are_apart(edges[shared > 0])
        said.append(bool(several or (shared > 0.5 * area).any()))
    return said


def _are_apart(edges: npt.NDArray[np.float64]) -> bool:
    """Say whether boxes, rows of left, top, right and bottom, stand one behind the other: pieces of one overlap."""
    down = edges[np.argsort(edges[:, 1])]
    return bool((down[1:, 1] > np.maximum.accumulate(down[:-1, 3])).all())
