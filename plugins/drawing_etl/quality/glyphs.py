"""How many characters the ink at a string's place has: a second opinion that knows nothing of the reader.

A reader that drops a ⌀ or a decimal point is as sure of the rest as ever. The ink still has the mark.
"""

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.picture import Gray

TALLEST_PX = 64
"""Crops are reduced to this height; taller ones say no more."""

AROUND = 0.3
"""What is looked at around the string's box, in its heights: strokes that run out of it are lines, not characters."""

DECIMAL_SIGNS = ".,"
PLUS_OR_MINUS = "+-−"

LEAST_CONTRAST = 60
"""Grey levels between the darkest and the lightest pixel of a crop that holds ink."""

TOP, TALL = cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT

THIN = 0.25
"""A frame, and a leader that ends at it, fills at most so much of its box; a ⌀ or an 8 fills more."""

NARROW = 0.75
"""Widest digit or letter of a number, in heights of the tallest one; two that touch are wider."""

INTO = 0.1
"""How far a line from outside may reach into a string's box, in the string's heights, and leave its count alone."""

BOX = 1.2
"""A string's box is so much taller than its lettering."""

DOT = 0.3
"""A decimal sign is at most so wide, in the string's heights, and no taller than one and a half times that."""


class Glyphs(NamedTuple):
    """Separate characters in a string's box, in reading order, and how many stand just beside it.

    `points` and `stacked` are places in that order: of points and commas, and of marks above one another (±, =, i).
    `apart`: no stroke runs into the box from outside, and none is as wide as two characters that touch.
    """

    characters: int
    points: tuple[int, ...]
    stacked: tuple[int, ...]
    beside: int
    apart: bool


def glyphs(page: Gray, quad_px: Quad) -> Glyphs | None:
    """Count the characters at QUAD on PAGE, uint8 (height, width). None: too small or too faint to tell."""
    upright = _upright(page, quad_px)
    if upright is None or np.ptp(upright[0]) < LEAST_CONTRAST:
        return None
    crop, height, length, margin = upright
    _, dark = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = stats[1:count]
    rows, columns = crop.shape
    left, top, width, tall, _ = found.T
    outside = (left == 0) | (top == 0) | (left + width == columns) | (top + tall == rows)
    framed = _frames(found)
    start = margin
    if framed.any() and len(own := found[~framed & ~outside]):
        # The box may be the frame's: how tall the lettering is, its own marks say.
        start, foot = float(own[:, TOP].min()), float((own[:, TOP] + own[:, TALL]).max())
        height = min(height, BOX * (foot - start))
    marks: list[tuple[int, int, bool]] = []
    crossed = False
    tallest = 1.0
    for (left, top, width, tall, area), frame, runs_out in zip(found, framed, outside, strict=True):
        if runs_out:
            across = min(left + width, margin + length) - max(left, margin)
            down = min(top + tall, start + height) - max(top, start)
            crossed = crossed or min(across, down) > INTO * height
        elif not frame:
            tallest = max(tallest, float(tall))
        beyond = top + tall <= start or top >= start + height  # dashes of a line above or below
        if runs_out or frame or beyond or area < max(2.0, 0.003 * height * height):
            continue
        low = top + tall / 2 > start + 0.6 * height
        point = low and width <= DOT * height and tall <= 1.5 * DOT * height
        marks.append((int(left), int(left + width), bool(point)))
    apart = not crossed and all(right - left <= NARROW * tallest for left, right, _ in marks)
    return _count(sorted(marks), margin, length, apart)


