"""Cuts upright lines out of a page."""

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import corners_of

WHITE = 255
MARGIN = 0.2
"""Paper around a line that is cut out to be read, in line heights."""


def cut(page: Gray, quad: Quad, margin: float = 0.0) -> Gray:
    """Return what stands in QUAD, turned upright, at the page's scale; MARGIN in line heights on every side.

    PAGE is uint8 (height, width); the crop is uint8 (height, width) and its reading direction is left to right.
    """
    corners = corners_of(quad)
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    width, height = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    if width < 1 or height < 1:
        return np.zeros((0, 0), np.uint8)
    edge = margin * height
    along, down = along / width, down / height
    start = corners[0] - edge * (along + down)
    size = (max(1, round(width + 2 * edge)), max(1, round(height + 2 * edge)))
    left, top = np.floor(corners.min(0) - edge * 1.5 - 2).astype(int)
    right, bottom = np.ceil(corners.max(0) + edge * 1.5 + 3).astype(int)
    window = np.ascontiguousarray(page[max(0, top) : max(0, bottom), max(0, left) : max(0, right)])
    if window.size == 0:
        return np.zeros((0, 0), np.uint8)
    start = start - (max(0, left), max(0, top))
    if abs(along[1]) < 1e-3 and along[0] > 0:
        return _straight(window, start, size)
    matrix = np.array([[along[0], down[0], start[0]], [along[1], down[1], start[1]]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(window, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=WHITE)
    return np.asarray(crop, np.uint8)


def _straight(window: Gray, start: np.ndarray, size: tuple[int, int]) -> Gray:
    """Cut without resampling, white where the page ends."""
    x, y = (round(float(v)) for v in start)
    width, height = size
    crop = np.full((height, width), WHITE, np.uint8)
    rows, columns = slice(max(0, y), max(0, y + height)), slice(max(0, x), max(0, x + width))
    part = window[rows, columns]
    crop[rows.start - y : rows.start - y + part.shape[0], columns.start - x : columns.start - x + part.shape[1]] = part
    return crop
