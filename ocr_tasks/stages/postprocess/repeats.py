"""Readings of what another reading holds: the last digit of a value, which the detector also saw by itself."""

from collections.abc import Sequence

from shapely import STRtree

from ocr_tasks.contract import Reading
from ocr_tasks.polygons import polygon_of
from ocr_tasks.quads import corners_of, height_of, places_along

REPEATED, SHARED = 0.25, 0.4
"""So much of the smaller box stands in the other one, if it says nothing new and if it does; neighbours share less."""
LIKE_HEIGHT = 0.25
"""What is so much lower than a line is not of it: text that stands in the letters of a stamp."""


def without_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of one page without those that stand in a better one: surer, over all its characters."""
    boxes = [polygon_of(reading.quad_px) for reading in readings]
    tree = STRtree(boxes)
    best_first = sorted(range(len(readings)), key=lambda k: -readings[k].confidence * len(readings[k].text))
    place = {k: n for n, k in enumerate(best_first)}
    gone: set[int] = set()
    for k in best_first:
        worse = (int(j) for j in tree.query(boxes[k]) if place[int(j)] > place[k] and k not in gone)
        for j in worse:
            shared = boxes[k].intersection(boxes[j]).area / max(boxes[j].area, 1e-6)
            if _is_repeat(readings[j], readings[k], shared):
                gone.add(j)
    return [reading for k, reading in enumerate(readings) if k not in gone]


def _is_repeat(inner: Reading, line: Reading, shared: float) -> bool:
    """Say whether INNER, SHARED of whose box stands in a line's, is a part of that."""
    if inner.parts or shared <= (REPEATED if inner.text in line.text else SHARED):
        return False
    across = places_along(line.quad_px, corners_of(inner.quad_px))[:, 1]
    return float(across.max() - across.min()) > LIKE_HEIGHT * height_of(line.quad_px)