def _frames(found: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Say which components, (n, 5) as OpenCV gives them, are thin lines around two others or more."""
    left, top, width, tall, area = found.T
    x, y = left + width / 2, top + tall / 2
    inside = (
        (x > left[:, None])
        & (x < (left + width)[:, None])
        & (y > top[:, None])
        & (y < (top + tall)[:, None])
        & (np.maximum(width, tall) < 0.9 * np.maximum(width, tall)[:, None])
    )
    around: npt.NDArray[np.bool_] = (inside.sum(axis=1) >= 2) & (area < THIN * width * tall)
    return around


def _count(marks: list[tuple[int, int, bool]], margin: float, length: float, apart: bool) -> Glyphs:
    """Join marks above one another to characters, and count them."""
    joined: list[tuple[int, int, bool, bool]] = []
    for left, right, point in marks:
        if joined:
            before_left, before_right, before_point, _ = joined[-1]
            common = min(right, before_right) - left
            if common > 0.5 * min(right - left, before_right - before_left):
                joined[-1] = (before_left, max(right, before_right), before_point and point, True)
                continue
        joined.append((left, right, point, False))
    inside = [mark for mark in joined if margin <= (mark[0] + mark[1]) / 2 <= margin + length]
    return Glyphs(
        characters=len(inside),
        points=tuple(place for place, mark in enumerate(inside) if mark[2]),
        stacked=tuple(place for place, mark in enumerate(inside) if mark[3]),
        beside=len(joined) - len(inside),
        apart=apart,
    )


def says_less(text: str, seen: Glyphs) -> bool:
    """Say whether TEXT, without white space, leaves out or misplaces a character or point of the ink, or half a ±."""
    text = text.replace('"', "''")  # two strokes
    signs = [place for place, character in enumerate(text) if character in DECIMAL_SIGNS]
    if seen.characters > len(text) or len(seen.points) > len(signs):
        return True
    if seen.characters < len(text):
        return False  # touching characters: the places cannot be compared
    return not set(seen.points) <= set(signs) or any(text[place] in PLUS_OR_MINUS for place in seen.stacked)


def says_more(text: str, seen: Glyphs) -> bool:
    """Say whether TEXT, without white space, has a character that the ink has not. Points may be too faint to see."""
    characters = sum(character not in DECIMAL_SIGNS for character in text)
    return seen.apart and not seen.beside and characters > seen.characters - len(seen.points)


def _upright(page: Gray, quad_px: Quad) -> tuple[Gray, float, float, float] | None:
    """Return the string turned upright, and in that crop its height, its length and the margin around it, in pixels."""
    corners = np.asarray(quad_px, dtype=np.float64)
    length, height = float(np.hypot(*(corners[1] - corners[0]))), float(np.hypot(*(corners[3] - corners[0])))
    if height < 8 or length < 4:
        return None
    scale = min(1.0, TALLEST_PX / height)
    margin = AROUND * height
    along, down = (corners[1] - corners[0]) / length, (corners[3] - corners[0]) / height
    start = corners[0] - margin * along - margin * down
    wide, tall = length + 2 * margin, height + 2 * margin
    ends = np.array([start, start + wide * along, start + tall * down])
    far = start + wide * along + tall * down
    low = np.floor(np.minimum(ends.min(axis=0), far)).astype(int) - 1
    high = np.ceil(np.maximum(ends.max(axis=0), far)).astype(int) + 2
    low, high = np.maximum(low, 0), np.minimum(high, (page.shape[1], page.shape[0]))
    if (high <= low).any():
        return None
    around = np.ascontiguousarray(page[low[1] : high[1], low[0] : high[0]])
    if scale < 1:
        # Reduced by area first: a turn alone would skip over thin strokes.
        size = (max(1, math.ceil(around.shape[1] * scale)), max(1, math.ceil(around.shape[0] * scale)))
        around = np.asarray(cv2.resize(around, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    columns, rows = max(1, round(wide * scale)), max(1, round(tall * scale))
    turn = cv2.getAffineTransform(
        ((ends - low) * scale).astype(np.float32), np.array([[0, 0], [columns, 0], [0, rows]], dtype=np.float32)
    )
    crop = cv2.warpAffine(around, turn, (columns, rows), flags=cv2.INTER_LINEAR, borderValue=(255,))
    return np.asarray(crop, dtype=np.uint8), height * scale, length * scale, margin * scale
