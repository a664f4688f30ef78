"""Takes the crosses that mark unconnected pins of schematics off a page: they touch the numbers of the pins.

A cross stands on the end of a pin's wire: two short strokes of one length, each at 45 degrees, and one wire that leaves
from where they meet. An X of text has no wire, a crossing of longer lines no ends.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.engines import Gray
from ocr_tasks.stages.crops import WHITE
from ocr_tasks.stages.ink import Mask

SEARCH_DPI, FAINT, DARK = 150.0, 205, 160
"""The page is searched reduced to about so much, for what is darker than the second; in full, ink is than the third."""
LEAST_MM, MOST_MM = 0.35, 1.2
"""The arms of a cross are so long, across the page, from where they meet,"""
UNLIKE = 1.35
"""the longest of the three or four that end in paper no longer than so many times the shortest."""
BARE = (0.45, 0.9)
"""From here to there, in lengths of an arm, what stands on the axes between the arms is the wire, and a number."""
WIRE = 1.3
"""The wire is at least so long, in lengths of an arm."""
WIDENED = (1, 2)
"""Ink is looked at as it is and a pixel wider: diagonals a pixel wide may cross between pixels."""
DIAGONALS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
AXES = ((1, 0), (0, 1), (-1, 0), (0, -1))


class Cross(NamedTuple):
    """Where the arms of a cross meet and how far they reach, across the page and down it, in pixels."""

    x: int
    y: int
    arm: int


def without_crosses(image: Gray, dpi: float) -> tuple[Gray, int]:
    """Return a page of DPI with paper where crosses end wires, itself if it shows none, and how many there were."""
    crosses = crosses_of(image, dpi)
    clear = image.copy() if crosses else image
    for cross in crosses:
        _erase(clear, cross)
    return clear, len(crosses)


def crosses_of(image: Gray, dpi: float) -> list[Cross]:
    """Return the crosses on the ends of wires on a page of DPI."""
    least, most = (round(length * dpi / 25.4) for length in (LEAST_MM, MOST_MM))
    found: list[Cross] = []
    for x, y, widened in _places(image, dpi):
        cross = _cross_at(image, x, y, least, most, widened)
        if cross is not None and all(max(abs(cross.x - o.x), abs(cross.y - o.y)) > least for o in found):
            found.append(cross)
    return found


def _places(image: Gray, dpi: float) -> list[tuple[int, int, int]]:
    """Return where both diagonals are ink, mostly beside paper, in pixels of IMAGE, and how far the ink is WIDENED."""
    step = 2 ** max(0, round(math.log2(dpi / SEARCH_DPI)))
    size = (image.shape[1] // step, image.shape[0] // step)
    arm = max(2, round(LEAST_MM * dpi / step / 25.4))
    off = arm + 1
    if min(size) <= 2 * off:
        return []
    page = image[: size[1] * step, : size[0] * step]
    small = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    return [(x, y, widened) for widened in WIDENED for x, y in _crossings(_ink(small, FAINT, widened), arm, step)]


def _ink(image: Gray, level: int, widened: int) -> Mask:
    """Return 1 where IMAGE is darker than LEVEL, each run across the page WIDENED - 1 pixels longer."""
    ink = (image < level).view(np.uint8)
    return ink if widened == 1 else np.asarray(cv2.dilate(ink, np.ones((1, widened), np.uint8)), np.uint8)


def _crossings(ink: Mask, arm: int, step: int) -> list[tuple[int, int]]:
    """Return where arms of ARM pixels may meet on the INK of a page reduced STEP times, in pixels of that page."""
    off = arm + 1
    both = _crossing(ink, arm)
    both[:off], both[-off:], both[:, :off], both[:, -off:] = 0, 0, 0, 0
    places = np.asarray(cv2.findNonZero(both) if both.any() else [], np.int64).reshape(-1, 2)
    x, y = places.T
    beside = [ink[y + off * down, x + off * across] for across, down in AXES]
    ends = [beside[k] & ~beside[k - 2] for k in range(len(AXES))]
    found = places[np.any(ends, axis=0) & (np.sum(beside, axis=0) <= 2)]
    return [(int(a), int(b)) for a, b in (np.unique(found // arm, axis=0) * arm + arm / 2) * step]


def _crossing(ink: Mask, arm: int) -> Mask:
    """Return where INK is on both diagonals, for ARM steps to each side."""
    diagonal = np.eye(2 * arm + 1, dtype=np.uint8)
    return np.asarray(cv2.bitwise_and(cv2.erode(ink, diagonal), cv2.erode(ink, diagonal[::-1].copy())), np.uint8)


def _cross_at(image: Gray, x: int, y: int, least: int, most: int, widened: int) -> Cross | None:
    """Return the cross near (x, y) on ink so WIDENED, None without one. Its arms are of LEAST to MOST pixels."""
    reach = 2 * most
    left, top = max(0, x - reach), max(0, y - reach)
    ink = _ink(image[top : y + reach, left : x + reach], DARK, widened)
    rows, columns = np.nonzero(_crossing(ink, least))
    near = (abs(columns + left - x) <= least + 2) & (abs(rows + top - y) <= least + 2)
    if not near.any():
        return None
    across, down = round(float(columns[near].mean())), round(float(rows[near].mean()))
    arms = sorted(_run(ink, across, down, step) for step in DIAGONALS)[:3]
    arm = arms[1]
    if not least <= arm <= most or arms[2] > UNLIKE * arms[0]:
        return None
    runs = [_run(ink, across, down, step) for step in AXES]
    wires = [k for k, run in enumerate(runs) if run >= WIRE * arm]
    bare = [_is_bare(ink, across, down, step, arm) for step in AXES]
    if len(wires) != 1 or not bare[wires[0] - 2] or sum(bare) < 2:
        return None
    return Cross(across + left, down + top, arm)


def _run(ink: Mask, x: int, y: int, step: tuple[int, int]) -> int:
    """Return for how many steps from (x, y) on INK goes on."""
    across, down = step
    high, wide = ink.shape
    length = 0
    while 0 <= (a := x + across * (length + 1)) < wide and 0 <= (b := y + down * (length + 1)) < high and ink[b, a]:
        length += 1
    return length


def _is_bare(ink: Mask, x: int, y: int, step: tuple[int, int], arm: int) -> bool:
    """Say whether paper is beside (x, y) where only a wire or a number may stand."""
    steps = np.arange(round(BARE[0] * arm), round(BARE[1] * arm) + 1)
    rows, columns = y + steps * step[1], x + steps * step[0]
    inside = (rows >= 0) & (rows < ink.shape[0]) & (columns >= 0) & (columns < ink.shape[1])
    return not ink[rows[inside], columns[inside]].any()


def _erase(image: Gray, cross: Cross) -> None:
    """Put paper where the arms of a cross are on IMAGE; where one runs into a character, that stays."""
    reach = cross.arm + 2
    top, left = max(0, cross.y - 2 * reach), max(0, cross.x - 2 * reach)
    patch = image[top : cross.y + 2 * reach, left : cross.x + 2 * reach]
    x, y = cross.x - left, cross.y - top
    ink = (patch < DARK).view(np.uint8)
    thick = _thickness(ink, x, y, cross.arm)
    off = thick // 2 + 2
    _without_wire(ink, x, y, thick)
    strokes = np.zeros_like(ink)
    for across, down in DIAGONALS:
        for k in range(reach + 1):
            a, b = x + k * across, y + k * down
            beside = [(a - down * off, b + across * off), (a + down * off, b - across * off)]
            free = all(not _at(ink, *point) for point in beside)
            if free or k <= off:
                cv2.circle(strokes, (a, b), off, 1, -1)
    patch[strokes > 0] = WHITE


def _without_wire(ink: Mask, x: int, y: int, thick: int) -> None:
    """Put paper on INK where the wire runs that ends at (x, y)."""
    half = thick // 2 + 1
    across, _ = max(AXES, key=lambda step: _run(ink, x, y, step))
    band = np.s_[max(0, y - half) : y + half + 1, :] if across else np.s_[:, max(0, x - half) : x + half + 1]
    ink[band] = 0


def _thickness(ink: Mask, x: int, y: int, arm: int) -> int:
    """Return how thick the strokes of a cross are, in pixels: the least of what is seen across its arms."""
    half = arm * 3 // 4
    seen = []
    for across, down in DIAGONALS:
        a, b = x + half * across, y + half * down
        seen.append(1 + _run(ink, a, b, (-down, across)) + _run(ink, a, b, (down, -across)))
    return min(seen)


def _at(ink: Mask, x: int, y: int) -> bool:
    return bool(0 <= y < ink.shape[0] and 0 <= x < ink.shape[1] and ink[y, x])
