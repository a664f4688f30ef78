"""Is what a sheet says legible? Which strings lie on one another, which are crossed by lines, which leave the sheet."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely import STRtree

from ocr_tasks.samples.page_model import Arc, Fill, Glyphs, Line, Quad, Sheet, Written, arc_points

MARGIN_MM = 0.3


def overlapping(sheet: Sheet) -> list[tuple[Written, Written]]:
    """Return the pairs of strings whose ink boxes touch by more than MARGIN_MM."""
    shapes = [shapely.Polygon(w.quad).buffer(-MARGIN_MM / 2) for w in sheet.written]
    tree = STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T
    return [(sheet.written[a], sheet.written[b]) for a, b in pairs if a < b]


def crossed(sheet: Sheet) -> list[Written]:
    """Return the strings that a line, arc or fill that is not their own runs through.

    A string's own symbols lie wholly within its box; a frame's rules and a basic dimension's box lie between or around
    the boxes of its parts.
    """
    strokes = [s for s in _strokes(sheet) if not s.is_empty]
    tree = STRtree(strokes)
    hit: list[Written] = []
    for written in sheet.written:
        quads: list[Quad] = [part.quad for part in written.parts] or [written.quad]
        for quad in quads:
            box = shapely.Polygon(quad)
            core, own = box.buffer(-MARGIN_MM), box.buffer(MARGIN_MM)
            if core.is_empty:
                continue
            touching = tree.query(core, predicate="intersects")
            if any(not own.covers(strokes[i]) for i in touching):
                hit.append(written)
                break
    return hit


def outside(sheet: Sheet) -> list[Written]:
    """Return the strings that are not wholly on the sheet."""
    paper = shapely.box(0.0, 0.0, sheet.width_mm, sheet.height_mm)
    return [w for w in sheet.written if not paper.covers(shapely.Polygon(w.quad))]


def _strokes(sheet: Sheet) -> Iterator[shapely.Geometry]:
    for primitive in sheet.primitives():
        match primitive:
            case Line():
                points = primitive.points + primitive.points[:1] if primitive.closed else primitive.points
                yield shapely.LineString(points)
            case Arc():
                yield shapely.LineString(arc_points(primitive))
            case Fill():
                yield shapely.Polygon(primitive.points)
            case Glyphs():
                continue
