"""Fits detected boxes to the ink: lines of text tight, whole, and apart from their neighbours.

A detector's box is roughly where text is. Here it is looked at as ink: ruling and dimension lines are taken out, the
characters that stick out of the box are taken in, and the box is cut where a gap or a ruling line says that two strings
stand beside each other. Lengths are in line heights, so that they hold at every resolution.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import (
    angle_of,
    corners_of,
    edges_of,
    grown,
    height_of,
    leaning,
    near,
    quad_of,
    shared_areas,
    turned,
    width_of,
)
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.detect.around import (
    are_arcs,
    is_crossed,
    usual_gap,
    without_arrowheads,
    without_frames,
    without_lines_beside,
)
from ocr_tasks.stages.ink import Blob, Mask, apart_from, as_one, blobs_of, ink_of, rulings_of, touches


@dataclass(frozen=True)
class Fit:
    """Lengths in heights of the box (`..._of_box`) or of the line of characters in it (`..._of_line`)."""

    around_of_box: float = 0.35
    beside_of_box: float = 1.5
    ruling_across_of_box: float = 1.25
    """A vertical run of ink this long is a ruling or extension line, not a stroke of a character."""
    ruling_along_of_box: float = 1.8
    spill_of_box: float = 0.25
    remnant_of_box: float = 0.15
    """A piece of ink so small that touches a ruling is of the ruling."""
    inset_of_box: float = 0.15
    """How far a detector's box is from the ink, about."""
    least_of_touched: float = 0.5
    """What geometry that touches the text leaves of it within the box is so high,"""
    line_width: float = 0.35
    """and if it goes on above and below, so wide, in its own heights: else it is a line. It is a character"""
    dense: float = 0.2
    """if the geometry with it covers so much of its box,"""
    sides: tuple[int, int] = (3, 1)
    """or goes on over no more sides of a level and of a sloping box: a character is touched, a cross is on a wire."""
    underline_of_line: float = 1.2
    """A flat piece of ink this long is a remnant of a line, no dash and no underscore."""
    below_of_line: float = 0.15
    """An underscore lies this far below the other characters, at most."""
    reach_of_line: float = 0.35
    """A character this near to the line belongs to it."""
    reach_of_gaps: float = 1.5
    """So does one no further than this many times the widest gap within the line,"""
    most_reach_of_line: float = 0.7
    """up to this."""
    reach_of_dot: float = 0.4
    split_of_line: float = 1.5
    """A gap this wide separates two strings."""
    least_of_line: float = 0.05


FIT = Fit()
LEVEL_DEG = 3.0
"""A box that slopes no more is level."""


def fit_to_ink(page: Gray, boxes: Sequence[Box], fit: Fit = FIT) -> list[Box]:
    """Return the lines of text in BOXES, whose quads read upright in their own direction, tight to the ink.

    PAGE is uint8 (height, width); quads are in its pixels. A box without ink is dropped.
    """
    edges = edges_of(box.quad_px for box in boxes)
    lines: list[Box] = []
    for index, box in enumerate(boxes):
        beside = near(edges, edges[index], fit.beside_of_box * height_of(box.quad_px))
        others = [corners_of(boxes[k].quad_px) for k in beside if k != index]
        lines += [Box(quad, box.score) for quad in lines_in(page, box.quad_px, others, fit)]
    return without_doubles(lines)


def lines_in(page: Gray, quad: Quad, others: Sequence[npt.NDArray[np.float64]], fit: Fit = FIT) -> list[Quad]:
    """Return the tight quads of the strings in one box; OTHERS are neighbouring boxes, whose characters are theirs."""
    width, height = width_of(quad), height_of(quad)
    if width < 2 or height < 2:
        return []
    beside, around = fit.beside_of_box * height, fit.around_of_box * height
    patch_quad = grown(quad, beside, around)
    patch = cut(page, patch_quad)
    if patch.size == 0:
        return []
    ink = ink_of(patch)
    rulings = rulings_of(
        ink, along=round(fit.ruling_along_of_box * height), across=round(fit.ruling_across_of_box * height)
    )
    strokes = apart_from(ink, rulings)
    blobs = [blob for blob in blobs_of(strokes) if not _is_remnant(blob, rulings, fit.remnant_of_box * height)]
    blobs = without_arrowheads(blobs, ink, rulings, height)
    to_page = _frame(patch_quad)
    core = (beside, around, beside + width, around + height)
    seeds = without_frames(seeds_in(strokes, blobs, core, fit, sloping=_slopes(quad)))
    if not seeds:
        return []
    top, bottom = band_of(seeds, core)
    line_height = max(bottom - top, 2.0)
    members = without_lines_beside([b for b in seeds if _belongs(b, top, bottom, fit)])
    free = [
        blob
        for blob in blobs
        if not _inside(blob.middle, core) and not any(_covers(other, to_page, blob.middle) for other in others)
    ]
    members = with_neighbours(members, free, top, bottom, fit)
    return [
        _single_upright(quad_of(_to_page(to_page, extent)), blobs)
        for extent, blobs in segments(members, rulings, line_height, fit)
    ]


