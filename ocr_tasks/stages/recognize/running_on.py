"""Tells characters from geometry that reads like some: half a hole as D, an arrowhead as V, a row of pads as zeros.

A character ends within its box; geometry goes on. Of characters on a wire or an extension line the ink goes on too, but
those are read surely. A V is open; of an arrowhead the shaft stands between the arms.
"""

import cv2
import numpy as np

from ocr_tasks.engines import NO_TEXT, Gray, Text
from ocr_tasks.stages.ink import Mask, ink_of

FEW = 2
"""Geometry is read as so many different characters, at most."""
CERTAIN = 0.95
"""On a clean page such characters are read at 0.99; on a poor one true ones begin here."""
MOSTLY = 0.9
"""So much of geometry's ink goes on beyond the box."""
ARROWHEAD = "V"
"""An open arrowhead reads so, and surely."""
OPEN, INKED = 4, 0.5
"""Of a V the middle third is open down to a quarter of its height; of an arrowhead so much of that is inked."""


def without_geometry(text: Text, crop: Gray, margin: float) -> Text:
    """Return TEXT, read in CROP with paper around it, MARGIN in line heights; nothing if that shows geometry."""
    if text.text == ARROWHEAD and has_shaft(crop, margin):
        return NO_TEXT
    few = 0 < len(set(text.text.replace(" ", ""))) <= FEW
    return NO_TEXT if few and text.confidence < CERTAIN and goes_on(crop, margin) >= MOSTLY else text


def has_shaft(crop: Gray, margin: float) -> bool:
    """Say whether a line stands between the arms of what CROP, as it is read, shows like a V."""
    inside = _box(ink_of(crop), margin)
    height, width = inside.shape
    between = inside[: max(1, height // OPEN), width // 3 : width - width // 3]
    return bool(between.any(axis=1).mean() > INKED) if between.size else False


def goes_on(crop: Gray, margin: float) -> float:
    """Return which share of the ink in a box goes on to the edge of CROP, MARGIN box heights further out."""
    ink = ink_of(crop)
    return share_apart(_box(ink, margin), _box(ends_within(ink), margin))


def share_apart(ink: Mask, ends: Mask) -> float:
    """Return which share of INK is not that of ENDS; 0 without ink."""
    there = np.count_nonzero(ink)
    return 1 - np.count_nonzero(ends) / there if there else 0.0


def ends_within(ink: Mask) -> Mask:
    """Return INK, 255, where it does not go on to the edge of its picture."""
    _, pieces = cv2.connectedComponents(ink, connectivity=8)
    rim = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    return np.where(np.isin(pieces, rim), np.uint8(0), ink)


def _box(mask: Mask, margin: float) -> Mask:
    edge = edge_of(mask, margin)
    return mask[edge : mask.shape[0] - edge, edge : mask.shape[1] - edge]


def edge_of(crop: Gray, margin: float) -> int:
    """Return how many pixels of paper CROP shows around its box if it is MARGIN box heights."""
    return round(margin * float(crop.shape[0]) / (1 + 2 * margin))
