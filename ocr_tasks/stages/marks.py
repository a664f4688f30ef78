"""Marks that stand beside a string and are none of it: the page references of a schematic, `<6> EDP_AUXP`."""

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import height_of, width_of, within

LEADING = re.compile(r"<\d+(?:\s?,\s?\d+)*>(?=\s*[^\s<>])")
TRAILING = re.compile(r"(?<=[^\s<>])\s*(<\d+(?:\s?,\s?\d+)*>)$")


class Piece(NamedTuple):
    """A part of a line and where it stands."""

    text: Text
    quad_px: Quad


def without_marks(text: Text, quad: Quad, margin: float) -> list[Piece]:
    """Return TEXT, read in QUAD with MARGIN line heights around it, in pieces from left to right: marks are apart."""
    if len(text.char_places) != len(text.text):
        return [Piece(text, quad)]
    if (found := LEADING.match(text.text)) is not None:
        cut = found.end()
    elif (found := TRAILING.search(text.text)) is not None:
        cut = found.start(1)
    else:
        return [Piece(text, quad)]
    return [_piece(text, quad, margin, 0, cut), _piece(text, quad, margin, cut, len(text.text))]


def _piece(text: Text, quad: Quad, margin: float, start: int, stop: int) -> Piece:
    while stop > start and text.text[stop - 1] == " ":
        stop -= 1
    while start < stop and text.text[start] == " ":
        start += 1
    width, height = width_of(quad), height_of(quad)
    edge = margin * height
    places = [place * (width + 2 * edge) - edge for place in text.char_places]
    steps = [b - a for a, b in pairwise(places)]
    half = float(np.median(steps)) / 2
    left = 0.0 if start == 0 else max(0.0, places[start] - half)
    right = width if stop == len(places) else min(width, places[stop - 1] + half)
    confidences = text.char_confidences[start:stop]
    part = Text(text.text[start:stop], float(np.mean(confidences)), confidences, text.char_places[start:stop])
    return Piece(part, within(quad, left, 0.0, right, height))