def _is_remnant(blob: Blob, rulings: Mask, most: float) -> bool:
    """Say whether a piece of ink no larger than MOST is what a ruling left where it begins, ends or meets a dot."""
    return max(blob.width, blob.height) <= most and touches(rulings, blob)


def seeds_in(
    strokes: Mask,
    blobs: Sequence[Blob],
    core: tuple[float, float, float, float],
    fit: Fit = FIT,
    *,
    sloping: bool = False,
) -> list[Blob]:
    """Return those of BLOBS, of the ink in STROKES, that stand in the box: left, top, right, bottom in its pixels.

    Of one that runs far out of it, geometry that touches the text, what of it stands within. SLOPING: the box is not
    parallel to the page's edges; such a box may be around more than text.
    """
    left, top, right, bottom = core
    height = bottom - top
    spill, inset = fit.spill_of_box * height, fit.inset_of_box * height
    seeds, touched = [], []
    for blob in blobs:
        runs_out = (
            blob.top < top - spill
            or blob.bottom > bottom + spill
            or blob.left < left - 2 * spill
            or blob.right > right + 2 * spill
        )
        if runs_out:
            touched.append(blob)
        elif _inside(blob.middle, core):
            seeds.append(blob)
    inner = round(left + inset), round(top + inset), round(right - inset), round(bottom - inset)
    touched = [blob for blob in touched if _reaches_into(blob, inner, fit.least_of_touched * height)]
    if not touched:
        return seeds
    return seeds + [
        piece
        for piece in _pieces_within(strokes, inner)
        if piece.width > 1
        and piece.height > fit.least_of_touched * height
        and not _crosses(piece, inner, fit)
        and not any(_inside(piece.middle, seed[:4]) for seed in seeds)
        and any(
            blob.holds(piece) and (_is_dense(blob, fit) or _sides(piece, inner) <= fit.sides[sloping])
            for blob in touched
        )
    ]


def _reaches_into(blob: Blob, box: tuple[int, int, int, int], least: float) -> bool:
    """Say whether a blob's part within BOX may be a character, LEAST high."""
    across = min(blob.right, box[2]) - max(blob.left, box[0])
    return across > 1 and min(blob.bottom, box[3]) - max(blob.top, box[1]) > least


def _pieces_within(strokes: Mask, box: tuple[int, int, int, int]) -> list[Blob]:
    """Return the connected pieces that the ink of STROKES within BOX falls into."""
    left, top, right, bottom = box
    return [blob.moved(left, top) for blob in blobs_of(np.ascontiguousarray(strokes[top:bottom, left:right]))]


def _crosses(piece: Blob, box: tuple[int, int, int, int], fit: Fit) -> bool:
    """Say whether a piece is a line that goes on above and below BOX."""
    return piece.top <= box[1] and piece.bottom >= box[3] and piece.width < fit.line_width * piece.height


def _sides(piece: Blob, box: tuple[int, int, int, int]) -> int:
    """Return over how many sides of BOX a piece that is cut at them goes on."""
    left, top, right, bottom = box
    return (piece.left <= left) + (piece.top <= top) + (piece.right >= right) + (piece.bottom >= bottom)


def _is_dense(blob: Blob, fit: Fit) -> bool:
    return blob.area > fit.dense * blob.width * blob.height


def _slopes(quad: Quad) -> bool:
    return abs(leaning(angle_of(quad))) > LEVEL_DEG


