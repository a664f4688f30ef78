"""The zones of a frame, by the letters and numbers along its margins (ISO 5457 clause 4.4, ASME Y14.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import Record

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""I and O are left out."""
LEAST_RUN = 3
"""So many names in a row tell where the others are."""
LONGEST_NAME = 2
SLACK = 0.3
"""The zones at the ends may be shorter by so much of the others."""


class Zones(Record):
    """The zones of a sheet's frame: names and centres, columns along x, rows along y, and the items that name them."""

    columns: tuple[tuple[str, float], ...] = ()
    rows: tuple[tuple[str, float], ...] = ()
    items: tuple[int, ...] = ()

    def of(self, x_px: float, y_px: float) -> str | None:
        """Return the zone of a point, row letter then column number (`C4`); None on a sheet without zones."""
        if not self.columns or not self.rows:
            return None
        column = min(self.columns, key=lambda entry: abs(entry[1] - x_px))[0]
        row = min(self.rows, key=lambda entry: abs(entry[1] - y_px))[0]
        return f"{row}{column}" if row.isalpha() else f"{column}{row}"


def find_zones(spots: Sequence[Spot], width_px: float, height_px: float) -> Zones:
    """Return the zones named along the page's margins (7 % of each side): runs of letters or numbers in order."""
    single = [spot for spot in spots if re.fullmatch(r"[A-Z]|\d{1,2}", spot.text.strip())]
    used: set[int] = set()
    axes: list[tuple[tuple[str, float], ...]] = []
    strips: list[list[float]] = []
    for across, length, other in ((0, width_px, height_px), (1, height_px, width_px)):
        best: list[Spot] = []
        strip: list[float] = []
        for near_start in (True, False):
            band = [
                spot
                for spot in single
                if (spot.centre[1 - across] < 0.07 * other if near_start else spot.centre[1 - across] > 0.93 * other)
            ]
            run = _longest_run(band, across, length)
            if len(run) > 1:
                used.update(spot.index for spot in run)
                strip.append(median(spot.centre[1 - across] for spot in run))
            best = max(best, run, key=len)
        strips.append(strip)
        axes.append(tuple((spot.text.strip(), spot.centre[across]) for spot in best) if len(best) > 1 else ())
    if not axes[0] or not axes[1]:
        return Zones()
    columns, rows = (
        _whole(axis, _ends(strip, length))
        for axis, strip, length in ((axes[0], strips[1], width_px), (axes[1], strips[0], height_px))
    )
    for spot in spots:
        if len(spot.text.strip()) <= LONGEST_NAME and (
            _names(spot, 0, columns, strips[0]) or _names(spot, 1, rows, strips[1])
        ):
            used.add(spot.index)
    return Zones(columns=columns, rows=rows, items=tuple(sorted(used)))


def _ends(strip: Sequence[float], length: float) -> tuple[float, float]:
    """Return where the frame begins and ends along an axis: at the other axis' names, which stand in its margin."""
    near = min((at if at < length / 2 else length - at for at in strip), default=0.0)
    return near, length - near


def _whole(axis: tuple[tuple[str, float], ...], ends: tuple[float, float]) -> tuple[tuple[str, float], ...]:
    """Return the AXIS with the names that were not read at its ends: where there is room for one more zone."""
    if len(axis) < LEAST_RUN:
        return axis
    step = median(after - before for (_, before), (_, after) in pairwise(axis))
    order = 1 if _value(axis[1][0]) > _value(axis[0][0]) else -1
    whole = list(axis)
    while whole[0][1] - 1.5 * step > ends[0] - SLACK * step and (name := _next(whole[0][0], -order)):
        whole.insert(0, (name, whole[0][1] - step))
    while whole[-1][1] + 1.5 * step < ends[1] + SLACK * step and (name := _next(whole[-1][0], order)):
        whole.append((name, whole[-1][1] + step))
    return tuple(whole)


def _next(name: str, step: int) -> str | None:
    """Return the name after NAME, STEP 1, or before it, -1; None past the first and the last."""
    if name.isdigit():
        return str(int(name) + step) if int(name) + step > 0 else None
    at = LETTERS.find(name) + step
    return LETTERS[at] if 0 <= at < len(LETTERS) else None


def _names(spot: Spot, across: int, axis: Sequence[tuple[str, float]], strips: Sequence[float]) -> bool:
    """Return whether a short string stands where the frame names a zone, whatever was read of it."""
    if len(axis) < LEAST_RUN or not any(abs(spot.centre[1 - across] - strip) < 0.7 * spot.em for strip in strips):
        return False
    return any(abs(spot.centre[across] - centre) < 1.5 * spot.em for _, centre in axis)


def _longest_run(band: Sequence[Spot], across: int, length: float) -> list[Spot]:
    """Return the longest run of consecutive names at even steps along an axis."""
    best: list[Spot] = []
    for letters in (True, False):
        named = sorted(
            (spot for spot in band if spot.text.strip().isalpha() == letters), key=lambda spot: spot.centre[across]
        )
        for line in _lines(named, 1 - across):
            for step in (1, -1):
                run: list[Spot] = []
                for spot in line:
                    if run and _rank(spot) == _rank(run[-1]):
                        continue
                    if run and not _follows(_rank(run[-1]), _rank(spot), step):
                        best, run = max(best, run, key=len), []
                    run.append(spot)
                best = max(best, run, key=len)
    if len(best) > 2:
        steps = [after.centre[across] - before.centre[across] for before, after in pairwise(best)]
        if max(steps) > 2.6 * median(steps) or median(steps) < 0.02 * length:
            return []
    return best


def _follows(before: int, after: int, step: int) -> bool:
    """Return whether a zone name follows another; the letters I and O are left out (ISO 5457)."""
    return after == before + step or (after == before + 2 * step and before + step in (8, 14))


def _rank(spot: Spot) -> int:
    return _value(spot.text.strip())


def _value(name: str) -> int:
    return int(name) if name.isdigit() else ord(name) - ord("A")


def _lines(spots: Sequence[Spot], across: int) -> list[list[Spot]]:
    """Split SPOTS, keeping their order, into those that stand on one line along the other axis."""
    lines: list[list[Spot]] = []
    for spot in spots:
        line = next((line for line in lines if abs(line[0].centre[across] - spot.centre[across]) < 1.5 * spot.em), None)
        if line is None:
            lines.append([spot])
        else:
            line.append(spot)
    return lines
