"""Grey from colour, so that what a person can read is dark: bright lettering, and light lettering on a dark sheet.

CAD draws on a black screen in yellow, cyan and green. Plotted as they are these hardly differ from the paper once
only their light is kept: yellow is at 226 of 255. The darkest of its three colours is 0 there, as for black. Red and
blue are dark enough by their light; made darker, the wires of a schematic drown the numbers of its pins.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.picture import Gray

Colour = npt.NDArray[np.uint8]
"""Red, green, blue, (height, width, 3)."""

BAND_ROWS = 1024
"""Rows converted at once, so that a large colour picture is not held several times over."""
DARK = 110
"""A pixel below is dark ink, whatever its colour."""
PALE = 60
"""Ink of a colour: its light and its darkest part differ by so much more than those of the ground around."""
LETTERING, AREA = 9, 15
"""Strokes of dark lettering on a coloured area are no thicker, and an area is no thinner, in pixels."""
MARGIN = LETTERING + AREA + 1
LOOK_PALE, LOOK_ENOUGH = 40, 12
"""A small picture with so many pixels of such a colour may hold coloured ink; thin strokes are paler there."""
NEGATIVE = 0.7
"""Share of dark pixels from which on a sheet is light on dark: a screen, a blueprint."""


def needs_colour(small: Colour) -> bool:
    """Say whether a page may hold ink of a colour, or is light on dark, by a small picture of it."""
    light = _light(small)
    chroma = _chroma(small, light)
    return int(np.count_nonzero(_faint(light, chroma, LOOK_PALE))) >= LOOK_ENOUGH or is_negative(light)


def is_negative(page: Gray) -> bool:
    """Say whether a page is light on dark."""
    return float(np.mean(page[::4, ::4] < DARK)) > NEGATIVE


def positive(page: Gray) -> Gray:
    """Return a grey page dark on light."""
    return ~page if is_negative(page) else page


def legible(height: int, width: int, strip: Callable[[int, int], tuple[Colour, Gray]]) -> Gray:
    """Return a coloured page of HEIGHT times WIDTH pixels as grey, dark on light.

    STRIP gives the rows from, to in colour, and as the grey that they are where no colour asks for more.
    """
    page = _in_strips(height, width, strip, turned=False)
    return _in_strips(height, width, strip, turned=True) if is_negative(page) else page


def in_colour(colour: Colour) -> tuple[Colour, Gray]:
    """Return COLOUR with its light."""
    return colour, _light(colour)


def _in_strips(height: int, width: int, strip: Callable[[int, int], tuple[Colour, Gray]], *, turned: bool) -> Gray:
    page = np.empty((height, width), np.uint8)
    for top in range(0, height, BAND_ROWS):
        bottom = min(top + BAND_ROWS, height)
        begin, end = max(0, top - MARGIN), min(height, bottom + MARGIN)
        colour, grey = strip(begin, end)
        shown = _shown(~colour, ~grey) if turned else _shown(colour, grey)
        page[top:bottom] = shown[top - begin : bottom - begin]
    return page


def _shown(colour: Colour, grey: Gray) -> Gray:
    """Return GREY in which strokes of a faint colour are as dark as its darkest part; a coloured area stays light.

    An area under dark lettering counts as whole: behind the strokes it has the colour of what is around them.
    """
    light = _light(colour)
    chroma = _chroma(colour, light)
    faint = _faint(light, chroma, PALE)
    if not faint.any():
        return grey
    dark = cv2.dilate((light < DARK).view(np.uint8), _square(3))
    whole = np.where(dark > 0, cv2.morphologyEx(chroma, cv2.MORPH_CLOSE, _square(LETTERING)), chroma)
    ground = cv2.morphologyEx(whole, cv2.MORPH_OPEN, _square(AREA))
    stroke = faint & (cv2.subtract(chroma, ground) > PALE)
    ink = np.maximum(~light, 1).astype(np.float32)
    times = cv2.dilate(np.where(stroke, (ink + chroma) / ink, 1), _square(3))  # a renderer's grey may lie a pixel off
    return ~np.asarray(np.minimum(times * ~grey, 255), np.uint8)


def _faint(light: Gray, chroma: Gray, least: int) -> npt.NDArray[np.bool_]:
    """Say where light alone shows less than half of what the darkest part shows, as far as it covers a pixel at all."""
    return (chroma > least) & (chroma > ~light)


def _light(colour: Colour) -> Gray:
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)


def _chroma(colour: Colour, light: Gray) -> Gray:
    """Return by how much a pixel's darkest part is darker than its LIGHT."""
    red, green, blue = cv2.split(colour)
    return np.asarray(cv2.subtract(light, cv2.min(cv2.min(red, green), blue)), np.uint8)


def _square(side: int) -> Gray:
    return np.ones((side, side), np.uint8)
