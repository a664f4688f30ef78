"""Underscores that a recogniser takes for the space between two words: bars by themselves at the foot of a gap.

Some lettering draws them so far down that the paper around a line that is read does not reach to them.
"""

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import height_of, width_of
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.ink import Blob, blobs_of, ink_of

BELOW = 0.6
"""How far down a bar is looked for, in heights of the line."""
SHORTEST, LONGEST = 0.2, 1.3
"""It is so long, in heights of the line."""
FLAT = 3.0
"""It is so many times longer than thick."""
FOOT = 0.72
"""Its middle is so far down the line, or below it."""


def with_underscores(image: Gray, quad: Quad, text: Text, margin: float = MARGIN) -> Text:
    """Return TEXT, read in QUAD of IMAGE with MARGIN line heights of paper around it, `_` for the spaces with a bar.

    Bars under characters too are a broken line that runs along below.
    """
    if " " not in text.text.strip() or len(text.char_places) != len(text.text):
        return text
    height = height_of(quad)
    read_width = width_of(quad) + 2 * margin * height
    places = [place * read_width + (BELOW - margin) * height for place in text.char_places]
    gaps = [k for k in range(1, len(places) - 1) if text.text[k] in " _"]
    shown: set[int] = set()
    for bar in bars_in(cut(image, quad, BELOW), height):
        above = [k for k in gaps if places[k - 1] < bar.middle[0] < places[k + 1]]
        if not above:
            return text
        shown.update(above)
    return text._replace(text="".join("_" if k in shown else character for k, character in enumerate(text.text)))


def bars_in(crop: Gray, height: float) -> list[Blob]:
    """Return the bars at the foot of the line of HEIGHT in CROP, in its pixels: paper is above and below them."""
    if crop.size == 0:
        return []
    ink, head = ink_of(crop), round(BELOW * height)
    return [
        blob
        for blob in blobs_of(ink)
        if SHORTEST * height <= blob.width <= LONGEST * height
        and blob.width >= FLAT * blob.height
        and blob.middle[1] >= (BELOW + FOOT) * height
        and blob.bottom < crop.shape[0]
        and not ink[head : blob.top, blob.left + blob.width // 2].any()
    ]
