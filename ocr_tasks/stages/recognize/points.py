"""The point of a number below one, `.350`: drawn with a thick pen it is as round as a ring, and is taken for a ⌀."""

import re
from statistics import median

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.ink import Blob, blobs_of, ink_of

RING = re.compile(r"[⌀Øø∅Φφ$*] ?(?=\d)")
"""What a thick point reads as."""
TALL = 0.45
"""A character is at least this high, in heights of the crop."""
POINT, FOOT, SOLID = 0.5, 0.75, 0.5
"""A point is no higher than this, its middle is so far down the line, both in heights of the characters, and so much of
its box is ink."""
NEAR = 0.6
"""What was read stands no further from where it was read, in heights of the characters."""


def with_points(crop: Gray, text: Text) -> Text:
    """Return TEXT, read in CROP, with a point for each ⌀ before digits in whose place nothing but a point stands."""
    rings = list(RING.finditer(text.text))
    if not rings or len(text.char_places) != len(text.text):
        return text
    pieces = blobs_of(ink_of(crop))
    for ring in reversed(rings):
        if is_point(text.char_places[ring.start()] * crop.shape[1], pieces, TALL * crop.shape[0]):
            before, digits = text.part(0, ring.start() + 1), text.part(ring.end(), len(text.text))
            text = Text(
                before.text[:-1] + "." + digits.text,
                text.confidence,
                (*before.char_confidences, *digits.char_confidences),
                (*before.char_places, *digits.char_places),
            )
    return text


def is_point(place: float, pieces: list[Blob], least: float) -> bool:
    """Say whether the one of PIECES nearest to the column PLACE is a dot at the foot of those that are LEAST high."""
    tall = [piece for piece in pieces if piece.height >= least]
    if not tall:
        return False
    top, bottom = median(piece.top for piece in tall), median(piece.bottom for piece in tall)  # brackets are higher
    height = bottom - top
    line = [piece for piece in pieces if top <= piece.middle[1] <= bottom and piece.width <= 2 * height]
    if not line:
        return False
    dot = min(line, key=lambda piece: abs(piece.middle[0] - place))
    alone = all(piece is dot or piece.right <= dot.left or dot.right <= piece.left for piece in line)
    return (
        alone
        and abs(dot.middle[0] - place) <= NEAR * height
        and dot.middle[1] >= top + FOOT * height
        and max(dot.width, dot.height) <= POINT * height
        and dot.area >= SOLID * dot.width * dot.height
    )
