"""Signs that recognisers drop or take for digits, known by their shape: ⌀ and □.

⌀ is a ring that a stroke rising to the right cuts in two: one piece of ink with two holes, the upper one to the
left. In 8 and B the holes lie above each other; a slashed zero is narrower than a ring. □ is a square with one square
hole.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.ink import ink_of, rulings_of

DIAMETER, SQUARE = "⌀", "□"
LOOKS_LIKE = {DIAMETER: set("0OoQ8@69eGøØ⌀∅ΦφϕφфФ$&"), SQUARE: set("0OoDUuCL□口囗ロ")}
CONFIDENCE = 0.99
LEAST_HEIGHT = 0.45
"""A sign is at least this high, in heights of the crop."""
LINE_LENGTH = 1.5
SMALL_CROP_PX = 48


class Sign(NamedTuple):
    """A sign and where it is along the crop, 0 to 1."""

    char: str
    left: float
    right: float


def with_signs(crop: Gray, text: Text) -> Text:
    """Return TEXT, read in CROP, with the signs that stand before its numbers by their shape."""
    if not text.text or len(text.char_places) != len(text.text) or not any(c.isdigit() for c in text.text):
        return text
    for sign in signs_in(crop):
        text = _with_sign(text, sign)
    return text


def signs_in(crop: Gray) -> Iterator[Sign]:
    """Yield the signs in an upright line, from left to right."""
    if crop.size == 0 or min(crop.shape) < 8:
        return
    if crop.shape[0] < SMALL_CROP_PX:
        crop = np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    height, width = crop.shape
    ink = ink_of(crop)
    lines = rulings_of(ink, along=round(LINE_LENGTH * height), across=10 * height)  # a slash may touch an underline
    signs = cv2.bitwise_and(ink, cv2.bitwise_not(lines))
    contours, tree = cv2.findContours(signs, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for k, contour in enumerate(contours):
        if tree[0][k][3] != -1:
            continue
        left, _, wide, high = cv2.boundingRect(contour)
        if high < LEAST_HEIGHT * height or not 0.5 < wide / high < 1.6:
            continue
        holes = []
        child = tree[0][k][2]
        while child != -1:
            if cv2.contourArea(contours[child]) > 0.02 * wide * high:
                holes.append(contours[child])
            child = tree[0][child][0]
        if (char := sign_of(contour, holes)) is not None:
            found.append(Sign(char, left / width, (left + wide) / width))
    yield from sorted(found, key=lambda sign: sign.left)


def sign_of(outline: cv2.typing.MatLike, holes: list[cv2.typing.MatLike]) -> str | None:
    """Return the sign that an outline with its holes is, or None."""
    _, _, wide, high = cv2.boundingRect(outline)
    if len(holes) == 2:
        first, second = sorted(holes, key=cv2.contourArea)
        small, large = cv2.contourArea(first), cv2.contourArea(second)
        (ax, ay), (bx, by) = (np.mean(hole.reshape(-1, 2), axis=0) for hole in (first, second))
        _, _, ring_wide, ring_high = cv2.boundingRect(np.vstack(holes))
        even = small > 0.4 * large and small + large > 0.4 * ring_wide * ring_high
        across, down = (bx - ax) / ring_wide, (by - ay) / ring_high
        cut = across * down > 0.005 and abs(across) > 0.15  # the upper half lies to the left
        return DIAMETER if even and cut and 0.78 < ring_wide / ring_high < 1.35 else None
    if len(holes) == 1:
        _, _, hole_wide, hole_high = cv2.boundingRect(holes[0])
        square = 0.8 < wide / high < 1.25 and cv2.contourArea(outline) > 0.93 * (wide - 1) * (high - 1)
        hollow = cv2.contourArea(holes[0]) > 0.93 * (hole_wide - 1) * (hole_high - 1) > 0.35 * wide * high
        return SQUARE if square and hollow else None
    return None


def _with_sign(text: Text, sign: Sign) -> Text:
    """Return TEXT with SIGN in its place, if a number follows it and nothing but a look-alike stands there."""
    inside = [k for k, place in enumerate(text.char_places) if sign.left <= place <= sign.right and text.text[k] != " "]
    before = sum(place < (sign.left + sign.right) / 2 for place in text.char_places)
    start, stop = (inside[0], inside[-1] + 1) if inside else (before, before)
    there = text.text[start:stop]
    rest = text.text[stop:].lstrip()
    if not rest or not (rest[0].isdigit() or rest[0] in ".,IlO"):
        return text
    if len(there) > 1 or (there and there not in LOOKS_LIKE[sign.char]):
        return text
    middle = (sign.left + sign.right) / 2
    confidences = (*text.char_confidences[:start], CONFIDENCE, *text.char_confidences[stop:])
    return Text(
        text.text[:start] + sign.char + text.text[stop:],
        float(np.mean(confidences)),
        confidences,
        (*text.char_places[:start], middle, *text.char_places[stop:]),
    )