def band_of(seeds: Sequence[Blob], core: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return top and bottom of the line: of the blobs that reach into the middle half of the box."""
    _, top, _, bottom = core
    quarter = (bottom - top) / 4
    central = [b for b in seeds if b.bottom > top + quarter and b.top < bottom - quarter] or list(seeds)
    return min(b.top for b in central), max(b.bottom for b in central)


def _belongs(blob: Blob, top: float, bottom: float, fit: Fit) -> bool:
    """Say whether a blob of the box is a piece of its line: no speck, no underline, not of the line below."""
    height = max(bottom - top, 2.0)
    speck = max(blob.width, blob.height) <= fit.least_of_line * height
    underline = blob.width > fit.underline_of_line * height and blob.height < 0.2 * height
    return blob.bottom > top and blob.top < bottom + fit.below_of_line * height and not speck and not underline


def with_neighbours(members: Sequence[Blob], free: Sequence[Blob], top: float, bottom: float, fit: Fit) -> list[Blob]:
    """Return MEMBERS and what of FREE continues their line to either side: characters, and dots close by."""
    height = bottom - top
    if not members:
        return []
    begin, end = low, high = min(b.left for b in members), max(b.right for b in members)
    taken = list(members)
    usual = min(fit.reach_of_gaps * widest_gap(members), fit.most_reach_of_line * height)
    reach = max(fit.reach_of_line * height, usual)
    for rightwards in (True, False):
        order = sorted(free, key=(lambda b: b.left) if rightwards else (lambda b: -b.right))
        for blob in order:
            gap = blob.left - high if rightwards else low - blob.right
            if gap < -0.5 * height:
                continue
            if gap > reach:
                break
            if not _continues(blob, top, bottom, gap, fit):
                continue
            taken.append(blob)
            low, high = min(low, blob.left), max(high, blob.right)
    before = max((b for b in taken if b.right <= begin), key=lambda b: b.right, default=None)
    behind = min((b for b in taken if b.left >= end), key=lambda b: b.left, default=None)
    return list(members) if before and behind and are_arcs(before, behind, height) else taken


def widest_gap(members: Sequence[Blob]) -> float:
    """Return the widest empty stretch between MEMBERS along the line, in pixels."""
    widest, right = 0, None
    for blob in sorted(members, key=lambda b: b.left):
        if right is not None:
            widest = max(widest, blob.left - right)
        right = blob.right if right is None else max(right, blob.right)
    return float(widest)


def _continues(blob: Blob, top: float, bottom: float, gap: float, fit: Fit) -> bool:
    height = bottom - top
    above, below = (0.45, 0.45) if blob.width > 0.5 * blob.height else (0.2, 0.25)  # ⌀ is larger than the digits
    if not top <= blob.middle[1] <= bottom or blob.top < top - above * height or blob.bottom > bottom + below * height:
        return False
    if blob.height >= 0.55 * height:
        bar = blob.width < 0.2 * blob.height
        stands = blob.bottom >= bottom - 0.15 * height
        strays = bar and (blob.top < top - 0.1 * height or blob.bottom > bottom + 0.1 * height)
        return blob.width <= 1.6 * height and stands and not strays  # else an extension line or a tick
    is_dot = max(blob.width, blob.height) <= 0.45 * height
    return is_dot and gap <= fit.reach_of_dot * height


def segments(
    members: Sequence[Blob], rulings: Mask, line_height: float, fit: Fit
) -> Iterator[tuple[tuple[float, float, float, float], int]]:
    """Yield each string's left, top, right, bottom and its number of blobs: MEMBERS cut at wide gaps and at rulings."""
    ordered = sorted(members, key=lambda b: b.left)
    if not ordered:
        return
    usual = usual_gap(ordered, line_height)
    piece = [ordered[0]]
    last = ordered[0]
    for blob in ordered[1:]:
        gap = blob.left - last.right
        ruled = gap > 0 and _ruled(rulings, piece, last.right, blob)
        if gap > fit.split_of_line * line_height or (ruled and not is_crossed(last, blob, usual, line_height)):
            yield as_one(piece)[:4], len(piece)
            piece = []
        piece.append(blob)
        last = max(last, blob, key=lambda b: b.right)
    yield as_one(piece)[:4], len(piece)


def _single_upright(quad: Quad, blobs: int) -> Quad:
    """Return QUAD turned upright if it reads upwards but holds one piece of ink: a single narrow character, 1 or I."""
    if blobs == 1 and abs(angle_of(quad) - 90) < 30 and width_of(quad) > height_of(quad):
        return turned(quad, 1)
    return quad


def _ruled(rulings: Mask, piece: Sequence[Blob], left: int, blob: Blob) -> bool:
    """Say whether a vertical ruling stands between columns LEFT and BLOB, as high as the characters."""
    top = min(blob.top, *(b.top for b in piece))
    bottom = max(blob.bottom, *(b.bottom for b in piece))
    between = rulings[top:bottom, left : blob.left]
    return bool(between.size and (np.count_nonzero(between, axis=0) > 0.9 * (bottom - top)).any())


def without_doubles(lines: Sequence[Box]) -> list[Box]:
    """Return LINES without those that lie in another one: two boxes may have taken in the same characters."""
    ordered = sorted(lines, key=lambda b: -width_of(b.quad_px) * height_of(b.quad_px))
    edges = edges_of(line.quad_px for line in ordered)
    areas = np.maximum((edges[:, 2:] - edges[:, :2]).prod(1), 1e-6)
    heights = np.array([height_of(line.quad_px) for line in ordered])
    kept = np.zeros(len(ordered), bool)
    for k in range(len(ordered)):
        within = shared_areas(edges[kept], edges[k]) > 0.7 * areas[k]
        kept[k] = not (within & (heights[k] > 0.5 * heights[kept])).any()
    return [line for line, stays in zip(ordered, kept, strict=True) if stays]


def _frame(quad: Quad) -> npt.NDArray[np.float64]:
    """Return rows along, down, origin: a patch's pixels in the page."""
    corners = corners_of(quad)
    along = (corners[1] - corners[0]) / max(width_of(quad), 1e-6)
    down = (corners[3] - corners[0]) / max(height_of(quad), 1e-6)
    return np.array([along, down, corners[0]])


def _to_page(frame: npt.NDArray[np.float64], box: tuple[float, float, float, float]) -> npt.NDArray[np.float64]:
    left, top, right, bottom = box
    places = np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)], np.float64)
    return np.asarray(places @ frame, np.float64)


def _covers(other: npt.NDArray[np.float64], frame: npt.NDArray[np.float64], place: tuple[float, float]) -> bool:
    x, y = np.array([*place, 1.0]) @ frame
    return cv2.pointPolygonTest(other.astype(np.float32), (float(x), float(y)), False) >= 0


def _inside(place: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]
