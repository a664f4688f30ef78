"""Stacked tolerances: an upper and a lower deviation above each other, read as one string.

CAD sets them in two ways. Both deviations small, one above and one below the middle of the value (ISO 129-1, 7.2); or
the lower one on the value's own line, where it is read with it, and the upper one alone above.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.quads import around, corners_of, height_of, places_along, width_of

DEVIATION = re.compile(r"^(?:[+-]\s?\d*[.,]?\d+|0(?:[.,]0+)?)°?$")
UNSIGNED = re.compile(r"^0?[.,]\d+$")
"""Some programs leave out the sign of two deviations above the nominal: the greater one stands above,"""
SMALL = 0.75
"""and both are lower than this, in heights of the value."""
ENDS_WITH_DEVIATION = re.compile(r"^(?P<value>.*\d.*?|[A-Z]\S*\s)\s*(?P<deviation>[+-]\s?\d*[.,]?\d+)$")
VALUE = re.compile(r"\d|^[A-Z]{1,2}\d")
LOST_POINT = re.compile(r"(?<=^[+-]0)(?=\d)")
"""A deviation with digits after a first 0 has a point between."""

NEAR, LATER = 1.0, 1.7
"""The rows begin no further behind the value, in its heights, and the one that begins later no further."""
LATEST, FLUSH = 4.0, 0.2
"""But so far if both end within so little of each other: some programs set the rows flush right."""


class Stack(NamedTuple):
    """Readings that are one: `members` by index, the first is the value's; `text` and its parts."""

    members: tuple[int, ...]
    text: str
    parts: tuple[str, ...]
    quad: Quad


class Place(NamedTuple):
    """Where a reading is in another one's frame, in heights of that one: along from its start, down from its top."""

    left: float
    right: float
    top: float
    bottom: float


def stacks(readings: Sequence[Reading]) -> Iterator[Stack]:
    """Yield each stacked tolerance among READINGS of one page."""
    deviations = [k for k, reading in enumerate(readings) if DEVIATION.match(reading.text.strip())]
    unsigned = [k for k, reading in enumerate(readings) if UNSIGNED.match(reading.text.strip())]
    used: set[int] = set()
    for k, reading in enumerate(readings):
        if k in used or k in deviations or not VALUE.search(reading.text):
            continue
        free = [d for d in deviations if d not in used]
        small = [d for d in unsigned if d not in used and is_small(readings[d], reading)]
        stack = _beside(k, readings, free) or _on_the_line(k, readings, free) or _falling(_beside(k, readings, small))
        if stack is not None:
            used.update(stack.members)
            yield stack


def is_small(row: Reading, value: Reading) -> bool:
    """Say whether ROW is set so much smaller than VALUE as deviations are."""
    return height_of(row.quad_px) <= SMALL * height_of(value.quad_px)


def _falling(stack: Stack | None) -> Stack | None:
    """Return STACK if its upper row is the greater one."""
    return stack if stack and deviation_of(stack.parts[1]) > deviation_of(stack.parts[2]) else None


def _beside(k: int, readings: Sequence[Reading], deviations: Sequence[int]) -> Stack | None:
    """Both deviations stand right of the value, one reaching above its middle and one below."""
    value = readings[k]
    length = width_of(value.quad_px) / max(height_of(value.quad_px), 1e-6)
    found = [(place_in(value.quad_px, readings[d].quad_px), d) for d in deviations]
    right = [
        (place, d)
        for place, d in sorted(found, key=lambda row: row[0].top)
        if -0.4 <= place.left - length <= LATEST and -0.9 <= place.top < place.bottom <= 1.9
    ]
    close = [row for row in right if row[0].left - length <= LATER]
    for (upper, u), (lower, v) in chain(pairwise(close), pairwise(right)):
        apart = lower.top - upper.top
        lefts = (upper.left - length, lower.left - length)
        near = min(lefts) <= NEAR and (max(lefts) <= LATER or abs(upper.right - lower.right) <= FLUSH)
        below = max(upper.left, lower.left) < min(upper.right, lower.right)
        if near and below and upper.top < 0.35 and lower.bottom > 0.65 and apart > 0.5 * (upper.bottom - upper.top):
            return _stack(value.text, (k, u, v), readings, readings[u].text, readings[v].text)
    return None


def _on_the_line(k: int, readings: Sequence[Reading], deviations: Sequence[int]) -> Stack | None:
    """One deviation was read with the value, the other stands above or below the end of the line."""
    value = readings[k]
    if (found := ENDS_WITH_DEVIATION.match(value.text.strip())) is None:
        return None
    length = width_of(value.quad_px) / max(height_of(value.quad_px), 1e-6)
    for d in deviations:
        place = place_in(value.quad_px, readings[d].quad_px)
        ends_there = place.left > 0.25 * length and place.right < length + 0.6
        if not ends_there or place.bottom - place.top > 1.3:
            continue
        if place.top >= -1.6 and -0.4 <= place.bottom <= 0.35:
            return _stack(found["value"], (k, d), readings, readings[d].text, found["deviation"])
        if 0.65 <= place.top <= 1.4 and place.bottom <= 2.6:
            return _stack(found["value"], (k, d), readings, found["deviation"], readings[d].text)
    return None


def _stack(value: str, members: tuple[int, ...], readings: Sequence[Reading], upper: str, lower: str) -> Stack:
    value, upper, lower = value.rstrip(". ").lstrip(), pointed(upper), pointed(lower)
    quad = around([readings[k].quad_px for k in members])
    return Stack(members, f"{value} {upper}/{lower}", (value, upper, lower), quad)


def pointed(deviation: str) -> str:
    """Return DEVIATION without spaces and with the point that was lost behind its first 0."""
    return LOST_POINT.sub(".", deviation.replace(" ", ""))


def deviation_of(deviation: str) -> float:
    """Return the number that DEVIATION says."""
    return float(pointed(deviation).replace(",", ".").rstrip("°"))


def place_in(frame: Quad, quad: Quad) -> Place:
    """Return where QUAD is in the frame of another, in that one's heights."""
    places = places_along(frame, corners_of(quad)) / max(height_of(frame), 1e-6)
    return Place(*(float(v) for v in (places[:, 0].min(), places[:, 0].max(), places[:, 1].min(), places[:, 1].max())))
