"""Looks for the sign of a counterbore or countersink that a line's box left out: ⌴ or ⌵ before a diameter.

CAD draws them of lines, up to twice as wide as high and a gap away, so that detectors see the text behind them alone
(ASME Y14.5 clause 1.3; ISO 129-1 leaves them to words). Only the sign's right wall may be in the box, read as a 1.
"""

import re

import cv2

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray
from ocr_tasks.quads import height_of, width_of, within
from ocr_tasks.stages.ink import ink_of
from ocr_tasks.stages.recognize.symbols import CONFIDENCE, COUNTERBORE, COUNTERSINK, classified

DIAMETER_FIRST = re.compile(r"(?:[1Il|LU\]]\s?)?(?=⌀)")
"""A line that the sign may stand before, with what may have been read of its wall."""
STRAY = re.compile(r"[⌴⌵]\s?(?=[\d.,]|R[az])")
BEFORE, WITHIN, AROUND = 3.4, 1.5, 0.15
"""How far before the line's start, into the line and above and below it the sign may be, in heights of the line."""
HEIGHT, WIDTH = (0.3, 1.2), (0.5, 2.6)
GAP = 1.2
"""It ends no further before the line."""
SMALLEST_PX = 8


def may_follow_hole_sign(reading: Reading) -> bool:
    """Say whether a reading begins with a diameter."""
    return not reading.parts and DIAMETER_FIRST.match(reading.text) is not None


def place_before(quad: Quad) -> Quad:
    """Return the place around the start of a line where its hole sign would be."""
    em = height_of(quad)
    return within(quad, -BEFORE * em, -AROUND * em, WITHIN * em, (1 + AROUND) * em)


def with_hole_sign(reading: Reading, crop: Gray) -> Reading:
    """Return READING with the hole sign that CROP, what stands in `place_before`, shows, or as it is."""
    start, found = DIAMETER_FIRST.match(reading.text), sign_in(crop)
    if start is None or found is None:
        return reading
    (sign, left), em = found, height_of(reading.quad_px)
    text, confidences = reading.text[start.end() :], reading.char_confidences[start.end() :]
    return reading.model_copy(
        update={
            "text": f"{sign} {text}",
            "char_confidences": (CONFIDENCE, CONFIDENCE, *confidences) if confidences else (),
            "quad_px": within(reading.quad_px, -max(0.0, BEFORE - left) * em, 0.0, width_of(reading.quad_px), em),
        }
    )


def without_stray_sign(reading: Reading) -> Reading:
    """Return READING without a hole sign before what is no diameter: an extension line on an arrow, a surface sign."""
    if reading.parts or (stray := STRAY.match(reading.text)) is None:
        return reading
    confidences = reading.char_confidences[stray.end() :]
    return reading.model_copy(update={"text": reading.text[stray.end() :], "char_confidences": confidences})


def sign_in(crop: Gray) -> tuple[str, float] | None:
    """Return the hole sign in CROP that is nearest to the line, and its left edge in heights of the line."""
    em = crop.shape[0] / (1 + 2 * AROUND)
    if crop.size == 0 or em < SMALLEST_PX:
        return None
    ink = ink_of(crop)
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in sorted(contours, key=lambda c: -cv2.boundingRect(c)[0]):
        left, top, wide, high = cv2.boundingRect(contour)
        if not (HEIGHT[0] * em < high < HEIGHT[1] * em and WIDTH[0] * em < wide < WIDTH[1] * em):
            continue
        if left == 0 or left + wide < (BEFORE - GAP) * em:
            continue
        sign = classified(ink[top : top + high, left : left + wide], contour - (left, top))
        if sign in (COUNTERBORE, COUNTERSINK):
            return sign, left / em
    return None
