"""Characters by themselves: pin numbers, marks, cells of one digit. A detector of lines loses many of them.

A character of drawings mostly touches nothing, so it is a connected piece of ink of the height of the lettering. What
no line explains is proposed, two or three beside each other as one; reading decides, and must be sure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box
from ocr_tasks.quads import bounds, corners_of, upright_quad
from ocr_tasks.stages.ink import Blob, Mask, Strokes, as_blobs, as_one, touches


@dataclass(frozen=True)
class Sizes:
    """Lengths in heights of the page's lettering, or of the character itself (`..._of_own`)."""

    least: float = 0.5
    most: float = 1.6
    most_ink: float = 0.8
    """An arrowhead, a dot or a plain stroke covers more of its box than this."""
    gap_of_own: float = 0.5
    """Characters beside each other are one string up to this gap,"""
    shared_of_own: float = 0.7
    """if they stand at one height as far as this."""
    free_of_own: float = 0.28
    """Pin numbers and the numbers of notes have so much paper above and below; letters of upward text have less."""
    most_of_dot: float = 0.35
    most_of_arrowhead: float = 0.9
    """What lies, is shorter than this,"""
    ink_of_arrowhead: float = 0.45
    """with more ink in its box than this,"""
    slender: float = 2.2
    """and no 1 on its side, which is so much longer than wide, is more often an arrowhead than a character."""
    least_on_line: float = 0.7
    """What touches a ruling is mostly geometry: only what is as high as a character,"""
    most_on_line: float = 1.25
    """no higher,"""
    most_wide_on_line: float = 0.9
    """and narrower than it is high may be one: the number of a pin that stands on its wire, upright or turned. Of what
    lies the slender is a tick."""
    least_row: float = 2.0
    """A line of characters that lie on their sides is so long, in its heights;"""
    least_in_row: float = 0.5
    """what is lower than so much of it is no character,"""
    least_lying: float = 1.1
    """and each is so much longer than high;"""
    surely_lying: float = 1.4
    """what is longer than so much lies however near the next one is."""


@dataclass(frozen=True)
class BareOne:
    """Lengths in heights of the page's lettering, or of the stroke (`..._of_own`)."""

    least: float = 0.75
    most: float = 1.9
    width_of_own: float = 0.28
    thinnest_px: int = 2
    """A stroke this wide is thin at every resolution."""
    room_of_own: float = 4.0
    """The paper around it ends no further away than this,"""
    off_middle_of_own: float = 0.35
    """and its middle is no further off that of the stroke, up or down."""
    dash_of_own: float = 1.2
    """What stands above or below it, no further, is a dash of the same line,"""
    aligned_of_own: float = 0.15
    """if they are so nearly in line,"""
    as_thick: float = 1.5
    """and it is no thicker than this, in the stroke's own thickness;"""
    ruling_of_own: float = 0.35
    """so is a ruling that is in line for so long."""


SIZES, ONE = Sizes(), BareOne()
COVERED, IN_DOUBT = 1, 2
Piece: TypeAlias = npt.NDArray[np.int32]
"""(5,): left, top, width, height and ink, as in Strokes."""
DOT_OFF_LINE = 0.2
"""The point that ends a number stands on its line this nearly, in its heights."""


