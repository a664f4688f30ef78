"""Makes grey lettering of a clean page dark: beside black lines it counts as half paper.

Title blocks and layers of CAD are often plotted in a light grey. What is ink is told against the darkest ink around,
so that grey lettering among black lines was found and then lost.
"""

import cv2
import numpy as np

from ocr_tasks.engines import Gray

CLEAN = 1.0
"""Grain of the paper, in grey levels, up to which a page is drawn, not scanned: there a light grey is ink."""
LEAST, FAINT, RAISED = 25, 120, 200
"""Pieces of ink darker than the first and nowhere as dark as the second become as dark as the third, below white."""
LEAST_MM, MOST_MM = 0.7, 12.0
"""A piece of lettering is so high or so wide, and no larger."""
LEAST_PIECES = 5
"""A page with fewer is left alone."""


def raised(image: Gray, dpi: float) -> tuple[Gray, int]:
    """Return a clean page of DPI with its grey lettering dark, itself if it has none, and the number of its pieces."""
    height, width = (side // 2 * 2 for side in image.shape)
    upper, lower = image[:height:2], image[1:height:2]
    rows = np.minimum(upper, lower)
    half = ~np.minimum(rows[:, :width:2], rows[:, 1:width:2])
    count, labels, stats, _ = cv2.connectedComponentsWithStats((half > LEAST).view(np.uint8))
    is_dark = np.zeros(count, np.bool_)
    is_dark[labels[half >= FAINT]] = True
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) * 2 * 25.4 / dpi
    faint = np.flatnonzero(~is_dark & (long >= LEAST_MM) & (long <= MOST_MM))
    if len(faint) < LEAST_PIECES:
        return image, 0
    dark, darkness = image.copy(), ~image
    for label in faint:
        left, top, wide, high = (int(edge) for edge in stats[label, :4])
        piece = (labels[top : top + high, left : left + wide] == label).repeat(2, 0).repeat(2, 1)
        place = slice(2 * top, 2 * (top + high)), slice(2 * left, 2 * (left + wide))
        ink = darkness[place].astype(np.float32)
        strong = np.minimum(ink * (RAISED / ink[piece].max()), 255).astype(np.uint8)
        dark[place][piece] = 255 - strong[piece]
    return dark, len(faint)
