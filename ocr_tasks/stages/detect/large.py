"""Lettering of twice or three times the usual height: section letters, titles of views. A detector loses it if thin.

Such a letter is a connected piece of thin strokes that no line covers. Letters beside each other are one row, with the
dash between them: `A-A`. Reading decides, and must be sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr_tasks.engines import Box
from ocr_tasks.quads import turned
from ocr_tasks.stages.detect.lone import COVERED, around, at_middles, painted
from ocr_tasks.stages.ink import Blob, Mask, Strokes, as_blobs, touches


@dataclass(frozen=True)
class Large:
    """Lengths in heights of the page's lettering, or of the letter itself (`..._of_own`)."""

    least: float = 1.6
    most: float = 3.2
    most_ink: float = 0.48
    """Of its box a letter covers less than an arrowhead does,"""
    width_of_own: float = 1.2
    """and it is no wider;"""
    stroke_of_own: float = 0.2
    """A bare stroke is narrower, a 1 or an I;"""
    narrow_of_own: float = 0.35
    """what is as narrow as a 1 is one beside others, by itself as well half an arrow."""
    alike: float = 0.9
    """Letters of a row are of one height and stand on one line so nearly,"""
    gap_of_own: float = 0.6
    """no further apart,"""
    dash_of_own: tuple[float, float] = (0.15, 0.9)
    """or with a dash of such a length between them,"""
    flat_of_own: float = 0.15
    """so flat,"""
    middle_of_own: float = 0.2
    """so near their middle,"""
    gap_of_dash: float = 0.9
    """with so much paper on either side at most."""


LARGE = Large()


def large_rows(strokes: Strokes, lines: Sequence[Box], line_height: float, large: Large = LARGE) -> list[Box]:
    """Return boxes, tight to the ink, of rows of large letters that none of LINES covers, upright or upwards.

    Quads are in pixels of the STROKES; LINE_HEIGHT is that of the usual lettering's ink. A letter is proposed upwards
    if it is wider than upright ones are, several are if a dash is between them.
    """
    covered = at_middles(strokes.pieces, painted(strokes.ink.shape, (lines, COVERED)))
    pieces = strokes.pieces[covered == 0]
    upward = [
        row
        for row in _rows(pieces[:, [1, 0, 3, 2, 4]], strokes.rulings.T, line_height, large)
        if (len(row) == 1 and row[0].height > large.width_of_own * row[0].width)
        or any(blob.height < large.flat_of_own * max(b.height for b in row) for blob in row)
    ]
    taken = [_transposed(blob) for row in upward for blob in row]
    upright = [row for row in _rows(pieces, strokes.rulings, line_height, large) if row[0] not in taken]
    return [
        *(Box(around(row), 1.0) for row in upright),
        *(Box(turned(around([_transposed(blob) for blob in row]), -1), 1.0) for row in upward),
    ]


def _rows(pieces: npt.NDArray[np.int32], rulings: Mask, line_height: float, large: Large) -> list[list[Blob]]:
    """Return the upright rows of large letters among PIECES, without those of which each may be a tick."""
    _, _, width, height, area = pieces.T
    stroke = width < large.stroke_of_own * height
    letter = (height > large.least * line_height) & (height <= large.most * line_height)
    letter &= (width <= large.width_of_own * height) & (stroke | (area < large.most_ink * width * height))
    flat = height <= large.flat_of_own * large.most * line_height
    dash = flat & (width >= large.dash_of_own[0] * large.least * line_height)
    letters = [b for b in as_blobs(pieces[letter]) if not touches(rulings, b)]
    rows = rows_of(letters, as_blobs(pieces[dash]), large)
    return [row for row in rows if not all(_is_narrow(blob, large) for blob in row)]


def _transposed(blob: Blob) -> Blob:
    return Blob(blob.top, blob.left, blob.bottom, blob.right, blob.area)


def rows_of(letters: Sequence[Blob], dashes: Sequence[Blob], large: Large = LARGE) -> list[list[Blob]]:
    """Return LETTERS, those beside each other together, with those of DASHES that stand between two of them."""
    rows: list[list[Blob]] = []
    for letter in sorted(letters, key=lambda b: b.left):
        for row in rows:
            if (between := _joint(row[-1], letter, dashes, large)) is not None:
                row += [*between, letter]
                break
        else:
            rows.append([letter])
    return rows


def _joint(before: Blob, after: Blob, dashes: Sequence[Blob], large: Large) -> list[Blob] | None:
    """Return what stands between two letters of one row, None if they are not of one row."""
    own, gap = max(before.height, after.height), after.left - before.right
    off = (1 - large.alike) * own
    if gap < 0 or abs(before.top - after.top) > off or abs(before.bottom - after.bottom) > off:
        return None
    if gap <= large.gap_of_own * own:
        return []
    for dash in dashes:
        inside = before.right < dash.left and dash.right < after.left
        near = max(dash.left - before.right, after.left - dash.right) <= large.gap_of_dash * own
        level = abs(dash.middle[1] - after.middle[1]) <= large.middle_of_own * own
        shape = dash.height <= large.flat_of_own * own and large.dash_of_own[0] * own <= dash.width
        if inside and near and level and shape and dash.width <= large.dash_of_own[1] * own:
            return [dash]
    return None


def _is_narrow(blob: Blob, large: Large) -> bool:
    return blob.width < large.narrow_of_own * blob.height
