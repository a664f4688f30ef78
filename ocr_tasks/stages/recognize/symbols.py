"""Signs that recognisers drop or take for digits and letters, known by their shape: ⌀ □ ↧ ⌴ ⌵ and circled letters.

⌀ is a ring that a stroke rising to the right cuts in two: one piece of ink with two holes, the upper one to the
left. In 8 and B the holes lie above each other; a slashed zero is narrower than a ring. Some draw the stroke falling,
which is read as a Q: a letter that has one hole. □ is a square with one square hole. The others are known by the
project's own classifier, and stand only where a drawing can have them: ↧ before a number, ⌴ and ⌵ before a diameter.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.engines import NO_TEXT, Gray, Text
from ocr_tasks.stages.ink import Mask, apart_from, ink_of, rulings_of
from ocr_tasks.stages.recognize.points import with_points
from ocr_tasks.stages.recognize.sign_classifier import CIRCLED, HOLE_SIGNS, sign_classifier

DIAMETER, SQUARE, DEPTH, COUNTERBORE, COUNTERSINK = "⌀", "□", "↧", "⌴", "⌵"
LOOKS_LIKE = {
    DIAMETER: set("0OoQ8@69eGøØ⌀∅ΦφϕφфФ$&"),
    SQUARE: set("0OoDUuCL□口囗ロ"),
    DEPTH: set("TIJYiltf1!7+↓±丁干"),
    COUNTERBORE: {*"ULJCVuvL凵口□1", "LI", "LJ", "Ll", "L1", "L_", "|_|", "L|"},
    COUNTERSINK: set("VvYyUu√✓∨▽"),
}
SURE = 0.8
"""A sign of the classifier less sure than this is none."""
CONFIDENCE = 0.99
LEAST_HEIGHT = 0.45
"""A sign is at least this high, in heights of the crop."""
LEAST_HEIGHT_OF_WIDE = 0.25
"""⌴ may be much lower than the digits behind it."""
ROUND = 0.93
"""A circle fills this much of a disc of its width and height, give or take as much as is missing."""
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
    text = with_points(crop, text)
    found = list(signs_in(crop, text))
    before_a_diameter = [sign for sign in found if sign.char in (COUNTERBORE, COUNTERSINK)]
    for sign in [*(sign for sign in found if sign not in before_a_diameter), *before_a_diameter]:
        text = with_sign(text, sign)
    return text


def signs_in(crop: Gray, text: Text = NO_TEXT) -> Iterator[Sign]:
    """Yield the signs in an upright line, from left to right. What TEXT says no sign looks like is not looked at."""
    if crop.size == 0 or min(crop.shape) < 8:
        return
    if crop.shape[0] < SMALL_CROP_PX:
        crop = np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    height, width = crop.shape
    ink = ink_of(crop)
    lines = rulings_of(ink, along=round(LINE_LENGTH * height), across=10 * height)  # a slash may touch an underline
    signs = apart_from(ink, lines)
    contours, tree = cv2.findContours(signs, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for k, contour in enumerate(contours):
        if tree[0][k][3] != -1:
            continue
        left, top, wide, high = cv2.boundingRect(contour)
        if high < LEAST_HEIGHT_OF_WIDE * height or not 0.5 < wide / high < 3.0:
            continue
        there = "".join(text.text[k] for k in _places_in(text, left / width, (left + wide) / width)).removesuffix(".")
        may_be = _may_be_circle(wide, high) or any(_looks_like(sign, there) for sign in HOLE_SIGNS)
        if may_be and (char := classified(signs[top : top + high, left : left + wide], contour - (left, top))):
            found.append(Sign(char, left / width, (left + wide) / width))
            continue
        if high < LEAST_HEIGHT * height or wide / high > 1.6:
            continue
        holes = []
        child = tree[0][k][2]
        while child != -1:
            if cv2.contourArea(contours[child]) > 0.02 * wide * high:
                holes.append(contours[child])
            child = tree[0][child][0]
        if (char := sign_of(contour, holes, either_way=there == "Q")) is not None:
            found.append(Sign(char, left / width, (left + wide) / width))
    yield from sorted(found, key=lambda sign: sign.left)


def sign_of(outline: cv2.typing.MatLike, holes: list[cv2.typing.MatLike], *, either_way: bool = False) -> str | None:
    """Return the sign that an outline with its holes is, or None. EITHER_WAY: a ring's stroke may fall to the right."""
    _, _, wide, high = cv2.boundingRect(outline)
    if len(holes) == 2:
        first, second = sorted(holes, key=cv2.contourArea)
        small, large = cv2.contourArea(first), cv2.contourArea(second)
        (ax, ay), (bx, by) = (np.mean(hole.reshape(-1, 2), axis=0) for hole in (first, second))
        _, _, ring_wide, ring_high = cv2.boundingRect(np.vstack(holes))
        even = small > 0.4 * large and small + large > 0.4 * ring_wide * ring_high
        across, down = (bx - ax) / ring_wide, (by - ay) / ring_high
        # The upper half lies to the left; in a leaning 8 it lies to the right.
        cut = (abs(across * down) if either_way else across * down) > 0.005 and abs(across) > 0.15
        return DIAMETER if even and cut and 0.78 < ring_wide / ring_high < 1.35 else None
    if len(holes) == 1:
        _, _, hole_wide, hole_high = cv2.boundingRect(holes[0])
        square = 0.8 < wide / high < 1.25 and cv2.contourArea(outline) > 0.93 * (wide - 1) * (high - 1)
        hollow = cv2.contourArea(holes[0]) > 0.93 * (hole_wide - 1) * (hole_high - 1) > 0.35 * wide * high
        return SQUARE if square and hollow else None
    return None


