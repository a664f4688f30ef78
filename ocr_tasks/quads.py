"""Four corners of a text: clockwise as read (y down), the first where the first character begins at its top."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Quad

Corners = npt.NDArray[np.float64]
"""(4, 2): x, y."""
Degrees = TypeVar("Degrees", float, npt.NDArray[np.float64])


def corners_of(quad: Quad) -> Corners:
    """Return QUAD as an array (4, 2)."""
    return np.asarray(quad, np.float64)


def quad_of(corners: Corners) -> Quad:
    """Return four (x, y) rows as a quad of plain numbers, to a hundredth of a pixel."""
    first, second, third, fourth = ((round(float(x), 2), round(float(y), 2)) for x, y in corners)
    return (first, second, third, fourth)


def width_of(quad: Quad) -> float:
    """Return the length along the reading direction."""
    return math.dist(quad[0], quad[1])


def height_of(quad: Quad) -> float:
    """Return the length across the reading direction: the height of the line."""
    return math.dist(quad[0], quad[3])


def angle_of(quad: Quad) -> float:
    """Return the reading direction in degrees counter-clockwise from the x axis, in (-180, 180]."""
    (x0, y0), (x1, y1) = quad[0], quad[1]
    return math.degrees(math.atan2(y0 - y1, x1 - x0))


def leaning(angle_deg: Degrees) -> Degrees:
    """Return by how many degrees, in [-45, 45), a direction leans from the nearer of the page's edges; each of many."""
    return (angle_deg + 45) % 90 - 45


def turned(quad: Quad, quarters: int) -> Quad:
    """Return the same box read from another side: QUARTERS x 90 degrees clockwise on the picture."""
    start = quarters % 4
    first, second, third, fourth = (quad[(start + k) % 4] for k in range(4))
    return (first, second, third, fourth)


def upright(quad: Quad, squarish: float = 1.4) -> Quad:
    """Return the box read along its long side, from the left or, within 20 degrees of vertical, from below.

    This is how ISO 129-1 (5.5) sets values: to be read from the bottom or the right of the sheet. A box whose sides
    differ by less than SQUARISH is read along the side nearest to the horizontal.
    """
    first, second = math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])
    if max(first, second) < squarish * min(first, second):
        return min((turned(quad, k) for k in range(4)), key=lambda q: abs(angle_of(q)))
    along = quad if first >= second else turned(quad, 1)
    angle = angle_of(along)
    return along if -70 < angle <= 110 else turned(along, 2)


def straightened(quad: Quad) -> Quad:
    """Return QUAD parallel to the page's edges if it is so within what the angle of a box this long can be known."""
    width, height = width_of(quad), height_of(quad)
    angle = angle_of(quad)
    off = leaning(angle)
    if abs(off) > min(7.0, max(1.0, math.degrees(math.atan2(0.35 * height, width)))):
        return quad
    exact = math.radians(angle - off)
    along = np.array([math.cos(exact), -math.sin(exact)])
    down = np.array([math.sin(exact), math.cos(exact)])
    centre = corners_of(quad).mean(0)
    signs = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
    return quad_of(np.array([centre + x * width * along + y * height * down for x, y in signs]))


def rotated(quad: Quad, degrees: float, centre: tuple[float, float]) -> Quad:
    """Return QUAD turned by DEGREES about CENTRE, counter-clockwise as seen on the picture."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    a, b, c, d = ((cx + (x - cx) * cos + (y - cy) * sin, cy - (x - cx) * sin + (y - cy) * cos) for x, y in quad)
    return (a, b, c, d)


def scaled(quad: Quad, across: float, down: float) -> Quad:
    """Return QUAD with x times ACROSS and y times DOWN."""
    first, second, third, fourth = ((x * across, y * down) for x, y in quad)
    return (first, second, third, fourth)


def within(quad: Quad, left: float, top: float, right: float, bottom: float) -> Quad:
    """Return the box from LEFT to RIGHT along QUAD and from TOP to BOTTOM across it, from its first corner."""
    box = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    return quad_of(corners_of(quad)[0] + box @ _axes(quad))


def places_along(quad: Quad, points: Corners) -> Corners:
    """Return how far POINTS are along QUAD and across it, from its first corner: the frame of `within`."""
    return np.asarray((points - corners_of(quad)[0]) @ _axes(quad).T, np.float64)


def around(quads: Sequence[Quad]) -> Quad:
    """Return the box around QUADS in the direction of the first."""
    places = np.concatenate([places_along(quads[0], corners_of(quad)) for quad in quads])
    return within(quads[0], *places.min(0), *places.max(0))


def _axes(quad: Quad) -> Corners:
    corners = corners_of(quad)
    along = (corners[1] - corners[0]) / max(width_of(quad), 1e-6)
    return np.array([along, (corners[3] - corners[0]) / max(height_of(quad), 1e-6)])


def bounds(quad: Quad) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    return min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy)


def middle_of(quad: Quad) -> tuple[float, float]:
    """Return the mean of the corners."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    return (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4


def upright_quad(left: float, top: float, right: float, bottom: float) -> Quad:
    """Return the quad of these bounds that reads along the page."""
    return quad_of(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64))


def middle_in(inner: Quad, outer: Quad) -> bool:
    """Say whether the middle of one box is within the bounds of another."""
    left, top, right, bottom = bounds(outer)
    x, y = middle_of(inner)
    return left <= x <= right and top <= y <= bottom


def stands_in(inner: Quad, outer: Quad) -> bool:
    """Say whether the middle of one box is within another one as that leans: beside a slanted line stands its dual."""
    (x, y), ((left, top), right, _, below) = middle_of(inner), outer
    sides = ((to_x - left, to_y - top) for to_x, to_y in (right, below))
    return all(0 <= (x - left) * dx + (y - top) * dy <= dx * dx + dy * dy for dx, dy in sides)


def grown(quad: Quad, beside: float, around: float) -> Quad:
    """Return QUAD longer by BESIDE at both ends and higher by AROUND above and below, in pixels."""
    return within(quad, -beside, -around, width_of(quad) + beside, height_of(quad) + around)


def edges_of(quads: Iterable[Quad]) -> npt.NDArray[np.float64]:
    """Return the bounds of each of QUADS, (n, 4): left, top, right, bottom."""
    return np.array([bounds(quad) for quad in quads], np.float64).reshape(-1, 4)


def shared_areas(edges: npt.NDArray[np.float64], place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how much of PLACE each row of EDGES covers; both are left, top, right, bottom."""
    sides = np.minimum(edges[:, 2:], place[2:]) - np.maximum(edges[:, :2], place[:2])
    return np.asarray(np.maximum(sides, 0).prod(1), np.float64)


def near(
    edges: npt.NDArray[np.float64], place: tuple[float, float, float, float] | npt.NDArray[np.float64], reach: float
) -> list[int]:
    """Return which rows of EDGES (left, top, right, bottom) are within REACH of PLACE, such a row."""
    left, top, right, bottom = place
    touches = (
        (edges[:, 0] < right + reach)
        & (edges[:, 2] > left - reach)
        & (edges[:, 1] < bottom + reach)
        & (edges[:, 3] > top - reach)
    )
    return np.flatnonzero(touches).tolist()
