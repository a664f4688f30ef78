"""Tells characters from geometry that reads like some: half a hole as D, an arrowhead as V, a row of pads as zeros.

A character ends within its box; geometry goes on. Of characters on a wire or an extension line the ink goes on too, but
those are read surely.
"""

import cv2
import numpy as np

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.ink import ink_of

FEW = 2
"""Geometry is read as so many different characters, at most."""
CERTAIN = 0.98
MOSTLY = 0.9
"""So much of geometry's ink goes on beyond the box."""
NO_TEXT = Text("", 0.0, (), ())


def without_geometry(text: Text, crop: Gray, margin: float) -> Text:
    """Return TEXT, read in CROP with paper around it, MARGIN in line heights; nothing if that shows geometry."""
    few = 0 < len(set(text.text.replace(" ", ""))) <= FEW
    return NO_TEXT if few and text.confidence < CERTAIN and goes_on(crop, margin) >= MOSTLY else text


def goes_on(crop: Gray, margin: float) -> float:
    """Return which share of the ink in a box goes on to the edge of CROP, MARGIN box heights further out."""
    edge = round(margin * crop.shape[0] / (1 + 2 * margin))
    _, pieces = cv2.connectedComponents(ink_of(crop), connectivity=8)
    rim = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    box = pieces[edge : pieces.shape[0] - edge, edge : pieces.shape[1] - edge]
    ink = box[box > 0]
    return float(np.isin(ink, rim).mean()) if ink.size else 0.0
