"""The point of a number below one, `.350`: drawn with a thick pen it is as round as a ring, and is taken for a ⌀."""

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.ink import blobs_of, ink_of

RINGS = "⌀Øø∅Φφ"
TALL = 0.45
"""A digit is at least this high, in heights of the crop."""
POINT, FOOT, SOLID = 0.4, 0.75, 0.5
"""A point is no higher than this, its middle is so far down the line, both in heights of the digits, and so much of
its box is ink."""


def with_point(crop: Gray, text: Text) -> Text:
    """Return TEXT, read in CROP, with a point for its first ⌀ where nothing but one stands before the digits."""
    if text.text[:1] not in RINGS or not text.text[1:2].isdigit():
        return text
    if not begins_with_point(crop):
        return text
    return text._replace(text="." + text.text[1:])


def begins_with_point(crop: Gray) -> bool:
    """Say whether the first ink of the line in CROP is a dot at the foot of the digits, all by itself."""
    pieces = sorted(blobs_of(ink_of(crop)))
    tall = [piece for piece in pieces if piece.height >= TALL * crop.shape[0]]
    if not tall:
        return False
    top, bottom = min(piece.top for piece in tall), max(piece.bottom for piece in tall)
    height = bottom - top
    before = [piece for piece in pieces if piece.right <= tall[0].left and top <= piece.middle[1] <= bottom]
    if len(before) != 1:
        return False
    dot = before[0]
    at_foot = dot.middle[1] >= top + FOOT * height
    return at_foot and max(dot.width, dot.height) <= POINT * height and dot.area >= SOLID * dot.width * dot.height
