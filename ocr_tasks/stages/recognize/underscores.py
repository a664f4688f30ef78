"""Underscores that a recogniser takes for the space between two words: bars at the foot of a gap.

Some lettering draws them so far down that the paper around a line that is read does not reach to them. A name that
stands on its wire has them on the wire, which is thicker there.
"""

import re
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import height_of
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.ink import Blob, Mask, apart_from, blobs_of, ink_of, rulings_of
from ocr_tasks.stages.recognize.marks import places_of

BELOW = 0.6
"""How far down a bar is looked for, in heights of the line."""
SHORTEST, LONGEST = 0.2, 1.3
"""It is so long, in heights of the line."""
LONGEST_RUN = 2.5
"""What runs on further is a wire, which may part a bar from its line."""
FLAT = 3.0
"""It is so many times longer than thick."""
FOOT = 0.72
"""Its middle is so far down the line, or below it."""
DASHES, DASH, LEVEL = 4, 0.3, 0.1
"""So many bars, so short and so nearly on one level, in heights of the line, are of a broken line that runs below."""
NAME = re.compile(r"(?!\d+(?:[.,]\d+)? [A-Z]{1,2}\d{1,2}$)[A-Z0-9+#%/._ -]+")
"""What reads otherwise stands on no wire: a line below is drawn under words, or is the dimension line of `⌀45 g6`."""
WIRE = 0.6
"""A wire along the foot of a line is one run of ink, so much of the line long."""
USUAL = 25
"""As thick as it is in so many of a hundred columns, it is by itself: characters may touch it."""
THICKER = 0.25
"""A bar makes it no thicker than by this, in heights of the line."""


def with_underscores(image: Gray, quad: Quad, text: Text, margin: float = MARGIN) -> Text:
    """Return TEXT, read in QUAD of IMAGE with MARGIN line heights of paper around it, `_` for the spaces with a bar.

    Bars under characters too are a broken line that runs along below: none of its dashes is a `_`.
    """
    if not set(" _") & set(text.text.strip()) or len(text.char_places) != len(text.text):
        return text
    height = height_of(quad)
    places = [place + BELOW * height for place in places_of(text, quad, margin)]
    gaps = [k for k in range(1, len(places) - 1) if text.text[k] in " _"]
    crop = cut(image, quad, BELOW)
    shown: set[int] = set()
    bars = bars_in(crop, height)
    if is_broken_line(bars, height):
        return text._replace(text=text.text.replace("_", " "))
    for bar in bars:
        above = [k for k in gaps if places[k - 1] < bar.middle[0] < places[k + 1]]
        if not above:
            return text
        shown.update(above)
    if NAME.fullmatch(text.text):
        on_wire = [[k for k in gaps if places[k - 1] < x < places[k + 1]] for x in bars_on_wire(crop, height)]
        if 2 * sum(map(bool, on_wire)) >= len(on_wire):  # else characters touch the line
            shown.update(k for above in on_wire for k in above if "_" not in text.text[k - 1 : k + 2])
    return text._replace(text="".join("_" if k in shown else character for k, character in enumerate(text.text)))


def bars_in(crop: Gray, height: float) -> list[Blob]:
    """Return the bars at the foot of the line of HEIGHT in CROP, in its pixels: paper or a wire is above and below."""
    if crop.size == 0:
        return []
    ink, head = ink_of(crop), round(BELOW * height)
    ink = apart_from(ink, rulings_of(ink, along=round(LONGEST_RUN * height), across=crop.shape[0]))
    return [
        blob
        for blob in blobs_of(ink)
        if SHORTEST * height <= blob.width <= LONGEST * height
        and blob.width >= FLAT * blob.height
        and blob.middle[1] >= (BELOW + FOOT) * height
        and blob.bottom < crop.shape[0]
        and not ink[head : blob.top, blob.left + blob.width // 2].any()
    ]


def is_broken_line(bars: Sequence[Blob], height: float) -> bool:
    """Say whether so many of the bars below a line of HEIGHT lie on one level, too short for underscores."""
    levels = [bar.middle[1] for bar in bars if bar.width <= DASH * height]
    return len(levels) >= DASHES and max(levels) - min(levels) <= LEVEL * height


def bars_on_wire(crop: Gray, height: float) -> Iterator[float]:
    """Yield the middle of each stretch, in pixels of CROP, in which a bar thickens a wire below the line of HEIGHT."""
    if crop.size == 0:
        return
    ink = ink_of(crop)
    foot = round((BELOW + FOOT) * height)
    runs = cv2.morphologyEx(ink[foot:], cv2.MORPH_OPEN, np.ones((1, round(WIRE * ink.shape[1])), np.uint8))
    if not runs.any():
        return
    thickness = thickness_along(ink, foot + int((runs > 0).sum(axis=1).argmax()))
    more = thickness - float(np.percentile(thickness[thickness > 0], USUAL))
    thick = np.concatenate([[False], (more >= 1) & (more <= THICKER * height), [False]])
    edges = np.flatnonzero(thick[1:] != thick[:-1])
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if SHORTEST * height <= end - start <= LONGEST * height:
            yield float(start + end) / 2


def thickness_along(ink: Mask, row: int) -> np.ndarray:
    """Return for each column of INK how many pixels one above the other are ink around ROW, 0 without."""
    up, down = ink[row::-1] > 0, ink[row:] > 0
    return np.asarray(np.logical_and.accumulate(up).sum(0) + np.logical_and.accumulate(down[1:] & down[:1]).sum(0))
