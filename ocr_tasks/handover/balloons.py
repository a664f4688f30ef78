"""Where the balloons go: a numbered circle beside each callout, on no other string and on little ink."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import PageRecord, Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import corners_of, height_of

Floats = npt.NDArray[np.float64]

MM_PER_INCH = 25.4
SMALLEST_MM, LARGEST_MM = 2.4, 4.5
"""Bounds of a balloon's radius on the sheet."""
RADIUS_EM = 1.1
"""Radius of a balloon in heights of the lettering."""
CLEAR = 0.2
"""Blank between a balloon and any string, in radii."""
RINGS = (0.25, 0.6, 1.2, 2.0, 3.0, 4.5, 6.5, 9.0, 13.0, 18.0, 25.0, 40.0)
"""How far from its own string a balloon may stand, in radii: the nearest that is good enough is taken."""
NEAR_RINGS = 7
"""The others are looked at only where none of these has room."""
COVERS = 1e3
"""What covering a string or a balloon costs."""
AROUND = 32
DARK = 160
INK_WEIGHT, LEADER_WEIGHT = 8.0, 6.0
"""What a circle full of ink, and a leader over another string, cost: as much as this many radii of distance."""


@dataclass(frozen=True)
class Balloon:
    """A circle in page pixels. `foot` is the point of its string that the leader goes to."""

    number: int
    centre: tuple[float, float]
    radius: float
    foot: tuple[float, float]


def radius_px(page: PageRecord, quads: Sequence[Quad]) -> float:
    """Return the radius of a page's balloons, from its lettering and within what a person reads on the sheet."""
    em = median(height_of(quad) for quad in quads) if quads else 0.0
    millimetre = page.dpi / MM_PER_INCH
    return min(max(RADIUS_EM * em, SMALLEST_MM * millimetre), LARGEST_MM * millimetre)


def place(
    page: PageRecord, wanted: Sequence[tuple[int, Sequence[Quad]]], strings: Sequence[Quad], image: Gray | None
) -> list[Balloon]:
    """Return a balloon for each (number, quads of its callout), in page pixels.

    A balloon covers none of STRINGS (every string on the page) and no other balloon, as long as there is any such place
    within 40 radii; else it stands where it covers least. IMAGE: the page at any size, to keep off the lines.
    """
    radius = radius_px(page, [quad for _, quads in wanted for quad in quads])
    room = _Room(page, _Rects(strings), _Ink(image, page) if image is not None else None, radius)
    placed: list[Balloon] = []
    for number, quads in wanted:
        best = room.best(quads, placed, RINGS[:NEAR_RINGS])
        if best.cost >= COVERS:
            best = min(best, room.best(quads, placed, RINGS[NEAR_RINGS:]), key=lambda spot: spot.cost)
        placed.append(Balloon(number, best.centre, radius, best.foot))
    return placed


class _Spot(NamedTuple):
    cost: float
    centre: tuple[float, float]
    foot: tuple[float, float]


class _Room:
    """The page as balloons see it."""

    def __init__(self, page: PageRecord, strings: "_Rects", ink: "_Ink | None", radius: float) -> None:
        self._page, self._strings, self._ink, self._radius = page, strings, ink, radius

    def best(self, quads: Sequence[Quad], placed: Sequence[Balloon], rings: Sequence[float]) -> _Spot:
        """Return the cheapest place on RINGS around a callout; one that covers something costs COVERS and more."""
        radius, own = self._radius, _Rects(quads)
        centres, distances = _candidates(quads, radius, rings)
        near = self._strings.within(centres, radius * (1 + CLEAR))
        overlap = np.maximum(0.0, radius * (1 + CLEAR) - near.nearest(centres))
        for other in placed:
            overlap = np.maximum(overlap, radius * 2.1 - np.hypot(*(centres - other.centre).T))
        outside = (
            (centres < radius).any(1)
            | (centres[:, 0] > self._page.width_px - radius)
            | (centres[:, 1] > self._page.height_px - radius)
        )
        cost = distances / radius + np.where(overlap > 0, COVERS * (1 + overlap / radius), 0.0)
        cost += np.where(outside, COVERS**2, 0.0)
        feet = own.closest(centres)
        free = cost < COVERS
        if free.any():
            cost[free] += LEADER_WEIGHT * near.crossed(centres[free], feet[free], own)
            if self._ink is not None:
                cost[free] += INK_WEIGHT * self._ink.share(centres[free], radius)
        index = int(np.argmin(cost))
        return _Spot(float(cost[index]), _point(centres[index]), _point(feet[index]))


def _point(row: Floats) -> tuple[float, float]:
    return float(row[0]), float(row[1])


