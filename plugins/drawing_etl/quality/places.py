"""Where strings stand: boxes of quads, overlaps, and what lies inside what. Plain numpy, page pixels."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.quads import rotated

Boxes = npt.NDArray[np.float64]
"""Upright boxes, (n, 4): left, top, right, bottom."""


PAIRS_AT_ONCE = 1_000_000


def boxes(quads: Sequence[Quad]) -> Boxes:
    """Return the upright box of each quad, (n, 4)."""
    if not quads:
        return np.zeros((0, 4))
    corners = np.asarray(quads, dtype=np.float64)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def sizes(quads: Sequence[Quad]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the length along the reading direction and the height across it, of each quad."""
    if not quads:
        return np.zeros(0), np.zeros(0)
    corners = np.asarray(quads, dtype=np.float64)
    along = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    across = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    return along, across


def turned_back(quad: Quad, width_px: int, height_px: int, deskew_deg: float) -> Quad:
    """Return a quad of the prepared page on the rendered one: deskew turned the page by -deskew_deg about its centre.

    Both are y down; `deskew_deg` is the skew that was found, counter-clockwise (`Preparation.steps["deskew"]`).
    """
    if not deskew_deg:
        return quad
    return rotated(quad, deskew_deg, ((width_px - 1) / 2, (height_px - 1) / 2))


def areas(of: Boxes) -> npt.NDArray[np.float64]:
    """Return the area of each box, never zero."""
    return np.maximum((of[:, 2] - of[:, 0]) * (of[:, 3] - of[:, 1]), 1e-9)


def overlaps(first: Boxes, second: Boxes) -> npt.NDArray[np.float64]:
    """Return the common area of each pair, (n, m)."""
    left_top = np.maximum(first[:, None, :2], second[None, :, :2])
    right_bottom = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common: npt.NDArray[np.float64] = np.prod(np.clip(right_bottom - left_top, 0, None), axis=2)
    return common


def pairs(first: Boxes, second: Boxes, least: float = 0.0) -> Iterator[tuple[int, int]]:
    """Yield the index pairs whose common area is more than LEAST of the smaller box, by bands: memory stays small."""
    if not len(first) or not len(second):
        return
    step = max(1, PAIRS_AT_ONCE // len(second))
    area = areas(second)
    for start in range(0, len(first), step):
        band = first[start : start + step]
        share = overlaps(band, second) / np.minimum(areas(band)[:, None], area[None, :])
        for row, column in zip(*np.nonzero(share > least), strict=True):
            yield start + int(row), int(column)


def off_page(of: Boxes, width_px: int, height_px: int) -> npt.NDArray[np.float64]:
    """Return the share of each box that lies outside the page, 0..1."""
    inside = overlaps(of, np.array([[0.0, 0.0, width_px, height_px]]))[:, 0]
    return 1 - inside / areas(of)
