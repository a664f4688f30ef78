"""Short strings that read from either end, `6`, `SW` or the `7` of an `L`: neighbours say where it is.

Parts of a schematic stand in all directions, so the sheet as a whole does not.
"""

import re
from collections.abc import Hashable, Sequence

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import angle_of, height_of, middle_of

SHORT = 3
SHORT_EITHER_WAY = re.compile(rf"[01689HIMNOSWXZ]{{1,{SHORT}}}")
"""A short string of these reads from either end: an M is a W there. Of a longer one the word says which is right."""
SURE = 0.95
"""A neighbour so sure, which does not read from its other end, says where that is."""
NEAR, LEAST, MOST = 8.0, 2, 3
"""The nearest so far away, in heights of the string, count: so many at least and at most, who all say the same."""
LIKE_DEG = 20.0
"""Strings whose directions differ by less run the same way."""


def against_neighbours(texts: Sequence[Text], quads: Sequence[Quad], sheets: Sequence[Hashable]) -> list[int]:
    """Return which short strings read from the other end than all that stand around them on the same of SHEETS.

    QUADS, in pixels of the page, are turned as the TEXTS were read.
    """
    words = [text.text.replace(" ", "") for text in texts]
    short = np.array([0 < len(word) <= SHORT for word in words], bool)
    says = np.array(
        [
            text.confidence >= SURE and any(c.isalnum() for c in word) and SHORT_EITHER_WAY.fullmatch(word) is None
            for text, word in zip(texts, words, strict=True)
        ],
        bool,
    )
    middles = np.array([middle_of(quad) for quad in quads]).reshape(-1, 2)
    angles = np.array([angle_of(quad) for quad in quads])
    found = []
    for sheet in dict.fromkeys(sheets):
        here = np.array([other == sheet for other in sheets], bool)
        others = np.flatnonzero(here & says)
        for k in np.flatnonzero(here & short).tolist():
            off = np.abs((angles[others] - angles[k] + 180) % 360 - 180)
            apart = np.hypot(*(middles[others] - middles[k]).T)
            of_axis = np.minimum(off, 180 - off) < LIKE_DEG
            beside = np.flatnonzero(of_axis & (apart < NEAR * height_of(quads[k])) & (others != k))
            nearest = beside[np.argsort(apart[beside])[:MOST]]
            if len(nearest) >= LEAST and (off[nearest] > 90).all():
                found.append(k)
    return found