def lone_characters(
    strokes: Strokes, lines: Sequence[Box], line_height: float, sizes: Sizes = SIZES, *, doubtful: Sequence[Box] = ()
) -> list[Box]:
    """Return upright boxes, tight to the ink, of what may be characters that none of LINES covers.

    Quads are in pixels of the STROKES; LINE_HEIGHT is that of the usual lettering's ink. DOUBTFUL lines cover a
    character only if others stand close above or below it, as in text that runs up the page.
    """
    ink, rulings, pieces = strokes
    _, _, width, height, area = pieces.T
    long, short = np.maximum(width, height), np.minimum(width, height)
    there = at_middles(pieces, painted(ink.shape, (doubtful, IN_DOUBT), (lines, COVERED)))
    may_be = (
        (long >= sizes.least * line_height)
        & ~_may_be_arrowhead(pieces, line_height, sizes)
        & (long <= sizes.most * line_height)
        & (short > 1)
        & (area < sizes.most_ink * width * height)
        & (there != COVERED)
    )
    on_line = (
        (long >= sizes.least_on_line * line_height)
        & (long <= sizes.most_on_line * line_height)
        & (short < sizes.most_wide_on_line * long)
        & (width <= sizes.slender * height)
    )
    blobs = [
        b
        for b, mark, stands in zip(as_blobs(pieces[may_be]), there[may_be], on_line[may_be], strict=True)
        if (stands or not touches(rulings, b))
        and (mark != IN_DOUBT or stands_free(ink, b.left, b.top, b.width, b.height, sizes))
    ]
    dots = as_blobs(pieces[(long < sizes.most_of_dot * line_height) & (there != COVERED)])
    return [Box(around(with_dot(row, dots, sizes)), 1.0) for row in rows_of(blobs, sizes)]


def _may_be_arrowhead(pieces: npt.NDArray[np.int32], line_height: float, sizes: Sizes) -> npt.NDArray[np.bool_]:
    _, _, width, height, area = pieces.T
    lies = (width > height) & (width < sizes.most_of_arrowhead * line_height) & (width <= sizes.slender * height)
    return np.asarray(lies & (area >= sizes.ink_of_arrowhead * width * height))


def rows_of_lying(strokes: Strokes, lines: Sequence[Box], sizes: Sizes = SIZES) -> list[Box]:
    """Return those level LINES in which nothing stands but characters that lie on their sides, two at least.

    Ordinates or pins in a row: characters of a line that reads along it mostly stand, and nearer to each other. Quads
    are in pixels of the STROKES.
    """
    left, top, width, height, _ = strokes.pieces.T
    x, y = left + width / 2, top + height / 2
    found = []
    for line in lines:
        a, b, c, d = bounds(line.quad_px)
        if c - a < sizes.least_row * (d - b):
            continue
        inside = np.flatnonzero((x > a) & (x < c) & (y > b) & (y < d) & (height > sizes.least_in_row * (d - b)))
        row = inside[np.argsort(left[inside])]
        apart = left[row][1:] - (left + width)[row][:-1]
        least = sizes.least_lying if (apart > sizes.gap_of_own * height[row][1:]).all() else sizes.surely_lying
        if len(row) > 1 and (width[row] > least * height[row]).all():
            found.append(line)
    return found