def classified(ink: Mask, outline: cv2.typing.MatLike) -> str | None:
    """Return which of ↧ ⌴ ⌵ or of the circled letters stands in a box of ink, OUTLINE in its pixels; None for none."""
    high, wide = ink.shape
    disc = np.pi / 4 * (wide - 1) * (high - 1)
    is_round = _may_be_circle(wide, high) and abs(cv2.contourArea(outline) / max(disc, 1.0) - 1) < 1 - ROUND
    own = np.zeros_like(ink)
    cv2.drawContours(own, [np.asarray(outline, np.int32)], -1, 255, cv2.FILLED)
    guess = sign_classifier().guess(np.asarray(cv2.bitwise_and(ink, own), np.uint8))
    wanted = CIRCLED if is_round else HOLE_SIGNS
    return guess.sign if guess.sign and guess.sign in wanted and guess.confidence >= SURE else None


def _may_be_circle(wide: int, high: int) -> bool:
    return 0.85 < wide / high < 1.18


def with_sign(text: Text, sign: Sign) -> Text:
    """Return TEXT with SIGN in its place, if what must follow does, and nothing but a look-alike stands there."""
    inside = _places_in(text, sign.left, sign.right)
    before = sum(place < (sign.left + sign.right) / 2 for place in text.char_places)
    start, stop = (inside[0], inside[-1] + 1) if inside else (before, before)
    there = text.text[start:stop]
    if sign.char == DEPTH and there.endswith("."):  # the point of .25 stands below the arm of the sign
        stop, there = stop - 1, there[:-1]
    if not _follows(sign.char, text.text[stop:].lstrip()) or not _looks_like(sign.char, there):
        return text
    middle = (sign.left + sign.right) / 2
    confidences = (*text.char_confidences[:start], CONFIDENCE, *text.char_confidences[stop:])
    return Text(
        text.text[:start] + sign.char + text.text[stop:],
        float(np.mean(confidences)),
        confidences,
        (*text.char_places[:start], middle, *text.char_places[stop:]),
    )


def _places_in(text: Text, left: float, right: float) -> list[int]:
    """Return which characters of TEXT stand from LEFT to RIGHT along the crop, spaces left out."""
    return [k for k, place in enumerate(text.char_places) if left <= place <= right and text.text[k] != " "]


def _follows(char: str, rest: str) -> bool:
    """Say whether REST can stand behind a sign."""
    if char in CIRCLED:
        return True
    if char in (COUNTERBORE, COUNTERSINK):
        return rest.startswith(DIAMETER)
    return bool(rest) and (rest[0].isdigit() or rest[0] in ".,IlO")


def _looks_like(char: str, there: str) -> bool:
    """Say whether what was read in the place of a sign may be that sign."""
    if char in CIRCLED:
        return len(there) <= 3
    return not there or there in LOOKS_LIKE[char]
