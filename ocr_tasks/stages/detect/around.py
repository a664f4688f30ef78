"""What stands around a string or crosses it and is no part of it: the circle of a balloon, a centre line.

Lengths are in heights of the line of characters, unless they say otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from ocr_tasks.stages.ink import Blob, Mask, apart_from, touches


@dataclass(frozen=True)
class Shapes:
    """How frames, arcs and letters differ."""

    least_of_letter: float = 1.5
    """A frame is so many times wider than a letter in it is high."""
    least_letter: float = 0.2
    """The letter is so high, in heights of the frame."""
    cut: float = 0.3
    """A frame may be cut off so far within its letter, in heights of the letter."""
    off_square: float = 0.15
    """A ring is as wide as high, nearly."""
    frame_ink: float = 0.4
    """So much of its box a frame covers at most,"""
    arc_ink: float = 0.3
    """so much an arc does."""
    arc_width: float = 0.5
    arc_off: float = 0.15
    """Two arcs of one circle are of one size and height, nearly."""
    crossed: float = 1.25
    """A ruling in a gap no wider than so many usual ones crosses a string: cells leave more."""
    least_height: float = 0.6
    most_width: float = 1.2
    """Letters and digits are so high, and no wider."""
    most_gap: float = 0.5
    """A wider gap is one between words."""
    bar_width: float = 0.25
    """A line that stands beside a string is so narrow and"""
    bar_ink: float = 0.6
    """so straight, of its own height and box;"""
    bar_least: float = 1.2
    """it is so many times higher than the characters"""
    bar_most: float = 2.5
    dash_over: float = 0.6
    """and its dashes, of which an i is none, begin so far above them,"""
    dash_out: float = 0.1
    """or so far above and end so far below."""
    bar_short: float = 0.5
    bar_sunk: float = 0.25
    """It may be so short if it begins and ends so far below the beginnings and the ends of the others."""
    arrowhead: float = 0.17
    """An arrowhead is filled so far across, in heights of a box that it stands in,"""
    arrowhead_px: int = 7
    """and so many pixels: no stroke of small lettering is."""
    half_filled: float = 0.5
    """So much at least of what its line leaves of it, to either side, is filled so: the tip is not."""
    half_ink: float = 0.8
    """It tapers: no more of its box is ink."""


SHAPES = Shapes()
RULING_PX = 3
"""A thin ruling, as it is taken out, covers so much that is none of it."""


def without_frames(pieces: Sequence[Blob], shapes: Shapes = SHAPES) -> list[Blob]:
    """Return PIECES of ink without those around others: a balloon's circle or half of it, a revision's triangle.

    A whole ring in a line with other characters stays: Ⓜ and its like.
    """
    frames = [piece for piece in pieces if any(_is_around(piece, other, shapes) for other in pieces)]
    letters = [piece for piece in pieces if piece not in frames]
    left, right = min((f.left for f in frames), default=0), max((f.right for f in frames), default=0)
    alone = all(left < letter.left and letter.right < right for letter in letters)
    return [piece for piece in pieces if piece not in frames or (not alone and _is_square(piece, shapes))]


def without_lines_beside(pieces: Sequence[Blob], shapes: Shapes = SHAPES) -> list[Blob]:
    """Return the PIECES of a line of characters without a bar at either end that is higher than they are, or sunk.

    An extension line or a dash of a centre line: beside a string it reads as 1.
    """
    left = list(pieces)
    for outermost in (min, max):
        if left:
            end = outermost(left, key=lambda piece: piece.left + piece.right)
            column = [piece for piece in left if piece.left < end.right and end.left < piece.right]
            rest = [piece for piece in left if piece not in column]
            left = rest if rest and _is_line_beside(column, rest, shapes) else left
    return left


def without_arrowheads(
    pieces: Sequence[Blob], ink: Mask, rulings: Mask, height: float, shapes: Shapes = SHAPES
) -> list[Blob]:
    """Return PIECES of INK, of a box of HEIGHT pixels, without what RULINGS leave of the arrowheads on them.

    Beside a value they made its box higher, and its digits small in it.
    """
    across = round(max(shapes.arrowhead * height, shapes.arrowhead_px))
    tapered = [
        piece
        for piece in pieces
        if min(piece.width, piece.height) < across
        and piece.area < shapes.half_ink * piece.width * piece.height
        and touches(rulings, piece)
    ]
    if not tapered:
        return list(pieces)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    solid = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, disc), np.ones((3, 3), np.uint8))
    filled = apart_from(ink, rulings) & np.asarray(solid, np.uint8)
    halves = {
        piece
        for piece in tapered
        if np.count_nonzero(filled[piece.top : piece.bottom, piece.left : piece.right])
        > shapes.half_filled * piece.area
    }
    return [piece for piece in pieces if piece not in halves]


def _is_line_beside(column: Sequence[Blob], rest: Sequence[Blob], shapes: Shapes) -> bool:
    """Say whether pieces above each other are a bar, sunk or higher than the REST of their line, or its dashes."""
    top, bottom = min(piece.top for piece in column), max(piece.bottom for piece in column)
    height, width = bottom - top, max(piece.right for piece in column) - min(piece.left for piece in column)
    straight = all(piece.area > shapes.bar_ink * piece.width * piece.height for piece in column)
    tallest = max(piece.height for piece in rest)
    if width >= shapes.bar_width * height or not straight:
        return False
    begins, ends = top - min(piece.top for piece in rest), bottom - max(piece.bottom for piece in rest)
    if len(column) == 1 and height > shapes.bar_short * tallest and min(begins, ends) > shapes.bar_sunk * tallest:
        return True
    if not shapes.bar_least * tallest < height < shapes.bar_most * tallest:
        return False
    over = (min(piece.top for piece in rest) - top) / tallest
    under = (bottom - max(piece.bottom for piece in rest)) / tallest
    return len(column) == 1 or over > shapes.dash_over or min(over, under) > shapes.dash_out


def _is_around(frame: Blob, letter: Blob, shapes: Shapes) -> bool:
    """Say whether a thin piece stands around a letter, with paper to both sides of it."""
    cut = shapes.cut * letter.height
    return (
        frame.left < letter.left - 1
        and letter.right + 1 < frame.right
        and frame.top <= letter.top + cut
        and letter.bottom - cut <= frame.bottom
        and frame.width >= shapes.least_of_letter * letter.height
        and letter.height >= shapes.least_letter * frame.height
        and frame.area <= shapes.frame_ink * frame.width * frame.height
    )


def _is_square(piece: Blob, shapes: Shapes) -> bool:
    return abs(piece.width - piece.height) <= shapes.off_square * piece.height


def are_arcs(left: Blob, right: Blob, height: float, shapes: Shapes = SHAPES) -> bool:
    """Say whether two pieces on either side of a line of HEIGHT pixels are what lines leave of a circle around it."""
    off = shapes.arc_off * height
    sides = ((left.width, right.width), (left.top, right.top), (left.bottom, right.bottom))
    thin = all(piece.area <= shapes.arc_ink * piece.width * piece.height for piece in (left, right))
    return thin and all(abs(a - b) <= off for a, b in sides) and left.width >= shapes.arc_width * height


def usual_gap(pieces: Sequence[Blob], height: float, shapes: Shapes = SHAPES) -> float:
    """Return the usual gap between PIECES, from left to right, on a line of HEIGHT pixels; 0 if none is seen."""
    gaps = sorted(after.left - before.right for before, after in pairwise(pieces))
    narrow = [gap for gap in gaps if 0 < gap < shapes.most_gap * height]
    return narrow[len(narrow) // 2] if narrow else 0.0


def is_crossed(before: Blob, after: Blob, usual: float, height: float, shapes: Shapes = SHAPES) -> bool:
    """Say whether a ruling between two pieces on a line of HEIGHT crosses their string.

    Both are letters, and the gap is about the USUAL one. A ruling is taken out with a pixel of what it touches.
    """
    letters = is_letter(before, height, shapes) and is_letter(after, height, shapes)
    return letters and after.left - before.right <= shapes.crossed * usual + RULING_PX


def is_letter(piece: Blob, height: float, shapes: Shapes = SHAPES) -> bool:
    """Say whether a piece has the size of a letter or a digit on a line of HEIGHT pixels."""
    return piece.height >= shapes.least_height * height and piece.width <= shapes.most_width * height
