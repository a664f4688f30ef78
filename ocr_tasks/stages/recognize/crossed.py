"""Tells two readings that a crossing line cut from one string, from strings that a ruling keeps apart.

A centre or extension line that runs through a dimension leaves two pieces of text on either side, as the wall between
two cells of a table does. Read once more as one line they say what belongs together: a bracket that the first opens
and the second closes, a value and a remark in brackets, a digit on the line that both pieces had a part of.
"""

import re

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import corners_of, height_of, places_along, width_of, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import ink_of

GAP, SHARED = 0.9, 0.25
"""The pieces are no further apart, and overlap no more, in heights of the line."""
BESIDE, BEYOND = 0.3, 0.25
"""The line stands no further within a piece than this, and runs on so far above and below the line."""
UNFINISHED, CONTINUED = re.compile(r".*[=±×+(/.,]"), re.compile(r"[=±×+)/.,%°].*")
NUMBER = re.compile(r"[⌀R]?\d+\.\d+")
"""A value whose point, or one digit of which, the line crosses: of a digit the second piece may have a part, too."""
VALUE, REMARK = re.compile(r".*\d"), re.compile(r"\([^()]*\)")


def are_cut(image: Gray, whole: str, first: tuple[str, Quad], second: tuple[str, Quad]) -> bool:
    """Say whether WHOLE, read over both pieces, is one string of which the pieces are what a line left.

    Each piece is its text and its quad in pixels of IMAGE.
    """
    said, left, right = (text.replace(" ", "").replace(",", ".") for text in (whole, first[0], second[0]))
    if closes(said, left, right):
        return True
    together = said == left + right
    remarked = together and VALUE.fullmatch(left) and REMARK.fullmatch(right)
    goes_on = together and (UNFINISHED.fullmatch(left) or CONTINUED.fullmatch(right))
    shared = bool(left) and said == left[:-1] + right
    number = NUMBER.fullmatch(said) is not None
    pointed = number and said == f"{left}.{right}"
    parted = number and bool(right) and said == left + right[1:]
    return bool(remarked or goes_on or shared or pointed or parted) and is_crossed(image, first[1], second[1])


def closes(whole: str, left: str, right: str) -> bool:
    """Say whether RIGHT closes a bracket that LEFT opens, and WHOLE is both without a space."""
    opened, closed = left.count("(") - left.count(")"), right.count(")") - right.count("(")
    return whole == left + right and opened == closed == 1


def is_crossed(image: Gray, first: Quad, second: Quad) -> bool:
    """Say whether a line runs through between two pieces of one line of text, from above it to below."""
    height, length = height_of(first), width_of(first)
    start = float(places_along(first, corners_of(second))[:, 0].min())
    if not -SHARED * height <= start - length <= GAP * height:
        return False
    low, high = sorted((length, start))
    between = within(first, low - BESIDE * height, -BEYOND * height, high + BESIDE * height, (1 + BEYOND) * height)
    strip = cut(image, between)
    if strip.size == 0:
        return False
    thick = cv2.dilate(ink_of(strip), np.ones((1, 3), np.uint8))  # a line may lean by a pixel
    return bool((thick > 0).all(axis=0).any())
