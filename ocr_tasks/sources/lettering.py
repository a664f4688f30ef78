"""How tall the lettering of a page is, by looking at it: for drawings whose text is drawn as lines, and for scans."""

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.picture import Gray

Numbers = npt.NDArray[np.float64]

LOOK_DPI = 150
"""Letters of 1.8 mm are 11 pixels tall then: enough to tell them from dashes and arrow heads."""
LEAST_PX, MOST_PX = 5, 60
ALIKE = 0.25
"""Letters of one string differ in height by no more than this share."""
NEAR = 1.2
"""And stand no further apart than this, in their heights."""
ENOUGH = 20


def letter_heights_px(page: Gray) -> list[float]:
    """Return the heights of what looks like letters: spots of one height in rows of three or more, along either axis.

    PAGE is uint8 (height, width), ink dark. Empty where there are too few to say anything.
    """
    ink = (page < 160).astype(np.uint8)
    count, _, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, tall = stats[1:count, cv2.CC_STAT_WIDTH], stats[1:count, cv2.CC_STAT_HEIGHT]
    fill = stats[1:count, cv2.CC_STAT_AREA] / np.maximum(wide * tall, 1)
    found: list[float] = []
    for across, along, axis in ((tall, wide, 0), (wide, tall, 1)):
        letters = (across >= LEAST_PX) & (across <= MOST_PX) & (along >= 0.3 * across) & (along <= 1.2 * across)
        letters &= (fill > 0.1) & (fill < 0.8)
        places = np.asarray(centres[1:count][letters], np.float64)
        heights = np.asarray(across[letters], np.float64)
        found += _in_rows(places[:, axis], places[:, 1 - axis], heights)
    return found if len(found) >= ENOUGH else []


def _in_rows(along: Numbers, down: Numbers, heights: Numbers) -> list[float]:
    """Return the heights of those spots that have an equal on the same line before and after them."""
    order = np.lexsort((along, np.rint(down / 4)))
    kept = []
    for k in range(1, len(order) - 1):
        before, here, after = order[k - 1 : k + 2]
        size = heights[here]
        near = max(along[here] - along[before], along[after] - along[here]) < (1 + NEAR) * size
        level = max(abs(down[here] - down[before]), abs(down[after] - down[here])) < ALIKE * size
        alike = max(abs(heights[before] - size), abs(heights[after] - size)) <= max(ALIKE * size, 1.0)
        if near and level and alike:
            kept.append(float(size))
    return kept
