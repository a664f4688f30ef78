"""Whether a PDF's text layer says what the page shows."""

import math
from collections.abc import Sequence

import numpy as np

from ocr_tasks.contract import Point, TextLayer, VectorText
from ocr_tasks.picture import Gray
from ocr_tasks.sources.pdf_text import PageText

MAX_UNMAPPED = 0.05
MAX_OUTSIDE = 0.2
MAX_INKLESS = 0.3
SCAN_COVER = 0.5
MOSTLY = 0.5
INK = 224
"""A pixel below is ink, also where thin lines are drawn grey."""
MIN_INK_SHARE = 0.02


def judge(strings: Sequence[VectorText], text: PageText, image: Gray) -> TextLayer:
    """Return the verdict on a page's layer: what is wrong with it, or that nothing is.

    Untrusted: written by an OCR program over a scan; characters without Unicode; strings off the page; strings
    where the page shows no ink.
    """
    problem = _problem(strings, text, image)
    return TextLayer(strings=len(strings), trusted=problem is None, reason=problem or "strings stand where ink stands")


def _problem(strings: Sequence[VectorText], text: PageText, image: Gray) -> str | None:
    chars = len(text.chars)
    if not strings:
        return "it holds only white space"
    if text.unmapped > MAX_UNMAPPED * chars:
        return f"{text.unmapped} of {chars} characters have no Unicode value"
    if text.image_cover > SCAN_COVER and text.invisible > MOSTLY * chars:
        return "invisible text over a scan: written by an OCR program"
    outside = sum(not _inside(string, image) for string in strings)
    if outside > MAX_OUTSIDE * len(strings):
        return f"{outside} of {len(strings)} strings stand off the page"
    inkless = sum(ink_share(string, image) < MIN_INK_SHARE for string in strings)
    if inkless > MAX_INKLESS * len(strings):
        return f"{inkless} of {len(strings)} strings stand where the page shows no ink"
    return None


def ink_share(string: VectorText, image: Gray) -> float:
    """Return the share of dark pixels in the upright box around a string; 0 off the page."""
    (left, top), (right, bottom) = _box(string)
    height, width = image.shape
    rows = slice(max(0, int(top)), min(height, int(bottom) + 1))
    columns = slice(max(0, int(left)), min(width, int(right) + 1))
    patch = image[rows, columns]
    return float(np.count_nonzero(patch < INK)) / patch.size if patch.size else 0.0


def ruling_crosses(image: Gray, above_left: Point, above_right: Point, below_right: Point, below_left: Point) -> bool:
    """Return whether a line drawn across the reading direction fills a gap of a text line from its top to its foot."""
    (x0, y0), (x1, y1), (x3, y3) = above_left, above_right, below_left
    wide, tall = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
    if not (0 < wide < max(image.shape) and 0 < tall < max(image.shape)):
        return False
    ahead = np.linspace(0.0, 1.0, max(2, math.ceil(2 * wide)))[:, None]
    down = np.linspace(-0.1, 1.1, max(2, math.ceil(1.2 * tall)))[None, :]
    columns = np.rint(x0 + ahead * (x1 - x0) + down * (x3 - x0)).astype(np.int64)
    rows = np.rint(y0 + ahead * (y1 - y0) + down * (y3 - y0)).astype(np.int64)
    height, width = image.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    dark = inside & (image[rows.clip(0, height - 1), columns.clip(0, width - 1)] < INK)
    return bool(dark.all(axis=1).any())


def _inside(string: VectorText, image: Gray) -> bool:
    (left, top), (right, bottom) = _box(string)
    height, width = image.shape
    x, y = (left + right) / 2, (top + bottom) / 2
    return bool(0 <= x < width and 0 <= y < height)


def _box(string: VectorText) -> tuple[tuple[float, float], tuple[float, float]]:
    xs, ys = [x for x, _ in string.quad_px], [y for _, y in string.quad_px]
    return (min(xs), min(ys)), (max(xs), max(ys))
