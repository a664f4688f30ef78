"""A net's name and the number of the pin that it stands at, read as one: `EDP_HPD_17`.

The pin's line begins where the name ends and runs on below the number, to the part: its beginning reads as `_`. That
of a name ends before the next character; a wire below a whole label runs below the name, too.
"""

import re

import cv2
import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import height_of
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.ink import Mask, ink_of
from ocr_tasks.stages.recognize.marks import Piece, piece_of, places_of

_NAME = r"[A-Z]\S+"
NUMBERED = re.compile(rf"(?P<name>{_NAME})[_ ](?P<behind>\d{{1,2}})|(?P<before>\d{{1,2}})[_ ]{_NAME}")
BELOW = 0.6
"""How far below a line of characters that of the pin is looked for, in its heights."""
FOOT = 0.75
"""It is so far down the line, or below it."""


def apart_from_pin(text: Text, quad: Quad, image: Gray, margin: float) -> list[Piece]:
    """Return name and number in TEXT, read in QUAD of IMAGE with MARGIN line heights around it; empty if it is one."""
    found = NUMBERED.fullmatch(text.text)
    if found is None or len(text.char_places) != len(text.text):
        return []
    crop = cut(image, quad, BELOW)
    if crop.size == 0:
        return []
    height = height_of(quad)
    places = [round(place + BELOW * height) for place in places_of(text, quad, margin)]
    ink = ink_of(crop)[round((BELOW + FOOT) * height) :]
    if found["behind"] is not None:
        gap = found.end("name")
        number, name = ink[:, (places[gap] + places[gap + 1]) // 2 :], ink[:, places[gap - 2] : places[gap - 1]]
    else:
        gap = found.end("before")
        number, name = ink[:, : (places[gap - 1] + places[gap]) // 2], ink[:, places[gap + 1] : places[gap + 2]]
    if not _is_lined(number) or _is_lined(name):
        return []
    return [piece_of(text, quad, margin, start, stop) for start, stop in ((0, gap), (gap + 1, len(text.text)))]


def _is_lined(ink: Mask) -> bool:
    """Say whether a line runs across INK from side to side, one pixel's slope allowed."""
    return bool(ink.size and cv2.dilate(ink, np.ones((3, 1), np.uint8)).all(axis=1).any())
