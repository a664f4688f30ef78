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
"""A character is at least so high or wide, and no larger."""
LEAST_PIECES, MOST_PIECES = 5, 20_000
"""A page with fewer of them is left alone; with them, points and dashes are made dark as well. More are a texture."""

CHARACTERS = 0.3
"""At least so many of the pale pieces are as large as characters: what JPEG leaves around black strokes is specks."""


def raised(image: Gray, dpi: float) -> tuple[Gray, int]:
    """Return a clean page of DPI with its grey lettering dark, itself if it has none, and the number of its pieces."""
    height, width = (side // 2 * 2 for side in image.shape)
    upper, lower = image[:height:2], image[1:height:2]
    darker = np.minimum(upper, lower)
    half = ~np.minimum(darker[:, :width:2], darker[:, 1:width:2])
    count, labels, stats, _ = cv2.connectedComponentsWithStats((half > LEAST).view(np.uint8))
    is_dark = np.zeros(count, np.bool_)
    is_dark[0] = True  # the paper
    is_dark[labels[half >= FAINT]] = True
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) * 2 * 25.4 / dpi
    faint = ~is_dark & (long <= MOST_MM)
    pieces, characters = np.count_nonzero(faint), np.count_nonzero(faint & (long >= LEAST_MM))
    if characters < max(LEAST_PIECES, CHARACTERS * pieces) or pieces > MOST_PIECES:
        return image, 0
    dark, darkness = image.copy(), ~image
    for label in np.flatnonzero(faint):
        left, top, wide, high = (int(edge) for edge in stats[label, :4])
        rows, columns = slice(max(0, top - 1), top + high + 1), slice(max(0, left - 1), left + wide + 1)
        piece = (labels[rows, columns] == label).repeat(2, 0).repeat(2, 1)
        place = (
            slice(2 * rows.start, 2 * rows.start + len(piece)),
            slice(2 * columns.start, 2 * columns.start + len(piece[0])),
        )
        ink = darkness[place].astype(np.float32)
        strong = np.minimum(ink * (RAISED / ink[piece].max()), 255).astype(np.uint8)
        edged = (cv2.dilate(piece.view(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (ink < FAINT)
        dark[place][edged] = np.minimum(dark[place], ~strong)[edged]
    return dark, int(pieces)