def _candidates(quads: Sequence[Quad], radius: float, rings: Sequence[float]) -> tuple[Floats, Floats]:
    """Return places around a callout (n, 2) and how far each is from it; where a line begins or ends is preferred."""
    corners = np.concatenate([corners_of(quad) for quad in quads])
    first = corners_of(quads[0])
    along = (first[1] - first[0]) / max(float(np.hypot(*(first[1] - first[0]))), 1e-9)
    low, high = corners.min(0), corners.max(0)
    centre, half = (low + high) / 2, (high - low) / 2
    places, far = [], []
    angles = np.arange(AROUND) * 2 * math.pi / AROUND
    way = np.stack([np.cos(angles), np.sin(angles)], 1)
    for ring in rings:
        reach = radius * (1 + ring)
        scaled = way / np.abs(way).max(1, keepdims=True)
        places.append(centre + np.clip(scaled * (half.max() + reach), -(half + reach), half + reach))
        side = way @ along
        far.append(radius * (ring + 0.25 * (1 + side)))
    start, end = first[[0, 3]].mean(0), first[[1, 2]].mean(0)
    for side, late in ((start, 0.0), (end, 0.1)):
        outward = -along if late == 0.0 else along
        places.append(np.stack([side + outward * radius * (1 + ring) for ring in rings]))
        far.append(radius * (np.asarray(rings) * 0.9 + late))
    return np.concatenate(places), np.concatenate(far)


class _Rects:
    """Turned rectangles, for distances to many points at once."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self.quads = quads
        corners = np.asarray([corners_of(quad) for quad in quads], np.float64).reshape(-1, 4, 2)
        self.centre = corners.mean(1)
        along, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
        self.half = np.stack([np.hypot(*along.T), np.hypot(*down.T)], 1) / 2
        unit = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        self.axes = np.stack([unit, np.stack([-unit[:, 1], unit[:, 0]], 1)], 1)

    def within(self, points: Floats, reach: float) -> "_Rects":
        """Return those that may be as close as REACH to the box around POINTS (m, 2)."""
        low, high = points.min(0) - reach, points.max(0) + reach
        span = np.hypot(*self.half.T)[:, None]
        inside = ((self.centre + span > low) & (self.centre - span < high)).all(1)
        return _Rects([quad for quad, near in zip(self.quads, inside, strict=True) if near])

    def _local(self, points: Floats) -> Floats:
        """Return POINTS (m, 2) in the frame of each rectangle: (n, m, 2)."""
        away = points[None] - self.centre[:, None]
        local: Floats = np.einsum("nmj,nij->nmi", away, self.axes)
        return local

    def distances(self, points: Floats) -> Floats:
        """Return the distance of each point to each rectangle, 0 inside: (n, m)."""
        outside = np.maximum(np.abs(self._local(points)) - self.half[:, None], 0.0)
        far: Floats = np.hypot(outside[..., 0], outside[..., 1])
        return far

    def nearest(self, points: Floats) -> Floats:
        """Return the distance of each point to the nearest rectangle: (m,)."""
        if not len(self.centre):
            return np.full(len(points), np.inf)
        near: Floats = self.distances(points).min(0)
        return near

    def closest(self, points: Floats) -> Floats:
        """Return the point of the nearest rectangle that is closest to each point: (m, 2)."""
        local = self._local(points)
        which = self.distances(points).argmin(0)
        held = np.clip(local, -self.half[:, None], self.half[:, None])[which, np.arange(len(points))]
        feet: Floats = self.centre[which] + np.einsum("mi,mij->mj", held, self.axes[which])
        return feet

    def crossed(self, starts: Floats, ends: Floats, own: "_Rects") -> Floats:
        """Return how many of these rectangles, but for those of OWN, each straight line runs through: (m,)."""
        if not len(self.centre):
            return np.zeros(len(starts))
        foreign = np.abs(self.centre[:, None] - own.centre[None]).max(2).min(1) > 1e-6
        hit = np.zeros((len(self.centre), len(starts)), bool)
        for share in np.linspace(0.0, 1.0, 12):
            hit |= self.distances(starts + share * (ends - starts)) <= 0
        crossings: Floats = (hit & foreign[:, None]).sum(0).astype(np.float64)
        return crossings


class _Ink:
    """How dark the page is around a point."""

    def __init__(self, image: Gray, page: PageRecord) -> None:
        step = max(1, max(image.shape) // 1500)
        height, width = (side // step * step for side in image.shape)
        blocks = image[:height, :width].reshape(height // step, step, width // step, step)
        small = np.asarray(blocks.min((1, 3)))  # the darkest of each block: thin lines stay
        self.scale = small.shape[1] / page.width_px
        dark = (small < DARK).astype(np.int64)
        self.sums = np.pad(dark.cumsum(0).cumsum(1), ((1, 0), (1, 0)))

    def share(self, centres: Floats, radius: float) -> Floats:
        """Return the share of dark pixels in the square around each circle: (m,)."""
        height, width = self.sums.shape[0] - 1, self.sums.shape[1] - 1
        low = np.floor((centres - radius) * self.scale).astype(int)
        high = np.ceil((centres + radius) * self.scale).astype(int)
        left, right = np.clip(low[:, 0], 0, width), np.clip(high[:, 0], 0, width)
        top, bottom = np.clip(low[:, 1], 0, height), np.clip(high[:, 1], 0, height)
        total = self.sums[bottom, right] - self.sums[top, right] - self.sums[bottom, left] + self.sums[top, left]
        area = np.maximum((right - left) * (bottom - top), 1)
        share: Floats = total / area
        return share
