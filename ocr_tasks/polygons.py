"""Boxes as polygons, for what they share. Apart from `quads`: not every stage needs to load the library."""

from shapely.geometry import Polygon

from ocr_tasks.contract import Quad


def polygon_of(quad: Quad) -> Polygon:
    """Return QUAD as a polygon; one whose sides cross as the hull of its corners."""
    polygon = Polygon(quad)
    return polygon if polygon.is_valid else polygon.convex_hull
