"""The ink of a page: what is darker than paper, its straight lines, and the connected pieces that it falls into."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.engines import Gray

Mask = npt.NDArray[np.uint8]


class Blob(NamedTuple):
    """A connected piece of ink in the patch, in its pixels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def moved(self, x: int, y: int) -> "Blob":
        """Return the piece as it lies in a picture in which its patch begins at (x, y)."""
        return Blob(self.left + x, self.top + y, self.right + x, self.bottom + y, self.area)

    def holds(self, other: "Blob") -> bool:
        """Say whether the box around the piece holds that around OTHER."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Strokes(NamedTuple):
    """What of a page's ink may be lettering."""

    ink: Mask
    """255 on strokes, rulings left out."""
    rulings: Mask
    pieces: npt.NDArray[np.int32]
    """(n, 5): left, top, width, height and ink of each connected piece of the strokes, in pixels."""


def ink_of(patch: Gray) -> Mask:
    """Return 255 where PATCH is ink: darker than Otsu's threshold, kept within what paper and strokes can be."""
    level, _ = cv2.threshold(patch, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    lightest = np.uint8(min(max(level + 20, 90), 225))
    return (patch < lightest).view(np.uint8) * np.uint8(255)


def rulings_of(ink: Mask, *, along: int, across: int) -> Mask:
    """Return 255 on straight runs of ink ALONG pixels wide or ACROSS pixels high, one pixel's slope allowed."""
    high, wide = cv2.dilate(ink, np.ones((3, 1), np.uint8)), cv2.dilate(ink, np.ones((1, 3), np.uint8))
    horizontal = cv2.morphologyEx(high, cv2.MORPH_OPEN, np.ones((1, max(3, along)), np.uint8))
    vertical = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((max(3, across), 1), np.uint8))
    return np.asarray(cv2.bitwise_or(horizontal, vertical), np.uint8)


def apart_from(ink: Mask, rulings: Mask) -> Mask:
    """Return INK where no ruling is."""
    return np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(rulings)), np.uint8)


def touches(rulings: Mask, piece: Blob) -> bool:
    """Say whether a ruling begins where a piece ends: geometry is cut off there, or a character stands on a line."""
    return bool(rulings[max(0, piece.top - 1) : piece.bottom + 1, max(0, piece.left - 1) : piece.right + 1].any())


def strokes_of(image: Gray, run: int) -> Strokes:
    """Return the ink of a page apart from its straight lines of RUN pixels and more, across the page or up it."""
    ink = ink_of(image)
    rulings = rulings_of(ink, along=run, across=run)
    strokes = apart_from(ink, rulings)
    return Strokes(strokes, rulings, pieces_of(strokes))


def pieces_of(ink: Mask) -> npt.NDArray[np.int32]:
    """Return the connected pieces of INK, rows as `Strokes` has them: what labels say, in a tenth of their time.

    Pieces are counted by their outlines (Pick, "Geometrisches zur Zahlenlehre", 1899): an outline through the middles
    of pixels that encloses the area A in B steps holds A + B / 2 + 1 of them, and A - B / 2 + 1 apart from its own.
    """
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return np.zeros((0, 5), np.int32)
    steps = np.array([len(outline) for outline in outlines])
    starts = np.cumsum(steps) - steps
    x, y = np.concatenate(outlines)[:, 0].T.astype(np.int64)
    after = np.arange(1, len(x) + 1)
    after[starts + steps - 1] = starts
    twice = np.abs(np.add.reduceat(x * y[after] - x[after] * y, starts))
    around = tree[0][:, 3]
    piece, hole = around < 0, around >= 0
    steps[steps == 1] = 0
    pixels = (twice + np.where(piece, steps, -steps)) // 2 + 1
    np.subtract.at(pixels, around[hole], pixels[hole])
    left, top = np.minimum.reduceat(x, starts), np.minimum.reduceat(y, starts)
    right, bottom = np.maximum.reduceat(x, starts), np.maximum.reduceat(y, starts)
    rows = np.stack([left, top, right - left + 1, bottom - top + 1, pixels], axis=1)
    return np.asarray(rows[piece], np.int32)


def as_one(blobs: Sequence[Blob]) -> Blob:
    """Return the box around BLOBS, with the ink of all."""
    return Blob(
        min(b.left for b in blobs),
        min(b.top for b in blobs),
        max(b.right for b in blobs),
        max(b.bottom for b in blobs),
        sum(b.area for b in blobs),
    )


def blobs_of(ink: Mask) -> list[Blob]:
    """Return the connected pieces of INK, single pixels left out."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return as_blobs(np.asarray(stats[1:][stats[1:, 4] > 1], np.int32))


def as_blobs(pieces: npt.NDArray[np.int32]) -> list[Blob]:
    """Return PIECES, rows as `Strokes` has them, as blobs."""
    return [Blob(left, top, left + wide, top + high, area) for left, top, wide, high, area in pieces.tolist()]
