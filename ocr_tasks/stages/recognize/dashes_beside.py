"""A dash of a line that runs past a string is no 1 before or behind it: others follow it above and below."""

import math
import re

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import corners_of, height_of, places_along, within
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import Blob, blobs_of, ink_of
from ocr_tasks.stages.recognize.marks import Piece, piece_of

BEFORE = re.compile(r"^[1Il|] +(?=\S{2})|^1(?=\d+[.,]\d)")
BEHIND = re.compile(r"(?<=\S{2}) +[1Il|]$|(?<=[.,]\d)1$|(?<=[.,]\d\d)1$")
"""A stroke and a gap, or one beside a number."""
REACH = 2.0
"""The dashes above and below are looked for so far from the string, in its heights."""
ASIDE = 0.2
"""So much paper is looked at beside the stroke, in heights of the string."""
THICKEST = 0.34
"""A dash is no thicker, in its length."""
OTHER = 0.2
"""It is lower or higher than the characters by so much of their height: a 1 is as high as they are."""
GAP, LONGEST = 0.9, 2.5
"""From one to the next it is no further, and the next is no longer, in lengths of the first."""
ALIKE = 1.5
"""They are of one thickness up to so many times, or one pixel."""


def without_dash_beside(text: Text, quad: Quad, image: Gray, margin: float) -> Piece:
    """Return TEXT, read in QUAD of IMAGE with MARGIN line heights around it, and QUAD without a dash beside it."""
    if len(text.char_places) != len(text.text):
        return Piece(text, quad)
    last = len(text.text) - 1
    for found, at in ((BEFORE.match(text.text), 0), (BEHIND.search(text.text), last)):
        if found and is_dash(image, quad, piece_of(text, quad, margin, at, at + 1).quad_px, apart=" " in found[0]):
            start, stop = (0, found.start()) if at else (found.end(), last + 1)
            return piece_of(text, quad, margin, start, stop)
    return Piece(text, quad)


def is_dash(image: Gray, quad: Quad, stroke: Quad, *, apart: bool = False) -> bool:
    """Say whether the STROKE at an end of what stands in QUAD of IMAGE, or beside it, is one of a line of dashes.

    Others follow it above and below, and it is lower than the characters; a gap APART from them it may be higher.
    """
    height = height_of(quad)
    left, right = places_along(quad, corners_of(stroke))[[0, 2], 0]
    reach, aside = REACH * height, ASIDE * height
    strip = cut(image, within(quad, left - aside, -reach, right + aside, height + reach))
    blobs = blobs_of(ink_of(strip))
    thin = [blob for blob in blobs if blob.width <= max(2, THICKEST * blob.height)]
    middle = strip.shape[0] / 2
    letters = (b for b in blobs_of(ink_of(cut(image, quad))) if b.middle[0] < left or b.middle[0] > right)
    tallest = max((blob.height for blob in letters), default=0)
    most = (1 + OTHER) * tallest if apart else math.inf
    own = [b for b in thin if b.top <= middle <= b.bottom and not (1 - OTHER) * tallest <= b.height <= most]
    return any(
        any(_follows(dash, o, above=True) for o in blobs) and any(_follows(dash, o, above=False) for o in blobs)
        for dash in own
    )


def _follows(dash: Blob, other: Blob, *, above: bool) -> bool:
    gap = dash.top - other.bottom if above else other.top - dash.bottom
    in_line = abs(dash.middle[0] - other.middle[0]) <= max(1.0, dash.width / 2)
    alike = max(dash.width, other.width) <= max(ALIKE * min(dash.width, other.width), min(dash.width, other.width) + 1)
    return in_line and alike and 0 < gap <= GAP * dash.height and other.height <= LONGEST * dash.height
