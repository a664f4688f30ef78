"""What hangs on what: a frame on the dimension of its feature, the lines of a hole callout, the limits of a size.

Where a string stands tells it: right under another one, in its reading direction, in the same lettering.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from ocr_tasks.drawing.fold import fold
from ocr_tasks.drawing.parse import parse
from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import DIMENSION_KINDS, Meaning

_WIDEST_GAP_EM = 0.9
"""Blank between two lines of one callout, in heights of the upper one."""

_DEVIATION = re.compile(r"\s*(?:[+±-]\s*\d*[.,]?\d+\s*°?|0(?:[.,]0+)?°?)\s*")

_WIDEST_TOLERANCE = {"mm": 0.6, "in": 0.025, "deg": 0.0}
"""Two sizes one over the other that differ by more are two sizes."""


def hang(spots: Sequence[Spot], meanings: Sequence[Meaning], unit: str | None) -> tuple[dict[int, int], list[Meaning]]:
    """Return which item hangs on which, and the MEANINGS with what hangs on each taken in.

    - A feature control frame or datum hangs on the dimension, thread or frame right above it (ISO 1101 clause 8.3,
      ASME Y14.5 clause 6.4.2); the dimension takes in the frame.
    - `⌴ ⌀14 ↧8` or `↧12` under a hole belongs to it; so does a lone tolerance or `4X`.
    - `+0.1`, `0` in small lettering right beside a size are its deviations.
    - Two sizes one over the other, the larger above and close to each other, are the limits of one size;
      the lower string is then a `tolerance` with that limit, so that nothing counts as two dimensions.
    """
    result = list(meanings)
    hung: dict[int, int] = {}
    deviations = [spot for spot in spots if _DEVIATION.fullmatch(fold(spot.text).text)]
    for upper in sorted(spots, key=lambda spot: (spot.centre[1], spot.centre[0])):
        head = upper.index
        if head in hung or not _carries(result[head]):
            continue
        joined_beside = _with_deviations(upper, deviations, result, hung, unit)
        if joined_beside is not None:
            result[head] = joined_beside
        last = upper
        while (lower := _right_below(last, spots, hung)) is not None:
            joined = _join(upper, lower, result, unit)
            if joined is None:
                break
            result[head] = joined
            if _are_limits(meanings[head], meanings[lower.index]):
                nominal, its_unit = meanings[lower.index].nominal, meanings[lower.index].unit
                result[lower.index] = Meaning(kind="tolerance", lower=nominal, unit=its_unit)
            hung[lower.index] = head
            last = lower
    return hung, result


def _carries(meaning: Meaning) -> bool:
    return meaning.kind in DIMENSION_KINDS or meaning.kind in ("thread", "gdt")


def _right_below(spot: Spot, spots: Sequence[Spot], hung: dict[int, int]) -> Spot | None:
    """Return the string on the next line under SPOT, in its reading direction; None if there is none close by."""
    (x0, y0), (x1, y1), _, (x3, y3) = spot.quad_px
    width = math.hypot(x1 - x0, y1 - y0)
    if width == 0:
        return None
    along = ((x1 - x0) / width, (y1 - y0) / width)
    down = ((x3 - x0) / spot.em, (y3 - y0) / spot.em)
    best: tuple[float, Spot] | None = None
    for other in spots:
        if other.index == spot.index or other.index in hung or not 0.6 < other.em / spot.em < 1.7:
            continue
        turn = (other.angle_deg - spot.angle_deg + 180) % 360 - 180
        if abs(turn) > 10 and len(other.text.strip()) > 1:
            continue
        corner = (other.quad_px[0][0] - x3, other.quad_px[0][1] - y3)
        gap = (corner[0] * down[0] + corner[1] * down[1]) / spot.em
        left = corner[0] * along[0] + corner[1] * along[1]
        right = left + math.dist(other.quad_px[0], other.quad_px[1])
        if -0.3 < gap < _WIDEST_GAP_EM and min(width, right) - max(0.0, left) > 0.4 * min(width, right - left):
            best = min(best or (gap, other), (gap, other), key=lambda pair: pair[0])
    return best[1] if best else None


def _with_deviations(
    spot: Spot, spots: Sequence[Spot], meanings: Sequence[Meaning], hung: dict[int, int], unit: str | None
) -> Meaning | None:
    """Return the size at SPOT with the deviations that stand small right beside it as strings of their own, or None.

    Where one of two stacked deviations was not read, the other still counts (ISO 129-1 clause 6.4).
    """
    size = meanings[spot.index]
    if size.nominal is None or size.upper is not None or size.lower is not None or size.reference or size.basic:
        return None
    beside = sorted(_small_beside(spot, spots, hung), key=lambda pair: pair[0])[:2]
    signed = [other for _, other in beside if fold(other.text).text.strip()[:1] in ("+", "-", "±")]
    if not signed:
        return None
    together = parse(" ".join([spot.text.strip(), *(other.text.strip() for _, other in beside)]), unit=unit)
    if together.kind != size.kind or together.upper is None or together.unread:
        return None
    hung.update((other.index, spot.index) for _, other in beside)
    return together


def _small_beside(spot: Spot, spots: Sequence[Spot], hung: dict[int, int]) -> Iterator[tuple[float, Spot]]:
    """Give the deviations right of SPOT in its reading direction, each with how far down it stands, in heights."""
    (x0, y0), (x1, y1), _, (x3, y3) = spot.quad_px
    width = math.hypot(x1 - x0, y1 - y0)
    if width == 0:
        return
    along, down = ((x1 - x0) / width, (y1 - y0) / width), ((x3 - x0) / spot.em, (y3 - y0) / spot.em)
    for other in spots:
        if other.index == spot.index or other.index in hung or not 0.35 < other.em / spot.em < 1.05:
            continue
        turn = (other.angle_deg - spot.angle_deg + 180) % 360 - 180
        corner = (other.quad_px[0][0] - x1, other.quad_px[0][1] - y1)
        gap = (corner[0] * along[0] + corner[1] * along[1]) / spot.em
        top = (corner[0] * down[0] + corner[1] * down[1]) / spot.em
        if abs(turn) < 10 and -0.3 < gap < _WIDEST_GAP_EM and top > -0.7 and top + other.em / spot.em < 1.7:
            yield top, other


def _join(upper: Spot, lower: Spot, meanings: Sequence[Meaning], unit: str | None) -> Meaning | None:
    """Return what the two strings mean as one callout; None if they are two."""
    above, below = meanings[upper.index], meanings[lower.index]
    if below.kind in ("gdt", "datum"):
        if above.kind == "gdt" and below.kind == "gdt":
            return None
        further = (below.gdt, *below.frames) if above.gdt is not None and below.gdt is not None else ()
        return above.model_copy(
            update={
                "gdt": above.gdt or below.gdt,
                "frames": (*above.frames, *further) if above.gdt is not None else below.frames,
                "datum": above.datum or below.datum,
            }
        )
    if _are_limits(above, below):
        second = fold(lower.text).text.lstrip("⌀ ")
        together = parse(f"{upper.text.strip()}/{second}", unit=unit)
        return together if together.upper is not None and together.kind == above.kind else None
    continues = below.nominal is None and (
        below.counterbore
        or below.countersink
        or below.spotface
        or below.depth is not None
        or below.kind == "tolerance"
        or (below.kind == "note" and below.count)
    )
    if not continues:
        return None
    together = parse(f"{upper.text}\n{lower.text}", unit=unit)
    return together if together.kind == above.kind and not together.unread else None


def _are_limits(above: Meaning, below: Meaning) -> bool:
    one, other = above.nominal, below.nominal
    return (
        one is not None
        and other is not None
        and above.kind in ("linear", "diameter")
        and below.kind in ("linear", above.kind)
        and above.upper is None
        and below.upper is None
        and not (above.reference or below.reference or above.basic or below.basic or below.count)
        and above.places == below.places
        and (above.places or 0) > 0
        and 0.0 < one - other <= min(0.05 * one, _WIDEST_TOLERANCE[above.unit or "mm"])
    )