def bare_ones(strokes: Strokes, lines: Sequence[Box], line_height: float, one: BareOne = ONE) -> list[Box]:
    """Return upright boxes, tight to the ink, of strokes alone in a balloon or a cell, which none of LINES covers.

    Elsewhere a stroke by itself is a dash. Quads are in pixels of the STROKES; LINE_HEIGHT is that of the usual
    lettering's ink.
    """
    ink, rulings, pieces = strokes
    _, _, width, height, _ = pieces.T
    thin = pieces[width <= np.maximum(one.thinnest_px, one.width_of_own * height)]
    covered = painted(ink.shape, (lines, COVERED))
    found = []
    for stroke in thin[(thin[:, 3] >= one.least * line_height) & (thin[:, 3] <= one.most * line_height)]:
        left, top, width, height, _ = (int(v) for v in stroke)
        alone = not covered[top + height // 2, left + width // 2] and not _is_dash(rulings, stroke, pieces, one)
        if alone and _is_enclosed(ink, rulings, stroke, one):
            found.append(Box(upright_quad(left, top, left + width, top + height), 1.0))
    return found


def _is_enclosed(ink: Mask, rulings: Mask, stroke: Piece, one: BareOne) -> bool:
    """Say whether nothing but a stroke stands, at half its height, in paper that ends on all sides."""
    left, top, width, height, _ = (int(v) for v in stroke)
    room = round(one.room_of_own * height)
    x, y = max(0, left - room), max(0, top - room)
    near = np.s_[y : top + height + room, x : left + width + room]
    paper = np.where(ink[near] | rulings[near], np.uint8(0), np.uint8(1))
    beside = (left - x - 1, top - y + height // 2)
    if beside[0] < 0 or not paper[beside[::-1]]:
        return False
    high, wide = paper.shape
    _, paper, _, (column, row, columns, rows) = cv2.floodFill(paper, None, beside, 2)
    if min(column, row) < 1 or column + columns >= wide or row + rows >= high:
        return False
    off_middle = abs(row + rows / 2 - (top - y + height / 2))
    outlines, _ = cv2.findContours((paper == 2).view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return off_middle <= one.off_middle_of_own * height and len(outlines) == 2


def _is_dash(rulings: Mask, stroke: Piece, pieces: npt.NDArray[np.int32], one: BareOne) -> bool:
    """Say whether one of PIECES or a ruling continues a stroke above or below it."""
    left, top, width, height, _ = (int(v) for v in stroke)
    lefts, tops, widths, heights, _ = pieces.T
    gaps = np.maximum(top - tops - heights, tops - top - height)
    aligned = np.abs(lefts + widths / 2 - left - width / 2) <= one.aligned_of_own * height
    thin = widths <= np.maximum(one.thinnest_px, one.as_thick * width)
    reach = round(one.dash_of_own * height)
    if (aligned & thin & (gaps > 0) & (gaps < reach)).any():
        return True
    behind = rulings[max(0, top - reach) : top + height + reach, left : left + width]
    return int(np.count_nonzero(behind.any(axis=1))) > one.ruling_of_own * height


def painted(shape: tuple[int, ...], *marked: tuple[Sequence[Box], int]) -> Mask:
    """Return a picture of SHAPE with each of the boxes filled with their mark, the later ones above."""
    picture = np.zeros(shape, np.uint8)
    for lines, mark in marked:
        for line in lines:
            cv2.fillPoly(picture, [np.round(corners_of(line.quad_px)).astype(np.int32)], mark)
    return picture


def at_middles(pieces: npt.NDArray[np.int32], picture: Mask) -> Mask:
    """Return what PICTURE has in the middle of each of PIECES, rows as `Strokes` has them."""
    left, top, width, height, _ = pieces.T
    return np.asarray(picture[top + height // 2, left + width // 2], np.uint8)


def stands_free(ink: Mask, left: int, top: int, width: int, height: int, sizes: Sizes) -> bool:
    """Say whether no ink is close above and close below a box."""
    gap = max(2, round(sizes.free_of_own * height))
    above, below = ink[max(0, top - gap) : top, left : left + width], ink[top + height : top + height + gap]
    return not above.any() and not below[:, left : left + width].any()


def with_dot(row: list[Blob], dots: Sequence[Blob], sizes: Sizes) -> list[Blob]:
    """Return ROW with the point that ends it, if there is one: the number of a note."""
    last = max(row, key=lambda b: b.right)
    for dot in dots:
        near = 0 <= dot.left - last.right <= sizes.gap_of_own * last.height
        if near and abs(dot.bottom - last.bottom) <= DOT_OFF_LINE * last.height:
            return [*row, dot]
    return row


def rows_of(blobs: Iterable[Blob], sizes: Sizes = SIZES) -> Iterator[list[Blob]]:
    """Yield BLOBS, those beside each other together, from left to right.

    Two that lie on their sides are of two strings: these run up the page.
    """
    waiting = sorted(blobs, key=lambda b: b.left)
    while waiting:
        row = [waiting.pop(0)]
        rest = []
        for position, blob in enumerate(waiting):
            last = row[-1]
            if blob.left - last.right > last.height:
                rest += waiting[position:]
                break
            shared = min(last.bottom, blob.bottom) - max(last.top, blob.top)
            near = blob.left - last.right <= sizes.gap_of_own * last.height
            lie = all(b.width > sizes.surely_lying * b.height for b in (last, blob))
            if near and shared > sizes.shared_of_own * max(last.height, blob.height) and not lie:
                row.append(blob)
            else:
                rest.append(blob)
        waiting = rest
        yield row


def around(row: Sequence[Blob]) -> Quad:
    """Return the upright box around pieces of ink, in their pixels."""
    return upright_quad(*as_one(row)[:4])
